#include "graph/graph_builder.hpp"

#include <algorithm>
#include <utility>

#include <equipoise/core/suggest.hpp>

#include "data/csv_cells.hpp"

namespace equipoise::inline v0::detail {

namespace {

constexpr std::size_t most_nodes = 20'000;  // sets of nodes are bitsets: 3 * 20,000^2 bits are 150 MB
constexpr std::size_t most_edges = 2'000'000;
constexpr std::size_t longest_name = 1000;

std::uint64_t packed(EdgeKind kind, Node a, Node b) {
  return (static_cast<std::uint64_t>(kind) << 40) | (static_cast<std::uint64_t>(a) << 20) | b;
}

}  // namespace

std::string edge_text(std::string_view from, EdgeKind kind, std::string_view to) {
  const char* const arrow = kind == EdgeKind::directed ? " -> " : kind == EdgeKind::bidirected ? " <-> " : " -- ";
  return std::string(from) + arrow + std::string(to);
}

void check_node_name(std::string_view name) {
  if (name.empty()) throw Error(ErrorCode::graph_syntax, {}, "a node without a name", "a name of one letter or more");
  if (name.size() > longest_name)
    throw Error(ErrorCode::graph_syntax, {}, "a name of " + std::to_string(name.size()) + " bytes",
                "at most " + std::to_string(longest_name));
  if (!is_utf8(name)) throw Error(ErrorCode::graph_syntax, {}, "a name whose bytes are no text", "a name in UTF-8");
}

Node GraphBuilder::add_node(std::string_view name) {
  check_node_name(name);
  if (size() == most_nodes)
    throw Error(ErrorCode::graph_unsupported, {}, "more than " + std::to_string(most_nodes) + " nodes",
                "a smaller graph");
  if (!index_.emplace(name, size()).second)
    throw Error(ErrorCode::graph_syntax, {}, "node '" + std::string(name) + "' is listed twice", "every node once");
  file_.nodes.emplace_back(name);
  return size() - 1;
}

Node GraphBuilder::node(std::string_view name) {
  const auto found = index_.find(std::string(name));
  return found == index_.end() ? add_node(name) : found->second;
}

Node GraphBuilder::known_node(std::string_view name) const {
  check_node_name(name);
  if (const auto found = index_.find(std::string(name)); found != index_.end()) return found->second;
  throw Error(ErrorCode::graph_unknown_node, {}, "the unknown node '" + std::string(name) + "'", "a node of the graph",
              suggestion(name, file_.nodes));
}

void GraphBuilder::add_edge(Node from, EdgeKind kind, Node to) {
  const std::string text = edge_text(name(from), kind, name(to));
  if (from == to) throw Error(ErrorCode::graph_self_loop, {}, "the self-loop " + text, "edges between two nodes");
  // An edge that has no direction is known by its lesser end.
  const auto key = [&](EdgeKind of) {
    return of == EdgeKind::directed ? packed(of, from, to) : packed(of, std::min(from, to), std::max(from, to));
  };
  if (!edges_.insert(key(kind)).second)
    throw Error(ErrorCode::graph_repeated_edge, {}, "the edge " + text + " is listed twice", "every edge once");
  if (edges_.size() > most_edges)
    throw Error(ErrorCode::graph_unsupported, {}, "more than " + std::to_string(most_edges) + " edges",
                "a smaller graph");
  const auto stands = [&](EdgeKind of, Node a, Node b) {
    if (!edges_.contains(of == EdgeKind::directed ? packed(of, a, b) : key(of))) return;
    throw Error(ErrorCode::graph_repeated_edge, {}, "the edge " + text + " beside " + edge_text(name(a), of, name(b)),
                "no other edge where one is undirected");
  };
  if (kind == EdgeKind::undirected) {
    stands(EdgeKind::directed, from, to);
    stands(EdgeKind::directed, to, from);
    stands(EdgeKind::bidirected, from, to);
  } else {
    stands(EdgeKind::undirected, from, to);
  }
  auto& list = kind == EdgeKind::directed     ? file_.directed
               : kind == EdgeKind::bidirected ? file_.bidirected
                                              : file_.undirected;
  list.emplace_back(name(from), name(to));
}

GraphFile GraphBuilder::finish(std::string place) {
  if (size() == 0) throw Error(ErrorCode::graph_syntax, place, "a graph without nodes", "at least one node");
  for (Node v = 0; v < size(); ++v) {
    if (latent_.contains(v)) file_.latent.push_back(name(v));
    if (selection_.contains(v)) file_.selection.push_back(name(v));
    if (latent_.contains(v) && selection_.contains(v))
      throw Error(ErrorCode::graph_unsupported, place, "selection at the latent node '" + name(v) + "'",
                  "selection at the observed nodes that it affects");
  }
  CausalGraph(file_.nodes, file_.directed, {}, place);  // finds a cycle
  file_.place = std::move(place);
  return std::move(file_);
}

}  // namespace equipoise::inline v0::detail
