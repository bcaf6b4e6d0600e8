// Random graphs and models for the tests of identification.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/discrete_model.hpp>

#include "identify/shpitser_pearl.hpp"

namespace equipoise::testing {

inline CausalGraph to_causal_graph(const judge::Graph& g) {
  std::vector<std::string> names;
  std::vector<NamedEdge> directed, bidirected;
  const auto name = [](int v) { return "V" + std::to_string(v); };
  for (int v = 0; v < g.n; ++v) names.push_back(name(v));
  for (int v = 0; v < g.n; ++v)
    for (int p = 0; p < g.n; ++p) {
      if (g.parents[static_cast<std::size_t>(v)] >> p & 1) directed.emplace_back(name(p), name(v));
      if (p < v && (g.siblings[static_cast<std::size_t>(v)] >> p & 1)) bidirected.emplace_back(name(p), name(v));
    }
  return CausalGraph(std::move(names), directed, bidirected);
}

inline NodeSet to_set(judge::Set mask, std::size_t n) {
  NodeSet set(n);
  for (Node v = 0; v < n; ++v)
    if (mask >> v & 1) set.insert(v);
  return set;
}

inline judge::Graph random_judge_graph(std::mt19937_64& random, int n, double directed, double bidirected) {
  judge::Graph g{n, std::vector<judge::Set>(static_cast<std::size_t>(n)),
                 std::vector<judge::Set>(static_cast<std::size_t>(n))};
  std::uniform_real_distribution<double> uniform;
  for (int v = 0; v < n; ++v)
    for (int p = 0; p < v; ++p) {
      const auto i = static_cast<std::size_t>(v), j = static_cast<std::size_t>(p);
      if (uniform(random) < directed) g.parents[i] |= judge::Set{1} << p;
      if (uniform(random) < bidirected) g.siblings[i] |= judge::Set{1} << p, g.siblings[j] |= judge::Set{1} << v;
    }
  return g;
}

/// A random binary model on the graph: one binary exogenous variable for each bidirected edge, one with `noise_states`
/// values for each node, random tables. Every observed cell is positive where each node's own noise forces both values.
inline DiscreteModel random_model(std::mt19937_64& random, const CausalGraph& graph) {
  DiscreteModel model;
  model.cardinalities.assign(graph.size(), 2);
  model.order = graph.topological_order();
  model.functions.resize(graph.size());
  std::uniform_real_distribution<double> uniform(0.1, 0.9);
  for (Node v = 0; v < graph.size(); ++v)
    model.functions[v].parents.assign(graph.parents(v).begin(), graph.parents(v).end());
  for (Node a = 0; a < graph.size(); ++a)
    for (const Node b : graph.siblings(a))
      if (a < b) {
        const double p = uniform(random);
        model.functions[a].exogenous.push_back(model.exogenous.size());
        model.functions[b].exogenous.push_back(model.exogenous.size());
        model.exogenous.push_back({{p, 1 - p}});
      }
  for (Node v = 0; v < graph.size(); ++v) {
    auto& function = model.functions[v];
    const double a = uniform(random), b = uniform(random), c = uniform(random) + 0.3;
    function.exogenous.push_back(model.exogenous.size());
    model.exogenous.push_back({{a / (a + b + c), b / (a + b + c), c / (a + b + c)}});
    std::size_t rows = 1;
    for (std::size_t i = 0; i < function.parents.size(); ++i) rows *= 2;
    for (std::size_t i = 0; i + 1 < function.exogenous.size(); ++i) rows *= 2;
    for (std::size_t row = 0; row < rows; ++row) {
      // The first two noise values force 0 and 1; the third follows the inputs.
      function.values.insert(function.values.end(), {0, 1, static_cast<std::size_t>(random() & 1)});
    }
  }
  return model;
}

}  // namespace equipoise::testing
