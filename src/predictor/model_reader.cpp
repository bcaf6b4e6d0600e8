#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/predictor/trained_model.hpp>

#include "core/file.hpp"
#include "core/json_reader.hpp"
#include "predictor/model_view.hpp"

namespace equipoise::inline v0 {
namespace {

/// The texts of a list in which each may stand once.
std::vector<std::string> unique_strings(const JsonValue& list, const char* expected) {
  std::set<std::string> seen;
  std::vector<std::string> texts;
  for (const JsonValue& item : list.items()) {
    texts.push_back(item.string());
    if (!seen.insert(texts.back()).second) item.fail(ErrorCode::json_value, "'" + texts.back() + "' twice", expected);
  }
  return texts;
}

/// Decides where the probability reaches the threshold, so where the score reaches its log-odds.
double cutoff_of_threshold(const JsonValue& threshold) {
  const double probability = threshold.number();
  if (!(probability > 0 && probability < 1))
    threshold.fail(ErrorCode::json_value, shortest(probability), "a probability above 0 and below 1");
  return logit(probability);
}

/// A model from elsewhere: its coefficients multiply the features as they are.
class OutsideModelReader {
 public:
  OutsideModelReader(const JsonValue& root, std::vector<std::string> features)
      : root_(root), coefficients_(root.at("coefficients")), features_(std::move(features)) {}

  void read_into(TrainedModel& model) {
    gather();
    std::vector<double> parameters;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      const Mentions& mentions = mentions_[i];
      if (mentions.coefficients.empty())
        coefficients_.fail(ErrorCode::json_missing_key, "no coefficient for '" + features_[i] + "'",
                           "one for every feature, as \"" + features_[i] + "\" or \"" + features_[i] + "=LEVEL\"");
      EncodedFeature feature{.name = features_[i], .first_column = model.encoding.columns()};
      if (!mentions.levels.empty()) {
        feature.levels = mentions.levels;
        feature.levels.emplace_back();
        feature.reference_level = mentions.levels.size();
        feature.unlisted_is_reference = true;
      }
      model.encoding.features.push_back(std::move(feature));
      parameters.insert(parameters.end(), mentions.coefficients.begin(), mentions.coefficients.end());
    }
    const bool has_intercept = root_.json().contains("intercept");
    parameters.push_back(has_intercept ? root_.at("intercept").number() : 0);
    model.parameters =
        Eigen::Map<const Eigen::VectorXd>(parameters.data(), static_cast<Eigen::Index>(parameters.size()));
    if (const auto threshold = root_.find("threshold")) model.cutoff = cutoff_of_threshold(*threshold);
  }

 private:
  /// What the coefficients say of one feature: a number's single one, or one for each level named.
  struct Mentions {
    std::vector<std::string> levels;
    std::vector<double> coefficients;
  };

  void gather() {
    mentions_.resize(features_.size());
    for (const auto& [key, value] : coefficients_.members()) {
      const auto [feature, level] = split(key, value);
      Mentions& mentions = mentions_[feature];
      const bool by_both = !mentions.coefficients.empty() && (!level || mentions.levels.empty());
      if (by_both)
        value.fail(ErrorCode::json_value, "'" + features_[feature] + "' by value and by level", "one of them");
      if (level) mentions.levels.push_back(*level);
      mentions.coefficients.push_back(value.number());
    }
  }

  /// "dept=B" as the feature dept and its level B. A feature of the whole name wins, then the longest.
  std::pair<std::size_t, std::optional<std::string>> split(const std::string& key, const JsonValue& value) const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      const std::string& name = features_[i];
      if (key == name) return {i, std::nullopt};
      const bool begins = key.size() > name.size() && key[name.size()] == '=' && key.starts_with(name);
      if (begins && (!best || name.size() > features_[*best].size())) best = i;
    }
    if (best) return {*best, key.substr(features_[*best].size() + 1)};
    value.fail(ErrorCode::json_unknown_key, "the coefficient '" + key + "' of no feature",
               "a feature of the list, or one of its levels as \"FEATURE=LEVEL\"",
               suggestion(key.substr(0, key.find('=')), features_));
  }

  const JsonValue& root_;
  JsonValue coefficients_;
  std::vector<std::string> features_;
  std::vector<Mentions> mentions_;
};

EncodedFeature encoded_feature(const JsonValue& value, std::string name, std::size_t first_column) {
  EncodedFeature feature{.name = std::move(name), .first_column = first_column};
  const auto levels = value.find("levels");
  if (!levels) {
    value.allow_keys({"mean", "scale", "levels", "reference"});
    feature.mean = value.at("mean").number();
    const JsonValue scale = value.at("scale");
    feature.scale = scale.number();
    if (!(feature.scale > 0)) scale.fail(ErrorCode::json_value, shortest(feature.scale), "a number above 0");
    if (const auto reference = value.find("reference"))
      reference->fail(ErrorCode::json_value, "the reference level of a number", "none, or 'levels'");
    return feature;
  }
  value.allow_keys({"levels", "reference"});
  feature.levels = unique_strings(*levels, "every level once");
  if (const auto reference = value.find("reference")) {
    const std::string text = reference->string();
    const auto found = std::find(feature.levels.begin(), feature.levels.end(), text);
    if (found == feature.levels.end())
      reference->fail(ErrorCode::json_value, "'" + text + "'", "one of the levels", suggestion(text, feature.levels));
    feature.reference_level = static_cast<std::size_t>(found - feature.levels.begin());
  } else {
    feature.reference_level = feature.levels.size();
    feature.levels.emplace_back();
    feature.unlisted_is_reference = true;
  }
  return feature;
}

