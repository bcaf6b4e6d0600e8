// Levels by scores of the inputs: {"kind": "logistic", "intercept": -1, "coefficients": {"X": 0.5}, "coupling":
// "inverse-cdf"} and {"kind": "ordinal", "link": "logit", "thresholds": [-1, 1], "coefficients": {"X": 0.5}}.
#include <algorithm>
#include <array>
#include <utility>

#include <equipoise/core/suggest.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/ordinal_mechanism.hpp>

#include "scm/function_codec.hpp"
#include "scm/mechanism_codec.hpp"

namespace equipoise::inline v0 {
namespace {

VariableSpec infer_from_scores(const MechanismReading& reading, const JsonValue& value) {
  const auto scores = value.find("scores");
  return levels_variable(reading.name(), scores ? scores->members().size() + 1 : 2);
}

/// A score for every level but the first, in the levels' order; `inputs` gathers what they read.
std::vector<LinearPredictor> scores_by_level(const MechanismReading& reading, const JsonValue& by_level,
                                             std::vector<std::string>& inputs) {
  const std::vector<std::string>& levels = reading.levels();
  std::vector<LinearPredictor> scores(levels.empty() ? 0 : levels.size() - 1);
  std::vector<char> given(scores.size());
  for (const auto& [text, score] : by_level.members()) {
    const auto found = std::find(levels.begin(), levels.end(), text);
    if (found == levels.begin() || found == levels.end())
      score.fail(ErrorCode::json_value, "'" + text + "'",
                 "a level of '" + reading.name() + "' other than the first, the reference", suggestion(text, levels));
    score.allow_keys({"intercept", "coefficients"});
    const auto k = static_cast<std::size_t>(found - levels.begin()) - 1;
    scores[k] = predictor_from_json(reading, score, inputs);
    given[k] = 1;
  }
  for (std::size_t k = 0; k < given.size(); ++k)
    if (given[k] == 0)
      by_level.fail(ErrorCode::json_missing_key, "no score for '" + levels[k + 1] + "'",
                    "one for every level but the first");
  return scores;
}

NodeMechanism read_logistic(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "intercept", "coefficients", "scores", "coupling"});
  std::vector<std::string> inputs;
  std::vector<LinearPredictor> scores;
  if (const auto by_level = value.find("scores")) {
    if (value.find("intercept") || value.find("coefficients"))
      by_level->fail(ErrorCode::json_value, "scores beside an intercept or coefficients", "one of them");
    scores = scores_by_level(reading, *by_level, inputs);
  } else {
    if (reading.levels().size() != 2)
      value.fail(ErrorCode::json_missing_key, "no 'scores'", "a score for every level but the first");
    scores.push_back(predictor_from_json(reading, value, inputs));
  }
  for (LinearPredictor& score : scores) {
    score.terms.resize(inputs.size());
    for (std::size_t c = 0; c < inputs.size(); ++c)  // an input that another score names by level
      if (const std::size_t count = reading.input(inputs[c], value).levels.size(); count > 2)
        score.terms[c].level_effects.resize(count);
  }
  return {LogisticMechanism(LogisticProbabilities(inputs.size(), std::move(scores)), coupling_of(value)), inputs};
}

std::optional<Json> write_logistic(const MechanismWriting& writing, const AnyMechanism& mechanism) {
  const auto* logistic = mechanism.get_if<LogisticMechanism>();
  if (logistic == nullptr) return std::nullopt;
  const std::vector<LinearPredictor>& scores = logistic->kernel().scores();
  Json json = {{"kind", "logistic"}};
  if (scores.size() == 1)
    put_predictor(scores[0], writing.inputs, json);
  else
    for (std::size_t k = 0; k < scores.size(); ++k)
      put_predictor(scores[k], writing.inputs, json["scores"][writing.levels[k + 1]]);
  put_coupling(logistic->coupling(), json);
  return json;
}

VariableSpec infer_from_thresholds(const MechanismReading& reading, const JsonValue& value) {
  return levels_variable(reading.name(), value.at("thresholds").items().size() + 1);
}

NamedFunction ordinal_score(const MechanismReading& reading, const JsonValue& value) {
  if (const auto score = value.find("score")) {
    if (value.find("intercept") || value.find("coefficients"))
      score->fail(ErrorCode::json_value, "a score beside an intercept or coefficients", "one of them");
    return function_from_json(reading, *score, "kind");
  }
  std::vector<std::string> inputs;
  LinearPredictor predictor = predictor_from_json(reading, value, inputs);
  return {std::move(predictor), std::move(inputs)};
}

NodeMechanism read_ordinal(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "link", "thresholds", "intercept", "coefficients", "score", "coupling"});
  static constexpr std::array<std::string_view, 2> links{to_string(OrdinalLink::logit), to_string(OrdinalLink::probit)};
  const auto link = value.find("link");
  NamedFunction score = ordinal_score(reading, value);
  const JsonValue thresholds = value.at("thresholds");
  auto kernel = made_at(thresholds, [&] {
    return OrdinalProbabilities(std::move(score.function), thresholds.numbers(),
                                link ? static_cast<OrdinalLink>(link->choice(links)) : OrdinalLink::logit);
  });
  return {OrdinalMechanism(std::move(kernel), coupling_of(value)), std::move(score.inputs)};
}

std::optional<Json> write_ordinal(const MechanismWriting& writing, const AnyMechanism& mechanism) {
  const auto* ordinal = mechanism.get_if<OrdinalMechanism>();
  if (ordinal == nullptr) return std::nullopt;
  const OrdinalProbabilities& kernel = ordinal->kernel();
  Json json = {{"kind", "ordinal"}, {"link", to_string(kernel.link())}, {"thresholds", kernel.thresholds()}};
  Json score = function_to_json(kernel.score(), writing.inputs);
  if (kernel.score().get_if<LinearPredictor>()) {
    score.erase("kind");
    json.update(score);
  } else {
    json["score"] = std::move(score);
  }
  put_coupling(ordinal->coupling(), json);
  return json;
}

}  // namespace

constinit const MechanismCodec logistic_codec{"logistic", false, infer_from_scores, read_logistic, write_logistic};
constinit const MechanismCodec ordinal_codec{"ordinal", false, infer_from_thresholds, read_ordinal, write_ordinal};

}  // namespace equipoise::inline v0
