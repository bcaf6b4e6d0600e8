// What makes two sets of nodes a hedge: the check of a witness that no estimand exists.
// Source: Shpitser, Pearl, "Identification of joint interventional distributions in recursive semi-Markovian causal
// models", AAAI 2006, definition 6.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/q_factor.hpp>

namespace equipoise::inline v0 {

/// Whether the hedge proves that P(outcome | do(treatment)) does not follow from P(V): both its sets are joined by
/// bidirected edges within themselves, the smaller lies properly within the larger, every node of the larger is an
/// ancestor of the smaller within the larger (so that both have forests over the same roots), the treatment meets the
/// larger alone, and the smaller leads to the outcome past the treatment. For P(outcome | do(treatment), given) ask
/// about the outcome together with the conditions that `exchange_observations` leaves. Linear in the edges.
inline bool is_hedge(const CausalGraph& graph, const NodeSet& outcome /* y */, const NodeSet& treatment /* x */,
                     const Hedge& hedge) {
  const auto& [larger /* F */, smaller /* F' */] = hedge;
  if (smaller.empty() || smaller == larger || !smaller.is_subset_of(larger)) return false;
  return larger.intersects(treatment) && !smaller.intersects(treatment) &&
         district_of(graph, larger.front(), larger) == larger &&
         district_of(graph, smaller.front(), smaller) == smaller && ancestors(graph, smaller, larger) == larger &&
         smaller.is_subset_of(ancestors(graph, outcome, graph.all() - treatment));
}

}  // namespace equipoise::inline v0
