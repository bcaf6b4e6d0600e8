// What a graph says of the parts of a disparity that adjustment for confounders does not give.
//
// A hidden common cause of the attribute and the outcome, or of a mediator and the outcome, leaves parts of a
// decomposition without an estimand by adjustment. Each is then put to identification in full, which may know another
// one (a front door, say); where it knows none, the part is bounded by what all models of the graph with the observed
// distribution have in common:
//
//   natural bounds, by consistency: a mean that nothing observed speaks of lies between the outcome's least and
//     greatest value (Robins 1989; Manski 1990). Where the attribute alone is unconfounded given Z, more is known,
//       E[(Y_{x1,W_x0} - least) | x0, z] >= sum_w max(0, E[(Y - least) 1(W = w) | x1, z] - range P(W != w | x0, z)),
//     and likewise from above (Sjölander 2009 for two levels); where the outcome alone is, E[Y_{x1} | x0, z] lies
//     between the least and the greatest of E[Y | x1, z, w] over w;
//   linear programs over response types, where the part is linear in those of one district (Balke, Pearl 1997; Sachs et
//     al. 2023).
//
// Bounds of parts imply one another, since the parts have a known sum; they are tightened accordingly.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/bounds.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/fairness_roles.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// The gap with parts that nothing is known of yet: both responses stand midway between the outcome's least and
/// greatest value, or at the compared group's mean where it has none. Throws as decompose without confounders and
/// mediators.
Decomposition gap_alone(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                        std::span<const MediatorStep> steps, const BayesianBootstrapOptions& options);

}  // namespace detail

struct DecompositionBoundsOptions {
  BoundsOptions programs = {};                    ///< beyond this budget, bounds are natural
  std::size_t most_cells = std::size_t{1} << 14;  ///< of the joint table that estimands and programs are evaluated on
  BayesianBootstrapOptions bootstrap = {.replicates = 200};  ///< of the bounds of people; their interval's level
};

/// The decomposition and its shares with the parts that `roles` and `steps` do not identify, which `found` has as
/// assumed, made identified by another estimand of the graph; else bounded, where the outcome takes finitely many
/// values: it is taken to have no others than the table has, and so are mediators. Their values are those of `found` as
/// far as the bounds allow, so that tv = ctf_de - ctf_ie - ctf_se still, and shares add up to ctf_ie. Where confounders
/// or mediators are numbers of more than 64 values, the outcome's range alone bounds. What cannot be bounded stays
/// assumed, and says so. `value_rests_on` is said of a bounded part's value.
///
/// A bounded part's interval reaches from the lower percentile of the lower bound to the upper percentile of the upper
/// one, over the Bayesian bootstrap of people, and beside doubly robust parts a little farther; the bounds of a
/// distribution are exact. Other variables of the graph help where the table has them and they are discrete, and count
/// as hidden where not. `found` is of the same query, roles and steps. The same seed gives the same bits.
Decomposition with_bounds(Decomposition found, const Table& table, const DecompositionQuery& query,
                          const CausalGraph& graph, const FairnessRoles& roles, std::span<const MediatorStep> steps,
                          std::string_view value_rests_on, const DecompositionBoundsOptions& options = {});

}  // namespace equipoise::inline v0
