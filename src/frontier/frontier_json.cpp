// frontier.json, written and read back.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/suggest.hpp>
#include <equipoise/frontier/frontier.hpp>

#include "core/json_reader.hpp"
#include "scm/decomposition_json.hpp"
#include "scm/licensed_json.hpp"

namespace equipoise::inline v0 {

namespace {

using detail::estimate_json;
using detail::read_estimate_fields;
using detail::read_licence;

using ObjectiveNames = std::vector<std::string>;

Json end_of_range(double end) { return std::isfinite(end) ? Json(end) : Json(nullptr); }

Json written(const FrontierObjective& objective) {
  return {{"name", objective.name},
          {"label", objective.label},
          {"description", objective.description},
          {"unit", objective.unit},
          {"direction", "minimize"},
          {"range", Json::array({end_of_range(objective.range.low), end_of_range(objective.range.high)})},
          {"licence", to_string(objective.licence.kind)},
          {"licence_basis", objective.licence.basis},
          {"trained", objective.trained}};
}

Json written(const FrontierPoint& point, const ObjectiveNames& names) {
  Json settings = Json::object(), validation = Json::object(), test = Json::object();
  for (const auto& [name, value] : point.settings)
    settings[name] = std::visit([](const auto& held) { return Json(held); }, value);
  for (std::size_t j = 0; j < names.size(); ++j) {
    validation[names[j]] = point.validation.at(j);
    test[names[j]] = estimate_json(point.test.at(j));
  }
  return {{"id", point.id},
          {"arm", point.arm},
          {"settings", std::move(settings)},
          {"validation", std::move(validation)},
          {"test", std::move(test)},
          {"dominated", point.dominated},
          {"model", point.model}};
}

Json written(const ArmHypervolume& volume) {
  Json json = estimate_json(volume.estimate);
  json["reference"] = volume.reference;
  json["objectives"] = volume.objectives;
  return json;
}

Json written(const TradeOff& step) {
  return {{"arm", step.arm},         {"from", step.from},       {"to", step.to},        {"improves", step.improves},
          {"worsens", step.worsens}, {"rate", step.rate.value}, {"low", step.rate.low}, {"high", step.rate.high}};
}

Json written(const ArmComparison& comparison) {
  return {{"first", comparison.first},
          {"second", comparison.second},
          {"hypervolume_difference", estimate_json(comparison.hypervolume_difference)},
          {"reference", comparison.reference},
          {"objectives", comparison.objectives}};
}

Json written(const FrontierLedgerLine& line) {
  return {{"what", line.what},
          {"rows", line.rows},
          {"event", line.event},
          {"times", line.times},
          {"public", line.declared_public}};
}

Json written(const PrivacyStatement& statement) {
  return {{"release", statement.release},
          {"epsilon", statement.epsilon ? Json(*statement.epsilon) : Json(nullptr)},
          {"delta", statement.delta},
          {"conditions", statement.conditions}};
}

Json written(const CausalGraph& graph) {
  Json directed = Json::array(), bidirected = Json::array();
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) directed.push_back(Json::array({graph.name(v), graph.name(child)}));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) bidirected.push_back(Json::array({graph.name(v), graph.name(sibling)}));
  }
  return {{"nodes", graph.names()}, {"directed", std::move(directed)}, {"bidirected", std::move(bidirected)}};
}

template <class List, class... Context>
Json written_list(const List& list, const Context&... context) {
  Json json = Json::array();
  for (const auto& each : list) json.push_back(written(each, context...));
  return json;
}

Json written_decompositions(const std::vector<Decomposition>& decompositions) {
  Json json = Json::array();
  for (const Decomposition& each : decompositions) json.push_back(decomposition_json(each));
  return json;
}

template <class Read>
auto read_list(const JsonValue& json, Read read) {
  std::vector<decltype(read(json))> list;
  for (const JsonValue& item : json.items()) list.push_back(read(item));
  return list;
}

Estimate read_estimate(const JsonValue& json) {
  json.allow_keys({"value", "low", "high"});
  return read_estimate_fields(json);
}