/// The exact model of a file of ours.
void read_encoding(const JsonValue& value, const std::vector<std::string>& names, TrainedModel& model) {
  value.allow_keys({"features", "parameters", "cutoff"});
  const JsonValue features = value.at("features");
  for (const auto& [name, feature] : features.members())
    if (std::find(names.begin(), names.end(), name) == names.end())
      feature.fail(ErrorCode::json_unknown_key, "'" + name + "'", "a feature of the model's list",
                   suggestion(name, names));
  for (const std::string& name : names)
    model.encoding.features.push_back(encoded_feature(features.at(name), name, model.encoding.columns()));
  const JsonValue list = value.at("parameters");
  const std::vector<double> parameters = list.numbers();
  if (parameters.size() != model.encoding.columns() + 1)
    list.fail(ErrorCode::json_value, std::to_string(parameters.size()) + " parameters",
              std::to_string(model.encoding.columns() + 1) + ", one an encoded column, then the intercept");
  model.parameters = Eigen::Map<const Eigen::VectorXd>(parameters.data(), static_cast<Eigen::Index>(parameters.size()));
  model.cutoff = value.at("cutoff").number();
}

/// That a number for people says what the exact ones do, but for rounding.
void check_agrees(const JsonValue& shown, double exact, double size) {
  constexpr double rounding = 1e-9;
  if (!(std::abs(shown.number() - exact) <= rounding * size))
    shown.fail(ErrorCode::json_value, shortest(shown.number()), shortest(exact) + ", as the encoding says",
               "to change a model, take 'encoding' out");
}

/// Refuses a file whose view was edited and whose encoding was not, rather than pass over the edit.
void check_view(const JsonValue& root, const TrainedModel& model) {
  const auto view = view_of(model);
  for (const char* key : {"coefficients", "intercept", "threshold"})
    if (const auto shown = root.find(key); shown && !view)
      shown->fail(ErrorCode::json_value, std::string("'") + key + "' for an encoding that it cannot express", "none");
  if (const auto coefficients = root.find("coefficients")) {
    const std::vector<std::string> names = model.encoding.column_names();
    for (const auto& [name, exact] : view->coefficients) check_agrees(coefficients->at(name), exact, std::abs(exact));
    for (const auto& [name, shown] : coefficients->members())
      if (std::find(names.begin(), names.end(), name) == names.end())
        shown.fail(ErrorCode::json_unknown_key, "the coefficient '" + name + "'", "one for each encoded column",
                   suggestion(name, names));
  }
  if (const auto intercept = root.find("intercept")) {
    double size = std::abs(model.parameters[model.parameters.size() - 1]);
    for (const EncodedFeature& feature : model.encoding.features)
      if (!feature.has_levels())
        size +=
            std::abs(model.parameters[static_cast<Eigen::Index>(feature.first_column)] * feature.mean / feature.scale);
    check_agrees(*intercept, view->intercept, size);
  }
  if (const auto threshold = root.find("threshold")) check_agrees(*threshold, *view->threshold, *view->threshold);
}

}  // namespace

TrainedModel parse_model(std::string_view text, std::string file) {
  const JsonDocument document = parse_json(text, std::move(file));
  const JsonValue root = document.root();
  static constexpr std::array<std::string_view, 2> kinds{"linear", "logistic"};
  root.allow_keys({"kind", "outcome", "features", "coefficients", "intercept", "threshold", "encoding"});
  TrainedModel model;
  model.link = root.at("kind").choice(kinds) == 0 ? Link::identity : Link::logistic;
  if (const auto threshold = root.find("threshold"); threshold && model.link == Link::identity)
    threshold->fail(ErrorCode::json_value, "the threshold of a linear model", "none, as it decides at score 0",
                    "subtract it from the intercept");
  if (const auto outcome = root.find("outcome")) {
    outcome->allow_keys({"column", "positive"});
    model.outcome = outcome->at("column").string();
    if (const auto positive = outcome->find("positive")) model.positive = positive->string();
  }
  std::vector<std::string> features = unique_strings(root.at("features"), "every feature once");
  if (const auto encoding = root.find("encoding")) {
    read_encoding(*encoding, features, model);
    check_view(root, model);
  } else {
    OutsideModelReader(root, std::move(features)).read_into(model);
  }
  return model;
}

TrainedModel read_model(const std::string& path) { return parse_model(read_file(path), path); }

}  // namespace equipoise::inline v0
