// `equipoise decompose`: why two groups' outcomes differ.
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/doubly_robust_decomposition.hpp>
#include <equipoise/scm/fairness_roles.hpp>
#include <equipoise/scm/model_decomposition.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/values.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

nlohmann::ordered_json as_json(const LicensedEstimate& part) {
  return {{"value", part.estimate.value},
          {"low", part.estimate.low},
          {"high", part.estimate.high},
          {"licence", to_string(part.licence.kind)},
          {"basis", part.licence.basis}};
}

nlohmann::ordered_json as_json(const Decomposition& found) {
  nlohmann::ordered_json json{{"protected", found.protected_attribute},
                              {"compared", found.compared},
                              {"baseline", found.baseline},
                              {"outcome", found.outcome},
                              {"tv", as_json(found.tv)},
                              {"ctf_de", as_json(found.ctf_de)},
                              {"ctf_ie", as_json(found.ctf_ie)},
                              {"ctf_se", as_json(found.ctf_se)},
                              {"method", to_string(found.method)}};
  if (!found.cross_fitting) return json;
  const DecompositionValues& deviation = found.across_split_deviation;
  json["across_split_deviation"] = {
      {"tv", deviation.tv}, {"ctf_de", deviation.ctf_de}, {"ctf_ie", deviation.ctf_ie}, {"ctf_se", deviation.ctf_se}};
  json["cross_fitting"] = {{"folds", found.cross_fitting->folds},
                           {"splits", found.cross_fitting->splits},
                           {"clipped_share", found.cross_fitting->clipped_share},
                           {"nuisances", found.cross_fitting->nuisances}};
  return json;
}

std::string signed_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%+.4f", value == 0 ? 0.0 : value);
  return text.data();
}

// A part as its contribution to the gap: itself, or with its sign turned.
std::string line_of(std::string name, const LicensedEstimate& part, bool turned) {
  const Estimate& of = part.estimate;
  const Estimate shown = turned ? Estimate{-of.value, -of.high, -of.low} : of;
  name.resize(12, ' ');
  return "  " + name + signed_number(shown.value) + "  [" + signed_number(shown.low) + ", " +
         signed_number(shown.high) + "]  " + std::string(to_string(part.licence.kind)) + ": " + part.licence.basis +
         "\n";
}

std::string method_text(const Decomposition& found) {
  std::string text = "Method: " + std::string(to_string(found.method));
  if (const auto& notes = found.cross_fitting)
    text += ", " + std::to_string(notes->splits) + " splits into " + std::to_string(notes->folds) + " folds";
  return text + ".\n";
}

std::string as_text(const Decomposition& found, bool is_of_model) {
  const std::string x = found.protected_attribute;
  return "Gap in " + found.outcome + ", " + x + "=" + found.compared + " against " + x + "=" + found.baseline +
         (is_of_model ? ", as the model has it (95% intervals of drawing from it, not of how well it was fitted):\n"
                      : " (95% intervals):\n") +
         line_of("total", found.tv, false) + "which is the sum of what comes about\n" +
         line_of("directly", found.ctf_de, false) + line_of("indirectly", found.ctf_ie, true) +
         line_of("spuriously", found.ctf_se, true) + method_text(found) + "Directly: from " + x +
         " itself. Indirectly: through what " + x + " affects. Spuriously: from what merely goes with " + x + ".\n";
}

DecompositionQuery query_of(const Arguments& arguments) {
  const Contrast contrast = parse_contrast("--protected", arguments.text("--protected"));
  if (contrast.reference.empty())
    throw Error(ErrorCode::usage, "--protected", "one value, '" + contrast.value + "'",
                "two, as in 'gender=Female vs Male'");
  const std::string outcome = arguments.text("--outcome");
  if (outcome.find('=') == std::string::npos)
    return {contrast.name, contrast.value, contrast.reference, parse_list("--outcome", outcome).front()};
  const Assignment positive = parse_assignments("--outcome", outcome).front();
  return {contrast.name, contrast.value, contrast.reference, positive.name, positive.value};
}

