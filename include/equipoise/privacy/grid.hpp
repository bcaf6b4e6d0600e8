// The grid that private releases stand on: the multiples of a power of two.
//
// Values and noise on a grid add up exactly, so nothing about a person hides in the last digits of a sum. What rounding
// to the grid does to the sensitivity is taken off the clipping bound beforehand:
//
// - each row rounded before the sum: one person's row moves by sqrt(columns) step / 2 at most;
// - only the sum rounded: each of the two neighbouring sums moves by as much, and by its own floating-point error.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <equipoise/core/check.hpp>

namespace equipoise::inline v0 {

/// The multiples of 2^exponent.
class Grid {
 public:
  static constexpr int least_exponent = -900, largest_exponent = 900;

  /// exponent: from least_exponent to largest_exponent.
  explicit Grid(int exponent) : exponent_(exponent) {
    detail::check_number("grid", "exponent", exponent, "from -900 to 900",
                         [](double e) { return e >= least_exponent && e <= largest_exponent; });
    step_ = std::ldexp(1.0, exponent);
  }

  /// A grid of 2^32 to 2^33 steps to a noise of this scale: a sum of 2^30 rows of the noise's size still fits 63 bits,
  /// sqrt(columns) steps are a millionth of the noise for 2^24 columns, and drawing normals exactly rarely takes more
  /// than double precision (rounded_gaussian.hpp). scale: above 0.
  static Grid for_noise(double scale) {
    check_positive("grid", "noise scale", scale);
    return Grid(std::ilogb(scale) - 32);
  }

  int exponent() const noexcept { return exponent_; }
  double step() const noexcept { return step_; }

  /// x in steps: exact, or infinite, or for an x of less than 2^-900 steps about 0.
  double in_steps(double x) const noexcept { return x * (1 / step_); }

  /// The number of the grid point that is nearest to x (ties to even), of size 2^62 at most; 0 for NaN.
  std::int64_t nearest(double x) const noexcept {
    const double steps = std::nearbyint(in_steps(x));
    return std::isnan(steps) ? 0 : static_cast<std::int64_t>(std::clamp(steps, -0x1p62, 0x1p62));
  }

  /// The grid point of this number; rounded to a double where the number is beyond 2^53.
  double value(std::int64_t number) const noexcept { return static_cast<double>(number) * step_; }

  friend bool operator==(const Grid&, const Grid&) = default;

 private:
  int exponent_;
  double step_;
};

namespace detail {

inline double clip_bound_left(double bound, double l2_clip) {
  // Three roundings may have favoured it.
  const double left = bound - 4 * std::numeric_limits<double>::epsilon() * l2_clip;
  check_number("grid", "what rounding leaves of the clipping bound", left, "above 0: a finer grid", is_positive);
  return left;
}

}  // namespace detail

/// To what l2 norm rows are clipped so that their norm is at most `l2_clip` when each of their `columns` entries is
/// then rounded to the grid. Throws value_out_of_range where the grid is too coarse.
inline double clip_bound_for_rounded_rows(double l2_clip, std::size_t columns, const Grid& grid) {
  check_positive("grid", "clipping bound", l2_clip);
  return detail::clip_bound_left(l2_clip - std::sqrt(static_cast<double>(columns)) * grid.step() / 2, l2_clip);
}

/// To what l2 norm rows are clipped so that one more row moves their sum by at most `l2_clip` when it is computed in
/// doubles, in any order, from at most `most_rows` rows and its `columns` entries are then rounded to the grid: a
/// computed sum of n products is off by n u / (1 - n u) times the sum of their sizes (Higham 2002, section 3.1), u =
/// 2^-53. Throws value_out_of_range where that leaves nothing.
inline double clip_bound_for_rounded_sum(double l2_clip, std::size_t columns, const Grid& grid, std::size_t most_rows) {
  check_positive("grid", "clipping bound", l2_clip);
  const double rows = static_cast<double>(most_rows);
  detail::check_number("grid", "number of rows", rows, "at most 2^50", [](double n) { return n <= 0x1p50; });
  const double error = 2 * rows * (rows + 1) * 0x1p-52;  // of both sums, in clipping bounds, with u doubled
  return detail::clip_bound_left((l2_clip - std::sqrt(static_cast<double>(columns)) * grid.step()) / (1 + error),
                                 l2_clip);
}

}  // namespace equipoise::inline v0
