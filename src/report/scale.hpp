// From values to positions on a drawing, with ticks at round numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace equipoise::inline v0 {

/// Maps [low, high] linearly to [from, to].
struct LinearScale {
  double low = 0, high = 1;
  double from = 0, to = 1;
  double operator()(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

/// A scale over the range with some room at both ends; never of width zero.
inline LinearScale padded_scale(double low, double high, double from, double to, double padding = 0.06) {
  const double width = high > low ? high - low : std::max(std::abs(low), 1e-3);
  return {low - padding * width, high + padding * width, from, to};
}

/// Multiples of 1, 2 or 5 times a power of ten within the scale, about `count` of them, and the step between.
struct Ticks {
  std::vector<double> values;
  int decimals = 0;  ///< that tell them apart
};

inline Ticks ticks_of(const LinearScale& scale, int count) {
  const double rough = (scale.high - scale.low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  Ticks ticks;
  ticks.decimals = static_cast<int>(std::clamp(-std::floor(std::log10(step) + 1e-9), 0.0, 12.0));
  for (double at = std::ceil(scale.low / step); at * step <= scale.high; ++at) ticks.values.push_back(at * step);
  return ticks;
}

}  // namespace equipoise::inline v0
