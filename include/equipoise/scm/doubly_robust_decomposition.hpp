// The decomposition of a disparity where confounders and mediators take too many values to count people by.
//
// Both worlds that a decomposition needs are the baseline group's, seen through the compared group's responses:
//
//     E[Y_{x1} | x0]       = E[E[Y | x1, Z] | x0]
//     E[Y_{x1, W_x0} | x0] = E[E[Y | x1, Z, W] | x0]      since (Z, W_x0) of that group is (Z, W)
//
// so each is a mean transported from one group to another, with one regression and one propensity for nuisances. Their
// one-step estimates are right if either is, and are efficient if both are (Tchetgen Tchetgen, Shpitser 2012; Plecko,
// Bareinboim 2024). Holding only the first of several mediators gives the steps between the two (Zhou 2022).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/scm/cross_fitting.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/decomposition_bounds.hpp>
#include <equipoise/scm/fairness_roles.hpp>

namespace equipoise::inline v0 {

/// The decomposition by cross-fitted one-step estimates, averaged over divisions into folds. Whatever numbers or levels
/// confounders and mediators are. tv = ctf_de - ctf_ie - ctf_se holds exactly. `steps` are the mediators of `roles`,
/// causes first, along which ctf_ie is split, or none for no shares. Intervals are normal, from influence
/// functions and what the divisions disagree by. Weights count people; rows of other groups play no part. The same seed
/// gives the same bits at any parallelism. Throws table_unknown_column, table_type, query_overlap, value_out_of_range
/// for options, and no_positivity where a group has fewer people than folds or more of the baseline group than the
/// options allow have next to no chance of being in the compared group.
Decomposition decompose_doubly_robust(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                                      const CrossFittingOptions& options = {},
                                      std::span<const MediatorStep> steps = {});

struct DecompositionOptions {
  BayesianBootstrapOptions bootstrap = {};  ///< of plug-in numbers
  CrossFittingOptions cross_fitting = {};   ///< of doubly robust ones
  DecompositionBoundsOptions bounds = {};   ///< of parts that adjustment does not give
  bool by_mediator = false;                 ///< whether ctf_ie is split along its mediators too
};

/// The plug-in decomposition where people of the compared group stand in every cell that the baseline group takes, else
/// the doubly robust one. Mediators are split along in the order of `roles`. Throws as these do: as the former where
/// cells are finite but lack people, which it names.
Decomposition estimate_decomposition(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                                     const DecompositionOptions& options = {});

/// The same with the roles that a graph gives, and with_bounds for what they do not identify: another estimand, or
/// bounds. Where adjustment identifies nothing, nobody needs peers in cells. Throws as roles_in_graph too.
Decomposition estimate_decomposition(const Table& table, const DecompositionQuery& query, const CausalGraph& graph,
                                     const DecompositionOptions& options = {});

}  // namespace equipoise::inline v0
