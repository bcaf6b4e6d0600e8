// Maximally oriented partially directed graphs: equivalence classes of DAGs, also cut down by background knowledge.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/consistent_extension.hpp>
#include <equipoise/graph/meek.hpp>
#include <equipoise/graph/pdag.hpp>

namespace equipoise::inline v0 {

class Mpdag;

namespace detail {

/// Makes an Mpdag of edges that are known to be those of one.
Mpdag trusted_mpdag(std::vector<std::string> names, PartialEdges edges);

}  // namespace detail

/// A maximally oriented PDAG (MPDAG; Meek 1995; Perković, Kalisch, Maathuis 2017): closed under Meek's four rules, with
/// at least one consistent extension. An undirected edge stands in either direction in some DAG of its class; a
/// directed one is the same in all. A DAG is an MPDAG, and so is the CPDAG of a Markov equivalence class.
class Mpdag : public Pdag {
 public:
  Mpdag() = default;
  /// Throws graph_unsupported for an edge that a rule would direct, naming both, or where there is no consistent
  /// extension; see `completed` for a graph that is not closed yet. `place` begins the message of an error.
  explicit Mpdag(const Pdag& graph, std::string_view place = {});
  /// The class of one DAG. Throws graph_unsupported where an edge is bidirected.
  explicit Mpdag(const CausalGraph& dag) : Pdag(dag) {}

 private:
  friend Mpdag detail::trusted_mpdag(std::vector<std::string>, detail::PartialEdges);
  Mpdag(std::vector<std::string> names, detail::PartialEdges edges) : Pdag(std::move(names), std::move(edges)) {}
};

namespace detail {

inline Mpdag trusted_mpdag(std::vector<std::string> names, PartialEdges edges) {
  return Mpdag(std::move(names), std::move(edges));
}

inline std::string arrow_text(const Pdag& graph, const Arrow& arrow) {
  return graph.name(arrow.from) + " -> " + graph.name(arrow.to);
}

}  // namespace detail

/// The rule and its premises as text: "rule 1 for A -> B".
inline std::string to_text(const ForcedEdge& forced, const Pdag& graph) {
  std::string text = "rule " + std::to_string(forced.rule) + " for " + detail::arrow_text(graph, *forced.because[0]);
  if (forced.because[1]) text += " and " + detail::arrow_text(graph, *forced.because[1]);
  return text;
}

inline Mpdag::Mpdag(const Pdag& graph, std::string_view place) : Pdag(graph) {
  if (const auto forced = forced_edge(graph))
    throw Error(ErrorCode::graph_unsupported, std::string(place),
                "the undirected edge " + name(forced->edge.from) + " -- " + name(forced->edge.to),
                "the edge " + detail::arrow_text(graph, forced->edge) + ", by Meek's " + to_text(*forced, graph));
  if (!consistent_extension(graph))
    throw Error(ErrorCode::graph_unsupported, std::string(place), "undirected edges that no DAG can direct",
                "a way to direct them without a cycle or a further unshielded collider");
}

/// The MPDAG of the DAGs that a PDAG stands for: closed under Meek's rules; nothing where it has no consistent
/// extension.
inline std::optional<Mpdag> completed(const Pdag& graph) {
  if (!consistent_extension(graph)) return std::nullopt;
  detail::PartialEdges edges = graph.edges();
  detail::close_under_meek(edges, detail::arrows(edges), [](const ForcedEdge&) {});
  return detail::trusted_mpdag(graph.names(), std::move(edges));
}

/// A DAG of the class. The same for the same graph.
inline CausalGraph class_member(const Mpdag& graph) { return *consistent_extension(graph); }

}  // namespace equipoise::inline v0
