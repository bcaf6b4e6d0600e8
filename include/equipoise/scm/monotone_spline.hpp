// An increasing smooth curve through given points, with its inverse in closed form.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

/// The rational-quadratic spline through (knots, values) with the given slopes there (Gregory, Delbourgo 1982; Durkan,
/// Bekasov, Murray, Papamakarios 2019, section 3.1): increasing, with a continuous derivative; linear beyond its first
/// and last knot.
class MonotoneSpline {
 public:
  /// A point of the curve: x, y = f(x), and the derivative f'(x).
  struct Point {
    double x = 0, y = 0, slope = 0;
  };

  /// knots and values: at least two, each ascending; slopes: as many, above 0. Throws value_out_of_range for others.
  MonotoneSpline(std::vector<double> knots, std::vector<double> values, std::vector<double> slopes)
      : knots_(std::move(knots)), values_(std::move(values)), slopes_(std::move(slopes)) {
    check_finite("monotone spline", "knots", knots_);
    check_finite("monotone spline", "values", values_);
    check_finite("monotone spline", "slopes", slopes_);
    check_same_size("monotone spline", "values", values_.size(), knots_.size());
    check_same_size("monotone spline", "slopes", slopes_.size(), knots_.size());
    require(knots_.size() >= 2, std::to_string(knots_.size()) + " knots", "two at least");
    for (const double slope : slopes_) require(slope > 0, "slope " + shortest(slope), "a number above 0");
    for (std::size_t k = 1; k < knots_.size(); ++k) {
      require(knots_[k - 1] < knots_[k], "knot " + shortest(knots_[k]) + " after " + shortest(knots_[k - 1]),
              "knots in ascending order");
      require(values_[k - 1] < values_[k], "value " + shortest(values_[k]) + " after " + shortest(values_[k - 1]),
              "values in ascending order");
      const double secant = (values_[k] - values_[k - 1]) / (knots_[k] - knots_[k - 1]);
      require(std::isfinite(secant) && secant > 0, "a curve that is not finite",
              "knots farther apart, or values nearer together");
    }
  }

  const std::vector<double>& knots() const noexcept { return knots_; }
  const std::vector<double>& values() const noexcept { return values_; }
  const std::vector<double>& slopes() const noexcept { return slopes_; }

  Point at(double x) const noexcept {
    if (const auto outside = beyond(knots_, x)) return on_line(*outside, x - knots_[*outside]);
    const Cell cell = cell_of(knots_, x);
    const double t = (x - knots_[cell.left]) / cell.width, between = t * (1 - t);
    const double denominator = cell.secant + cell.excess * between;
    const double y = values_[cell.left] + cell.height * (cell.secant * t * t + cell.slope * between) / denominator;
    return {x, y, cell.slope_at(t)};
  }

  /// The point whose y this is (Durkan et al. 2019, equations 6 to 8).
  Point where(double y) const noexcept {
    if (const auto outside = beyond(values_, y)) return on_line(*outside, (y - values_[*outside]) / slopes_[*outside]);
    const Cell cell = cell_of(values_, y);
    const double rise = y - values_[cell.left];
    const double a = cell.height * (cell.secant - cell.slope) + rise * cell.excess;
    const double b = cell.height * cell.slope - rise * cell.excess, c = -cell.secant * rise;
    const double root = std::sqrt(std::max(0.0, b * b - 4 * a * c));
    const double t = std::clamp(rise == 0 ? 0.0 : 2 * c / (-b - root), 0.0, 1.0);
    return {knots_[cell.left] + t * cell.width, y, cell.slope_at(t)};
  }

  friend bool operator==(const MonotoneSpline& a, const MonotoneSpline& b) = default;

 private:
  /// One piece, between two knots. excess: how much the slopes at both ends together exceed twice the secant.
  struct Cell {
    std::size_t left;
    double width, height, secant, slope, next_slope, excess;
    double slope_at(double t) const noexcept {
      const double between = t * (1 - t), denominator = secant + excess * between;
      return secant * secant * (next_slope * t * t + 2 * secant * between + slope * (1 - t) * (1 - t)) /
             (denominator * denominator);
    }
  };

  static void require(bool holds, std::string found, std::string expected) {
    if (!holds) throw Error(ErrorCode::value_out_of_range, "monotone spline", std::move(found), std::move(expected));
  }

  /// The end knot beyond which `at` lies, if it does.
  static std::optional<std::size_t> beyond(const std::vector<double>& marks, double at) noexcept {
    if (at <= marks.front()) return 0;
    if (at >= marks.back()) return marks.size() - 1;
    return std::nullopt;
  }
  Point on_line(std::size_t knot, double distance) const noexcept {
    return {knots_[knot] + distance, values_[knot] + slopes_[knot] * distance, slopes_[knot]};
  }
  Cell cell_of(const std::vector<double>& marks, double at) const noexcept {
    const auto left = static_cast<std::size_t>(std::upper_bound(marks.begin(), marks.end(), at) - marks.begin()) - 1;
    const double width = knots_[left + 1] - knots_[left], height = values_[left + 1] - values_[left];
    const double secant = height / width;
    return {
        left, width, height, secant, slopes_[left], slopes_[left + 1], slopes_[left] + slopes_[left + 1] - 2 * secant};
  }

  std::vector<double> knots_, values_, slopes_;
};

}  // namespace equipoise::inline v0