FrontierObjective read_objective(const JsonValue& json) {
  json.allow_keys(
      {"name", "label", "description", "unit", "direction", "range", "licence", "licence_basis", "trained"});
  constexpr std::array<std::string_view, 1> directions{"minimize"};
  json.at("direction").choice(directions);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto ends = json.at("range").items();
  if (ends.size() != 2)
    json.at("range").fail(ErrorCode::json_value, "a list of " + std::to_string(ends.size()), "[low, high]");
  return {.name = json.at("name").string(),
          .unit = json.at("unit").string(),
          .label = json.at("label").string(),
          .description = json.at("description").string(),
          .licence = read_licence(json, "licence_basis"),
          .range = {ends[0].json().is_null() ? -infinity : ends[0].number(),
                    ends[1].json().is_null() ? infinity : ends[1].number()},
          .trained = json.at("trained").boolean()};
}

// The members of an object that names every objective once, in the objectives' order.
std::vector<JsonValue> read_by_objective(const JsonValue& json, const ObjectiveNames& names) {
  for (const auto& [key, value] : json.members())
    if (std::find(names.begin(), names.end(), key) == names.end())
      json.fail(ErrorCode::json_unknown_key, "no objective '" + key + "'", "an objective of the frontier",
                suggestion(key, names));
  std::vector<JsonValue> values;
  for (const std::string& name : names) values.push_back(json.at(name));
  return values;
}

FrontierPoint read_point(const JsonValue& json, const ObjectiveNames& names) {
  json.allow_keys({"id", "arm", "settings", "validation", "test", "dominated", "model"});
  FrontierPoint point{.id = json.at("id").string(),
                      .arm = json.at("arm").string(),
                      .settings = {},
                      .validation = {},
                      .test = {},
                      .dominated = json.at("dominated").boolean(),
                      .model = json.at("model").string()};
  for (const auto& [name, value] : json.at("settings").members()) {
    if (value.is_string())
      point.settings.emplace_back(name, value.string());
    else
      point.settings.emplace_back(name, value.number());
  }
  for (const JsonValue& value : read_by_objective(json.at("validation"), names))
    point.validation.push_back(value.number());
  for (const JsonValue& value : read_by_objective(json.at("test"), names)) point.test.push_back(read_estimate(value));
  return point;
}

ArmHypervolume read_hypervolume(const JsonValue& json) {
  json.allow_keys({"value", "low", "high", "reference", "objectives"});
  return {read_estimate_fields(json), json.at("reference").numbers(), json.at("objectives").strings()};
}

TradeOff read_trade_off(const JsonValue& json) {
  json.allow_keys({"arm", "from", "to", "improves", "worsens", "rate", "low", "high"});
  return {.arm = json.at("arm").string(),
          .from = json.at("from").string(),
          .to = json.at("to").string(),
          .improves = json.at("improves").string(),
          .worsens = json.at("worsens").string(),
          .rate = {json.at("rate").number(), json.at("low").number(), json.at("high").number()}};
}

ArmComparison read_comparison(const JsonValue& json) {
  json.allow_keys({"first", "second", "hypervolume_difference", "reference", "objectives"});
  return {.first = json.at("first").string(),
          .second = json.at("second").string(),
          .hypervolume_difference = read_estimate(json.at("hypervolume_difference")),
          .reference = json.at("reference").numbers(),
          .objectives = json.at("objectives").strings()};
}

FrontierLedgerLine read_ledger_line(const JsonValue& json) {
  json.allow_keys({"what", "rows", "event", "times", "public"});
  return {.what = json.at("what").string(),
          .rows = json.at("rows").string(),
          .event = json.at("event").string(),
          .times = static_cast<std::size_t>(json.at("times").integer_within(0, std::int64_t{1} << 53)),
          .declared_public = json.at("public").boolean()};
}

PrivacyStatement read_statement(const JsonValue& json) {
  json.allow_keys({"release", "epsilon", "delta", "conditions"});
  PrivacyStatement statement{.release = json.at("release").string(),
                             .delta = json.at("delta").number_within(0, 1),
                             .conditions = json.at("conditions").strings()};
  if (const auto epsilon = json.find("epsilon"))
    statement.epsilon = epsilon->number_within(0, std::numeric_limits<double>::max());
  return statement;
}

