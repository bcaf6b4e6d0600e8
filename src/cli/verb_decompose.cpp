// `equipoise decompose`: why two groups' outcomes differ.
#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/doubly_robust_decomposition.hpp>
#include <equipoise/scm/fairness_roles.hpp>
#include <equipoise/scm/model_decomposition.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/values.hpp"
#include "cli/verb.hpp"
#include "scm/decomposition_json.hpp"

namespace equipoise::cli {
namespace {

std::string signed_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%+.4f", value == 0 ? 0.0 : value);
  return text.data();
}

std::string interval_text(double low, double high) {
  return "[" + signed_number(low) + ", " + signed_number(high) + "]";
}

// A part as its contribution to the gap: itself, or with its sign turned.
std::string line_of(std::string name, std::size_t width, const LicensedEstimate& part, bool turned) {
  const Estimate& of = part.estimate;
  const Estimate shown = turned ? Estimate{-of.value, -of.high, -of.low} : of;
  name.resize(std::max(width, name.size()), ' ');
  std::string licence(to_string(part.licence.kind));
  if (part.bounds)
    licence += " to " + (turned ? interval_text(-part.bounds->high, -part.bounds->low)
                                : interval_text(part.bounds->low, part.bounds->high));
  return "  " + name + "  " + signed_number(shown.value) + "  " + interval_text(shown.low, shown.high) + "  " +
         licence + ": " + part.licence.basis + "\n";
}

std::string shares_text(const Decomposition& found) {
  if (found.by_mediator.empty()) return {};
  std::string text = "What comes about indirectly is the sum of what does\n";
  std::size_t width = 10;
  for (const MediatedShare& each : found.by_mediator) width = std::max(width, each.mediator.size() + 8);
  for (const MediatedShare& each : found.by_mediator)
    text += line_of("through " + each.mediator, width, each.share, true);
  return text;
}

std::string method_text(const Decomposition& found) {
  std::string text = "Method: " + std::string(to_string(found.method));
  if (const auto& notes = found.cross_fitting)
    text += ", " + std::to_string(notes->splits) + " splits into " + std::to_string(notes->folds) + " folds";
  return text + ".\n";
}

std::string as_text(const Decomposition& found, const DecompositionQuery& query, bool is_of_model) {
  const std::string x = found.protected_attribute;
  const std::vector<ValueContrast> contrasts = query.contrasts();
  constexpr std::size_t width = 10;
  return "Gap in " + found.outcome + ", " + group_text(contrasts, Group::compared) + " against " +
         group_text(contrasts, Group::baseline) +
         (is_of_model ? ", as the model has it (95% intervals of drawing from it, not of how well it was fitted):\n"
                      : " (95% intervals):\n") +
         line_of("total", width, found.tv, false) + "which is the sum of what comes about\n" +
         line_of("directly", width, found.ctf_de, false) + line_of("indirectly", width, found.ctf_ie, true) +
         line_of("spuriously", width, found.ctf_se, true) + shares_text(found) + method_text(found) +
         "Directly: from " + x + (contrasts.size() > 1 ? " themselves" : " itself") + ". Indirectly: through what " +
         x + (contrasts.size() > 1 ? " affect" : " affects") + ". Spuriously: from what merely goes with " + x + ".\n";
}

DecompositionQuery query_of(const Arguments& arguments) {
  const std::vector<Contrast> contrasts = parse_contrasts("--protected", arguments.text("--protected"));
  for (const Contrast& contrast : contrasts)
    if (contrast.reference.empty())
      throw Error(ErrorCode::usage, "--protected", "one value, '" + contrast.value + "'",
                  "two, as in 'gender=Female vs Male'");
  const Contrast& first = contrasts.front();
  DecompositionQuery query{first.name, first.value, first.reference, {}};
  for (const Contrast& contrast : std::span(contrasts).subspan(1))
    query.jointly_with.push_back({contrast.name, contrast.value, contrast.reference});
  const std::string outcome = arguments.text("--outcome");
  if (outcome.find('=') == std::string::npos) {
    query.outcome = parse_list("--outcome", outcome).front();
    return query;
  }
  const Assignment positive = parse_assignments("--outcome", outcome).front();
  query.outcome = positive.name;
  query.positive = positive.value;
  return query;
}

Decomposition of_model(const Arguments& arguments, const DecompositionQuery& query) {
  const Scm scm = read_scm(arguments.text("--scm"));
  try {
    return decompose(scm, query,
                     {.seed = arguments.seed(),
                      .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs())),
                      .by_mediator = arguments.flag("--by-mediator")});
  } catch (const Error& error) {
    if (!error.place().empty()) throw;
    throw Error(error.code(), arguments.text("--scm"), error.found(), error.expected(), error.hint());
  }
}

/// The graph that tells who plays which part, or nothing where lists do.
std::optional<CausalGraph> graph_from(const Arguments& arguments) {
  const bool listed = arguments.has("--confounders") || arguments.has("--mediators");
  const auto path = arguments.find("--graph");
  if (path && listed)
    throw Error(ErrorCode::usage, "--graph", "a graph and a list of confounders or mediators", "one of them");
  if (!path && !listed)
    throw Error(ErrorCode::usage, "--data", "no word on what confounds and what mediates",
                "--graph, or --confounders, --mediators or both");
  if (!path) return std::nullopt;
  return causal_graph(read_graph_file(*path));
}

FairnessRoles roles_from(const Arguments& arguments, const std::optional<CausalGraph>& graph,
                         const DecompositionQuery& query) {
  if (!graph) return roles_as_listed(arguments.list("--confounders"), arguments.list("--mediators"));
  try {
    return roles_in_graph(*graph, query.attributes(), query.outcome);
  } catch (const Error& error) {
    throw Error(error.code(), arguments.text("--graph"), error.found(), error.expected(), error.hint());
  }
}

