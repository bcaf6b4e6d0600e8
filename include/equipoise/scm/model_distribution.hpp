// What a discrete model makes known: the exact distributions that estimands are evaluated on.
#pragma once

#include <cstddef>

#include <equipoise/identify/empirical_distribution.hpp>
#include <equipoise/identify/evaluation.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// The levels of a model's variables, by their texts; none for a variable without levels.
VariableLevels levels_of(const Scm& model);

/// P(V \ intervened | do(intervened)) of a model of discrete variables, for every value of what is intervened on:
/// exact, by elimination of the exogenous variables. The model's variables are the graph's nodes, in its order.
///
/// Throws scm_missing_rung where a variable has no levels or a mechanism gives no probabilities, and where an exogenous
/// variable takes infinitely many values; value_out_of_range where the table has more than 2^24 cells.
KnownDistribution model_distribution(const Scm& model, const NodeSet& intervened, std::size_t population = 0);

}  // namespace equipoise::inline v0
