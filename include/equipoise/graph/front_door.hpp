// The front door: sets that carry the whole effect and that nothing else confounds.
//
// Source: Pearl, Causality, 2009, definition 3.3.3; for sets Jeong, Tian, Bareinboim, "Finding and listing front-door
// adjustment sets", NeurIPS 2022; Wienöbst, van der Zander, Liśkiewicz, "Linear-time algorithms for front-door
// adjustment in causal graphs", AAAI 2024.
#pragma once

#include <cassert>
#include <optional>
#include <utility>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/graph/subset_listing.hpp>

namespace equipoise::inline v0 {

/// The sets of mediators asked for: disjoint from treatment and outcome, which are disjoint too. The graph must outlive
/// the problem.
class FrontDoorProblem {
 public:
  /// Nodes of `forbidden` stand in no set.
  FrontDoorProblem(const CausalGraph& graph, NodeSet treatment, NodeSet outcome, const NodeSet& forbidden)
      : graph_(&graph), treatment_(std::move(treatment)), outcome_(std::move(outcome)) {
    assert(!treatment_.intersects(outcome_));
    // Condition 2 asks each node by itself: no unblocked back-door path leads to it from the treatment.
    allowed_ = graph.all() - treatment_ - outcome_ - forbidden -
               detail::reached_by_open_walks(graph, treatment_, graph.none(), CutArrows{graph.none(), treatment_});
  }
  FrontDoorProblem(const CausalGraph& graph, NodeSet treatment, NodeSet outcome)
      : FrontDoorProblem(graph, std::move(treatment), std::move(outcome), graph.none()) {}
  FrontDoorProblem(const CausalGraph&&, NodeSet, NodeSet, const NodeSet&) = delete;
  FrontDoorProblem(const CausalGraph&&, NodeSet, NodeSet) = delete;

  const CausalGraph& graph() const noexcept { return *graph_; }
  const NodeSet& treatment() const noexcept { return treatment_; }
  const NodeSet& outcome() const noexcept { return outcome_; }
  /// The nodes to which no unblocked back-door path leads from the treatment (condition 2).
  const NodeSet& allowed() const noexcept { return allowed_; }

 private:
  const CausalGraph* graph_;
  NodeSet treatment_, outcome_, allowed_;
};

/// The greatest front-door set within `within`, or nothing where none is. O(n (n + m)).
inline std::optional<NodeSet> greatest_front_door_set(const FrontDoorProblem& problem, const NodeSet& within) {
  const CausalGraph& graph = problem.graph();
  NodeSet z = within & problem.allowed();
  // Condition 3, that the treatment blocks every proper back-door path from z to the outcome: a path that is open where
  // arrows out of z are cut is open for every part of z, which cuts fewer. So its end in z stands in no valid part.
  for (;;) {
    const NodeSet confounded =
        z & detail::reached_by_open_walks(graph, problem.outcome(), problem.treatment(), CutArrows{graph.none(), z});
    if (confounded.empty()) break;
    z -= confounded;
  }
  // Condition 1: z meets every directed path from treatment to outcome. The greatest set meets the most.
  if (ancestors_under(graph, problem.outcome(), CutArrows{graph.none(), z}).intersects(problem.treatment()))
    return std::nullopt;
  return z;
}

/// Whether z is a front-door set: (1) it meets every directed path from treatment to outcome, (2) no unblocked
/// back-door path leads from the treatment to it, and (3) the treatment blocks every proper back-door path from it to
/// the outcome. Where it is one, P(outcome | do(treatment)) is known from treatment, z and outcome. O(n (n + m)).
inline bool is_front_door_set(const FrontDoorProblem& problem, const NodeSet& z) {
  return greatest_front_door_set(problem, z) == z;
}

/// Every front-door set: call next(). There may be exponentially many; O(n^2 (n + m)) between two. One of which no
/// proper subset is one comes first.
inline auto front_door_sets(const FrontDoorProblem& problem) {
  return SubsetListing(problem.allowed(),
                       [problem](const NodeSet& required, const NodeSet& allowed) -> std::optional<NodeSet> {
                         auto greatest = greatest_front_door_set(problem, allowed);
                         if (!greatest || !required.is_subset_of(*greatest)) return std::nullopt;
                         return greatest;
                       });
}

}  // namespace equipoise::inline v0
