// What a step along a front costs: how much of one goal is paid for each unit of another.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/interval.hpp>
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
std::vector<std::size_t> walk_along_front(const Eigen::MatrixXd& values, std::span<const std::size_t> members,
                                          Eigen::Index gained, Eigen::Index paid);

/// As above, but from the member `start`: that one, then those that have less of `gained` than it and that no other
/// member with less of it beats in both. It begins there even where another is no worse in both objectives, so that
/// what can be gained for nothing is a step too.
std::vector<std::size_t> walk_along_front_from(const Eigen::MatrixXd& values, std::span<const std::size_t> members,
                                               std::size_t start, Eigen::Index gained, Eigen::Index paid);

/// The rates between neighbours of a walk, with percentile intervals over replicates, widened to hold the rate. A
/// neighbour whose gain over the point before is not above 0 in the measures and in every replicate cannot be told
/// apart from it and is passed over, so every rate and interval is finite.
std::vector<TradeOffStep> trade_off_steps(const ReplicatedMeasures& measures, std::span<const std::size_t> walk,
                                          Eigen::Index gained, Eigen::Index paid, double level = 0.95);

}  // namespace equipoise::inline v0
