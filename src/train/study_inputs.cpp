#include <equipoise/train/study_inputs.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include <equipoise/core/suggest.hpp>
#include <equipoise/data/cell.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "core/file.hpp"

namespace equipoise::inline v0 {
namespace {

std::string path_of(const Study& study, const std::string& path) {
  const std::filesystem::path relative(path);
  return relative.is_absolute() || study.directory.empty() || study.directory == "."
             ? path
             : (std::filesystem::path(study.directory) / relative).string();
}

Scm model_from(const Study& study, const StudySource& source, const std::string& pointer) {
  return source.text.empty() ? read_scm(path_of(study, source.path))
                             : parse_scm(source.text, study.place + '#' + pointer);
}

CausalGraph graph_from(const Study& study) {
  return causal_graph(study.graph.text.empty()
                          ? read_graph_file(path_of(study, study.graph.path))
                          : parse_graph(study.graph.text, study.place + "#/graph", GraphFormat::json));
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Every column that the study reads.
std::vector<std::string> columns_read(const Study& study, const StudyInputs& inputs) {
  std::vector<std::string> names = inputs.graph.names();
  const auto add = [&](const std::string& name) {
    if (!name.empty() && !contains(names, name)) names.push_back(name);
  };
  for (const std::string& name : inputs.features) add(name);
  add(study.outcome.column);
  for (const ProtectedAttribute& each : study.protected_attributes) add(each.column);
  add(study.environment);
  add(study.split.column);
  return names;
}

/// What must be read as levels is declared so, unless the study says otherwise.
CsvOptions csv_options(const Study& study, const StudyInputs& inputs) {
  CsvOptions options{.columns = study.columns,
                     .weight = study.data.weight,
                     .missing = study.data.missing,
                     .wanted = columns_read(study, inputs),
                     .missing_can_be_chosen = true,
                     .largest = largest_fitted_number};
  const auto declare = [&](const std::string& name) {
    const auto said = std::find_if(options.columns.begin(), options.columns.end(),
                                   [&](const ColumnDeclaration& each) { return each.name == name; });
    if (said == options.columns.end())
      options.columns.push_back({.name = name, .type = ColumnType::categorical});
    else if (!said->type)
      said->type = ColumnType::categorical;
  };
  if (!study.outcome.positive.empty()) declare(study.outcome.column);
  for (const ProtectedAttribute& each : study.protected_attributes) declare(each.column);
  if (!study.split.column.empty()) declare(study.split.column);
  if (!study.environment.empty()) declare(study.environment);
  return options;
}

Table rows_of(const Study& study, StudyInputs& inputs, const std::optional<Scm>& truth) {
  if (truth) return table_of(*truth, sample(*truth, study.data.rows, {.seed = study.seed}));
  const CsvOptions options = csv_options(study, inputs);
  CsvFile file = study.data.csv.text.empty() ? read_csv(path_of(study, study.data.csv.path), options)
                                             : parse_csv(study.data.csv.text, study.place + "#/data/text", options);
  if (file.dropped_rows > 0)
    inputs.warnings.push_back("rows with a missing cell that are left out: " + std::to_string(file.dropped_rows));
  return std::move(file.table);
}

[[noreturn]] void misfit(const Study& study, const std::string& pointer, std::string found, std::string expected,
                         std::string hint = {}) {
  throw Error(ErrorCode::json_value, study.place + '#' + pointer, std::move(found), std::move(expected),
              std::move(hint));
}

void check_is_column(const Study& study, const Table& table, const std::string& pointer, const std::string& name) {
  if (table.find(name)) return;
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name);
  misfit(study, pointer, "no column '" + name + "' in the table", "a column of the table", suggestion(name, names));
}

void check_outcome(const Study& study, const Table& table) {
  check_is_column(study, table, "/outcome/column", study.outcome.column);
  const Column& column = table.column(study.outcome.column);
  const std::string& positive = study.outcome.positive;
  if (!positive.empty() && !contains(column.levels, positive))
    misfit(study, "/outcome/positive", "'" + positive + "', which no cell of '" + column.name + "' holds",
           "one of its values", suggestion(positive, column.levels));
  const bool chances = study.predictor.link == Link::logistic;
  const bool is_zero_or_one = column.type == ColumnType::binary && contains(column.levels, "1");
  if (chances && positive.empty() && !is_zero_or_one)
    misfit(study, "/outcome", "no 'positive' for '" + column.name + "', whose cells are not 0 and 1",
           "the value that counts as 1");
  if (!chances && column.has_levels() && positive.empty() && !is_zero_or_one)
    misfit(study, "/outcome/column", "'" + column.name + "', which has levels",
           "a number for a linear predictor, or the 'positive' level that counts as 1");
}

void check_protected(const Study& study, const Table& table) {
  for (std::size_t i = 0; i < study.protected_attributes.size(); ++i) {
    const ProtectedAttribute& each = study.protected_attributes[i];
    const std::string pointer = "/protected/" + std::to_string(i);
    check_is_column(study, table, pointer + "/column", each.column);
    if (each.column == study.outcome.column)
      misfit(study, pointer + "/column", "the outcome '" + each.column + "'", "a column that says who people are");
    const Column& column = table.column(each.column);
    if (column.levels.size() < 2)
      misfit(study, pointer + "/column",
             "'" + each.column + "' with " + (column.has_levels() ? "one group alone" : "numbers"),
             "a column of at least two groups");
    if (!each.baseline.empty() && !contains(column.levels, each.baseline))
      misfit(study, pointer + "/baseline", "'" + each.baseline + "', which no cell of '" + each.column + "' holds",
             "one of its groups", suggestion(each.baseline, column.levels));
  }
}

void check_features(const Study& study, const StudyInputs& inputs) {
  for (std::size_t i = 0; i < inputs.features.size(); ++i) {
    const std::string pointer = study.features.empty() ? "/features" : "/features/" + std::to_string(i);
    const std::string& name = inputs.features[i];
    check_is_column(study, inputs.table, pointer, name);
    if (name == study.outcome.column)
      misfit(study, pointer, "the outcome '" + name + "'", "what the outcome is predicted from");
    if (const std::size_t levels = inputs.table.column(name).levels.size(); levels > most_fitted_levels)
      misfit(study, pointer, "'" + name + "' of " + std::to_string(levels) + " levels",
             "at most " + std::to_string(most_fitted_levels), "is it an identifier?");
    for (std::size_t j = 0; j < i; ++j)
      if (inputs.features[j] == name) misfit(study, pointer, "'" + name + "' twice", "each feature once");
  }
  if (inputs.features.empty()) misfit(study, "/features", "no feature", "at least one column to predict from");
}

void check_folds(const Study& study, const Table& table) {
  if (study.split.column.empty()) return;
  check_is_column(study, table, "/split/column", study.split.column);
  const Column& column = table.column(study.split.column);
  for (std::size_t i = 0; i < study.split.test_folds.size(); ++i)
    if (!contains(column.levels, study.split.test_folds[i]))
      misfit(study, "/split/test/" + std::to_string(i),
             "'" + study.split.test_folds[i] + "', which no cell of '" + column.name + "' holds", "one of its values",
             suggestion(study.split.test_folds[i], column.levels));
}

/// Fair paths are read in the graph and worlds built by the model, so that these must be of one mind.
void check_model(const Study& study, const StudyInputs& inputs) {
  if (study.graph.empty() || !inputs.model) return;
  const CausalGraph &drawn = inputs.graph, &known = inputs.model->graph();
  const auto differ = [&](const std::string& found) {
    misfit(study, "/graph", found, "the model's own graph, which may be left out");
  };
  for (const std::string& name : drawn.names())
    if (!known.find(name)) differ("'" + name + "', which the model lacks");
  for (const std::string& name : known.names())
    if (!drawn.find(name)) differ("no '" + name + "', which the model has");
  for (Node v = 0; v < drawn.size(); ++v)
    for (Node w = 0; w < drawn.size(); ++w) {
      const Node known_v = known.node(drawn.name(v)), known_w = known.node(drawn.name(w));
      if (drawn.has_directed(v, w) != known.has_directed(known_v, known_w))
        differ((drawn.has_directed(v, w) ? "the edge " : "no edge ") + drawn.name(v) + " -> " + drawn.name(w) +
               ", unlike the model");
      if (drawn.has_bidirected(v, w) != known.has_bidirected(known_v, known_w))
        differ((drawn.has_bidirected(v, w) ? "the edge " : "no edge ") + drawn.name(v) + " <-> " + drawn.name(w) +
               ", unlike the model");
    }
}

/// A goal that asks for other worlds needs its names in the graph, and features that the outcome does not affect.
void check_graph(const Study& study, StudyInputs& inputs) {
  const bool causal = std::any_of(study.objectives.begin(), study.objectives.end(),
                                  [](const auto& each) { return each.kind == "counterfactual-fairness"; });
  if (!causal) return;
  const CausalGraph& graph = inputs.graph;
  const auto outcome = graph.find(study.outcome.column);
  if (!outcome)
    misfit(study, "/outcome/column", "'" + study.outcome.column + "', which the graph lacks", "a variable of the graph",
           suggestion(study.outcome.column, graph.names()));
  for (std::size_t i = 0; i < study.protected_attributes.size(); ++i)
    if (const std::string& name = study.protected_attributes[i].column; !graph.find(name))
      misfit(study, "/protected/" + std::to_string(i) + "/column", "'" + name + "', which the graph lacks",
             "a variable of the graph", suggestion(name, graph.names()));
  const NodeSet effects = descendants(graph, NodeSet(graph.size(), {*outcome}));
  for (const std::string& name : inputs.features) {
    const auto v = graph.find(name);
    if (!v)
      inputs.warnings.push_back("feature '" + name +
                                "' is not in the graph: it is taken not to change when a protected attribute does");
    else if (effects.contains(*v))
      misfit(study, "/features", "'" + name + "', which the outcome affects",
             "features that come before the outcome in the graph");
  }
}

}  // namespace

StudyInputs load_study_inputs(const Study& study) {
  StudyInputs inputs;
  std::optional<Scm> truth;
  if (!study.data.scm.empty()) truth = model_from(study, study.data.scm, "/data/scm");
  inputs.model = study.model.source.empty() ? truth : model_from(study, study.model.source, "/scm");
  inputs.graph = study.graph.empty() ? inputs.model->graph() : graph_from(study);
  inputs.features = study.features;
  if (inputs.features.empty())
    for (const std::string& name : inputs.graph.names())
      if (name != study.outcome.column) inputs.features.push_back(name);
  inputs.table = rows_of(study, inputs, truth);
  if (study.model.fit) inputs.model.reset();
  inputs.truth_known = truth && inputs.model && study.model.source.empty();
  check_model(study, inputs);
  check_outcome(study, inputs.table);
  check_protected(study, inputs.table);
  check_features(study, inputs);
  check_folds(study, inputs.table);
  if (!study.environment.empty()) check_is_column(study, inputs.table, "/environment", study.environment);
  check_graph(study, inputs);
  return inputs;
}

std::string inputs_fingerprint(const Study& study) {
  // FNV-1a (Fowler, Noll, Vo): it is to tell a changed file, not to withstand one who forges it.
  std::uint64_t hash = 0xcbf29ce484222325u;
  bool any = false;
  for (const StudySource* source : {&study.data.csv, &study.data.scm, &study.graph, &study.model.source}) {
    if (source->path.empty() || source->path == "-") continue;
    any = true;
    for (const char byte : read_file(path_of(study, source->path)))
      hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    hash = (hash ^ 0xffu) * 0x100000001b3u;  // between files: a byte that no UTF-8 text holds
  }
  if (!any) return {};
  std::string digits(16, '0');
  for (std::size_t i = digits.size(); i > 0; --i, hash >>= 4) digits[i - 1] = "0123456789abcdef"[hash & 0xf];
  return digits;
}

std::vector<double> outcome_values(const StudyOutcome& outcome, const Table& table) {
  const Column& column = table.column(outcome.column);
  if (!column.has_levels()) return column.values;
  const auto positive = static_cast<double>(column.level(outcome.positive.empty() ? "1" : outcome.positive));
  std::vector<double> values(column.values.size());
  for (std::size_t row = 0; row < values.size(); ++row) values[row] = column.values[row] == positive ? 1.0 : 0.0;
  return values;
}

}  // namespace equipoise::inline v0
