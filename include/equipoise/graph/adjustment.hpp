// Adjustment: which sets of variables, held fixed and averaged over, turn an association into a causal effect.
//
// Source: Shpitser, VanderWeele, Robins, "On the validity of covariate adjustment for estimating causal effects", UAI
// 2010; Perković, Textor, Kalisch, Maathuis, "Complete graphical characterization and construction of adjustment sets
// in Markov equivalence classes of ancestral graphs", JMLR 18, 2018; van der Zander, Liśkiewicz, Textor, "Separators
// and adjustment sets in causal graphs", Artificial Intelligence 270, 2019.
#pragma once

#include <cassert>
#include <optional>
#include <utility>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/open_path.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/graph/separators.hpp>
#include <equipoise/graph/subset_listing.hpp>

namespace equipoise::inline v0 {

/// What the choice of an adjustment set for the effect of `treatment` on `outcome` comes down to: z is one exactly
/// where it lies within `allowed` and m-separates treatment from outcome in the proper back-door graph, which lacks the
/// first arrow of every proper causal path (van der Zander et al. 2019; bidirected edges stand for latent nodes, which
/// no set holds).
class AdjustmentProblem {
 public:
  /// Treatment and outcome are disjoint (asserted). Nodes of `forbidden` stand in no set, whatever else they are. The
  /// graph must outlive the problem.
  AdjustmentProblem(const CausalGraph& graph, NodeSet treatment, NodeSet outcome, const NodeSet& forbidden);
  AdjustmentProblem(const CausalGraph& graph, NodeSet treatment, NodeSet outcome)
      : AdjustmentProblem(graph, std::move(treatment), std::move(outcome), graph.none()) {}
  AdjustmentProblem(const CausalGraph&&, NodeSet, NodeSet, const NodeSet&) = delete;
  AdjustmentProblem(const CausalGraph&&, NodeSet, NodeSet) = delete;

  const CausalGraph& graph() const noexcept { return *graph_; }
  const NodeSet& treatment() const noexcept { return treatment_; }
  const NodeSet& outcome() const noexcept { return outcome_; }
  /// The nodes other than treatments on proper causal paths: directed ones from a treatment to an outcome that meet no
  /// other treatment.
  const NodeSet& causal() const noexcept { return causal_; }
  /// The nodes that may stand in an adjustment set: no treatment, no outcome, no descendant of a causal node, and none
  /// that the user forbade.
  const NodeSet& allowed() const noexcept { return allowed_; }
  /// Whether the user forbade a node that could stand in a set otherwise.
  bool is_restricted() const noexcept { return is_restricted_; }
  /// What the proper back-door graph lacks: arrows from treatments to causal nodes.
  const CutArrowsBetween& cut() const noexcept { return cut_; }

 private:
  const CausalGraph* graph_;
  NodeSet treatment_, outcome_, causal_, allowed_;
  CutArrowsBetween cut_;
  bool is_restricted_;
};

inline AdjustmentProblem::AdjustmentProblem(const CausalGraph& graph, NodeSet treatment, NodeSet outcome,
                                            const NodeSet& forbidden)
    : graph_(&graph), treatment_(std::move(treatment)), outcome_(std::move(outcome)) {
  assert(!treatment_.intersects(outcome_));
  const NodeSet none = graph.none(), others = graph.all() - treatment_;
  NodeSet caused = none;
  for (const Node x : treatment_) caused |= graph.children(x);
  // Beyond its first node a proper path meets no treatment, and an outcome may lie on the way to another.
  causal_ = descendants(graph, caused, others) & ancestors(graph, outcome_, others);
  allowed_ = others - outcome_ - descendants(graph, causal_);
  is_restricted_ = allowed_.intersects(forbidden);
  allowed_ -= forbidden;
  cut_ = {treatment_, causal_};
}

/// Whether averaging over z gives the effect, P(outcome | do(treatment)) = sum over z of P(outcome | treatment, z)
/// P(z), in every model with this graph. Linear in the nodes and edges.
inline bool is_adjustment_set(const AdjustmentProblem& problem, const NodeSet& z) {
  return z.is_subset_of(problem.allowed()) &&
         separated(problem.graph(), problem.treatment(), problem.outcome(), z, problem.cut());
}

/// An adjustment set of which no proper subset is one, the nearest to the outcome. Nothing where none exists; an empty
/// set where nothing need be adjusted for. Linear in the nodes and edges.
inline std::optional<NodeSet> minimal_adjustment_set(const AdjustmentProblem& problem) {
  return minimal_separator(problem.graph(), problem.treatment(), problem.outcome(), problem.allowed(), problem.cut());
}

/// Every adjustment set of which no proper subset is one: call next(). O(n (n + m)) between two.
inline MinimalSeparators minimal_adjustment_sets(const AdjustmentProblem& problem) {
  return MinimalSeparators(problem.graph(), problem.treatment(), problem.outcome(), problem.allowed(), problem.cut());
}

/// Every adjustment set: call next(). There may be exponentially many; O(n (n + m)) between two.
inline auto adjustment_sets(const AdjustmentProblem& problem) {
  return SubsetListing(problem.allowed(), [problem](const NodeSet& required, const NodeSet& allowed) {
    return separator(problem.graph(), problem.treatment(), problem.outcome(), required, allowed, problem.cut());
  });
}

/// Where no adjustment set exists, a path that none blocks: open in the proper back-door graph given every allowed node
/// among the ancestors of treatment and outcome. Nothing where one exists.
inline std::optional<Path> unblocked_path(const AdjustmentProblem& problem) {
  const NodeSet ends = problem.treatment() | problem.outcome();
  return open_path(problem.graph(), problem.treatment(), problem.outcome(),
                   ancestors_under(problem.graph(), ends, problem.cut()) & problem.allowed(), problem.cut());
}

}  // namespace equipoise::inline v0
