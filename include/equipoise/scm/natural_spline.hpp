// The natural cubic spline through given points: of all smooth curves through them the one that bends least.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

/// Piecewise cubic with two continuous derivatives, linear beyond its first and last knot (Green, Silverman 1994,
/// section 2). Its values at the knots are its parameters, so it is linear in them: the spline through (knots, values)
/// is the sum of values[k] times the spline through the k-th unit vector.
class NaturalSpline {
 public:
  /// knots: at least two, ascending; values: as many. Throws value_out_of_range for others, or knots too close for
  /// their curve to be finite. Linear time.
  NaturalSpline(std::vector<double> knots, std::vector<double> values)
      : knots_(std::move(knots)), values_(std::move(values)) {
    check_finite("spline", "knots", knots_);
    check_finite("spline", "values", values_);
    check_same_size("spline", "values", values_.size(), knots_.size());
    require(knots_.size() >= 2, std::to_string(knots_.size()) + " knots", "two at least");
    for (std::size_t k = 1; k < knots_.size(); ++k)
      require(knots_[k - 1] < knots_[k], "knot " + shortest(knots_[k]) + " after " + shortest(knots_[k - 1]),
              "knots in ascending order");
    find_second_derivatives();
    find_pieces();
  }

  const std::vector<double>& knots() const noexcept { return knots_; }
  const std::vector<double>& values() const noexcept { return values_; }
  /// At the knots; 0 at both ends. Between knots it is linear.
  const std::vector<double>& second_derivatives() const noexcept { return second_derivatives_; }

  double operator()(double x) const noexcept {
    const auto piece = static_cast<std::size_t>(std::upper_bound(knots_.begin(), knots_.end(), x) - knots_.begin());
    return pieces_[piece](x);
  }

  /// Adds the value at x[i] to out[i].
  void add_to(const double* x, std::size_t size, double* out) const noexcept {
    for (std::size_t i = 0; i < size; ++i) out[i] += (*this)(x[i]);
  }

  friend bool operator==(const NaturalSpline& a, const NaturalSpline& b) {
    return a.knots_ == b.knots_ && a.values_ == b.values_;
  }

 private:
  /// A cubic in the distance from `start`.
  struct Piece {
    double start = 0, value = 0, slope = 0, square = 0, cube = 0;
    double operator()(double x) const noexcept {
      const double h = x - start;
      return value + h * (slope + h * (square + h * cube));
    }
  };

  static void require(bool holds, std::string found, std::string expected) {
    if (!holds) throw Error(ErrorCode::value_out_of_range, "spline", std::move(found), std::move(expected));
  }

  double gap(std::size_t k) const { return knots_[k + 1] - knots_[k]; }
  double secant(std::size_t k) const { return (values_[k + 1] - values_[k]) / gap(k); }

  /// The tridiagonal system R gamma = Q' values (Green, Silverman 1994, 2.4), solved by elimination without pivoting:
  /// R dominates by its diagonal.
  void find_second_derivatives() {
    const std::size_t n = knots_.size();
    second_derivatives_.assign(n, 0.0);
    std::vector<double> diagonal(n), right(n);
    for (std::size_t k = 1; k + 1 < n; ++k) {
      diagonal[k] = (gap(k - 1) + gap(k)) / 3;
      right[k] = secant(k) - secant(k - 1);
      if (k == 1) continue;
      const double off = gap(k - 1) / 6, factor = off / diagonal[k - 1];
      diagonal[k] -= factor * off;
      right[k] -= factor * right[k - 1];
    }
    for (std::size_t k = n - 1; k-- > 1;)
      second_derivatives_[k] = (right[k] - gap(k) / 6 * second_derivatives_[k + 1]) / diagonal[k];
    for (const double each : second_derivatives_)
      require(std::isfinite(each), "a curve that is not finite", "knots farther apart, or values nearer together");
  }

  void find_pieces() {
    const std::vector<double>& bend = second_derivatives_;
    const std::size_t last = knots_.size() - 1;
    pieces_.resize(knots_.size() + 1);
    for (std::size_t k = 0; k < last; ++k)
      pieces_[k + 1] = {knots_[k], values_[k], secant(k) - gap(k) * (2 * bend[k] + bend[k + 1]) / 6, bend[k] / 2,
                        (bend[k + 1] - bend[k]) / (6 * gap(k))};
    pieces_.front() = {knots_[0], values_[0], pieces_[1].slope, 0, 0};
    pieces_.back() = {knots_[last], values_[last],
                      secant(last - 1) + gap(last - 1) * (bend[last - 1] + 2 * bend[last]) / 6, 0, 0};
    for (const Piece& piece : pieces_)
      require(std::isfinite(piece.slope) && std::isfinite(piece.cube), "a curve that is not finite",
              "knots farther apart, or values nearer together");
  }

  std::vector<double> knots_, values_, second_derivatives_;
  std::vector<Piece> pieces_;  // before the first knot, between knots, behind the last
};

/// The integral of a'' b'' over all numbers: with unit values, an entry of the roughness penalty on the values at the
/// knots. a and b have the same knots.
inline double roughness(const NaturalSpline& a, const NaturalSpline& b) {
  const std::vector<double>&knots = a.knots(), &p = a.second_derivatives(), &q = b.second_derivatives();
  double total = 0;
  for (std::size_t k = 0; k + 1 < knots.size(); ++k)
    total +=
        (knots[k + 1] - knots[k]) / 6 * (2 * (p[k] * q[k] + p[k + 1] * q[k + 1]) + p[k] * q[k + 1] + p[k + 1] * q[k]);
  return total;
}

}  // namespace equipoise::inline v0
