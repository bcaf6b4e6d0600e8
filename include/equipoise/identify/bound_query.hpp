// A query as identification takes it: names bound to a graph's variables, values to levels, effects written out as the
// sums of probabilities that they stand for.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/counterfactual_event.hpp>
#include <equipoise/identify/empirical_distribution.hpp>
#include <equipoise/identify/query.hpp>

namespace equipoise::inline v0 {

/// P(outcome | do(treatment), given), at the levels that the query names.
struct EffectQuestion {
  NodeSet outcome, treatment, given;
  std::map<Node, std::size_t> at;  ///< those of the variables that the query gives a value
  friend bool operator==(const EffectQuestion&, const EffectQuestion&) = default;
};

/// P(event | evidence), across worlds. A level beyond those that the variable has stands for a value left open.
struct CounterfactualQuestion {
  CounterfactualEvent event, evidence;
  friend bool operator==(const CounterfactualQuestion&, const CounterfactualQuestion&) = default;
};

/// P(outcome) where the paths carry the treatment's level `active`, and every other path the level `reference`.
struct PathSpecificQuestion {
  Node treatment = 0, outcome = 0;
  std::vector<std::vector<Node>> paths;  ///< from the treatment; one that ends before the outcome stands for all beyond
  std::size_t active = 1, reference = 0;
  friend bool operator==(const PathSpecificQuestion&, const PathSpecificQuestion&) = default;
};

/// A part of a query: coefficient * question, or, with `mean_of`, coefficient * sum over its levels of their numbers
/// times the question at that level.
struct BoundTerm {
  double coefficient = 1;
  std::optional<Node> mean_of;
  std::variant<EffectQuestion, CounterfactualQuestion, PathSpecificQuestion> question;
};

struct BoundQuery {
  std::vector<BoundTerm> terms;  ///< no two with the same question, none with coefficient 0; their sum is the answer
  VariableLevels levels;         ///< `known`, and for a variable without levels 0, 1 and those that the query names
};

/// Whether the query leaves no value open, so that it asks for a number.
bool names_every_value(const BoundQuery& query);

/// What the query conditions on, term by term, each condition once: its probability, which the query takes not to be 0.
std::vector<BoundQuery> conditions_of(const BoundQuery& query);

/// Binds a query to a graph. `known` holds the levels of each variable, none where they are not known: then the
/// variable has 0, 1 and whatever values the query names.
///
/// A named effect contrasts the levels 1 and 0, or, of a variable with two levels only, the second with the first.
/// A mean takes the numbers that the levels are, or, of two levels that are no numbers, 1 for the second. A comparison
/// is written out as the events it covers, and so is do(X ~ bernoulli(p)) or categorical. A mediator is what stands on
/// a directed path from treatment to outcome.
///
/// Throws query_unknown_variable and query_unknown_value (with a suggestion), and query_unsupported where a mean has no
/// numbers, an effect no two levels, a condition is no equality, an action shifts, or the events that a term stands for
/// are too many.
BoundQuery bind_query(const CausalGraph& graph, const Query& query, const VariableLevels& known,
                      const std::string& place = "query");

}  // namespace equipoise::inline v0
