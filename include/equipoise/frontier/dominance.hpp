// Pareto dominance: which points no other point beats in every objective.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

/// Throws value_out_of_range naming the row and column (from 0) of a coordinate that is not finite.
inline void check_points(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  for (Eigen::Index j = 0; j < points.cols(); ++j)
    for (Eigen::Index i = 0; i < points.rows(); ++i)
      if (!(points(i, j) - points(i, j) == 0.0))
        throw Error(ErrorCode::value_out_of_range, "point " + std::to_string(i) + ", objective " + std::to_string(j),
                    "a coordinate that is not a finite number", "finite numbers");
}

namespace detail {

// Points side by side in memory: every comparison reads two of them whole.
class PointRows {
 public:
  explicit PointRows(const Eigen::Ref<const Eigen::MatrixXd>& points)
      : dimension_(static_cast<std::size_t>(points.cols())), values_(static_cast<std::size_t>(points.size())) {
    for (Eigen::Index i = 0; i < points.rows(); ++i)
      for (Eigen::Index j = 0; j < points.cols(); ++j)
        values_[static_cast<std::size_t>(i) * dimension_ + static_cast<std::size_t>(j)] = points(i, j);
  }
  const double* operator[](std::size_t i) const noexcept { return values_.data() + i * dimension_; }
  std::size_t dimension() const noexcept { return dimension_; }

 private:
  std::size_t dimension_;
  std::vector<double> values_;
};

inline bool no_worse(const double* a, const double* b, std::size_t dimension) noexcept {
  for (std::size_t j = 0; j < dimension; ++j)
    if (a[j] > b[j]) return false;
  return true;
}

inline bool equal_points(const double* a, const double* b, std::size_t dimension) noexcept {
  return std::equal(a, a + dimension, b);
}

inline bool dominates(const double* a, const double* b, std::size_t dimension) noexcept {
  return no_worse(a, b, dimension) && !equal_points(a, b, dimension);
}

// The order of first objective, then second, …, then index: no later point dominates an earlier one.
inline std::vector<std::size_t> lexicographic_order(const PointRows& points, std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t m = points.dimension();
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto [at_a, at_b] = std::mismatch(points[a], points[a] + m, points[b]);
    return at_a == points[a] + m ? a < b : *at_a < *at_b;
  });
  return order;
}

}  // namespace detail

/// Whether `a` is no worse than `b` in every objective and better in one, lower being better. Equal points
/// do not dominate each other. Both have one entry an objective.
inline bool dominates(const Eigen::Ref<const Eigen::VectorXd>& a, const Eigen::Ref<const Eigen::VectorXd>& b) {
  assert(a.size() == b.size());
  return detail::dominates(a.data(), b.data(), static_cast<std::size_t>(a.size()));
}

/// The front of each point, from 0 for those that no point dominates; front k holds those that only points
/// of fronts before k dominate. Equal points share a front. points: points x objectives, lower is better.
/// Efficient non-dominated sorting with binary search (Zhang, Tian, Cheng, Jin 2015): O(n log n) with two
/// objectives, O(m n^2) at worst with more. Throws value_out_of_range where a coordinate is not finite.
inline std::vector<std::size_t> non_domination_ranks(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  check_points(points);
  const auto count = static_cast<std::size_t>(points.rows());
  const detail::PointRows rows(points);
  const std::size_t m = rows.dimension();
  std::vector<std::size_t> rank(count);
  std::vector<std::vector<std::size_t>> fronts;
  const auto beaten_by = [&](const std::vector<std::size_t>& front, std::size_t p) {
    // In two objectives the latest member of a front is the best of it in the second.
    if (m == 2) return rows[front.back()][1] <= rows[p][1];
    return std::any_of(front.rbegin(), front.rend(),
                       [&](std::size_t q) { return detail::no_worse(rows[q], rows[p], m); });
  };
  const std::size_t* before = nullptr;
  const std::vector<std::size_t> order = detail::lexicographic_order(rows, count);
  for (const std::size_t& p : order) {
    if (before && detail::equal_points(rows[*before], rows[p], m)) {
      rank[p] = rank[*before];
      continue;
    }
    const auto front =
        std::partition_point(fronts.begin(), fronts.end(), [&](const auto& each) { return beaten_by(each, p); });
    rank[p] = static_cast<std::size_t>(front - fronts.begin());
    if (front == fronts.end()) fronts.emplace_back();
    fronts[rank[p]].push_back(p);
    before = &p;
  }
  return rank;
}

/// The indices, increasing, of the points that no point dominates; every copy of such a point is among them.
/// Throws value_out_of_range where a coordinate is not finite.
inline std::vector<std::size_t> non_dominated(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  const std::vector<std::size_t> rank = non_domination_ranks(points);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < rank.size(); ++i)
    if (rank[i] == 0) result.push_back(i);
  return result;
}

}  // namespace equipoise::inline v0
