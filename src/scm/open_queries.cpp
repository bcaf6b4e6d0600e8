// A query that leaves values open, as the queries that it stands for.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/answer_query.hpp>

#include "scm/model_names.hpp"

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t most_queries = 4096;

/// Calls event(e) for every event and action(a) for every action of the query.
template <class OfEvent, class OfAction>
void visit_parts(Query& query, OfEvent event, OfAction action) {
  for (Query::Term& term : query.terms) {
    QueryCondition* condition = nullptr;
    if (auto* probability = std::get_if<QueryProbability>(&term.part)) {
      for (QueryEvent& each : probability->of) event(each);
      condition = &probability->condition;
    } else if (auto* expectation = std::get_if<QueryExpectation>(&term.part)) {
      condition = &expectation->condition;
    }
    if (condition == nullptr) continue;
    for (QueryAction& each : condition->actions) action(each);
    for (QueryEvent& each : condition->given) event(each);
  }
}

/// Variables of the query without a value, each once, in the order in which they stand.
std::vector<QueryVariable> open_variables(Query query) {
  std::vector<QueryVariable> open;
  const auto note = [&](const QueryVariable& variable) {
    if (std::find(open.begin(), open.end(), variable) == open.end()) open.push_back(variable);
  };
  visit_parts(
      query,
      [&](const QueryEvent& event) {
        if (std::holds_alternative<std::monostate>(event.against)) note(event.variable);
      },
      [&](const QueryAction& action) {
        if (std::holds_alternative<std::monostate>(action.to)) note({action.variable, {}});
      });
  return open;
}

void give(Query& query, const QueryVariable& variable, const QueryText& value) {
  visit_parts(
      query,
      [&](QueryEvent& event) {
        if (std::holds_alternative<std::monostate>(event.against) && event.variable == variable) event.against = value;
      },
      [&](QueryAction& action) {
        if (std::holds_alternative<std::monostate>(action.to) && QueryVariable{action.variable, {}} == variable)
          action.to = value;
      });
}

}  // namespace

std::vector<Query> with_every_value(const Scm& model, const Query& query, const std::string& place) {
  const detail::ModelNames names(model, place);
  std::vector<Query> all{query};
  for (const QueryVariable& variable : open_variables(query)) {
    const std::vector<std::string>& levels = names.variable(names.node(variable.name)).levels;
    if (levels.empty())
      names.fail(
          variable.name, "'" + variable.name.text + "', a number, without a value",
          "a value or an inequality, as in " + variable.name.text + " > 0, or its mean, E[" + variable.name.text + "]");
    if (levels.size() * all.size() > most_queries)
      names.fail(variable.name, "more than " + std::to_string(most_queries) + " values left open",
                 "values for some of the variables");
    std::vector<Query> longer;
    for (const Query& each : all)
      for (const std::string& level : levels) {
        longer.push_back(each);
        give(longer.back(), variable, {level, variable.name.column});
      }
    all = std::move(longer);
  }
  return all;
}

}  // namespace equipoise::inline v0
