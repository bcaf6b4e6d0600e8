// The points of a weighted-sum sweep as a plan: which weights to train on, and from which other point's parameters each
// starts, so that points of one wave are independent tasks and the result does not depend on who finishes first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

struct SweepPoint {
  Eigen::VectorXd weights;           ///< one an objective, at least 0, their sum 1; objective 0's is above 0
  std::optional<std::size_t> start;  ///< the point, of an earlier wave, whose parameters this one starts from
  std::size_t wave = 0;              ///< 0 for the one without a start, else its start's + 1
};

namespace detail {

/// Weights as whole numbers over a common denominator: distances between them are exact, and ties the same everywhere.
using WholeWeights = std::vector<std::int64_t>;

/// C(divisions + objectives - 2, objectives - 1): the lattice's points with some weight on objective 0; no more than
/// `most` is told apart.
inline std::size_t lattice_size(std::size_t objectives, std::size_t divisions, std::size_t most) {
  // C(n + k, k) grows with k by whole factors (n + k) / k; the smaller of n and k suffices.
  const std::size_t n = std::max(objectives, divisions) - 1, k = std::min(objectives, divisions) - 1;
  std::size_t size = 1;
  for (std::size_t i = 1; i <= k && size < most; ++i) size = size * (n + i) / i;
  return std::min(size, most);
}

/// The simplex lattice of Das and Dennis (1998): all whole weights with sum `divisions`, the first at least 1, by
/// falling weights of objective 0, then 1 and so on. Each is multiplied by `unit`.
inline std::vector<WholeWeights> lattice(std::size_t objectives, std::int64_t divisions, std::int64_t unit) {
  std::vector<WholeWeights> points;
  WholeWeights next(objectives, 0);
  const auto place = [&](const auto& self, std::size_t objective, std::int64_t left) -> void {
    if (objective + 1 == objectives) {
      next[objective] = left * unit;
      points.push_back(next);
      return;
    }
    for (std::int64_t share = left; share >= (objective == 0 ? 1 : 0); --share) {
      next[objective] = share * unit;
      self(self, objective + 1, left - share);
    }
  };
  place(place, 0, divisions);
  return points;
}

inline std::int64_t squared_distance(const WholeWeights& a, const WholeWeights& b) {
  return std::transform_reduce(a.begin(), a.end(), b.begin(), std::int64_t{0}, std::plus<>(),
                               [](std::int64_t x, std::int64_t y) { return (x - y) * (x - y); });
}

/// Adds to `points` the `count` candidates that, in turn, lie farthest from all that are there (Gonzalez 1985); of
/// several, the first.
inline void add_farthest(std::vector<WholeWeights>& points, const std::vector<WholeWeights>& candidates,
                         std::size_t count) {
  std::vector<std::int64_t> gap(candidates.size(), std::numeric_limits<std::int64_t>::max());
  const auto close_in = [&](const WholeWeights& point) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
      gap[i] = std::min(gap[i], squared_distance(candidates[i], point));
  };
  for (const WholeWeights& point : points) close_in(point);
  for (; count > 0; --count) {
    points.push_back(candidates[static_cast<std::size_t>(std::max_element(gap.begin(), gap.end()) - gap.begin())]);
    close_in(points.back());
  }
}

/// Gives every point its start and wave, by a farthest-first traversal from point 0 (Gonzalez 1985) in which each
/// starts from the nearest before it; of several, the one of the earliest wave, then the first. Halving gaps keeps
/// waves few.
inline void plan_starts(const std::vector<WholeWeights>& weights, std::vector<SweepPoint>& points) {
  constexpr std::int64_t reached = -1;
  std::vector<std::int64_t> gap(points.size(), std::numeric_limits<std::int64_t>::max());
  for (std::size_t next = 0, left = points.size(); left > 0; --left) {
    gap[next] = reached;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (gap[i] == reached) continue;
      const std::int64_t distance = squared_distance(weights[i], weights[next]);
      const auto rank = [&](std::size_t start) { return std::pair(points[start].wave, start); };
      if (distance < gap[i] || (distance == gap[i] && rank(next) < rank(*points[i].start))) {
        gap[i] = distance;
        points[i].start = next;
        points[i].wave = points[next].wave + 1;
      }
    }
    next = static_cast<std::size_t>(std::max_element(gap.begin(), gap.end()) - gap.begin());
  }
}

}  // namespace detail

/// The weights of a sweep over `objectives`, spread evenly over the simplex, by falling weight of objective 0 (then of
/// 1 and so on), and what each point starts from: a tree whose root is point 0, objective 0 alone. Every point keeps
/// some weight on objective 0, since penalties alone have no unique minimum.
///
///  - One objective has one meaningful point, so there is one, whatever `points` says; else there are exactly `points`.
///  - Two: weights (1 - t, t) at t = k / points.
///  - More: the lattice of Das and Dennis (1998) with the most divisions d that `points` suffice for, then those
///    points of the lattice with d + 1 that lie farthest from all others in turn (Gonzalez 1985).
///
/// The plan is the same to the bit everywhere. Throws value_out_of_range where either number is 0.
///
/// I. Das, J. E. Dennis, "Normal-boundary intersection", SIAM Journal on Optimization 8 (1998) 631-657. T. F. Gonzalez,
/// "Clustering to minimize the maximum intercluster distance", Theoretical Computer Science 38 (1985) 293-306.
inline std::vector<SweepPoint> plan_sweep(std::size_t objectives, std::size_t points) {
  if (objectives == 0) throw Error(ErrorCode::value_out_of_range, "sweep", "no objective to train on", "at least 1");
  if (points == 0) throw Error(ErrorCode::value_out_of_range, "sweep", "points is 0", "at least 1");
  if (objectives == 1) points = 1;

  std::size_t divisions = 1;
  if (objectives == 2)
    divisions = points;
  else if (objectives > 2)
    while (detail::lattice_size(objectives, divisions + 1, points + 1) <= points) ++divisions;
  const auto coarse = static_cast<std::int64_t>(divisions);
  const bool completed = detail::lattice_size(objectives, divisions, points) < points;
  const std::int64_t fine = completed ? coarse + 1 : 1;  // the denominator is coarse fine
  std::vector<detail::WholeWeights> weights = detail::lattice(objectives, coarse, fine);
  if (completed) detail::add_farthest(weights, detail::lattice(objectives, fine, coarse), points - weights.size());
  std::sort(weights.begin(), weights.end(), std::greater<>());

  std::vector<SweepPoint> plan(points);
  for (std::size_t i = 0; i < points; ++i) {
    plan[i].weights.resize(static_cast<Eigen::Index>(objectives));
    for (std::size_t j = 0; j < objectives; ++j)
      plan[i].weights[static_cast<Eigen::Index>(j)] =
          static_cast<double>(weights[i][j]) / static_cast<double>(coarse * fine);
  }
  detail::plan_starts(weights, plan);
  return plan;
}

}  // namespace equipoise::inline v0
