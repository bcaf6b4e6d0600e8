// `equipoise separate`: whether a graph makes variables independent.
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/open_path.hpp>

#include "cli/graph_nodes.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

std::vector<std::string> names_on(const CausalGraph& graph, const Path& path) {
  std::vector<std::string> names;
  for (const Node v : path.nodes) names.push_back(graph.name(v));
  return names;
}

std::string listed(const CausalGraph& graph, const NodeSet& nodes) {
  std::string text;
  for (const Node v : nodes) text += (text.empty() ? "" : ", ") + graph.name(v);
  return text;
}

void run(const Arguments& arguments, Session& session) {
  const CausalGraph graph = causal_graph(read_graph_file(arguments.text("--graph")));
  const NodeSet x = nodes_of_option(graph, arguments, "--x"), y = nodes_of_option(graph, arguments, "--y"),
                given = nodes_of_option(graph, arguments, "--given");
  check_disjoint(graph, arguments, {"--x", "--y", "--given"});
  const std::optional<Path> path = open_path(graph, x, y, given);
  if (arguments.json()) {
    nlohmann::ordered_json document = {{"separated", !path}};
    if (path) {
      document["path"] = names_on(graph, *path);
      document["edges"] = nlohmann::ordered_json::array();
      for (const PathEdge edge : path->edges) document["edges"].push_back(to_text(edge));
    }
    session.print_json(document);
    return;
  }
  const std::string pair =
      listed(graph, x) + " and " + listed(graph, y) + (given.empty() ? "" : " given " + listed(graph, given));
  if (path)
    session.print("The graph does not separate " + pair + ": this path is open.\n  " + to_text(*path, graph) + "\n");
  else
    session.print("The graph separates " + pair + ": every path is blocked, so they are independent.\n");
}

const Registration registered{
    {.name = "separate",
     .summary = "whether a graph makes variables independent",
     .description =
         "Decides whether every path between two sets of variables is blocked by a third (m-separation), in which case "
         "they are independent in every population that the graph describes. Where one is open, shows a shortest one.",
     .options = {{.name = "--graph", .value = "FILE", .help = "the causal graph", .required = true},
                 {.name = "--x", .value = "NAMES", .help = "variables on one side, as in \"A, B\"", .required = true},
                 {.name = "--y", .value = "NAMES", .help = "variables on the other side", .required = true},
                 {.name = "--given", .value = "NAMES", .help = "variables that are observed; none unless said"}},
     .examples = {"equipoise separate --graph graph.json --x gender --y admit --given dept",
                  "equipoise separate --graph graph.dot --x A --y D,E --format json"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
