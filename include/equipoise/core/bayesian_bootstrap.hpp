// The Bayesian bootstrap of people: as if they had been drawn again, with no kind of person lost.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <equipoise/core/interval.hpp>
#include <equipoise/core/random.hpp>

namespace equipoise::inline v0 {

/// How many replicates, and from which seed.
struct BayesianBootstrapOptions {
  std::size_t replicates = 1000;
  std::uint64_t seed = 1;
  double level = 0.95;  ///< of the intervals, in (0, 1)
};

namespace detail {

inline double standard_normal(RowStream& random) noexcept {
  constexpr double turn = 6.283185307179586;
  return std::sqrt(-2 * std::log(random.open_uniform())) * std::cos(turn * random.uniform());
}

/// A draw from Gamma(shape, 1), shape >= 1 (Marsaglia, Tsang 2000).
inline double gamma_from_one(RowStream& random, double shape) noexcept {
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = standard_normal(random), cube = 1 + c * x, v = cube * cube * cube;
    if (v > 0 && std::log(random.open_uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace detail

/// One replicate's weights for cells of `people`: each person weighs an exponential draw (Rubin 1981), so a cell
/// of n people a Gamma(n) draw. A cell with anyone in it keeps a weight above 0. people: whole numbers.
inline void bayesian_bootstrap_weights(std::span<const double> people, const RandomStream& stream, std::span<double> weights) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    RowStream random = stream.row(i);
    weights[i] = people[i] > 0 ? detail::gamma_from_one(random, people[i]) : 0.0;
  }
}

/// The interval between the quantiles of `replicates` at (1 - level) / 2 from either end, widened where needed
/// to hold `value`. Without replicates it is the value alone. Sorts `replicates`.
inline Estimate percentile_estimate(double value, std::span<double> replicates, double level) {
  if (replicates.empty()) return {value, value, value};
  std::sort(replicates.begin(), replicates.end());
  const auto quantile = [&](double at) {
    const double position = at * static_cast<double>(replicates.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, replicates.size() - 1);
    return replicates[below] + (position - static_cast<double>(below)) * (replicates[above] - replicates[below]);
  };
  const double tail = (1 - level) / 2;
  return {value, std::min(value, quantile(tail)), std::max(value, quantile(1 - tail))};
}

}  // namespace equipoise::inline v0
