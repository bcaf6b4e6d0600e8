#include <cassert>

#include <equipoise/core/check.hpp>
#include <equipoise/predictor/trained_model.hpp>

#include "core/file.hpp"
#include "core/json_reader.hpp"
#include "data/csv_cells.hpp"
#include "predictor/model_view.hpp"

namespace equipoise::inline v0 {
namespace {

/// JSON holds UTF-8 alone; anything else would not read back.
void check_text(const std::string& place, const std::string& text) {
  if (!detail::is_utf8(text))
    throw Error(ErrorCode::table_syntax, place, "bytes that are no UTF-8 text", "a name in UTF-8");
}

void check_contents(const TrainedModel& model) {
  check_text("model", model.outcome);
  check_text("model", model.positive);
  for (const EncodedFeature& feature : model.encoding.features) {
    const std::string place = "feature '" + feature.name + "'";
    check_text(place, feature.name);
    for (const std::string& level : feature.levels) check_text(place, level);
    if (feature.has_levels()) continue;
    check_finite(place, "its mean", feature.mean);
    check_positive(place, "its scale", feature.scale);
  }
  check_finite("model", "parameters", {model.parameters.data(), static_cast<std::size_t>(model.parameters.size())});
  check_finite("model", "the cutoff", model.cutoff);
}

void put_view(const ModelView& view, Json& document) {
  document["coefficients"] = Json::object();
  for (const auto& [name, coefficient] : view.coefficients) document["coefficients"][name] = coefficient;
  document["intercept"] = view.intercept;
  if (view.threshold) document["threshold"] = *view.threshold;
}

Json feature_to_json(const EncodedFeature& feature) {
  if (!feature.has_levels()) return {{"mean", feature.mean}, {"scale", feature.scale}};
  if (!feature.unlisted_is_reference)
    return {{"levels", feature.levels}, {"reference", feature.levels[feature.reference_level]}};
  assert(feature.reference_level + 1 == feature.levels.size() && feature.levels.back().empty());
  return {{"levels", std::vector<std::string>(feature.levels.begin(), feature.levels.end() - 1)}};
}

}  // namespace

std::string model_text(const TrainedModel& model) {
  assert(model.parameters.size() == static_cast<Eigen::Index>(model.encoding.columns()) + 1);
  check_contents(model);
  Json document = {{"kind", model.link == Link::logistic ? "logistic" : "linear"}};
  if (!model.outcome.empty() || !model.positive.empty()) document["outcome"]["column"] = model.outcome;
  if (!model.positive.empty()) document["outcome"]["positive"] = model.positive;
  document["features"] = Json::array();
  Json features = Json::object();
  for (const EncodedFeature& feature : model.encoding.features) {
    document["features"].push_back(feature.name);
    features[feature.name] = feature_to_json(feature);
  }
  if (const auto view = view_of(model)) put_view(*view, document);
  document["encoding"] = {{"features", std::move(features)},
                          {"parameters", std::vector<double>(model.parameters.begin(), model.parameters.end())},
                          {"cutoff", model.cutoff}};
  return to_text(document);
}

void write_model(const std::string& path, const TrainedModel& model) { write_file(path, model_text(model)); }

}  // namespace equipoise::inline v0
