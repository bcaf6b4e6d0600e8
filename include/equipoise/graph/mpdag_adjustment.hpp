// Adjustment in an equivalence class: which sets are valid in every DAG of it.
//
// Source: Perković, Kalisch, Maathuis, "Interpreting and using CPDAGs with background knowledge", UAI 2017, whose
// criterion is sound and complete for MPDAGs: z is valid relative to (X, Y) iff
//
//     amenability   every proper possibly causal path from X to Y begins with a directed edge out of X,
//     forbidden set z holds no possible descendant of a node on such a path (other than its treatment),
//     blocking      z blocks every proper path from X to Y of definite status that is not possibly causal.
//
// (Proper: only its first node is a treatment. Of definite status: each node is known to be a collider or not.) The
// first two are decided here. The third is then decided in one DAG D of the class: z, which avoids the class's
// forbidden nodes, is valid in the class iff it is valid in D. If valid in the class, it is valid in every DAG of it;
// if not, an open path breaks the third condition, which in D too is proper, open (its colliders are the same) and not
// causal (no edge of the graph turns round), so that z is not valid in D.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/mpdag.hpp>
#include <equipoise/graph/mpdag_ancestors.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

/// Adjustment in a class, brought down to a DAG: the sets that are valid in every DAG of the class are those of
/// `AdjustmentProblem(member, treatment, outcome, forbidden)`; to forbid more nodes, add them to `forbidden`.
struct ClassAdjustment {
  CausalGraph member;  ///< of the class
  NodeSet causal;      ///< the nodes other than treatments on proper possibly causal paths
  NodeSet forbidden;   ///< their possible descendants
};

/// No adjustment set, and no other way to identify the effect from observation alone: a proper possibly causal path
/// from treatment to outcome that begins with an undirected edge, so that in some DAG of the class it carries the
/// effect and in some it does not.
struct NotAmenable {
  std::vector<Node> path;
};

/// The path as text: "X -- A -> Y".
inline std::string to_text(const NotAmenable& answer, const Pdag& graph) {
  std::string text = graph.name(answer.path.front());
  for (std::size_t i = 1; i < answer.path.size(); ++i)
    text += (graph.has_directed(answer.path[i - 1], answer.path[i]) ? " -> " : " -- ") + graph.name(answer.path[i]);
  return text;
}

/// Whether the effect of `treatment` on `outcome` (disjoint, asserted) can be estimated by adjustment in the whole
/// class, the sets being those of one of its DAGs. The time is that of possible_descendants for each treatment.
inline std::variant<ClassAdjustment, NotAmenable> adjustment_in_class(const Mpdag& graph, const NodeSet& treatment,
                                                                      const NodeSet& outcome) {
  assert(!treatment.intersects(outcome));
  NodeSet causal = graph.none();
  for (const Node x : treatment) {
    // A proper possibly causal path from x has no edge into x. From its second node it may be taken to be unshielded.
    const NodeSet within = graph.all() - treatment - graph.parents(x);
    const NodeSet leading =
        detail::reached_by_unshielded_paths(graph, outcome, detail::PathDirection::backwards, within);
    for (const Node c : leading& graph.neighbours(x)) {
      std::vector<Node> path{c};
      if (!outcome.contains(c)) {
        detail::UnshieldedSearch search(graph, detail::PathDirection::forwards, within);
        search.start_at(c);
        path = *search.path_to(outcome);
      }
      path.insert(path.begin(), x);
      return NotAmenable{std::move(path)};
    }
    // So no node of `leading` is a neighbour of x, and directed paths within it reach every node on a path from x.
    // For let v_1 -> ... be such a path, v_k its last child of x up to v_i, and by induction let a directed path from
    // v_k reach v_(i-1) within it. If v_(i-1) -- v_i, the node before v_(i-1) on that path (or x) is adjacent to v_i
    // (R1), without pointing from it; so some node on it points to v_i, or x would be adjacent to v_i. Conversely, what
    // follows a directed path cannot point back into it: a DAG that directs it forwards would have a cycle.
    causal |= detail::closure(graph.children(x) & leading, leading,
                              [&](Node v) -> const NodeSet& { return graph.children(v); });
  }
  NodeSet forbidden = possible_descendants(graph, causal);
  return ClassAdjustment{class_member(graph), std::move(causal), std::move(forbidden)};
}

}  // namespace equipoise::inline v0
