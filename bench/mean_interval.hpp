// What an experiment that was repeated says: the mean, with an interval.
#pragma once

#include <cmath>
#include <vector>

#include <equipoise/core/special_functions.hpp>

namespace equipoise::bench {

struct MeanInterval {
  double mean, half_width;
  bool is_above_zero() const { return mean > half_width; }
  bool is_below_zero() const { return mean < -half_width; }
};

/// Of the mean of values that are drawn alike, two at least, at 95% by Student's t.
inline MeanInterval interval_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, variance = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) variance += (value - mean) * (value - mean) / (n - 1);
  // t^2 / (n - 1 + t^2) is of a beta distribution.
  const double x = regularised_beta_inverse(0.5, (n - 1) / 2, 0.95), t = std::sqrt((n - 1) * x / (1 - x));
  return {mean, t * std::sqrt(variance / n)};
}

}  // namespace equipoise::bench
