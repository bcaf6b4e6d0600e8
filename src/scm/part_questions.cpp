#include "scm/part_questions.hpp"

#include <map>
#include <utility>

#include <equipoise/identify/identify_query.hpp>
#include <equipoise/identify/notation.hpp>

namespace equipoise::inline v0::detail {

std::vector<PartDifference> part_differences(std::size_t steps) {
  const std::size_t last = steps == 0 ? 1 : steps;
  std::vector<PartDifference> parts{
      {last, std::nullopt, Group::baseline}, {last, 0}, {0, std::nullopt, Group::compared}};
  for (std::size_t step = 1; step <= steps; ++step) parts.push_back({step, step - 1});
  return parts;
}

std::vector<bool> open_parts(const FairnessRoles& roles, std::span<const MediatorStep> steps) {
  std::vector<bool> open{!roles.direct_identified, !roles.indirect_identified, !roles.spurious_identified};
  for (const MediatorStep& step : steps) open.push_back(!step.identified);
  return open;
}

std::vector<std::vector<std::string>> mediators_by_step(const FairnessRoles& roles,
                                                        std::span<const MediatorStep> steps) {
  std::vector<std::vector<std::string>> held{{}};
  for (const MediatorStep& step : steps) held.push_back({step.mediator});
  if (steps.empty()) held.push_back(roles.mediators);
  return held;
}

PartQuestions::PartQuestions(const CausalGraph& graph, const DecompositionQuery& query, const FairnessRoles& roles,
                             std::span<const MediatorStep> steps, VariableLevels levels,
                             std::vector<std::size_t> compared, std::vector<std::size_t> baseline)
    : graph_(graph),
      query_(query),
      held_(mediators_by_step(roles, steps)),
      levels_(std::move(levels)),
      compared_(std::move(compared)),
      baseline_(std::move(baseline)) {}

CounterfactualQuestion PartQuestions::question(std::size_t step, std::size_t level) const {
  std::vector<CounterfactualSetting> compared, baseline;
  CounterfactualQuestion question;
  const std::vector<std::string> attributes = query_.attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const Node x = graph_.node(attributes[i]);
    compared.push_back({x, compared_[i], {}});
    baseline.push_back({x, baseline_[i], {}});
    question.evidence.push_back({{x, {}}, baseline_[i]});
  }
  for (std::size_t held = 0; held <= step; ++held)
    for (const std::string& name : held_[held]) {
      const Node m = graph_.node(name);
      compared.push_back({m, 0, {{m, baseline}}});
    }
  question.event.push_back({{graph_.node(query_.outcome), std::move(compared)}, level});
  return question;
}

BoundQuery PartQuestions::difference(const PartDifference& part, std::span<const double> numbers) const {
  BoundQuery query{{}, levels_};
  const auto add = [&](double sign, std::size_t step) {
    for (std::size_t level = 0; level < numbers.size(); ++level)
      if (numbers[level] != 0) query.terms.push_back({sign * numbers[level], std::nullopt, question(step, level)});
  };
  add(1, part.of);
  if (part.less) add(-1, *part.less);
  return query;
}

std::optional<std::string> PartQuestions::response_estimand(std::size_t step) const {
  constexpr std::size_t open = 1'000'000;  // no level of the outcome: identified so, it is identified at each
  const BoundQuery query{{{1, std::nullopt, question(step, open)}}, levels_};
  const QueryIdentification found = identify_query(graph_, query, observational_knowledge(graph_));
  if (!found.is_identified() || found.terms.empty()) return std::nullopt;
  std::map<Symbol, std::string> values;
  for (const auto& [symbol, level] : found.terms.front().at)
    if (level < levels_.texts[symbol.variable].size()) values[symbol] = levels_.texts[symbol.variable][level];
  return to_text(found.terms.front().estimand, graph_.names(), values, Notation::text, {});
}

std::string PartQuestions::group_mean(Group group) const {
  return "E[" + query_.outcome + " | " + group_text(query_.contrasts(), group) + "]";
}

std::optional<std::string> PartQuestions::estimand(const PartDifference& part) const {
  const auto of = response_estimand(part.of);
  if (!of) return std::nullopt;
  const std::string mean = "the mean of " + query_.outcome + " distributed as " + *of + ", less ";
  if (!part.less) return mean + group_mean(part.group);
  const auto less = response_estimand(*part.less);
  return less ? std::optional(mean + "that as " + *less) : std::nullopt;
}

std::vector<std::optional<std::string>> part_estimands(const CausalGraph& graph, const DecompositionQuery& query,
                                                       const FairnessRoles& roles,
                                                       std::span<const MediatorStep> steps) {
  // Of an attribute two levels alone matter, and of other variables none.
  VariableLevels levels{std::vector<std::vector<std::string>>(graph.size())};
  const std::vector<ValueContrast> contrasts = query.contrasts();
  for (const ValueContrast& each : contrasts) levels.texts[graph.node(each.variable)] = {each.baseline, each.compared};
  const PartQuestions questions(graph, query, roles, steps, std::move(levels),
                                std::vector<std::size_t>(contrasts.size(), 1),
                                std::vector<std::size_t>(contrasts.size(), 0));
  const std::vector<bool> open = open_parts(roles, steps);
  const std::vector<PartDifference> parts = part_differences(steps.size());
  std::vector<std::optional<std::string>> estimands(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (open[i]) estimands[i] = questions.estimand(parts[i]);
  return estimands;
}

}  // namespace equipoise::inline v0::detail
