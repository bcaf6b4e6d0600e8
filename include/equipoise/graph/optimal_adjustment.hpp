// The adjustment set that estimates an effect with the least variance.
#pragma once

#include <variant>

#include <equipoise/graph/adjustment.hpp>

namespace equipoise::inline v0 {

/// Why no adjustment set is known to be the best.
enum class NoOptimalSet {
  no_adjustment_set,  ///< none is valid
  no_effect,          ///< some outcome is no descendant of a treatment: its effect is 0, which no set need estimate
  hidden_cause,       ///< a node on a causal path has a hidden cause, which the optimal set would hold
  forbidden_cause,    ///< the same of a cause that the user forbade
};

/// The adjustment set O with the least asymptotic variance among all, for every linear model with this graph (Henckel,
/// Perković, Maathuis, "Graphical criteria for efficient total effect estimation via adjustment in causal linear
/// models", JRSS B 84, 2022) and, for one treatment, every nonparametric one (Rotnitzky, Smucler, JMLR 21, 2020): the
/// parents of causal nodes that are themselves neither treatments nor causal nodes nor descendants of these.
///
/// With latent nodes O is taken in the graph that shows them, a bidirected edge standing for one. Where all of it is
/// observed and allowed it is the best of all sets, hence of those that one may choose; else none may be the best at
/// every parameter value, and this says so. Linear in the nodes and edges.
inline std::variant<NodeSet, NoOptimalSet> optimal_adjustment_set(const AdjustmentProblem& problem) {
  const CausalGraph& graph = problem.graph();
  if (!minimal_adjustment_set(problem)) return NoOptimalSet::no_adjustment_set;
  if (!problem.outcome().is_subset_of(problem.causal())) return NoOptimalSet::no_effect;
  NodeSet parents = graph.none();
  for (const Node v : problem.causal()) {
    if (!graph.sibling_list(v).empty()) return NoOptimalSet::hidden_cause;
    parents |= graph.parents(v);
  }
  // Once a set is valid, no treatment descends from a causal node, so these are all outside the forbidden set but for
  // what the user forbade.
  NodeSet optimal = parents - problem.treatment() - descendants(graph, problem.causal());
  if (!optimal.is_subset_of(problem.allowed())) return NoOptimalSet::forbidden_cause;
  return optimal;
}

}  // namespace equipoise::inline v0
