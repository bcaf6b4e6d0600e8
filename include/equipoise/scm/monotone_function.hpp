// Invertible functions of one number, composed of a few named steps.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/monotone_spline.hpp>

namespace equipoise::inline v0 {

/// shift + scale * x; scale is not 0.
struct AffineStep {
  double shift = 0, scale = 1;
  friend bool operator==(const AffineStep&, const AffineStep&) = default;
};
/// |x|^exponent with the sign of x; exponent above 0.
struct PowerStep {
  double exponent = 1;
  friend bool operator==(const PowerStep&, const PowerStep&) = default;
};
/// exp(x), above 0.
struct ExpStep {
  friend bool operator==(const ExpStep&, const ExpStep&) = default;
};
/// ln(x) of numbers above 0.
struct LogStep {
  friend bool operator==(const LogStep&, const LogStep&) = default;
};
struct SinhStep {
  friend bool operator==(const SinhStep&, const SinhStep&) = default;
};
struct AsinhStep {
  friend bool operator==(const AsinhStep&, const AsinhStep&) = default;
};
/// 1 / (1 + exp(-x)), in (0, 1).
struct SigmoidStep {
  friend bool operator==(const SigmoidStep&, const SigmoidStep&) = default;
};

using MonotoneStep =
    std::variant<AffineStep, PowerStep, ExpStep, LogStep, SinhStep, AsinhStep, SigmoidStep, MonotoneSpline>;

namespace detail {

/// x, and ln |dx / dy|, where a step takes x to y.
struct StepInverse {
  double x, log_slope;
};

// Where no x gives y, x is not finite.
inline double applied(const AffineStep& step, double x) { return step.shift + step.scale * x; }
inline StepInverse inverted(const AffineStep& step, double y) {
  return {(y - step.shift) / step.scale, -std::log(std::abs(step.scale))};
}
inline double applied(const PowerStep& step, double x) {
  return std::copysign(std::pow(std::abs(x), step.exponent), x);
}
inline StepInverse inverted(const PowerStep& step, double y) {
  // At 0 a root's slope is 0 or infinite; the smallest number above stands for it.
  const double size = std::max(std::abs(y), std::numeric_limits<double>::min()), root = 1 / step.exponent;
  return {std::copysign(std::pow(std::abs(y), root), y), std::log(root) + (root - 1) * std::log(size)};
}
inline double applied(const ExpStep&, double x) { return std::exp(x); }
inline StepInverse inverted(const ExpStep&, double y) { return {std::log(y), -std::log(y)}; }
inline double applied(const LogStep&, double x) { return std::log(x); }
inline StepInverse inverted(const LogStep&, double y) { return {std::exp(y), y}; }
inline double applied(const SinhStep&, double x) { return std::sinh(x); }
inline StepInverse inverted(const SinhStep&, double y) { return {std::asinh(y), -std::log(std::hypot(1.0, y))}; }
inline double applied(const AsinhStep&, double x) { return std::asinh(x); }
inline StepInverse inverted(const AsinhStep&, double y) {
  return {std::sinh(y), std::abs(y) + std::log1p(std::exp(-2 * std::abs(y))) - std::log(2.0)};  // ln cosh y
}
inline double applied(const SigmoidStep&, double x) { return equipoise::sigmoid(x); }
inline StepInverse inverted(const SigmoidStep&, double y) {
  return {equipoise::logit(y), -std::log(y) - std::log1p(-y)};
}
inline double applied(const MonotoneSpline& spline, double x) { return spline.at(x).y; }
inline StepInverse inverted(const MonotoneSpline& spline, double y) {
  const MonotoneSpline::Point point = spline.where(y);
  return {point.x, -std::log(point.slope)};
}

}  // namespace detail

/// Steps, each applied to what the one before gives; no step is the identity. Strictly monotone, so invertible on its
/// range.
class MonotoneFunction {
 public:
  /// Throws value_out_of_range for a scale of 0, an exponent that is not above 0, or a number that is not finite.
  explicit MonotoneFunction(std::vector<MonotoneStep> steps) : steps_(std::move(steps)) {
    for (const MonotoneStep& step : steps_) {
      if (const auto* power = std::get_if<PowerStep>(&step))
        check_positive("monotone function", "exponent", power->exponent);
      const auto* affine = std::get_if<AffineStep>(&step);
      if (affine == nullptr) continue;
      check_finite("monotone function", "shift", affine->shift);
      detail::check_number("monotone function", "scale", affine->scale, "a number other than 0",
                           [](double scale) { return std::isfinite(scale) && scale != 0; });
    }
  }

  const std::vector<MonotoneStep>& steps() const noexcept { return steps_; }

  /// Replaces every x by its value; not finite where there is none.
  void apply(std::span<double> x) const {
    for (const MonotoneStep& step : steps_)
      std::visit(
          [&](const auto& f) {
            for (double& each : x) each = detail::applied(f, each);
          },
          step);
  }

  /// Replaces every y by the x that gives it, not finite where none does. Where log_slope is not empty it gets ln |dx /
  /// dy|, of no meaning where x is not finite.
  void invert(std::span<double> y, std::span<double> log_slope = {}) const {
    std::fill(log_slope.begin(), log_slope.end(), 0.0);
    for (std::size_t s = steps_.size(); s-- > 0;)
      std::visit(
          [&](const auto& f) {
            for (std::size_t i = 0; i < y.size(); ++i) {
              const detail::StepInverse inverse = detail::inverted(f, y[i]);
              y[i] = inverse.x;
              if (!log_slope.empty()) log_slope[i] += inverse.log_slope;
            }
          },
          steps_[s]);
  }

  friend bool operator==(const MonotoneFunction&, const MonotoneFunction&) = default;

 private:
  std::vector<MonotoneStep> steps_;
};

}  // namespace equipoise::inline v0
