// `equipoise fit`: a structural causal model from a graph and data.
#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/scm/diagnostics.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "cli/diagnostics_json.hpp"
#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson as_json(const NodeFit& fit) {
  OrderedJson json{{"node", fit.variable},
                   {"mechanism", fit.mechanism},
                   {"log_likelihood", fit.log_likelihood},
                   {"held_out", fit.held_out},
                   {"runner_up", nullptr},
                   {"margin", nullptr},
                   {"margin_standard_error", nullptr},
                   {"iterations", fit.iterations},
                   {"converged", fit.converged},
                   {"notes", fit.notes}};
  if (fit.margin) {
    json["runner_up"] = fit.runner_up;
    json["margin"] = *fit.margin;
    json["margin_standard_error"] = fit.margin_standard_error;
  }
  return json;
}

OrderedJson as_json(const ScmFit& fit) {
  OrderedJson nodes = OrderedJson::array();
  for (const NodeFit& node : fit.nodes) nodes.push_back(as_json(node));
  return {{"nodes", std::move(nodes)}, {"warnings", fit.warnings}};
}

std::string decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4f", value);
  return text.data();
}

std::string as_text(const NodeFit& fit) {
  std::string text = fit.variable + ": " + fit.mechanism + "\n  log-likelihood " + decimal(fit.log_likelihood) +
                     ", held out " + decimal(fit.held_out) + "\n";
  if (fit.margin) {
    const std::string error = " (standard error " + decimal(fit.margin_standard_error) + ")";
    text += "  runner-up: " + fit.runner_up;
    if (*fit.margin >= 0)
      text += ", behind by " + decimal(*fit.margin) + error + "\n";
    else
      text += ", ahead by " + decimal(-*fit.margin) + error + ", which is not enough for a less simple one\n";
  }
  for (const std::string& note : fit.notes) text += "  note: " + note + "\n";
  return text;
}

std::string as_text(const ScmFit& fit) {
  std::string text;
  for (const NodeFit& node : fit.nodes) text += as_text(node);
  return text +
         "Log-likelihoods are means a person; held-out ones are of people whom the fit had not seen, and chose the "
         "mechanism.\n";
}

CsvOptions csv_options(const Arguments& arguments, const CausalGraph& graph) {
  CsvOptions csv{.wanted = graph.names(), .missing_can_be_chosen = true, .largest = largest_fitted_number};
  for (const std::string& name : arguments.list("--categorical")) {
    if (!graph.find(name))
      throw Error(ErrorCode::usage, "--categorical", "'" + name + "', no observed node of the graph", "its nodes",
                  suggestion(name, graph.names()));
    csv.columns.push_back({.name = name, .type = ColumnType::categorical});
  }
  if (const auto weight = arguments.find("--weight")) {
    if (graph.find(*weight))
      throw Error(ErrorCode::usage, "--weight", "'" + *weight + "', a node of the graph", "another column");
    csv.weight = *weight;
  }
  const std::string missing = arguments.text("--missing");
  csv.missing = missing == "drop"    ? MissingPolicy::drop
                : missing == "level" ? MissingPolicy::level
                                     : MissingPolicy::error;
  return csv;
}

/// The families asked for, each one that there is.
std::vector<std::string> families(const Arguments& arguments) {
  std::vector<std::string> asked = arguments.list("--families");
  const auto known = mechanism_families();
  for (const std::string& family : asked)
    if (std::find(known.begin(), known.end(), family) == known.end())
      throw Error(ErrorCode::usage, "--families", "'" + family + "'", "families of mechanisms, as --help lists them",
                  suggestion(family, std::vector<std::string>(known.begin(), known.end())));
  return asked;
}

/// A joint distribution's probabilities say nothing of how many people there were.
void warn_of_shares(const Table& table, Session& session) {
  const std::span<const double> weights = table.weights();
  const double people = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (people < 2)
    session.warn("weights that sum to " + shortest(people) +
                 " are fitted as so many people, of whom priors take a large share; counts say how many there were");
}

void run(const Arguments& arguments, Session& session) {
  const std::vector<std::string> asked = families(arguments);
  const CausalGraph graph = causal_graph(read_graph_file(arguments.text("--graph")));
  const TableFile data = TableFile::joint(arguments.text("--data"), csv_options(arguments, graph));
  if (data.dropped_rows() > 0)
    session.warn("rows with a missing cell that are left out: " + std::to_string(data.dropped_rows()));
  warn_of_shares(data.table(), session);
  const ScmFit fit = data.use([&](const Table& table) {
    return fit_scm(graph, table,
                   {.families = asked,
                    .seed = arguments.seed(),
                    .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs())),
                    .progress = session.progress()});
  });
  std::optional<Diagnostics> diagnosed;
  if (arguments.flag("--diagnose"))
    diagnosed = data.use([&](const Table& table) {
      return diagnose(fit.scm, table,
                      {.seed = arguments.seed(),
                       .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs())),
                       .progress = session.progress()});
    });
  for (const std::string& warning : fit.warnings) session.warn(warning);
  for (const NodeFit& node : fit.nodes)
    if (!node.converged)
      session.warn("the fit of '" + node.variable + "' did not converge in " + std::to_string(node.iterations) +
                   " iterations");
  const std::string out = arguments.text("--out");
  write_scm(out, fit.scm);
  if (out == "-") return;
  if (arguments.json()) {
    OrderedJson answer = as_json(fit);
    if (diagnosed) answer["diagnostics"] = diagnostics_json(*diagnosed, fit.scm.graph());
    session.print_json(answer);
  } else {
    session.print(as_text(fit));
    if (diagnosed) session.print(to_text(*diagnosed));
  }
}

const Registration registered{
    {.name = "fit",
     .summary = "a model from a causal graph and data",
     .description =
         "Fits a mechanism to every node of the graph given its parents: of several candidates the one that predicts "
         "people best whom it was not fitted to. Nodes that the graph calls latent have no column and no mechanism: "
         "what they join, and what bidirected edges join, is fitted together where all of it are numbers (linear, with "
         "correlated normal noise) or all of it and its parents have levels (tables that read a hidden cause); else "
         "each node given its parents alone, with a warning.",
     .options = {{.name = "--graph",
                  .value = "FILE",
                  .help = "the causal graph, as JSON, DOT or DAGitty text",
                  .required = true},
                 {.name = "--data", .value = "FILE", .help = "the rows, as CSV with a column a node", .required = true},
                 {.name = "--out",
                  .value = "FILE",
                  .help = "where the model goes, as JSON; '-' is standard output",
                  .required = true},
                 {.name = "--weight",
                  .value = "COLUMN",
                  .help =
                      "the column that holds how many people a row stands for; where not given, 'p' or else 'count' if "
                      "there is one that is no node"},
                 {.name = "--categorical",
                  .value = "COLUMNS",
                  .help = "nodes whose cells are names or codes, even where they are numbers"},
                 {.name = "--families",
                  .value = "LIST",
                  .help = "what nodes with parents are chosen among: table, logistic, ordinal, linear, polynomial, "
                          "spline, perceptron, location-scale, post-nonlinear; all where not given"},
                 {.name = "--diagnose",
                  .help = "tell what the data say against the graph and the model: independences that they deny, edges "
                          "that they do not need or would turn, causes without overlap, distributions that are off"},
                 {.name = "--missing",
                  .value = "POLICY",
                  .help = "what becomes of a missing cell: an error, its row dropped, or a level of its own",
                  .fallback = "error",
                  .choices = {"error", "drop", "level"}}},
     .examples = {"equipoise fit --graph graph.json --data berkeley.csv --weight count --out model.json"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
