#include <cassert>

#include <equipoise/core/check.hpp>
#include <equipoise/predictor/trained_model.hpp>

#include "core/file.hpp"
#include "core/json_reader.hpp"
#include "predictor/model_view.hpp"

namespace equipoise::inline v0 {
namespace {

void check_numbers_of(const TrainedModel& model) {
  for (const EncodedFeature& feature : model.encoding.features) {
    if (feature.has_levels()) continue;
    const std::string place = "feature '" + feature.name + "'";
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
  check_numbers_of(model);
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
