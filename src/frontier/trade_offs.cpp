#include <equipoise/frontier/trade_offs.hpp>

#include <algorithm>
#include <iterator>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/frontier/dominance.hpp>

namespace equipoise::inline v0 {

std::vector<std::size_t> walk_along_front(const Eigen::MatrixXd& values, std::span<const std::size_t> members,
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

std::vector<std::size_t> walk_along_front_from(const Eigen::MatrixXd& values, std::span<const std::size_t> members,
                                               std::size_t start, Eigen::Index gained, Eigen::Index paid) {
  const auto at = [&](std::size_t i) { return values(static_cast<Eigen::Index>(i), gained); };
  std::vector<std::size_t> less;
  std::copy_if(members.begin(), members.end(), std::back_inserter(less),
               [&](std::size_t i) { return at(i) < at(start); });
  std::vector<std::size_t> walk = walk_along_front(values, less, gained, paid);
  walk.insert(walk.begin(), start);
  return walk;
}

std::vector<TradeOffStep> trade_off_steps(const ReplicatedMeasures& measures, std::span<const std::size_t> walk,
                                          Eigen::Index gained, Eigen::Index paid, double level) {
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