std::vector<NamedEdge> read_edges(const JsonValue& json) {
  return read_list(json, [](const JsonValue& edge) -> NamedEdge {
    const auto ends = edge.strings();
    if (ends.size() != 2)
      edge.fail(ErrorCode::json_value, "a list of " + std::to_string(ends.size()), "the two ends of an edge");
    return {ends[0], ends[1]};
  });
}

CausalGraph read_graph(const JsonValue& json) {
  json.allow_keys({"nodes", "directed", "bidirected"});
  return CausalGraph(json.at("nodes").strings(), read_edges(json.at("directed")), read_edges(json.at("bidirected")),
                     json.place());
}

FrontierOutcome read_outcome(const JsonValue& json) {
  json.allow_keys({"column", "positive"});
  return {json.at("column").string(), json.at("positive").string()};
}

FrontierRows read_rows(const JsonValue& json) {
  json.allow_keys({"training", "validation", "test"});
  return {json.at("training").number(), json.at("validation").number(), json.at("test").number()};
}

}  // namespace

std::string frontier_to_json(const Frontier& frontier) {
  ObjectiveNames names;
  for (const auto& objective : frontier.objectives) names.push_back(objective.name);
  Json hypervolume = Json::object(), knee = Json::object();
  for (const auto& [arm, volume] : frontier.hypervolume) hypervolume[arm] = written(volume);
  for (const auto& [arm, point] : frontier.knee) knee[arm] = point;
  const Json json{
      {"name", frontier.name},
      {"command", frontier.command},
      {"outcome", {{"column", frontier.outcome.column}, {"positive", frontier.outcome.positive}}},
      {"rows",
       {{"training", frontier.rows.training}, {"validation", frontier.rows.validation}, {"test", frontier.rows.test}}},
      {"graph", written(frontier.graph)},
      {"objectives", written_list(frontier.objectives)},
      {"points", written_list(frontier.points, names)},
      {"hypervolume", std::move(hypervolume)},
      {"knee", std::move(knee)},
      {"trade_offs", written_list(frontier.trade_offs)},
      {"decompositions", written_decompositions(frontier.decompositions)},
      {"comparison", frontier.comparison ? written(*frontier.comparison) : Json(nullptr)},
      {"privacy_ledger", written_list(frontier.privacy_ledger)},
      {"privacy_statements", written_list(frontier.privacy_statements)},
      {"assumptions", frontier.assumptions},
      {"warnings", frontier.warnings}};
  return to_text(json);
}

Frontier frontier_from_json(const std::string& text, const std::string& place) {
  const JsonDocument document = parse_json(text, place);
  const JsonValue root = document.root();
  root.allow_keys({"name", "command", "outcome", "rows", "graph", "objectives", "points", "hypervolume", "knee",
                   "trade_offs", "decompositions", "comparison", "privacy_ledger", "privacy_statements", "assumptions",
                   "warnings"});
  Frontier frontier{.name = root.at("name").string(),
                    .command = root.at("command").string(),
                    .outcome = read_outcome(root.at("outcome")),
                    .rows = read_rows(root.at("rows")),
                    .graph = read_graph(root.at("graph")),
                    .objectives = read_list(root.at("objectives"), read_objective),
                    .points = {},
                    .hypervolume = {},
                    .knee = {},
                    .trade_offs = read_list(root.at("trade_offs"), read_trade_off),
                    .decompositions = read_list(root.at("decompositions"), read_decomposition),
                    .comparison = {},
                    .privacy_ledger = read_list(root.at("privacy_ledger"), read_ledger_line),
                    .assumptions = root.at("assumptions").strings(),
                    .warnings = root.at("warnings").strings()};
  ObjectiveNames names;
  for (const auto& objective : frontier.objectives) names.push_back(objective.name);
  frontier.points = read_list(root.at("points"), [&](const JsonValue& json) { return read_point(json, names); });
  for (const auto& [arm, volume] : root.at("hypervolume").members())
    frontier.hypervolume.emplace(arm, read_hypervolume(volume));
  for (const auto& [arm, point] : root.at("knee").members()) frontier.knee.emplace(arm, point.string());
  if (const auto statements = root.find("privacy_statements"))
    frontier.privacy_statements = read_list(*statements, read_statement);
  if (const auto comparison = root.find("comparison")) frontier.comparison = read_comparison(*comparison);
  return frontier;
}

}  // namespace equipoise::inline v0
