// A small discrete structural causal model, whole: what identification is checked against and refuted by.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/factor.hpp>

namespace equipoise::inline v0 {

/// A discrete SCM: independent exogenous variables and a table for each node of a graph. Every probability it
/// implies is exact, by enumeration of exogenous states: meant for up to about a million of them.
struct DiscreteModel {
  struct Exogenous {
    std::vector<double> probabilities;  ///< by value; they sum to 1
  };
  struct Function {
    std::vector<Node> parents;           ///< endogenous inputs
    std::vector<std::size_t> exogenous;  ///< exogenous inputs, by index
    std::vector<std::size_t> values;     ///< row-major over parents, then exogenous, the last fastest
  };

  Cardinalities cardinalities;  ///< by node
  std::vector<Exogenous> exogenous;
  std::vector<Function> functions;  ///< by node
  std::vector<Node> order;          ///< causes before effects

  /// Calls visit(probability, levels of the exogenous variables) for every exogenous state of positive probability.
  template <class Visit>
  void for_each_state(Visit visit) const {
    std::vector<std::size_t> state(exogenous.size(), 0);
    for (;;) {
      double probability = 1;
      for (std::size_t i = 0; i < state.size(); ++i) probability *= exogenous[i].probabilities[state[i]];
      if (probability > 0) visit(probability, std::span<const std::size_t>(state));
      std::size_t i = state.size();
      for (;;) {
        if (i == 0) return;
        --i;
        if (++state[i] < exogenous[i].probabilities.size()) break;
        state[i] = 0;
      }
    }
  }

  /// The value of node v where the endogenous variables have these levels (v's parents suffice) and the exogenous that
  /// state.
  std::size_t value(Node v, std::span<const std::size_t> levels, std::span<const std::size_t> state) const {
    const Function& function = functions[v];
    std::size_t index = 0;
    for (const Node parent : function.parents) index = index * cardinalities[parent] + levels[parent];
    for (const std::size_t u : function.exogenous) index = index * exogenous[u].probabilities.size() + state[u];
    return function.values[index];
  }

  /// P(V \ intervened | do(intervened)) for every value of the intervened variables: a table over all nodes.
  Factor distribution(const NodeSet& intervened) const {
    Factor table = zero_factor(symbols_of(NodeSet::all(functions.size())), cardinalities);
    std::vector<Node> fixed(intervened.begin(), intervened.end());
    std::vector<std::size_t> levels(functions.size(), 0), action(fixed.size(), 0);
    for (;;) {
      for_each_state([&](double probability, std::span<const std::size_t> state) {
        for (std::size_t i = 0; i < fixed.size(); ++i) levels[fixed[i]] = action[i];
        for (const Node v : order)
          if (!intervened.contains(v)) levels[v] = value(v, levels, state);
        std::size_t index = 0;
        for (std::size_t v = 0; v < levels.size(); ++v) index = index * cardinalities[v] + levels[v];
        table.values[index] += probability;
      });
      std::size_t i = fixed.size();
      for (;;) {
        if (i == 0) return table;
        --i;
        if (++action[i] < cardinalities[fixed[i]]) break;
        action[i] = 0;
      }
    }
  }
};

}  // namespace equipoise::inline v0
