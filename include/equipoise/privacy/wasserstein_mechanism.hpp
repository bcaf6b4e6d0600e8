// The Wasserstein mechanism: noise for a statistic whose law any secret may change as a whole.
//
// W is the largest infinity-Wasserstein distance between the laws of the statistic given either secret of a pair, under
// any of the models; the statistic plus Laplace noise of scale W / epsilon is epsilon-Pufferfish private: it tells the
// two secrets of a pair apart by the factor e^epsilon at most, if one of the models is the truth. That is not
// differential privacy, and it does not compose in general.
// Source: Song, Wang, Chaudhuri 2017, section 3 (algorithm 1, theorem 3.2).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/intervention.hpp>

namespace equipoise::inline v0 {

/// A law of finitely many numbers.
struct DiscreteLaw {
  std::vector<double> values;         ///< ascending, each once
  std::vector<double> probabilities;  ///< one a value, summing to 1
};

/// The infinity-Wasserstein distance of two laws of numbers, max over u in (0, 1) of |quantile_a(u) - quantile_b(u)|:
/// the least w such that one law becomes the other by moving no mass further than w. A stretch of u shorter than the
/// rounding of the sums of probabilities does not count. O(values). Throws value_out_of_range for what is no law (sums
/// are to be 1 within 1e-9).
inline double wasserstein_infinity(const DiscreteLaw& a, const DiscreteLaw& b) {
  constexpr const char* place = "Wasserstein distance";
  for (const DiscreteLaw* law : {&a, &b}) {
    check_same_size(place, "probabilities", law->probabilities.size(), law->values.size());
    check_finite(place, "values", law->values);
    check_probability(place, "probabilities", law->probabilities);
    double total = 0;
    for (std::size_t k = 0; k < law->values.size(); ++k) {
      total += law->probabilities[k];
      if (k > 0 && !(law->values[k] > law->values[k - 1]))
        detail::fail_check(place, "values[" + std::to_string(k) + ']', shortest(law->values[k]), "ascending values");
    }
    if (!(std::abs(total - 1) < 1e-9)) detail::fail_check(place, "sum of probabilities", shortest(total), "1");
  }
  const double rounding =
      4 * static_cast<double>(a.values.size() + b.values.size()) * std::numeric_limits<double>::epsilon();
  double greatest = 0, at = 0;  // u
  double end_a = a.probabilities[0], end_b = b.probabilities[0];
  for (std::size_t i = 0, j = 0;;) {
    const double next = std::min(end_a, end_b);
    if (next - at > rounding) greatest = std::max(greatest, std::abs(a.values[i] - b.values[j]));
    at = std::max(at, next);
    if (end_a <= end_b) {
      if (++i == a.values.size()) break;
      end_a += a.probabilities[i];
    } else {
      if (++j == b.values.size()) break;
      end_b += b.probabilities[j];
    }
  }
  return greatest;
}

/// The noise that a statistic needs.
struct WassersteinNoise {
  double epsilon = 0;
  double distance = 0;  ///< W
  double scale = 0;     ///< of the Laplace noise: W / epsilon
};

/// From the laws of the statistic given either secret: one pair of laws for every pair of secrets and model. epsilon:
/// above 0.
inline WassersteinNoise wasserstein_noise(std::span<const std::pair<DiscreteLaw, DiscreteLaw>> laws, double epsilon) {
  check_positive("Wasserstein mechanism", "epsilon", epsilon);
  WassersteinNoise noise{.epsilon = epsilon};
  for (const auto& [a, b] : laws) noise.distance = std::max(noise.distance, wasserstein_infinity(a, b));
  noise.scale = noise.distance / epsilon;
  return noise;
}

/// Two things that nobody is to tell apart: each a conjunction of values of a model's variables (level indices).
struct SecretPair {
  std::vector<Assignment> a, b;
};

/// The pairs of any two levels of one variable.
inline std::vector<SecretPair> level_secrets(const Scm& model, Node variable) {
  std::vector<SecretPair> pairs;
  for (std::size_t b = 0; b < model.variable(variable).levels.size(); ++b)
    for (std::size_t a = 0; a < b; ++a)
      pairs.push_back({{{variable, static_cast<double>(a)}}, {{variable, static_cast<double>(b)}}});
  return pairs;
}

/// The law of statistic(levels of the variables in `reads`, in their order) given a secret, exactly;
/// ImpossibleCondition where the secret has probability 0. Each of `reads` stands there once. `model` is discrete.
template <class Statistic>
std::variant<DiscreteLaw, ImpossibleCondition, NotExact> statistic_law(const Scm& model, std::span<const Node> reads,
                                                                       const Statistic& statistic,
                                                                       std::span<const Assignment> secret,
                                                                       const DiscreteAnswerOptions& options = {}) {
  ParallelWorlds worlds(model);
  std::vector<std::size_t> copies;
  for (const Node v : reads) copies.push_back(worlds.copy(v));
  std::vector<WorldEvent> given;
  for (const Assignment& part : secret) {
    const VariableSpec& variable = model.variable(part.variable);
    if (!variable.has_levels() || !detail::is_level_index(part.value, variable.levels.size()))
      throw Error(ErrorCode::value_out_of_range, "secret about '" + variable.name + "'", shortest(part.value),
                  "the index of a level");
    WorldEvent event{.left = worlds.copy(part.variable), .value = part.value};
    event.allowed.assign(variable.levels.size(), 0);
    event.allowed[static_cast<std::size_t>(part.value)] = 1;
    given.push_back(std::move(event));
  }
  const auto found = world_distribution(worlds, copies, given, options);
  if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
  if (const auto* impossible = std::get_if<ImpossibleCondition>(&found)) return *impossible;
  const Factor& table = std::get<WorldDistribution>(found).table;
  std::vector<std::size_t> strides, levels(copies.size());
  for (const std::size_t copy : copies) strides.push_back(table.stride(detail::WorldFactors::symbol(copy)));
  std::map<double, double> law;
  for (std::size_t cell = 0; cell < table.values.size(); ++cell) {
    if (!(table.values[cell] > 0)) continue;
    for (std::size_t i = 0; i < copies.size(); ++i)
      levels[i] = cell / strides[i] % model.variable(reads[i]).levels.size();
    const double value = statistic(std::span<const std::size_t>(levels));
    check_finite("Wasserstein mechanism", "the statistic", value);
    law[value] += table.values[cell];
  }
  DiscreteLaw result;
  for (const auto& [value, probability] : law) {
    result.values.push_back(value);
    result.probabilities.push_back(std::min(probability, 1.0));
  }
  return result;
}

/// The noise for statistic(levels of `reads`), where any of the models, discrete and over the same variables, may be
/// the truth. A pair of which a model gives one secret no probability does not count there. The cost is that of the
/// table of all variables that the statistic reads; NotExact where that is too large, or the model is not discrete.
template <class Statistic>
std::variant<WassersteinNoise, NotExact> wasserstein_noise(std::span<const Scm> models, std::span<const Node> reads,
                                                           const Statistic& statistic,
                                                           std::span<const SecretPair> secrets, double epsilon,
                                                           const DiscreteAnswerOptions& options = {}) {
  std::vector<std::pair<DiscreteLaw, DiscreteLaw>> laws;
  for (const Scm& model : models)
    for (const SecretPair& pair : secrets) {
      auto a = statistic_law(model, reads, statistic, pair.a, options);
      if (const auto* obstacle = std::get_if<NotExact>(&a)) return *obstacle;
      auto b = statistic_law(model, reads, statistic, pair.b, options);
      if (const auto* obstacle = std::get_if<NotExact>(&b)) return *obstacle;
      if (auto* law_a = std::get_if<DiscreteLaw>(&a), *law_b = std::get_if<DiscreteLaw>(&b);
          law_a != nullptr && law_b != nullptr)
        laws.emplace_back(std::move(*law_a), std::move(*law_b));
    }
  return wasserstein_noise(laws, epsilon);
}

}  // namespace equipoise::inline v0
