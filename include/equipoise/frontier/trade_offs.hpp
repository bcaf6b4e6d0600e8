// What a step along a front costs: how much of one goal is paid for each unit of another.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/interval.hpp>
#include <equipoise/frontier/dominance.hpp>
#include <equipoise/frontier/replicated_measures.hpp>

namespace equipoise::inline v0 {

/// A step between two points (rows of the measures) and by how much the paid objective rises for each unit that
/// the gained one falls; negative where both fall.
struct TradeOffStep {
  std::size_t from = 0;
  std::size_t to = 0;
  Estimate rate;
  friend bool operator==(const TradeOffStep&, const TradeOffStep&) = default;
};

/// The rows among `members` that no other member beats in both objectives, walking towards less of `gained` and
/// so more of `paid`. Of equal points the first stands for all. values: points x objectives (validation rows).
inline std::vector<std::size_t> walk_along_front(const Eigen::MatrixXd& values, std::span<const std::size_t> members,
                                                 Eigen::Index gained, Eigen::Index paid) {
  Eigen::MatrixXd pair(static_cast<Eigen::Index>(members.size()), 2);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(members[i]);
    pair.row(static_cast<Eigen::Index>(i)) << values(row, paid), values(row, gained);
  }
  std::vector<std::size_t> walk = non_dominated(pair);
  const auto at = [&](std::size_t i) { return pair(static_cast<Eigen::Index>(i), 0); };
  std::stable_sort(walk.begin(), walk.end(), [&](std::size_t a, std::size_t b) { return at(a) < at(b); });
  walk.erase(std::unique(walk.begin(), walk.end(), [&](std::size_t a, std::size_t b) { return at(a) == at(b); }),
             walk.end());
  for (std::size_t& i : walk) i = members[i];
  return walk;
}

/// The rates between neighbours of a walk, with percentile intervals over replicates, widened to hold the rate. A
/// neighbour whose gain over the point before is not above 0 in the measures and in every replicate cannot be told
/// apart from it and is passed over, so every rate and interval is finite.
inline std::vector<TradeOffStep> trade_off_steps(const ReplicatedMeasures& measures, std::span<const std::size_t> walk,
                                                 Eigen::Index gained, Eigen::Index paid, double level = 0.95) {
  const auto gain = [&](const Eigen::MatrixXd& values, std::size_t from, std::size_t to) {
    return values(static_cast<Eigen::Index>(from), gained) - values(static_cast<Eigen::Index>(to), gained);
  };
  const auto rate = [&](const Eigen::MatrixXd& values, std::size_t from, std::size_t to) {
    return (values(static_cast<Eigen::Index>(to), paid) - values(static_cast<Eigen::Index>(from), paid)) /
           gain(values, from, to);
  };
  std::vector<TradeOffStep> steps;
  if (walk.empty()) return steps;
  std::size_t from = walk.front();
  for (const std::size_t to : walk.subspan(1)) {
    const auto gains = [&](const Eigen::MatrixXd& values) { return gain(values, from, to) > 0; };
    if (!gains(measures.values) || !std::all_of(measures.replicates.begin(), measures.replicates.end(), gains))
      continue;
    std::vector<double> replicates;
    for (const Eigen::MatrixXd& replicate : measures.replicates) replicates.push_back(rate(replicate, from, to));
    steps.push_back({from, to, percentile_estimate(rate(measures.values, from, to), replicates, level)});
    from = to;
  }
  return steps;
}

}  // namespace equipoise::inline v0
