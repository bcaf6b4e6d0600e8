// Markov equivalence: which causal graphs imply the same independences.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <equipoise/graph/mpdag.hpp>

namespace equipoise::inline v0 {

/// The pattern of a DAG (Verma, Pearl 1990): its adjacencies, with those edges directed that meet another in an
/// unshielded collider. Two DAGs over the same nodes imply the same independences iff their patterns are equal. Throws
/// graph_unsupported where an edge is bidirected.
inline Pdag pattern(const CausalGraph& dag) {
  const Pdag directed(dag);
  std::vector<NamedEdge> colliding, others;
  for (const Node v : dag.topological_order())
    for (const Node p : dag.parents(v)) {
      NodeSet unshielded = dag.parents(v) - directed.adjacent(p);
      unshielded.erase(p);
      (unshielded.empty() ? others : colliding).emplace_back(dag.name(p), dag.name(v));
    }
  return Pdag(dag.names(), colliding, others);
}

/// The CPDAG of a DAG's Markov equivalence class: directed edges are the same in every DAG of it, undirected ones stand
/// in either direction. Source: Chickering, "A transformational characterization of equivalent Bayesian network
/// structures", UAI 1995, algorithms Order-Edges and Label-Edges. The time is that of a set operation for each edge.
/// Throws graph_unsupported where an edge is bidirected.
inline Mpdag cpdag(const CausalGraph& dag) {
  static_cast<void>(Pdag(dag));  // refuses bidirected edges
  std::vector<std::size_t> position(dag.size());
  for (std::size_t i = 0; i < dag.size(); ++i) position[dag.topological_order()[i]] = i;

  // The x of edges x -> y labelled compelled; all others into y are reversible once y has been met.
  std::vector<NodeSet> compelled(dag.size(), dag.none());
  for (const Node y : dag.topological_order()) {
    if (dag.parents(y).empty()) continue;
    // Line 4: the lowest unknown edge x -> y, x being the last parent of y. Its turn labels every edge into y.
    const Node x = *std::max_element(dag.parents(y).begin(), dag.parents(y).end(),
                                     [&](Node a, Node b) { return position[a] < position[b]; });
    NodeSet beyond = dag.parents(y) - dag.parents(x);
    beyond.erase(x);
    if (!compelled[x].is_subset_of(dag.parents(y)) || !beyond.empty())  // lines 6 and 9
      compelled[y] = dag.parents(y);                                    // lines 7 and 10
    else
      compelled[y] = compelled[x];  // line 8; line 11 labels the rest reversible
  }

  detail::PartialEdges edges(dag.size());
  for (Node y = 0; y < dag.size(); ++y) {
    for (const Node x : compelled[y]) edges.add_directed(x, y);
    for (const Node x : dag.parents(y) - compelled[y]) edges.add_undirected(x, y);
  }
  return detail::trusted_mpdag(dag.names(), std::move(edges));
}

/// The CPDAG of the Markov equivalence class that holds the DAGs of an MPDAG: what is left of it without background
/// knowledge.
inline Mpdag cpdag(const Mpdag& graph) { return cpdag(class_member(graph)); }

/// Whether every DAG of the one class implies the same independences as every DAG of the other: their DAGs have the
/// same adjacencies and unshielded colliders (Verma, Pearl 1990). Background knowledge makes no difference. The nodes
/// may stand in any order; throws graph_unknown_node where they are not the same.
inline bool markov_equivalent(const Mpdag& a, const Mpdag& b) { return cpdag(a) == reordered(cpdag(b), a.names()); }

}  // namespace equipoise::inline v0
