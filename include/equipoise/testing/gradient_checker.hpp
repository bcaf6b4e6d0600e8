// A gradient beside central differences.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <Eigen/Core>

#include <equipoise/core/number.hpp>

namespace equipoise::inline v0 {

struct GradientCheckOptions {
  /// A coordinate x moves by step max(1, |x|) either way. The cube root of the rounding unit balances the two errors of
  /// a central difference, about step^2 of curvature's change and rounding / step.
  double step = 6e-6;
  double tolerance = 1e-6;  ///< of an entry's error, relative to the largest entry of the gradient
};

/// How a gradient compares with central differences at the entry where it does so worst.
struct GradientCheck {
  Eigen::Index worst = 0;    ///< entry
  double stated = 0;         ///< the gradient there
  double difference = 0;     ///< the central difference there
  double largest_error = 0;  ///< |stated - difference|; infinite where either is not finite
  double allowed = 0;        ///< by the tolerance and by rounding

  bool passed() const noexcept { return largest_error <= allowed; }
  /// "entry 3 is 0.5, but central differences give 0.25"
  std::string text() const {
    return "entry " + std::to_string(worst) + " is " + shortest(stated) + ", but central differences give " +
           shortest(difference);
  }
};

/// Compares `gradient`, the derivative of `function` at x by each entry of x, with central differences. `function`
/// takes an Eigen::VectorXd and returns a double; it is called twice an entry. A function with kinks agrees unless one
/// lies within a step of x.
template <class F>
GradientCheck check_gradient(F&& function, const Eigen::VectorXd& x, const Eigen::VectorXd& gradient,
                             const GradientCheckOptions& options = {}) {
  assert(x.size() == gradient.size());
  GradientCheck check;
  double largest_entry = 0, largest_rounding = 0;
  Eigen::VectorXd moved = x;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const double step = options.step * std::max(1.0, std::abs(x[i]));
    moved[i] = x[i] + step;
    const double above = function(std::as_const(moved)), width_above = moved[i] - x[i];
    moved[i] = x[i] - step;
    const double below = function(std::as_const(moved)), width = width_above + (x[i] - moved[i]);
    moved[i] = x[i];
    const double difference = (above - below) / width;
    double error = std::abs(gradient[i] - difference);
    if (!std::isfinite(error)) error = std::numeric_limits<double>::infinity();
    if (i == 0 || error > check.largest_error) {
      check.worst = i;
      check.stated = gradient[i];
      check.difference = difference;
      check.largest_error = error;
    }
    if (std::isfinite(error)) largest_entry = std::max({largest_entry, std::abs(gradient[i]), std::abs(difference)});
    largest_rounding = std::max(largest_rounding, std::max(std::abs(above), std::abs(below)) / width);
  }
  // A function's own rounding is taken to be up to 16 units in its last place.
  const double rounding = std::isfinite(largest_rounding) ? 16 * 0x1p-53 * largest_rounding : 0;
  check.allowed = options.tolerance * largest_entry + rounding;
  return check;
}

}  // namespace equipoise::inline v0
