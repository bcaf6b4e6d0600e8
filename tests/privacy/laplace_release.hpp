// What a number with Laplace noise tells about where it came from, for tests of Pufferfish mechanisms.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace equipoise::testing {

/// sup over w of |ln f(w) / g(w)|, the densities of a number from either law with Laplace noise of this scale. Between
/// two values either density is A e^(w/b) + B e^(-w/b), so their ratio is monotone there: the supremum is at a value.
/// values: ascending; each law a probability a value.
inline double release_epsilon(std::span<const double> values, std::span<const double> law_a,
                              std::span<const double> law_b, double scale) {
  double greatest = 0;
  for (const double w : values) {
    double a = 0, b = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const double density = std::exp(-std::abs(w - values[k]) / scale);
      a += law_a[k] * density;
      b += law_b[k] * density;
    }
    greatest = std::max(greatest, std::abs(std::log(a / b)));
  }
  return greatest;
}

}  // namespace equipoise::testing
