// How much some variables tell about another at worst: the max-influence of Pufferfish privacy, by exact inference.
// Source: Song, Wang, Chaudhuri 2017 ("Pufferfish privacy mechanisms for correlated data"), definition 4.1.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/scm/discrete_answer.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// max ln (a / b) of two numbers not negative where a is above 0; -infinity where it is not.
inline double log_ratio(double a, double b) {
  if (!(a > 0)) return -std::numeric_limits<double>::infinity();
  return b > 0 ? std::log(a / b) : std::numeric_limits<double>::infinity();
}

/// From P(values of a secret, values of others): max over a, b, others of ln P(others | a) / P(others | b), where both
/// a and b are possible. A row a value of the secret, row-major.
inline double greatest_influence(std::span<const double> joint, std::size_t values) {
  const std::size_t others = joint.size() / values;
  std::vector<double> marginal(values);
  for (std::size_t a = 0; a < values; ++a)
    for (std::size_t q = 0; q < others; ++q) marginal[a] += joint[a * others + q];
  double greatest = 0;
  for (std::size_t a = 0; a < values; ++a)
    for (std::size_t b = 0; b < values; ++b) {
      if (a == b || !(marginal[a] > 0) || !(marginal[b] > 0)) continue;
      for (std::size_t q = 0; q < others; ++q)
        greatest =
            std::max(greatest, log_ratio(joint[a * others + q] / marginal[a], joint[b * others + q] / marginal[b]));
    }
  return greatest;
}

}  // namespace detail

/// e(others | secret) = the maximum over values a, b of the secret that have a probability, and over values x of the
/// others, of ln P(others = x | secret = a) / P(others = x | secret = b). 0 for no others and for independent ones,
/// infinite where a value of the others excludes one of the secret. `others` is without the secret.
///
/// NotExact as discrete_answer.hpp says. The cost is that of P(secret, others) by variable elimination.
inline std::variant<double, NotExact> max_influence(const Scm& model, Node secret, const NodeSet& others,
                                                    const DiscreteAnswerOptions& options = {}) {
  if (others.empty()) return 0.0;
  ParallelWorlds worlds(model);
  const std::size_t copy = worlds.copy(secret);
  std::vector<std::size_t> copies{copy};
  for (const Node v : others) copies.push_back(worlds.copy(v));
  const auto found = world_distribution(worlds, copies, {}, options);
  if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
  const Factor& table = std::get<WorldDistribution>(found).table;
  const std::size_t stride = table.stride(detail::WorldFactors::symbol(copy));
  const auto at = std::lower_bound(table.symbols.begin(), table.symbols.end(), detail::WorldFactors::symbol(copy));
  const std::size_t values = table.cardinalities[static_cast<std::size_t>(at - table.symbols.begin())];
  const std::size_t rest = table.values.size() / values;
  std::vector<double> joint(table.values.size());
  for (std::size_t cell = 0; cell < table.values.size(); ++cell) {
    const std::size_t value = cell / stride % values, other = cell / (stride * values) * stride + cell % stride;
    joint[value * rest + other] = table.values[cell];
  }
  return detail::greatest_influence(joint, values);
}

/// The largest of the models, any of which may be the truth. models: not empty, over the same variables.
inline std::variant<double, NotExact> max_influence(std::span<const Scm> models, Node secret, const NodeSet& others,
                                                    const DiscreteAnswerOptions& options = {}) {
  double greatest = 0;
  for (const Scm& model : models) {
    const auto influence = max_influence(model, secret, others, options);
    if (std::holds_alternative<NotExact>(influence)) return influence;
    greatest = std::max(greatest, std::get<double>(influence));
  }
  return greatest;
}

}  // namespace equipoise::inline v0
