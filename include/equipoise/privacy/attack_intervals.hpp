// Intervals for what attacks achieve: differences of rates, between groups and on the same people.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>

#include <equipoise/core/interval.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/core/statistics.hpp>

namespace equipoise::inline v0 {

/// hits_a / size_a - hits_b / size_b of two independent groups, by squaring and adding their score intervals (Newcombe
/// 1998, method 10). sizes: above 0; level: in (0, 1).
inline Estimate difference_of_rates(double hits_a, double size_a, double hits_b, double size_b, double level = 0.95) {
  const Interval a = wilson_interval(hits_a, size_a, level), b = wilson_interval(hits_b, size_b, level);
  const double p_a = hits_a / size_a, p_b = hits_b / size_b, difference = p_a - p_b;
  return {difference, difference - std::hypot(p_a - a.low, b.high - p_b),
          difference + std::hypot(a.high - p_a, p_b - b.low)};
}

/// (gains - losses) / size: how much oftener one attack is right than another on the same people, of whom it gains and
/// loses so many; with the adjusted interval of Agresti and Min 2005 (half a person more in each cell), which has a
/// width where nobody differs. size: above 0; level: in (0, 1).
inline Estimate paired_difference(double gains, double losses, double size, double level = 0.95) {
  assert(size > 0 && gains >= 0 && losses >= 0 && gains + losses <= size && level > 0 && level < 1);
  const double value = (gains - losses) / size, n = size + 2, b = gains + 0.5, c = losses + 0.5;
  const double centre = (b - c) / n, z = normal_quantile((1 + level) / 2);
  const double half = z * std::sqrt(std::max(0.0, (b + c) - (b - c) * (b - c) / n)) / n;
  return {value, std::clamp(centre - half, -1.0, value), std::clamp(centre + half, value, 1.0)};
}

/// The mean of two independent estimates, by squaring and adding half the distances to their ends (Zou, Donner 2008).
inline Estimate mean_of_estimates(const Estimate& a, const Estimate& b) {
  const double value = (a.value + b.value) / 2;
  return {value, value - std::hypot(a.value - a.low, b.value - b.low) / 2,
          value + std::hypot(a.high - a.value, b.high - b.value) / 2};
}

}  // namespace equipoise::inline v0
