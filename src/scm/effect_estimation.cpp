#include <equipoise/scm/effect_estimation.hpp>

#include <algorithm>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/optimal_adjustment.hpp>
#include <equipoise/scm/one_step.hpp>

#include "scm/response_means.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::ComparedPeople;

/// An adjustment set of the graph among the table's columns, or that the effect is 0, or a path that stays open.
struct Adjustment {
  std::vector<std::string> set = {};
  bool no_effect = false;
  std::optional<Path> open_path = {};
};

std::vector<std::string> names_in(const CausalGraph& graph, const NodeSet& nodes) {
  std::vector<std::string> names;
  for (const Node v : nodes) names.push_back(graph.name(v));
  return names;
}

Adjustment adjustment_for(const Table& table, const CausalGraph& graph, const EffectQuery& query) {
  NodeSet treatment = graph.none(), outcome = graph.none(), unseen = graph.none();
  for (const ValueContrast& each : query.treatments) treatment.insert(graph.node(each.variable));
  outcome.insert(graph.node(query.outcome));
  if (treatment.intersects(outcome))
    throw Error(ErrorCode::query_overlap, {}, "'" + query.outcome + "' is both treatment and outcome",
                "two different variables");
  for (Node v = 0; v < graph.size(); ++v)
    if (!table.find(graph.name(v))) unseen.insert(v);
  const AdjustmentProblem problem(graph, treatment, outcome, unseen);
  if (!outcome.is_subset_of(problem.causal())) return {.no_effect = true};
  const auto best = optimal_adjustment_set(problem);
  if (const NodeSet* set = std::get_if<NodeSet>(&best)) return {.set = names_in(graph, *set)};
  const auto minimal = minimal_adjustment_set(problem);
  if (minimal) return {.set = names_in(graph, *minimal)};
  return {.open_path = unblocked_path(problem)};
}

std::string estimand(const EffectQuery& query, const std::vector<std::string>& set) {
  const std::string y = query.positive.empty() ? query.outcome : query.outcome + '=' + query.positive;
  std::string z;
  for (const std::string& name : set) z += (z.empty() ? "" : ", ") + name;
  const std::string x1 = group_text(query.treatments, Group::compared),
                    x0 = group_text(query.treatments, Group::baseline);
  if (z.empty()) return "E[" + y + " | " + x1 + "] - E[" + y + " | " + x0 + "]";
  return "the sum over " + z + " of (E[" + y + " | " + x1 + ", " + z + "] - E[" + y + " | " + x0 + ", " + z + "]) P(" +
         z + (query.target == EffectTarget::compared ? " | " + x1 : "") + ")";
}

std::optional<OneStep> effect_by_cells(const ComparedPeople& people, EffectTarget target,
                                       const std::vector<std::string>& set, double least_people) {
  if (target == EffectTarget::everyone) return detail::average_effect_by_cells(people, set, least_people);
  const auto untreated = detail::transported_by_cells(people, set, Group::compared, Group::baseline, least_people);
  if (!untreated) return std::nullopt;
  return people.mean(Group::compared) - *untreated;
}

}  // namespace

std::variant<EffectEstimate, NotAdjustable> estimate_effect(const Table& table, const CausalGraph& graph,
                                                            const EffectQuery& query, const EffectOptions& options) {
  if (query.treatments.empty())
    throw Error(ErrorCode::query_syntax, {}, "no treatment", "at least one variable that is set");
  detail::check_options(options.cross_fitting);
  const Adjustment adjustment = adjustment_for(table, graph, query);
  if (adjustment.open_path)
    return NotAdjustable{[&] {
      std::vector<std::string> names;
      for (const Node v : adjustment.open_path->nodes) names.push_back(graph.name(v));
      return names;
    }()};
  const bool everyone = query.target == EffectTarget::everyone;
  const ComparedPeople people(table, query.treatments, query.outcome, query.positive,
                              everyone ? detail::Audience::everyone : detail::Audience::both_groups);
  EffectEstimate result;
  if (adjustment.no_effect) {
    result.licence = {LicenceKind::identified, "0: no directed path leads to " + query.outcome};
    return result;
  }
  result.adjustment_set = adjustment.set;
  result.licence = {LicenceKind::identified, estimand(query, adjustment.set)};
  const auto least_people = static_cast<double>(std::max<std::size_t>(1, options.least_people_in_cell));
  if (const auto found = effect_by_cells(people, query.target, adjustment.set, least_people)) {
    result.method = EstimationMethod::plug_in;
    result.standard_error = standard_error(*found, people.weights());
    result.estimate = normal_estimate(found->value, result.standard_error, options.cross_fitting.level);
    return result;
  }
  detail::ResponseMeans means(people, options.cross_fitting);
  std::vector<OneStep> found;
  if (everyone) {
    found = means.average_effect(adjustment.set);
  } else {
    for (const OneStep& response : means.transported(adjustment.set, Group::compared, Group::baseline))
      found.push_back(people.mean(Group::compared) - response);
  }
  const CrossFittedEstimate average = detail::averaged(found, people.weights());
  result.method = EstimationMethod::doubly_robust;
  result.standard_error = average.standard_error;
  result.across_split_deviation = average.across_split_deviation;
  result.estimate = normal_estimate(average.value, average.standard_error, options.cross_fitting.level);
  result.cross_fitting = means.notes();
  return result;
}

}  // namespace equipoise::inline v0
