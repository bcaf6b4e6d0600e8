// Whether two models refute that a query is identifiable, by enumeration of everything the query may use.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/factor.hpp>
#include <equipoise/identify/identification.hpp>
#include <equipoise/identify/model_pair.hpp>

namespace equipoise::inline v0 {

/// How far two models agree on the distributions that a query may use, and differ on the query.
struct Refutation {
  double smallest_known_cell = 1;       ///< of either model, over every known distribution
  double largest_known_difference = 0;  ///< over every cell of every known distribution
  double largest_query_difference = 0;  ///< over every value of the query
};

/// Whether that leaves no doubt: known cells of at least 1e-6 that agree to 1e-12, and a query whose values differ by
/// more than 1e-3. Without positive cells a pair refutes nothing: an estimand may divide by any of them.
inline bool refutes(const Refutation& found) {
  return found.smallest_known_cell >= 1e-6 && found.largest_known_difference <= 1e-12 &&
         found.largest_query_difference > 1e-3;
}

namespace detail {

inline double largest_difference(const Factor& a, const Factor& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
  return largest;
}

}  // namespace detail

/// Whether the model's graph is within this one: functions listen to parents alone, and an exogenous variable enters
/// one node or the two ends of a bidirected edge.
inline bool is_model_on(const CausalGraph& graph, const DiscreteModel& model) {
  if (model.functions.size() != graph.size()) return false;
  std::vector<NodeSet> listeners(model.exogenous.size(), graph.none());
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node p : model.functions[v].parents)
      if (!graph.has_directed(p, v)) return false;
    for (const std::size_t u : model.functions[v].exogenous) listeners[u].insert(v);
  }
  return std::all_of(listeners.begin(), listeners.end(), [&](const NodeSet& of) {
    if (of.size() < 2) return true;
    const Node first = of.front(), second = (of - NodeSet(graph.size(), {first})).front();
    return of.size() == 2 && graph.has_bidirected(first, second);
  });
}

/// P(outcome | do(treatment), given) in a model, as a table over the three; exact, by enumeration of its exogenous
/// states. NaN where the condition has probability 0.
inline Factor query_table(const DiscreteModel& model, const NodeSet& outcome, const NodeSet& treatment,
                          const NodeSet& given) {
  const NodeSet rest = NodeSet::all(model.functions.size()) - outcome - treatment - given;
  const Factor joint = sum_out(model.distribution(treatment), symbols_of(rest));
  return combine(joint, sum_out(joint, symbols_of(outcome)), [](double a, double b) { return a / b; });
}

/// Compares the pairs, one a population, the target's first, on every source and on the query in the target. That they
/// are models on the graph (`is_model_on`), and that the populations of one model share the mechanisms that their
/// selection does not name, is the caller's to see to.
inline Refutation compare_models(std::span<const ModelPair> populations, const NodeSet& outcome,
                                 const NodeSet& treatment, const NodeSet& given, std::span<const Source> sources) {
  Refutation found;
  for (const Source& source : sources) {
    assert(source.population < populations.size());
    const Factor first = populations[source.population].first.distribution(source.intervened);
    const Factor second = populations[source.population].second.distribution(source.intervened);
    for (const Factor* table : {&first, &second})
      for (const double cell : table->values) found.smallest_known_cell = std::min(found.smallest_known_cell, cell);
    found.largest_known_difference =
        std::max(found.largest_known_difference, detail::largest_difference(first, second));
  }
  const ModelPair& target = populations.front();
  found.largest_query_difference = detail::largest_difference(query_table(target.first, outcome, treatment, given),
                                                              query_table(target.second, outcome, treatment, given));
  return found;
}

}  // namespace equipoise::inline v0