/// What is read of the table: those with a part and, where they leave parts open, what else bears on the answer.
CsvOptions columns_for(const DecompositionQuery& query, const FairnessRoles& roles,
                       const std::optional<CausalGraph>& graph) {
  CsvOptions csv{.wanted = query.attributes()};
  for (const std::string& name : csv.wanted) csv.columns.push_back({.name = name, .type = ColumnType::categorical});
  if (!query.positive.empty()) csv.columns.push_back({.name = query.outcome, .type = ColumnType::categorical});
  csv.wanted.push_back(query.outcome);
  for (const auto* names : {&roles.confounders, &roles.mediators})
    csv.wanted.insert(csv.wanted.end(), names->begin(), names->end());
  if (!graph || all_identified(roles)) return csv;
  csv.wanted_may_be_absent = true;
  NodeSet named = graph->none();
  for (const std::string& name : csv.wanted) named.insert(graph->node(name));
  for (const Node v : ancestors(*graph, named) - named) csv.wanted.push_back(graph->name(v));
  return csv;
}

Decomposition of_data(const Arguments& arguments, const DecompositionQuery& query) {
  const std::optional<CausalGraph> graph = graph_from(arguments);
  const FairnessRoles roles = roles_from(arguments, graph, query);
  CsvOptions csv = columns_for(query, roles, graph);
  if (const auto weight = arguments.find("--weight")) csv.weight = *weight;
  DecompositionOptions options{
      .bootstrap = {.seed = arguments.seed()},
      .cross_fitting = {.seed = arguments.seed(),
                        .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()))},
      .by_mediator = arguments.flag("--by-mediator")};
  options.bounds.bootstrap.seed = arguments.seed();
  return TableFile::joint(arguments.text("--data"), csv).use([&](const Table& table) {
    return graph ? estimate_decomposition(table, query, *graph, options)
                 : estimate_decomposition(table, query, roles, options);
  });
}

void run(const Arguments& arguments, Session& session) {
  const DecompositionQuery query = query_of(arguments);
  if (arguments.has("--scm") == arguments.has("--data"))
    throw Error(ErrorCode::usage, arguments.has("--scm") ? "--data" : "--scm",
                arguments.has("--scm") ? "both a model and data" : "neither a model nor data",
                "one of --scm and --data");
  for (const char* option : {"--weight", "--graph", "--confounders", "--mediators"})
    if (arguments.has("--scm") && arguments.has(option))
      throw Error(ErrorCode::usage, option, "a model, which knows it already", "it with --data alone");
  const Decomposition found = arguments.has("--scm") ? of_model(arguments, query) : of_data(arguments, query);
  if (arguments.json()) {
    Json json = decomposition_json(found);
    if (arguments.flag("--by-mediator") && found.by_mediator.empty()) json["by_mediator"] = Json::array();
    session.print_json(json);
  } else {
    session.print(as_text(found, query, arguments.has("--scm")));
  }
}

const Registration registered{
    {.name = "decompose",
     .summary = "why two groups' outcomes differ: directly, indirectly, spuriously",
     .description =
         "Splits the difference of an outcome's mean between two groups into what comes about directly, through "
         "mediators, and through what merely goes with the group (Zhang, Bareinboim 2018). In JSON, "
         "tv = ctf_de - ctf_ie - ctf_se; the text shows contributions, whose sum is the gap. What hidden causes keep a "
         "graph from identifying is bounded, where the outcome has a least and a greatest value.",
     .options = {{.name = "--scm", .value = "FILE", .help = "the model whose gap is decomposed"},
                 {.name = "--data", .value = "FILE", .help = "or the rows whose gap is decomposed, as CSV"},
                 {.name = "--weight",
                  .value = "COLUMN",
                  .help = "the column that holds how many people a row stands for; 'p' or 'count' unless named"},
                 {.name = "--graph",
                  .value = "FILE",
                  .help = "the causal graph, which tells what confounds and what mediates"},
                 {.name = "--confounders",
                  .value = "COLUMNS",
                  .help = "without a graph: what merely goes with the group and affects the outcome"},
                 {.name = "--mediators",
                  .value = "COLUMNS",
                  .help = "without a graph: what the group affects and what affects the outcome, causes first"},
                 {.name = "--protected",
                  .value = "CONTRAST",
                  .help = "the groups, as in \"gender=Female vs Male\"; of several attributes at once, "
                          "\"race=Black vs White, sex=Female vs Male\"",
                  .required = true},
                 {.name = "--outcome",
                  .value = "OUTCOME",
                  .help = "a column, or the value of one that counts as 1, as in \"admit=Admitted\"",
                  .required = true},
                 {.name = "--by-mediator",
                  .help = "split what comes about indirectly along the mediators too, causes first"}},
     .examples =
         {"equipoise decompose --data berkeley.csv --weight count --graph graph.json --protected \"gender=Female vs "
          "Male\" "
          "--outcome \"admit=Admitted\"",
          "equipoise decompose --data berkeley.csv --weight count --mediators dept --protected \"gender=Female vs "
          "Male\" "
          "--outcome \"admit=Admitted\"",
          "equipoise decompose --scm model.json --protected \"gender=Female vs Male\" --outcome \"admit=Admitted\"",
          "equipoise decompose --data people.csv --graph graph.json --by-mediator "
          "--protected \"race=Black vs White, sex=Female vs Male\" --outcome \"hired=yes\""},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
