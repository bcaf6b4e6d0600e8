// A query put to a model: its names and values bound to the model's variables, its worlds built, its licence found.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <span>
#include <string>

#include <equipoise/identify/licence.hpp>
#include <equipoise/identify/query.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {

/// The query with each named effect written out as the probabilities and expectations that it stands for (path-specific
/// effects, which have no such form, stay): ATE(X -> Y) is E[Y | do(X=1)] - E[Y | do(X=0)]. A mediator is what stands
/// on a directed path from treatment to outcome. An effect contrasts 1 with 0, or, of a variable with two levels, the
/// second with the first. Throws query_unknown_variable, and query_unsupported for an effect of a variable with other
/// levels that names no two.
Query without_named_effects(const Scm& model, const Query& query, const std::string& place = "query");

/// What a query asks of a model, as the engines take it. `evidence` is what is known of one unit besides: values of
/// variables in the world as it is, added to what every term conditions on.
///
/// Values match levels by text or as equal numbers. A mean takes the numbers that levels are, or, of two that are no
/// numbers, 1 for the second. do() takes values, distributions, shifts of numbers, and formulas of other variables.
///
/// Throws query_unknown_variable and query_unknown_value (with a suggestion), scm_formula, graph_cycle, and
/// query_unsupported where a value is left open, a mean has no numbers, or an order is asked of levels without numbers.
WorldQuestion bind_query(const Scm& model, const Query& query, std::span<const Assignment> evidence = {},
                         const std::string& place = "query");

/// How the answer of a model to a query is known. Identified: the model's graph determines it from what is observed,
/// whatever its mechanisms; the basis is the estimand of each term. Assumed: it rests on more than that, and the basis
/// says on what: the couplings and functional forms of the variables that stand in several worlds, or the hidden common
/// causes that the model states.
Licence licence_of(const Scm& model, const Query& query, std::span<const Assignment> evidence = {},
                   const std::string& place = "query");

}  // namespace equipoise::inline v0
