// A sum over persons of which none counts for more than a bound, held in whole steps of a grid, so exactly.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/grid.hpp>
#include <equipoise/privacy/sensitivity.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Brings a row's l2 norm to a bound at most, whatever rounding does, and a row that is not finite to zeros.
class RowClipping {
 public:
  RowClipping(std::span<const double> row, double bound) noexcept {
    double square = squared_norm(row);
    if (!(square > 0x1p-900 && square < 0x1p900)) {
      double largest = 0;
      for (const double x : row) {
        if (!std::isfinite(x)) return;
        largest = std::max(largest, std::abs(x));
      }
      if (largest == 0) return;
      power_of_two_ = std::ldexp(1.0, std::clamp(-std::ilogb(largest), -1020, 1020));
      square = squared_norm(row);
    }
    // Relative errors: (columns + 2) u / 2 of the norm, a few u more here and where an entry is multiplied.
    const double lost = (static_cast<double>(row.size()) + 16) * 0x1p-53;
    factor_ = std::min(1 / power_of_two_, bound * (1 - lost) / std::sqrt(square));
  }

  bool to_zeros() const noexcept { return factor_ == 0; }
  double operator()(double entry) const noexcept { return entry * power_of_two_ * factor_; }

 private:
  double squared_norm(std::span<const double> row) const noexcept {
    double square = 0;
    for (const double x : row) square += (x * power_of_two_) * (x * power_of_two_);
    return square;
  }

  double power_of_two_ = 1, factor_ = 0;  // apart, since their product may be out of range
};

}  // namespace detail

/// Rows are clipped to an l2 norm, rounded to the grid and added up in 64 bits. A row with an entry that is not finite
/// counts as zeros.
template <Adjacency adjacency>
class ClippedSum {
 public:
  /// l2_clip: above 0, what a row on the grid has at most; 2^52 steps of the grid at most.
  ClippedSum(std::size_t columns, double l2_clip, const Grid& grid)
      : grid_(grid),
        l2_clip_(l2_clip),
        clip_bound_(clip_bound_for_rounded_rows(l2_clip, columns, grid)),
        sum_(columns, 0) {
    const double steps = l2_clip / grid.step();
    detail::check_number("clipped sum", "clipping bound in steps of the grid", steps, "at most 2^52: a coarser grid",
                         [](double s) { return s <= 0x1p52; });
    most_rows_ = static_cast<std::int64_t>(std::min(0x1p62 / (steps + 1), 0x1p62));
  }

  /// row: as many entries as there are columns. Throws value_out_of_range beyond the number of rows that 63 bits hold
  /// whatever is in them.
  void add(std::span<const double> row) {
    assert(row.size() == sum_.size());
    if (rows_ == most_rows_)
      throw Error(ErrorCode::value_out_of_range, "clipped sum", "more than " + std::to_string(most_rows_) + " rows",
                  "no more than the grid has room for", "take a coarser grid");
    ++rows_;
    const detail::RowClipping clipped(row, clip_bound_);
    if (clipped.to_zeros()) return;
    for (std::size_t j = 0; j < row.size(); ++j) sum_[j] += grid_.nearest(clipped(row[j]));
  }

  /// In steps of the grid.
  std::span<const std::int64_t> sum() const noexcept { return sum_; }
  const Grid& grid() const noexcept { return grid_; }
  L2Sensitivity<adjacency> sensitivity() const { return sensitivity_of_sum<Norm::l2, adjacency>(l2_clip_); }

 private:
  Grid grid_;
  double l2_clip_, clip_bound_;
  std::int64_t rows_ = 0, most_rows_ = 0;
  std::vector<std::int64_t> sum_;
};

}  // namespace equipoise::inline v0
