// The truth of counterfactual events by enumeration, and random events to ask for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include <equipoise/identify/counterfactual_event.hpp>
#include <equipoise/identify/discrete_model.hpp>
#include <equipoise/identify/evaluation.hpp>

#include "identify/random_models.hpp"

namespace equipoise::testing {

/// What a variable would be in an exogenous state, by the definition: the mechanisms of the variables set are replaced.
inline std::size_t level_in(const DiscreteModel& model, const CounterfactualVariable& variable,
                            std::span<const std::size_t> state) {
  std::vector<std::size_t> levels(model.functions.size());
  for (const Node v : model.order) {
    levels[v] = model.value(v, levels, state);
    for (const CounterfactualSetting& setting : variable.action)
      if (setting.variable == v)
        levels[v] = setting.nested.empty() ? setting.level : level_in(model, setting.nested.front(), state);
  }
  return levels[variable.variable];
}

inline bool holds_in(const DiscreteModel& model, const CounterfactualEvent& event, std::span<const std::size_t> state) {
  for (const CounterfactualValue& value : event)
    if (level_in(model, value.variable, state) != value.level) return false;
  return true;
}

/// P(event) in the model.
inline double truth(const DiscreteModel& model, const CounterfactualEvent& event) {
  double sum_of = 0;
  model.for_each_state([&](double probability, std::span<const std::size_t> state) {
    if (holds_in(model, event, state)) sum_of += probability;
  });
  return sum_of;
}

/// P(event | evidence) in the model; nothing where the evidence has probability 0.
inline std::optional<double> truth(const DiscreteModel& model, const CounterfactualEvent& event,
                                   const CounterfactualEvent& evidence) {
  CounterfactualEvent both = evidence;
  both.insert(both.end(), event.begin(), event.end());
  const double given = truth(model, evidence);
  if (given == 0) return std::nullopt;
  return truth(model, both) / given;
}

/// The observed joint of a model, as what is known.
inline std::vector<KnownDistribution> observed(const DiscreteModel& model) {
  const NodeSet nothing(model.functions.size());
  return {{0, nothing, model.distribution(nothing)}};
}

/// Every distribution P(V \ z | do(z)) of a model.
inline std::vector<KnownDistribution> every_intervention(const DiscreteModel& model) {
  std::vector<KnownDistribution> known;
  const std::size_t n = model.functions.size();
  for (std::uint64_t mask = 0; mask < std::uint64_t{1} << n; ++mask) {
    NodeSet intervened(n);
    for (Node v = 0; v < n; ++v)
      if (mask >> v & 1) intervened.insert(v);
    known.push_back({0, intervened, model.distribution(intervened)});
  }
  return known;
}

/// Every graph over n nodes whose edges go from the lesser index to the greater: up to names, every one there is.
inline std::vector<CausalGraph> every_graph(int n) {
  std::vector<CausalGraph> graphs;
  const int pairs = n * (n - 1) / 2;
  for (int directed = 0; directed < 1 << pairs; ++directed)
    for (int bidirected = 0; bidirected < 1 << pairs; ++bidirected) {
      judge::Graph g{n, std::vector<judge::Set>(static_cast<std::size_t>(n)),
                     std::vector<judge::Set>(static_cast<std::size_t>(n))};
      int pair = 0;
      for (int b = 0; b < n; ++b)
        for (int a = 0; a < b; ++a, ++pair) {
          const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
          if (directed >> pair & 1) g.parents[j] |= judge::Set{1} << a;
          if (bidirected >> pair & 1) g.siblings[i] |= judge::Set{1} << b, g.siblings[j] |= judge::Set{1} << a;
        }
      graphs.push_back(to_causal_graph(g));
    }
  return graphs;
}

/// How random events are drawn.
struct EventShape {
  std::size_t most_values = 3;
  double set = 0.3;     ///< the chance that a variable stands in an action
  double nested = 0.0;  ///< the chance that a setting is nested, in the outermost world
  std::size_t levels = 2;
};

inline CounterfactualVariable random_counterfactual_variable(std::mt19937_64& random, std::size_t n,
                                                             const EventShape& shape) {
  std::uniform_real_distribution<double> uniform;
  CounterfactualVariable variable{random() % n, {}};
  if (random() % 3 == 0) return variable;
  for (Node v = 0; v < n; ++v) {
    if (uniform(random) >= shape.set) continue;
    CounterfactualSetting setting{v, random() % shape.levels, {}};
    if (uniform(random) < shape.nested) {
      EventShape inner = shape;
      inner.nested = shape.nested / 2;
      setting.nested.push_back(random_counterfactual_variable(random, n, inner));
      setting.nested.front().variable = v;
    }
    variable.action.push_back(std::move(setting));
  }
  return variable;
}

inline CounterfactualEvent random_event(std::mt19937_64& random, std::size_t n, const EventShape& shape) {
  CounterfactualEvent event;
  const std::size_t count = 1 + random() % shape.most_values;
  for (std::size_t i = 0; i < count; ++i)
    event.push_back({random_counterfactual_variable(random, n, shape), random() % shape.levels});
  return event;
}

}  // namespace equipoise::testing
