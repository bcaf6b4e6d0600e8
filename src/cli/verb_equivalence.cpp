// `equipoise equivalence`: which graphs imply the same independences, and how far two graphs are apart.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/class_size.hpp>
#include <equipoise/graph/equivalence.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/structural_distance.hpp>

#include "cli/session.hpp"
#include "cli/verb.hpp"
#include "graph/graph_json.hpp"

namespace equipoise::cli {
namespace {

struct ReadGraph {
  Pdag as_given;
  Mpdag completed;  ///< under Meek's rules
};

ReadGraph read_graph(const std::string& path, Session& session) {
  const Pdag graph(read_graph_file(path));
  auto closed = completed(graph);
  if (!closed)
    throw Error(ErrorCode::graph_unsupported, path, "undirected edges that no DAG can direct",
                "a way to direct them without a cycle or a further unshielded collider");
  if (*closed != graph)
    session.warn(path + ": its directed edges direct others too, by Meek's rules; the class is that of all of them");
  return {graph, *std::move(closed)};
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

std::string edges_text(const Pdag& graph) {
  const GraphFile file = graph_file(graph);
  if (file.directed.empty() && file.undirected.empty()) return "  (no edge)\n";
  std::string text;
  for (const auto& [from, to] : file.directed) text += "  " + from + " -> " + to + "\n";
  for (const auto& [a, b] : file.undirected) text += "  " + a + " -- " + b + "\n";
  return text;
}

/// A number between DAGs, a range where a class stands on either side; null where the budget was spent.
nlohmann::ordered_json distance_json(const std::optional<InterventionDistance>& distance, bool between_dags) {
  if (!distance) return nullptr;
  if (between_dags) return distance->least;
  return {{"low", distance->least}, {"high", distance->largest}};
}

std::string distance_text(const std::optional<InterventionDistance>& distance) {
  if (!distance) return "unknown, there being more DAGs than --budget allows";
  if (distance->least == distance->largest) return counted(distance->least, "effect") + " wrong";
  return std::to_string(distance->least) + " to " + counted(distance->largest, "effect") +
         " wrong, by which DAGs the graphs stand for";
}

nlohmann::ordered_json class_json(const Mpdag& representative, const std::optional<BigCount>& members) {
  nlohmann::ordered_json graph = graph_to_json(graph_file(representative));
  if (!graph.contains("undirected")) graph["undirected"] = nlohmann::ordered_json::array();
  nlohmann::ordered_json document = {{"cpdag", graph}, {"members", nullptr}};
  if (members && members->as_uint64())
    document["members"] = *members->as_uint64();
  else if (members)
    document["members"] = members->text();
  return document;
}

std::string class_text(const Mpdag& representative, const std::optional<BigCount>& members) {
  const std::string count = !members                  ? "An unknown number of DAGs has"
                            : *members == BigCount(1) ? "1 DAG has"
                                                      : members->text() + " DAGs have";
  return count + " the independences of the graph. What is the same in each is directed:\n" +
         edges_text(representative);
}

void run(const Arguments& arguments, Session& session) {
  const std::uint64_t budget = arguments.whole("--budget");
  const std::string truth_path = arguments.text("--graph");
  const ReadGraph truth = read_graph(truth_path, session);
  const Mpdag representative = cpdag(truth.completed);
  const std::optional<BigCount> members = class_size(representative, budget);
  nlohmann::ordered_json document = class_json(representative, members);
  std::string text = class_text(representative, members);

  if (const auto path = arguments.find("--graph2")) {
    const ReadGraph estimate = read_graph(*path, session);
    const Pdag same_order = reordered(estimate.as_given, truth.as_given.names(), *path, truth_path);
    const bool equivalent = markov_equivalent(truth.completed, estimate.completed);
    const std::size_t hamming = structural_hamming_distance(truth.as_given, same_order);
    const auto intervention = structural_intervention_distance(truth.completed, estimate.completed, budget);
    document["equivalent"] = equivalent;
    document["shd"] = hamming;
    document["sid"] = distance_json(intervention, truth.completed.is_directed() && estimate.completed.is_directed());
    text += std::string("\nThe second graph is ") + (equivalent ? "" : "not ") +
            "Markov equivalent to the first.\nStructural Hamming distance: " + counted(hamming, "pair") +
            " of nodes whose edge differs.\nStructural intervention distance, the first being the truth: " +
            distance_text(intervention) + ".\n";
  }
  if (arguments.json())
    session.print_json(document);
  else
    session.print(text);
}

const Registration registered{
    {.name = "equivalence",
     .summary = "which graphs imply the same independences, and how far two graphs are apart",
     .description =
         "Shows what all graphs with the same independences have in common (the CPDAG): a directed edge stands so in "
         "each, an undirected one either way. With two graphs over the same nodes, the first is the truth and the "
         "second an estimate of it: whether they are Markov equivalent; the structural Hamming distance (pairs of "
         "nodes whose edge differs, a reversed edge counting once); and the structural intervention distance (effects "
         "of one node on another that are wrong where one adjusts for its parents in the estimate). A graph with "
         "undirected edges stands for a class: its distance is the range over the DAGs of it.",
     .options =
         {{.name = "--graph", .value = "FILE", .help = "a graph of directed and undirected edges", .required = true},
          {.name = "--graph2", .value = "FILE", .help = "an estimate of it, to be compared"},
          {.name = "--budget",
           .value = "N",
           .help = "how many DAGs to look at where classes must be gone through",
           .fallback = "100000"}},
     .examples = {"equipoise equivalence --graph graph.json",
                  "equipoise equivalence --graph truth.dot --graph2 estimate.json --format json"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
