#include "cli/known_tables.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/identify/id.hpp>

#include "core/json_reader.hpp"

namespace equipoise::cli {
namespace {

// The header alone tells which column weighs the rows.
std::optional<std::string> weight_column(const CausalGraph& graph, const std::string& path) {
  const TableFile file(path, {});
  for (const char* name : {"p", "count"})
    if (!graph.find(name) && file.table().find(name)) return name;
  return std::nullopt;
}

std::shared_ptr<const TableFile> read_joint(const CausalGraph& graph, const std::string& path) {
  const auto weight = weight_column(graph, path);
  auto file = std::make_shared<const TableFile>(path, CsvOptions{.weight = weight});
  if (weight == "p")
    file->use([](const Table& table) {
      double total = 0;
      for (const double p : table.weights()) total += p;
      if (!(std::abs(total - 1) <= 1e-6))
        throw Error(ErrorCode::table_type, "column 'p'", "probabilities that sum to " + shortest(total),
                    "1 (or a column 'count' of how many people there are)");
    });
  return file;
}

Node node_of(const CausalGraph& graph, const JsonValue& name) {
  const std::string text = name.string();
  if (const auto node = graph.find(text)) return *node;
  name.fail(ErrorCode::graph_unknown_node, "no variable '" + text + "' in the graph", "a variable that is observed",
            suggestion(text, graph.names()));
}

NodeSet nodes_of(const CausalGraph& graph, const JsonValue& names) {
  NodeSet nodes = graph.none();
  for (const JsonValue& name : names.items()) nodes.insert(node_of(graph, name));
  return nodes;
}

std::string level_text(const JsonValue& value) { return value.is_number() ? shortest(value.number()) : value.string(); }

// As the levels of one column are: numbers ascend, other texts go by their bytes, whatever file they came from first.
void sort_levels(std::vector<std::string>& texts) {
  const bool are_numbers =
      std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return parse_number(text).has_value(); });
  if (are_numbers)
    std::stable_sort(texts.begin(), texts.end(),
                     [](const std::string& a, const std::string& b) { return *parse_number(a) < *parse_number(b); });
  else
    std::sort(texts.begin(), texts.end());
}

// The level of each variable that an experiment fixed, which `do` must name.
std::map<Node, std::string> action_of(const CausalGraph& graph, const NodeSet& intervened,
                                      const JsonValue& distribution) {
  std::map<Node, std::string> action;
  const auto written = distribution.find("do");
  if (written)
    for (const auto& [name, value] : written->members()) {
      const auto node = graph.find(name);
      if (!node || !intervened.contains(*node))
        value.fail(ErrorCode::json_unknown_key, "'" + name + "'", "a variable of 'intervened'");
      action[*node] = level_text(value);
    }
  for (const Node v : intervened)
    if (!action.contains(v))
      (written ? *written : distribution)
          .fail(ErrorCode::json_missing_key, "no value of '" + graph.name(v) + "'",
                "one for each variable of 'intervened'");
  return action;
}

}  // namespace

KnownTables::KnownTables(const CausalGraph& graph) : graph_(&graph), knowledge_(observational_knowledge(graph)) {
  files_.resize(1);
}

KnownTables KnownTables::from_joint(const CausalGraph& graph, const std::string& path) {
  KnownTables known(graph);
  known.files_.front().push_back({{}, read_joint(graph, path)});
  return known;
}

KnownTables KnownTables::from_domains(const CausalGraph& graph, const std::string& path) {
  KnownTables known(graph);
  known.knowledge_.sources.clear();
  known.populations_.clear();
  known.files_.clear();
  const JsonDocument document = read_json(path);
  const JsonValue root = document.root();
  root.allow_keys({"domains"});
  const auto domains = root.at("domains").items();
  if (domains.empty()) root.at("domains").fail(ErrorCode::json_value, "no domain", "the target population, first");
  for (std::size_t population = 0; population < domains.size(); ++population) {
    const JsonValue& domain = domains[population];
    domain.allow_keys({"name", "selection", "experiments"});
    const auto name = domain.find("name");
    known.populations_.push_back(name ? name->string() : std::to_string(population));
    const auto selection = domain.find("selection");
    const NodeSet selected = selection ? nodes_of(graph, *selection) : graph.none();
    if (population == 0 && !selected.empty())
      selection->fail(ErrorCode::json_value, "a selection of the target",
                      "none: it says how the others differ from it");
    for (const JsonValue& experiment : domain.at("experiments").items()) {
      if (!experiment.is_array()) experiment.allow_keys({"intervened", "distributions"});
      const auto written = experiment.is_array() ? std::optional(experiment) : experiment.find("intervened");
      const NodeSet intervened = written ? nodes_of(graph, *written) : graph.none();
      known.knowledge_.sources.push_back({population, intervened, selected});
      auto& files = known.files_.emplace_back();
      const auto distributions = experiment.is_array() ? std::nullopt : experiment.find("distributions");
      if (distributions)
        for (const JsonValue& distribution : distributions->items()) {
          distribution.allow_keys({"do", "joint"});
          const std::filesystem::path table = distribution.at("joint").string();
          files.push_back({action_of(graph, intervened, distribution),
                           read_joint(graph, (std::filesystem::path(path).parent_path() / table).string())});
        }
    }
  }
  return known;
}

VariableLevels KnownTables::levels() const {
  std::vector<const Table*> tables;
  for (const auto& files : files_)
    for (const FileOfAction& each : files) tables.push_back(&each.file->table());
  VariableLevels levels = levels_of(*graph_, tables);
  // A variable that was fixed has its values in the actions, not in the tables.
  for (const auto& files : files_)
    for (const FileOfAction& each : files)
      for (const auto& [v, text] : each.action)
        if (!levels.find(v, text)) levels.texts[v].push_back(text);
  for (auto& texts : levels.texts) sort_levels(texts);
  return levels;
}

bool KnownTables::has_tables() const {
  return std::any_of(files_.begin(), files_.end(), [](const auto& files) { return !files.empty(); });
}

std::vector<KnownDistribution> KnownTables::distributions(const VariableLevels& levels,
                                                          const NodeSet& variables) const {
  std::vector<KnownDistribution> known;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (files_[i].empty()) continue;
    const Source& source = knowledge_.sources[i];
    std::vector<EmpiricalTable> tables;
    for (const FileOfAction& each : files_[i]) {
      std::vector<std::size_t> action;
      for (const auto& [v, text] : each.action) action.push_back(*levels.find(v, text));
      tables.push_back({&each.file->table(), std::move(action)});
    }
    check_columns(variables, files_[i], source);
    known.push_back(files_[i].front().file->use([&](const Table&) {
      return empirical_distribution(*graph_, levels, source.population, source.intervened, variables, tables,
                                    smoothing_);
    }));
  }
  return known;
}

// Each file is asked for its columns by itself, so that an error names the one that lacks it.
void KnownTables::check_columns(const NodeSet& variables, const std::vector<FileOfAction>& files,
                                const Source& source) const {
  for (const FileOfAction& each : files)
    each.file->use([&](const Table& table) {
      for (const Node v : variables - source.intervened) table.column(graph_->name(v));
    });
}

}  // namespace equipoise::cli
