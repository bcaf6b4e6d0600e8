#include <array>
#include <filesystem>
#include <limits>
#include <set>
#include <span>

#include <equipoise/core/suggest.hpp>
#include <equipoise/train/study.hpp>

#include "core/file.hpp"
#include "core/json_reader.hpp"
#include "train/objective_kinds.hpp"

namespace equipoise::inline v0 {
namespace {

/// A value that is a path, or else the document itself.
StudySource source_from(const JsonValue& value) {
  if (value.is_string()) {
    std::string path = value.string();
    if (path.empty()) value.fail(ErrorCode::json_value, "an empty path", "a file's path");
    return {.path = std::move(path)};
  }
  if (!value.is_object())
    value.fail(ErrorCode::json_type, "neither a text nor an object", "a file's path, or the document itself");
  return {.text = to_text(value.json())};
}

MissingPolicy missing_from(const JsonValue& value) {
  static constexpr std::array<std::string_view, 3> names{"error", "drop", "level"};
  return std::array{MissingPolicy::error, MissingPolicy::drop, MissingPolicy::level}[value.choice(names)];
}

StudyData data_from(const JsonValue& value) {
  value.allow_keys({"csv", "text", "weight", "missing", "scm", "rows"});
  StudyData data;
  const auto csv = value.find("csv"), text = value.find("text"), scm = value.find("scm");
  if ((csv ? 1 : 0) + (text ? 1 : 0) + (scm ? 1 : 0) != 1)
    value.fail(ErrorCode::json_missing_key, csv || text || scm ? "more than one source of rows" : "no source of rows",
               "one of 'csv' (a file), 'text' (the table itself) and 'scm' (a model to draw rows from)");
  if (csv) data.csv.path = csv->string();
  if (text) data.csv.text = text->string();
  if (csv && data.csv.path.empty()) csv->fail(ErrorCode::json_value, "an empty path", "a file's path");
  if (text && data.csv.text.empty()) text->fail(ErrorCode::json_value, "an empty table", "CSV with a header row");
  if (scm) data.scm = source_from(*scm);
  for (const char* key : {"weight", "missing"})
    if (const auto misplaced = value.find(key); scm && misplaced)
      misplaced->fail(ErrorCode::json_value, std::string("'") + key + "' beside 'scm'",
                      "it beside 'csv' alone: a model draws whole people and no gaps");
  if (const auto rows = value.find("rows")) {
    if (!scm) rows->fail(ErrorCode::json_value, "'rows' without 'scm'", "how many rows to draw from a model");
    data.rows = static_cast<std::size_t>(rows->integer_within(10, 1'000'000'000));
  }
  if (const auto weight = value.find("weight")) data.weight = weight->string();
  if (const auto missing = value.find("missing")) data.missing = missing_from(*missing);
  return data;
}

/// A column that has a range holds numbers.
ColumnRange range_from(const JsonValue& value, ColumnDeclaration& column) {
  if (!column.levels.empty() || column.type == ColumnType::binary || column.type == ColumnType::categorical)
    value.fail(ErrorCode::json_value, "a range of a column with levels", "'levels' alone, or a column of numbers");
  if (!column.type) column.type = ColumnType::continuous;
  const std::vector<double> ends = value.numbers();
  if (ends.size() != 2 || !(ends[0] < ends[1]))
    value.fail(ErrorCode::json_value, ends.size() != 2 ? std::to_string(ends.size()) + " numbers" : "no rising pair",
               "the least and the greatest value, as [0, 10]");
  return {.column = column.name, .low = ends[0], .high = ends[1]};
}

void read_columns(const JsonValue& value, Study& study) {
  static constexpr std::array<std::string_view, 4> types{"continuous", "integer", "binary", "categorical"};
  for (const auto& [name, entry] : value.members()) {
    entry.allow_keys({"type", "levels", "range"});
    ColumnDeclaration column{.name = name};
    if (const auto type = entry.find("type")) column.type = static_cast<ColumnType>(type->choice(types));
    if (const auto levels = entry.find("levels")) column.levels = levels->strings();
    if (const auto range = entry.find("range")) study.ranges.push_back(range_from(*range, column));
    study.columns.push_back(std::move(column));
  }
}

StudyModel model_from(const JsonValue& value) {
  if (value.is_string() || value.find("mechanisms")) return {.source = source_from(value), .fit = false};
  value.allow_keys({"fit", "coupling"});
  static constexpr std::array<std::string_view, 1> fits{"auto"};
  static constexpr std::array<std::string_view, 3> couplings{"gumbel-max", "inverse-cdf", "independent"};
  value.at("fit").choice(fits);
  StudyModel model;
  if (const auto coupling = value.find("coupling"))
    model.coupling = *coupling_from(couplings[coupling->choice(couplings)]);
  return model;
}

StudyOutcome outcome_from(const JsonValue& value) {
  value.allow_keys({"column", "positive"});
  StudyOutcome outcome{.column = value.at("column").string()};
  if (const auto positive = value.find("positive")) outcome.positive = positive->string();
  return outcome;
}

std::vector<ProtectedAttribute> protected_from(const JsonValue& value) {
  std::vector<ProtectedAttribute> attributes;
  for (const JsonValue& each : value.items()) {
    each.allow_keys({"column", "baseline"});
    ProtectedAttribute attribute{.column = each.at("column").string()};
    if (const auto baseline = each.find("baseline")) attribute.baseline = baseline->string();
    for (const ProtectedAttribute& other : attributes)
      if (other.column == attribute.column)
        each.fail(ErrorCode::json_value, "'" + attribute.column + "' twice", "each protected attribute once");
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

StudyPredictor predictor_from(const JsonValue& value) {
  value.allow_keys({"kind", "l2"});
  static constexpr std::array<std::string_view, 2> kinds{"logistic", "linear"};
  StudyPredictor predictor;
  predictor.link = std::array{Link::logistic, Link::identity}[value.at("kind").choice(kinds)];
  if (const auto l2 = value.find("l2")) predictor.l2 = l2->number_within(0, 1e6);
  return predictor;
}

/// A key that this kind of objective does not take is named as misplaced, not as unknown.
std::optional<JsonValue> find_for(const JsonValue& objective, const ObjectiveKind& kind, std::string_view key,
                                  bool taken) {
  const auto found = objective.find(key);
  if (found && !taken)
    found->fail(ErrorCode::json_unknown_key,
                "'" + std::string(key) + "' in an objective of kind '" + std::string(kind.name) + "'",
                "a key that this kind takes");
  return found;
}

/// The keys of an objective of kind "privacy" alone.
constexpr std::array<std::string_view, 8> privacy_keys{"epsilon", "delta", "clipping_norm", "sampling_rate",
                                                       "steps",   "scm",   "noise",         "public"};

constexpr double least_epsilon = 1e-3, most_epsilon = 100;

std::vector<double> epsilons_from(const JsonValue& value) {
  if (!value.is_array()) return {value.number_within(least_epsilon, most_epsilon)};
  std::vector<double> epsilons;
  for (const JsonValue& each : value.items()) {
    epsilons.push_back(each.number_within(least_epsilon, most_epsilon));
    if (epsilons.size() > 1 && epsilons.back() <= epsilons[epsilons.size() - 2])
      each.fail(ErrorCode::json_value, "an epsilon that is no greater than the one before", "a rising list");
  }
  if (epsilons.empty()) value.fail(ErrorCode::json_value, "an empty list", "at least one epsilon");
  return epsilons;
}

StudyPrivacy privacy_from(const JsonValue& value) {
  StudyPrivacy privacy{.epsilons = epsilons_from(value.at("epsilon"))};
  if (const auto delta = value.find("delta")) privacy.delta = delta->number_within(1e-15, 0.1);
  if (const auto norm = value.find("clipping_norm")) privacy.clipping_norm = norm->number_within(1e-6, 1e6);
  if (const auto rate = value.find("sampling_rate")) privacy.sampling_rate = rate->number_within(1e-6, 1);
  if (const auto steps = value.find("steps"))
    privacy.steps = static_cast<std::size_t>(steps->integer_within(1, 10'000'000));
  if (const auto model = value.find("scm")) {
    model->allow_keys({"epsilon"});
    privacy.model_epsilon = model->at("epsilon").number_within(least_epsilon, most_epsilon);
  }
  static constexpr std::array<std::string_view, 2> noises{"operating-system", "seeded-for-research"};
  if (const auto noise = value.find("noise")) privacy.seeded_for_research = noise->choice(noises) == 1;
  if (const auto list = value.find("public"))
    for (const JsonValue& each : list->items()) {
      const std::string matter(public_matters[each.choice(public_matters)]);
      if (std::find(privacy.declared_public.begin(), privacy.declared_public.end(), matter) !=
          privacy.declared_public.end())
        each.fail(ErrorCode::json_value, "'" + matter + "' twice", "each once");
      privacy.declared_public.push_back(matter);
    }
  return privacy;
}

StudyObjective objective_from(const JsonValue& value, const std::vector<ProtectedAttribute>& attributes) {
  value.allow_keys({"kind", "name", "train", "protected", "fair_paths", "sharpness", "epsilon", "delta",
                    "clipping_norm", "sampling_rate", "steps", "scm", "noise", "public"});
  const JsonValue kind_value = value.at("kind");
  const ObjectiveKind& kind = objective_kinds[kind_value.choice(objective_kind_names)];
  StudyObjective objective{.kind = std::string(kind.name), .name = std::string(kind.name), .train = kind.trainable};
  if (const auto name = value.find("name")) objective.name = name->string();
  if (objective.name.empty())
    value.at("name").fail(ErrorCode::json_value, "an empty name", "a name, which is its key in the frontier");
  if (const auto train = value.find("train")) {
    objective.train = train->boolean();
    if (objective.train && !kind.trainable)
      train->fail(ErrorCode::json_value, "true for '" + objective.kind + "', which has no derivative",
                  "false: it is measured only");
  }
  if (const auto attribute = find_for(value, kind, "protected", kind.has_attribute)) {
    objective.attribute = attribute->string();
    std::vector<std::string> names;
    for (const ProtectedAttribute& each : attributes) names.push_back(each.column);
    if (std::find(names.begin(), names.end(), objective.attribute) == names.end())
      attribute->fail(ErrorCode::json_value, "'" + objective.attribute + "'",
                      "a column that \"protected\" of the study lists", suggestion(objective.attribute, names));
  } else if (kind.has_attribute) {
    if (attributes.size() != 1)
      value.fail(ErrorCode::json_missing_key,
                 "no 'protected', where the study lists " + std::to_string(attributes.size()) + " protected attributes",
                 "the column whose groups are compared");
    objective.attribute = attributes.front().column;
  }
  if (const auto paths = find_for(value, kind, "fair_paths", kind.has_fair_paths))
    objective.fair_paths = paths->strings();
  if (const auto sharpness = find_for(value, kind, "sharpness", kind.has_sharpness))
    objective.sharpness = sharpness->number_within(1e-3, 1e3);
  for (const std::string_view key : privacy_keys) find_for(value, kind, key, kind.is_privacy);
  if (kind.is_privacy) objective.privacy = privacy_from(value);
  return objective;
}

std::vector<StudyObjective> objectives_from(const JsonValue& value, const std::vector<ProtectedAttribute>& attributes) {
  std::vector<StudyObjective> objectives;
  for (const JsonValue& each : value.items()) {
    StudyObjective objective = objective_from(each, attributes);
    for (const StudyObjective& other : objectives)
      if (other.name == objective.name)
        each.fail(ErrorCode::json_value, "the name '" + objective.name + "' twice",
                  "names that tell the objectives apart, by a key 'name'");
    objectives.push_back(std::move(objective));
  }
  return objectives;
}

StudySweep sweep_from(const JsonValue& value) {
  value.allow_keys({"method", "points", "replicates", "bootstrap"});
  static constexpr std::array<std::string_view, 1> methods{"weighted-sum"};
  if (const auto method = value.find("method")) method->choice(methods);
  StudySweep sweep;
  if (const auto points = value.find("points"))
    sweep.points = static_cast<std::size_t>(points->integer_within(1, 100'000));
  if (const auto replicates = value.find("replicates"))
    sweep.replicates = static_cast<std::size_t>(replicates->integer_within(1, 10'000));
  if (const auto bootstrap = value.find("bootstrap"))
    sweep.bootstrap = static_cast<std::size_t>(bootstrap->integer_within(20, 100'000));
  return sweep;
}

std::vector<std::string> arms_from(const JsonValue& value) {
  static constexpr std::array<std::string_view, 2> names{"causal", "correlational"};
  std::vector<std::string> arms;
  for (const JsonValue& each : value.items()) {
    const std::string arm(names[each.choice(names)]);
    if (std::find(arms.begin(), arms.end(), arm) != arms.end())
      each.fail(ErrorCode::json_value, "'" + arm + "' twice", "each arm once");
    arms.push_back(arm);
  }
  if (arms.empty()) value.fail(ErrorCode::json_value, "no arm", "\"causal\", \"correlational\" or both");
  return arms;
}

std::uint64_t seed_from(const JsonValue& value) {
  if (value.json().is_number_unsigned()) return value.json().get<std::uint64_t>();
  return static_cast<std::uint64_t>(value.integer_within(0, std::numeric_limits<std::int64_t>::max()));
}

StudySplit split_from(const JsonValue& value) {
  value.allow_keys({"validation", "test", "seed", "column"});
  StudySplit split;
  const auto column = value.find("column"), test = value.find("test");
  if (column) split.column = column->string();
  if (test && column) {
    split.test_folds = test->strings();
    if (split.test_folds.empty())
      test->fail(ErrorCode::json_value, "no fold", "the values of '" + split.column + "' that are test rows");
  } else if (test) {
    split.test = test->number_within(0.001, 0.998);
  } else if (column) {
    value.fail(ErrorCode::json_missing_key, "no 'test'", "the values of '" + split.column + "' that are test rows");
  }
  if (const auto validation = value.find("validation")) split.validation = validation->number_within(0.001, 0.998);
  if (!column && split.validation + split.test >= 1)
    value.fail(ErrorCode::json_value, "no people left to learn from",
               "shares of 'validation' and 'test' that add up to less than 1");
  if (const auto seed = value.find("seed")) split.seed = seed_from(*seed);
  return split;
}

/// Each goal must be one of the predictor's kind, and one that rewards accuracy be trained on: the others alone are met
/// by a predictor that says nothing.
void check_objectives(const JsonValue& root, const Study& study) {
  const JsonValue list = root.at("objectives");
  const bool chances = study.predictor.link == Link::logistic;
  const std::vector<JsonValue> items = list.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string& kind = study.objectives[i].kind;
    const bool of_chances = kind == "log-loss" || kind == "error-rate" || kind == "equalized-odds";
    if (chances ? kind == "squared-error" : of_chances)
      items[i].at("kind").fail(ErrorCode::json_value,
                               "'" + kind + "' of a " + (chances ? "logistic" : "linear") + " predictor",
                               chances ? "'log-loss' or another goal of a predictor of chances"
                                       : "'squared-error' or another goal of a predictor of numbers");
  }
  const std::string loss = chances ? "log-loss" : "squared-error";
  const bool any = std::any_of(study.objectives.begin(), study.objectives.end(),
                               [&](const StudyObjective& each) { return each.train && each.kind == loss; });
  if (!any)
    list.fail(ErrorCode::json_value, "no goal of accuracy to train on",
              "{\"kind\": \"" + loss + "\"} among them: the others alone are met by predicting nothing");
}

Study study_from(const JsonValue& root) {
  root.allow_keys({"name", "data", "columns", "graph", "scm", "outcome", "features", "protected", "environment",
                   "predictor", "objectives", "frontier", "arms", "split", "seed", "versions"});
  Study study;
  if (const auto name = root.find("name")) study.name = name->string();
  study.data = data_from(root.at("data"));
  if (const auto columns = root.find("columns")) read_columns(*columns, study);
  if (const auto graph = root.find("graph")) study.graph = source_from(*graph);
  const auto model = root.find("scm");
  if (model)
    study.model = model_from(*model);
  else
    study.model.fit = study.data.scm.empty();
  if (study.graph.empty() && study.model.fit && study.data.scm.empty())
    root.fail(ErrorCode::json_missing_key, "neither 'graph' nor a model in 'scm'",
              "the causal graph, as a path or an object");
  study.outcome = outcome_from(root.at("outcome"));
  if (const auto features = root.find("features")) study.features = features->strings();
  if (const auto attributes = root.find("protected")) study.protected_attributes = protected_from(*attributes);
  if (const auto environment = root.find("environment")) study.environment = environment->string();
  if (const auto predictor = root.find("predictor")) study.predictor = predictor_from(*predictor);
  study.objectives = objectives_from(root.at("objectives"), study.protected_attributes);
  if (const auto sweep = root.find("frontier")) study.sweep = sweep_from(*sweep);
  if (const auto arms = root.find("arms")) study.arms = arms_from(*arms);
  if (const auto split = root.find("split")) study.split = split_from(*split);
  if (const auto seed = root.find("seed")) study.seed = seed_from(*seed);
  check_objectives(root, study);
  return study;
}

}  // namespace

Study parse_study(std::string_view text, std::string place, std::string directory) {
  const JsonDocument document = parse_json(text, place);
  Study study = study_from(document.root());
  study.place = std::move(place);
  study.directory = std::move(directory);
  return study;
}

Study read_study(const std::string& path) {
  return parse_study(read_file(path), path == "-" ? "standard input" : path,
                     path == "-" ? "." : std::filesystem::path(path).parent_path().string());
}

}  // namespace equipoise::inline v0
