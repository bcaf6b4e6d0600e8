// The separating set, and the adjustment set, that costs least.
#pragma once

#include <optional>
#include <span>

#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/augmented_graph.hpp>
#include <equipoise/graph/separators.hpp>

namespace equipoise::inline v0 {

/// Of the sets within `allowed` that m-separate a from b, one with the least sum of costs, and of these the one nearest
/// to b. `costs`: of each node, positive and finite; 1 each where empty. Nothing where no set separates. The three sets
/// are disjoint. Throws value_out_of_range. Source: van der Zander, Liśkiewicz, Textor 2019: a minimum
/// vertex cut of the augmented graph, by maximum flow (Edmonds, Karp 1972), O(n (n + m)) for costs of 1.
std::optional<NodeSet> minimum_separator(const CausalGraph& graph, const NodeSet& a, const NodeSet& b,
                                         const NodeSet& allowed, std::span<const double> costs = {});

/// The same of adjustment sets: one with the least sum of costs, the nearest to the outcome. Nothing where none exists.
std::optional<NodeSet> minimum_adjustment_set(const AdjustmentProblem& problem, std::span<const double> costs = {});

}  // namespace equipoise::inline v0
