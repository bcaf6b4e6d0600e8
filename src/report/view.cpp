// What a report makes of a frontier before it says anything.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <equipoise/core/error.hpp>

#include "report/html.hpp"
#include "report/sections.hpp"

namespace equipoise::inline v0 {

namespace {

// Measures of performance, the one that people understand best first.
constexpr std::array<std::string_view, 3> performance_kinds{"error-rate", "log-loss", "squared-error"};

std::string_view kind_of_objective(const StudyFacts& facts, const std::string& name) {
  const auto found = facts.kinds.find(name);
  return found == facts.kinds.end() ? std::string_view(name) : std::string_view(found->second);
}

void check(const Frontier& frontier) {
  for (const FrontierPoint& point : frontier.points)
    if (point.test.size() != frontier.objectives.size() || point.validation.size() != frontier.objectives.size())
      throw Error(ErrorCode::json_value, "point '" + point.id + "'", std::to_string(point.test.size()) + " values",
                  "one for each of " + std::to_string(frontier.objectives.size()) + " objectives");
}

void find_arms(ReportView& view) {
  for (const FrontierPoint& point : view.frontier.points)
    if (std::find(view.arms.begin(), view.arms.end(), point.arm) == view.arms.end()) view.arms.push_back(point.arm);
  std::stable_partition(view.arms.begin(), view.arms.end(), [](const std::string& arm) { return arm == "causal"; });
}

void find_goals(ReportView& view) {
  const auto& objectives = view.frontier.objectives;
  const auto is_performance = [&](std::size_t i) {
    const auto kind = kind_of_objective(view.facts, objectives[i].name);
    return std::find(performance_kinds.begin(), performance_kinds.end(), kind) != performance_kinds.end();
  };
  for (const std::string_view kind : performance_kinds)
    for (std::size_t i = 0; i < objectives.size() && !view.performance; ++i)
      if (kind_of_objective(view.facts, objectives[i].name) == kind) view.performance = i;
  if (!view.performance && !objectives.empty()) view.performance = 0;
  for (std::size_t i = objectives.size(); i-- > 0;)
    if (objectives[i].trained && is_performance(i)) view.predicting = i;
  if (!view.predicting) view.predicting = view.performance;
  for (std::size_t i = 0; i < objectives.size(); ++i)
    if (objectives[i].trained && i != view.performance && !is_performance(i)) view.goals.push_back(i);
}

void find_protected(ReportView& view) {
  const auto add = [&](const std::string& name) {
    auto& all = view.protected_attributes;
    if (!name.empty() && std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  };
  for (const std::string& name : view.facts.protected_attributes) add(name);
  for (const Decomposition& each : view.frontier.decompositions) add(each.protected_attribute);
}

}  // namespace

const FrontierObjective* ReportView::find_objective(const std::string& name) const {
  const auto found = std::find_if(frontier.objectives.begin(), frontier.objectives.end(),
                                  [&](const FrontierObjective& each) { return each.name == name; });
  return found == frontier.objectives.end() ? nullptr : &*found;
}

std::size_t ReportView::arm_index(const std::string& arm) const {
  return static_cast<std::size_t>(std::find(arms.begin(), arms.end(), arm) - arms.begin());
}

bool ReportView::is_knee(const FrontierPoint& point) const {
  const auto found = frontier.knee.find(point.arm);
  return found != frontier.knee.end() && found->second == point.id;
}

std::size_t differing_balances(const ReportView& view, const std::string& arm) {
  std::set<std::pair<double, double>> shown;
  for (const FrontierPoint& point : view.frontier.points)
    if (point.arm == arm && !point.dominated) shown.emplace(point.test[view.across].value, point.test[view.up].value);
  return shown.size();
}

bool ReportView::marks_knee(const FrontierPoint& point) const {
  return is_knee(point) && differing_balances(*this, point.arm) >= 3;
}

ReportView view_of(const Frontier& frontier, const StudyFacts& facts) {
  check(frontier);
  ReportView view{.frontier = frontier,
                  .facts = facts,
                  .arms = {},
                  .performance = {},
                  .predicting = {},
                  .goals = {},
                  .protected_attributes = {}};
  find_arms(view);
  find_goals(view);
  find_protected(view);
  view.up = view.performance.value_or(0);
  // The goal with the most priced steps first: where there is something to choose.
  const auto steps = [&](std::size_t goal) {
    return std::count_if(frontier.trade_offs.begin(), frontier.trade_offs.end(),
                         [&](const TradeOff& each) { return each.improves == frontier.objectives[goal].name; });
  };
  if (!view.goals.empty())
    view.across = *std::max_element(view.goals.begin(), view.goals.end(),
                                    [&](std::size_t a, std::size_t b) { return steps(a) < steps(b); });
  else if (frontier.objectives.size() > 1)
    view.across = view.up == 0 ? 1 : 0;
  return view;
}

std::string arm_html(const ReportView& view, const std::string& arm) {
  return "<span class=\"arm arm-" + std::to_string(view.arm_index(arm) % 4) +
         "\"><svg class=\"mark\" viewBox=\"-6 -6 12 12\" aria-hidden=\"true\"><use href=\"#mark-" +
         std::to_string(view.arm_index(arm) % 4) + "\"/></svg>" + escaped(arm) + "</span>";
}

}  // namespace equipoise::inline v0