Decomposition of_model(const Arguments& arguments, const DecompositionQuery& query) {
  const Scm scm = read_scm(arguments.text("--scm"));
  try {
    return decompose(
        scm, query,
        {.seed = arguments.seed(), .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()))});
  } catch (const Error& error) {
    if (!error.place().empty()) throw;
    throw Error(error.code(), arguments.text("--scm"), error.found(), error.expected(), error.hint());
  }
}

FairnessRoles roles_from(const Arguments& arguments, const DecompositionQuery& query) {
  const bool listed = arguments.has("--confounders") || arguments.has("--mediators");
  const auto path = arguments.find("--graph");
  if (path && listed)
    throw Error(ErrorCode::usage, "--graph", "a graph and a list of confounders or mediators", "one of them");
  if (!path && !listed)
    throw Error(ErrorCode::usage, "--data", "no word on what confounds and what mediates",
                "--graph, or --confounders, --mediators or both");
  if (!path) return roles_as_listed(arguments.list("--confounders"), arguments.list("--mediators"));
  const CausalGraph graph = causal_graph(read_graph_file(*path));
  try {
    return roles_in_graph(graph, query.protected_attribute, query.outcome);
  } catch (const Error& error) {
    throw Error(error.code(), *path, error.found(), error.expected(), error.hint());
  }
}

Decomposition of_data(const Arguments& arguments, const DecompositionQuery& query) {
  const FairnessRoles roles = roles_from(arguments, query);
  CsvOptions csv{.columns = {{.name = query.protected_attribute, .type = ColumnType::categorical}},
                 .wanted = {query.protected_attribute, query.outcome}};
  for (const auto* names : {&roles.confounders, &roles.mediators})
    csv.wanted.insert(csv.wanted.end(), names->begin(), names->end());
  if (!query.positive.empty()) csv.columns.push_back({.name = query.outcome, .type = ColumnType::categorical});
  if (const auto weight = arguments.find("--weight")) csv.weight = *weight;
  return TableFile::joint(arguments.text("--data"), csv).use([&](const Table& table) {
    return estimate_decomposition(
        table, query, roles,
        {.bootstrap = {.seed = arguments.seed()},
         .cross_fitting = {.seed = arguments.seed(),
                           .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()))}});
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
  if (arguments.json())
    session.print_json(as_json(found));
  else
    session.print(as_text(found, arguments.has("--scm")));
}

const Registration registered{
    {.name = "decompose",
     .summary = "why two groups' outcomes differ: directly, indirectly, spuriously",
     .description =
         "Splits the difference of an outcome's mean between two groups into what comes about directly, through "
         "mediators, and through what merely goes with the group (Zhang, Bareinboim 2018). In JSON, "
         "tv = ctf_de - ctf_ie - ctf_se; the text shows contributions, whose sum is the gap.",
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
                  .help = "without a graph: what the group affects and what affects the outcome"},
                 {.name = "--protected",
                  .value = "CONTRAST",
                  .help = "the groups, as in \"gender=Female vs Male\"",
                  .required = true},
                 {.name = "--outcome",
                  .value = "OUTCOME",
                  .help = "a column, or the value of one that counts as 1, as in \"admit=Admitted\"",
                  .required = true}},
     .examples =
         {"equipoise decompose --data berkeley.csv --weight count --graph graph.json --protected \"gender=Female vs "
          "Male\" "
          "--outcome \"admit=Admitted\"",
          "equipoise decompose --data berkeley.csv --weight count --mediators dept --protected \"gender=Female vs "
          "Male\" "
          "--outcome \"admit=Admitted\"",
          "equipoise decompose --scm model.json --protected \"gender=Female vs Male\" --outcome \"admit=Admitted\""},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
