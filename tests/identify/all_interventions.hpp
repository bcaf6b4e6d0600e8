// Every interventional distribution of a model, in several populations: what derivations are checked against.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/identification.hpp>

#include "identify/random_models.hpp"

namespace equipoise::testing {

/// The model with other mechanisms of `selection`.
inline DiscreteModel in_other_population(std::mt19937_64& random, const CausalGraph& graph, DiscreteModel model,
                                         const NodeSet& selection) {
  const DiscreteModel other = random_model(random, graph);
  for (const Node v : selection) {
    model.functions[v] = other.functions[v];
    const std::size_t own_noise = other.functions[v].exogenous.back();
    model.exogenous[own_noise] = other.exogenous[own_noise];
  }
  return model;
}

/// P(V | do(x)) for every x, in population 0 and in each population of the sources.
inline std::vector<KnownDistribution> all_interventions(std::mt19937_64& random, const CausalGraph& graph,
                                                        std::span<const Source> sources) {
  const DiscreteModel target = random_model(random, graph);
  std::vector<std::pair<std::size_t, DiscreteModel>> populations{{0, target}};
  for (const Source& source : sources) {
    const bool there = std::any_of(populations.begin(), populations.end(),
                                   [&](const auto& known) { return known.first == source.population; });
    if (!there)
      populations.emplace_back(source.population, in_other_population(random, graph, target, source.selection));
  }
  std::vector<KnownDistribution> known;
  for (const auto& [population, model] : populations)
    for (judge::Set x = 0; x < judge::Set{1} << graph.size(); ++x) {
      const NodeSet intervened = to_set(x, graph.size());
      known.push_back({population, intervened, model.distribution(intervened)});
    }
  return known;
}

/// The largest difference between two tables anywhere; 1 where either is undefined.
inline double largest_difference(const Factor& a, const Factor& b) {
  double largest = 0;
  for (const double d : combine(a, b, [](double x, double y) { return std::abs(x - y); }).values)
    largest = std::isnan(d) ? 1 : std::max(largest, d);
  return largest;
}

}  // namespace equipoise::testing
