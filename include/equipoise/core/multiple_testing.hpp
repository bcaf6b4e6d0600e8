// Many tests at once: p-values corrected for how many there are, and several of one question made into one.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

namespace equipoise::inline v0 {

namespace detail {

/// The places of the p-values, the least p-value first.
inline std::vector<std::size_t> ascending_order(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  return order;
}

}  // namespace detail

/// Adjusted p-values of Holm's step-down procedure (Holm 1979): those at most alpha are rejected with a probability of
/// at most alpha that any of them is true, however the tests depend on one another. p_values: in [0, 1]. O(n log n).
inline std::vector<double> holm_adjusted(std::span<const double> p_values) {
  const std::vector<std::size_t> order = detail::ascending_order(p_values);
  std::vector<double> adjusted(p_values.size());
  double greatest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    greatest = std::max(greatest, std::min(1.0, static_cast<double>(order.size() - i) * p_values[order[i]]));
    adjusted[order[i]] = greatest;
  }
  return adjusted;
}

/// Adjusted p-values of the step-up procedure of Benjamini and Hochberg (1995): of those at most q that are rejected,
/// an expected share of at most q is true where the tests are independent or positively dependent. p_values: in [0, 1].
inline std::vector<double> benjamini_hochberg_adjusted(std::span<const double> p_values) {
  const std::vector<std::size_t> order = detail::ascending_order(p_values);
  std::vector<double> adjusted(p_values.size());
  double least = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    const double count = static_cast<double>(order.size()), rank = static_cast<double>(i + 1);
    least = std::min(least, count / rank * p_values[order[i]]);
    adjusted[order[i]] = least;
  }
  return adjusted;
}

/// One p-value of several tests of one hypothesis: the weighted mean of tan((1/2 - p) pi) is a standard Cauchy variable
/// where the tests are independent or all alike, and has its tail however they depend on one another (Liu, Xie, "Cauchy
/// combination test", Journal of the American Statistical Association 115, 2020). p-values above 0.99 count as 0.99,
/// so that a test which sees nothing at all cannot outweigh one that sees much; beside weak evidence it counts.
/// weights: at least 0, not all 0.
inline double combined_p_value(std::span<const double> p_values, std::span<const double> weights) {
  assert(p_values.size() == weights.size() && !p_values.empty());
  constexpr double least = 1e-300, most = 0.99;
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    const double p = std::clamp(p_values[i], least, most);
    sum += weights[i] / std::tan(p * std::numbers::pi);  // tan((1/2 - p) pi), without a difference
    total += weights[i];
  }
  assert(total > 0);
  const double mean = sum / total;
  return mean > 0 ? std::atan(1 / mean) / std::numbers::pi : 0.5 - std::atan(mean) / std::numbers::pi;
}

}  // namespace equipoise::inline v0
