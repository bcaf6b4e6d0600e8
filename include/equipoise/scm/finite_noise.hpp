// Noises that take finitely many values.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/scm/noise.hpp>

namespace equipoise::inline v0 {

/// The values that a noise takes with positive probability, each once, ascending, and their probabilities.
struct NoiseStates {
  std::vector<double> values, probabilities;
  friend bool operator==(const NoiseStates&, const NoiseStates&) = default;
};

namespace detail {

using WeightedValues = std::vector<std::pair<double, double>>;  // value, probability

/// Adds `weight` times the noise; false where it takes infinitely many values.
inline bool add_states(const Noise& noise, double weight, WeightedValues& into) {
  if (const auto* constant = noise.get_if<ConstantNoise>()) {
    into.emplace_back(constant->value, weight);
    return true;
  }
  if (const auto* bernoulli = noise.get_if<BernoulliNoise>()) {
    into.emplace_back(0, weight * (1 - bernoulli->p));
    into.emplace_back(1, weight * bernoulli->p);
    return true;
  }
  if (const auto* categorical = noise.get_if<CategoricalNoise>()) {
    for (std::size_t k = 0; k < categorical->probabilities.size(); ++k)
      into.emplace_back(static_cast<double>(k), weight * categorical->probabilities[k]);
    return true;
  }
  if (const auto* empirical = noise.get_if<EmpiricalNoise>()) {
    double total = 0;
    for (const double each : empirical->weights()) total += each;
    for (std::size_t k = 0; k < empirical->values().size(); ++k)
      into.emplace_back(empirical->values()[k], weight * empirical->weights()[k] / total);
    return true;
  }
  const auto* mixture = noise.get_if<MixtureNoise>();
  if (mixture == nullptr) return false;
  for (std::size_t k = 0; k < mixture->components.size(); ++k)
    if (mixture->weights[k] > 0 && !add_states(mixture->components[k], weight * mixture->weights[k], into))
      return false;
  return true;
}

}  // namespace detail

/// The states of a constant, bernoulli, categorical or empirical noise, or of a mixture of such; nothing for any other.
inline std::optional<NoiseStates> finite_states(const Noise& noise) {
  detail::WeightedValues all;
  if (!detail::add_states(noise, 1, all)) return std::nullopt;
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  NoiseStates states;
  for (const auto& [value, probability] : all) {
    if (!(probability > 0)) continue;
    if (!states.values.empty() && states.values.back() == value) {
      states.probabilities.back() += probability;
    } else {
      states.values.push_back(value);
      states.probabilities.push_back(probability);
    }
  }
  return states;
}

}  // namespace equipoise::inline v0
