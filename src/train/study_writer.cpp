#include <equipoise/train/study.hpp>
#include <equipoise/version.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {
namespace {

Json source_json(const StudySource& source) {
  return source.text.empty() ? Json(source.path) : Json::parse(source.text);
}

Json data_json(const StudyData& data) {
  if (!data.scm.empty()) return {{"scm", source_json(data.scm)}, {"rows", data.rows}};
  Json json;
  if (data.csv.text.empty())
    json["csv"] = data.csv.path;
  else
    json["text"] = data.csv.text;
  if (data.weight) json["weight"] = *data.weight;
  constexpr const char* policies[] = {"error", "drop", "level"};
  json["missing"] = policies[static_cast<std::size_t>(data.missing)];
  return json;
}

Json columns_json(const Study& study) {
  constexpr const char* types[] = {"continuous", "integer", "binary", "categorical"};
  Json json = Json::object();
  for (const ColumnDeclaration& column : study.columns) {
    Json& entry = json[column.name] = Json::object();
    if (column.type) entry["type"] = types[static_cast<std::size_t>(*column.type)];
    if (!column.levels.empty()) entry["levels"] = column.levels;
  }
  for (const ColumnRange& range : study.ranges) json[range.column]["range"] = {range.low, range.high};
  return json;
}

void add_privacy(Json& json, const StudyPrivacy& privacy) {
  json["epsilon"] = privacy.epsilons;
  json["delta"] = privacy.delta;
  if (privacy.clipping_norm > 0) json["clipping_norm"] = privacy.clipping_norm;
  if (privacy.sampling_rate > 0) json["sampling_rate"] = privacy.sampling_rate;
  if (privacy.steps > 0) json["steps"] = privacy.steps;
  if (privacy.model_epsilon > 0) json["scm"] = {{"epsilon", privacy.model_epsilon}};
  json["noise"] = privacy.seeded_for_research ? "seeded-for-research" : "operating-system";
  json["public"] = privacy.declared_public;
}

Json objective_json(const StudyObjective& objective) {
  Json json = {{"kind", objective.own ? "own" : objective.kind}, {"name", objective.name}, {"train", objective.train}};
  if (!objective.attribute.empty()) json["protected"] = objective.attribute;
  if (!objective.fair_paths.empty()) json["fair_paths"] = objective.fair_paths;
  if (objective.kind == "demographic-parity") json["sharpness"] = objective.sharpness;
  if (objective.privacy) add_privacy(json, *objective.privacy);
  return json;
}

Json split_json(const Study& study) {
  const StudySplit& split = study.split;
  Json json = {{"validation", split.validation}};
  if (split.column.empty())
    json["test"] = split.test;
  else
    json["column"] = split.column, json["test"] = split.test_folds;
  json["seed"] = split.seed.value_or(study.seed);
  return json;
}

}  // namespace

std::string study_text(const Study& said) {
  const Study study = completed(said);
  Json json = {{"name", study.name}, {"data", data_json(study.data)}};
  if (!study.columns.empty() || !study.ranges.empty()) json["columns"] = columns_json(study);
  if (!study.graph.empty()) json["graph"] = source_json(study.graph);
  if (!study.model.source.empty())
    json["scm"] = source_json(study.model.source);
  else if (study.model.fit)
    json["scm"] = {{"fit", "auto"}, {"coupling", to_string(study.model.coupling)}};
  json["outcome"] = {{"column", study.outcome.column}};
  if (!study.outcome.positive.empty()) json["outcome"]["positive"] = study.outcome.positive;
  if (!study.features.empty()) json["features"] = study.features;
  json["protected"] = Json::array();
  for (const ProtectedAttribute& each : study.protected_attributes) {
    Json entry = {{"column", each.column}};
    if (!each.baseline.empty()) entry["baseline"] = each.baseline;
    json["protected"].push_back(std::move(entry));
  }
  if (!study.environment.empty()) json["environment"] = study.environment;
  json["predictor"] = {{"kind", study.predictor.link == Link::logistic ? "logistic" : "linear"},
                       {"l2", study.predictor.l2}};
  json["objectives"] = Json::array();
  for (const StudyObjective& each : study.objectives) json["objectives"].push_back(objective_json(each));
  json["frontier"] = {{"method", "weighted-sum"},
                      {"points", study.sweep.points},
                      {"replicates", study.sweep.replicates},
                      {"bootstrap", study.sweep.bootstrap}};
  json["arms"] = study.arms;
  json["split"] = split_json(study);
  json["seed"] = study.seed;
  json["versions"] = {{"equipoise", std::string(library_version())}};
  return to_text(json);
}

}  // namespace equipoise::inline v0
