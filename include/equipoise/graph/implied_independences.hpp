// The independences that a causal graph implies, as few as there are pairs of nodes: what data can deny of it.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/graph/separators.hpp>

namespace equipoise::inline v0 {

/// a is independent of b given `given`, b being no ancestor of a.
struct ImpliedIndependence {
  Node a = 0, b = 0;
  NodeSet given;
  bool both_ways = false;  ///< a is no ancestor of b either, and the same set is what b's side asks for
  friend bool operator==(const ImpliedIndependence&, const ImpliedIndependence&) = default;
};

/// `A _||_ B | C, D`
inline std::string text_of(const CausalGraph& graph, const ImpliedIndependence& claim) {
  std::string text = graph.name(claim.a) + " _||_ " + graph.name(claim.b);
  const char* between = " | ";
  for (const Node v : claim.given) {
    text += between + graph.name(v);
    between = ", ";
  }
  return text;
}

namespace detail {

/// What separates a from b, b being no ancestor of a: a set with b's causes in it where there is one (for a DAG it is
/// b's causes and no more), since they explain most of b; else a minimal one. Nothing where none separates.
inline std::optional<NodeSet> separator_near(const CausalGraph& graph, Node a, Node b) {
  const NodeSet from(graph.size(), {a}), to(graph.size(), {b});
  const NodeSet allowed = graph.all() - from - to;
  if (!graph.parents(b).contains(a))
    if (auto around_b = separator(graph, from, to, graph.parents(b), allowed)) return around_b;
  return minimal_separator(graph, from, to, allowed);
}

}  // namespace detail

/// A basis of the independences: for every pair of nodes that some set separates, the later is independent of the
/// earlier given the later's causes; both claims where neither is an ancestor of the other and the causes differ. For a
/// DAG this is the local Markov property by pairs, which implies all others in a compositional graphoid
/// (linear-Gaussian models; Pearl 1988; Richardson 2003 for mixed graphs). Constraints of mixed graphs that are no
/// independences (Verma, Pearl 1990) are left out. O(n^2 (n + m)).
inline std::vector<ImpliedIndependence> implied_independences(const CausalGraph& graph) {
  std::vector<NodeSet> above(graph.size(), graph.none());
  for (const Node v : graph.topological_order()) {
    above[v] = graph.parents(v);
    for (const Node p : graph.parents(v)) above[v] |= above[p];
  }
  const std::vector<Node>& order = graph.topological_order();
  std::vector<ImpliedIndependence> claims;
  for (std::size_t j = 0; j < order.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) {
      const Node a = order[i], b = order[j];
      if (graph.parents(b).contains(a) || graph.siblings(b).contains(a)) continue;
      auto near_b = detail::separator_near(graph, a, b);
      if (!near_b) continue;
      const auto near_a = above[b].contains(a) ? std::nullopt : detail::separator_near(graph, b, a);
      const bool same = near_a && *near_a == *near_b;
      claims.push_back({a, b, std::move(*near_b), same});
      if (near_a && !same) claims.push_back({b, a, *near_a, false});
    }
  return claims;
}

/// Whether two graphs over the same nodes, in the same order, imply the same independences. Each must show those of the
/// other's basis of pairs given their ancestors (Sadeghi, Lauritzen, "Markov properties for mixed graphs", Bernoulli
/// 20, 2014). O(n^2 (n + m)).
inline bool imply_the_same(const CausalGraph& one, const CausalGraph& other) {
  const auto shows_all_of = [](const CausalGraph& graph, const CausalGraph& basis) {
    for (Node b = 0; b < basis.size(); ++b)
      for (Node a = 0; a < b; ++a) {
        const NodeSet from(basis.size(), {a}), to(basis.size(), {b}), pair = from | to;
        const NodeSet given = ancestors(basis, pair) - pair;
        if (separated(basis, from, to, given) && !separated(graph, from, to, given)) return false;
      }
    return true;
  };
  return shows_all_of(one, other) && shows_all_of(other, one);
}

}  // namespace equipoise::inline v0
