// Composition of mechanisms of which only epsilon and delta are known.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <equipoise/core/check.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

namespace equipoise::inline v0 {

/// The least delta at which `count` mechanisms, each (epsilon, delta)-private, are together
/// (total_epsilon, .)-private, whatever they are (Kairouz, Oh, Viswanath 2015, theorem 3.3): each is taken for
/// randomised response, of whose composition the losses are (count - 2 l) epsilon, binomially. O(count).
inline double optimal_composition_delta(double epsilon, double delta, std::int64_t count, double total_epsilon) {
  check_non_negative("optimal_composition_delta", "epsilon", epsilon);
  check_probability("optimal_composition_delta", "delta", delta);
  check_non_negative("optimal_composition_delta", "count", static_cast<double>(count));
  check_non_negative("optimal_composition_delta", "total_epsilon", total_epsilon);
  const auto k = static_cast<double>(count);
  const double log_truth = -std::log1p(std::exp(-epsilon)), log_lie = log_truth - epsilon;
  double sum = 0;
  for (std::int64_t l = 0; 2 * l < count; ++l) {
    const auto lies = static_cast<double>(l);
    const double loss = (k - 2 * lies) * epsilon;
    if (loss <= total_epsilon) break;
    const double log_mass =
        log_gamma(k + 1) - log_gamma(lies + 1) - log_gamma(k - lies + 1) + (k - lies) * log_truth + lies * log_lie;
    sum -= std::exp(log_mass) * std::expm1(total_epsilon - loss);
  }
  const double kept = k * std::log1p(-delta);  // ln of the chance that no delta strikes
  return delta == 1 && count > 0 ? 1.0 : std::clamp(std::exp(kept) * sum - std::expm1(kept), 0.0, 1.0);
}

/// The least total epsilon for a total delta in [0, 1), or infinity where the deltas alone exceed it. O(count) times
/// the bits of a double.
inline double optimal_composition_epsilon(double epsilon, double delta, std::int64_t count, double total_delta) {
  if (total_delta != 0) check_level("optimal_composition_epsilon", "total_delta", total_delta);
  const auto above = [&](double total) {
    return optimal_composition_delta(epsilon, delta, count, total) - total_delta;
  };
  const double basic = static_cast<double>(count) * epsilon;
  if (above(0) <= 0) return 0;
  if (above(basic) > 0) return std::numeric_limits<double>::infinity();
  return detail::falling_root(0, basic, above);
}

}  // namespace equipoise::inline v0
