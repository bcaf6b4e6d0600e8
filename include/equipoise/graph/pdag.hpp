// Partially directed graphs: what an equivalence class of causal graphs has in common.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/graph_file.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Directed and undirected edges, while algorithms direct the latter. Who is adjacent never changes.
struct PartialEdges {
  std::vector<NodeSet> parents, children, neighbours, adjacent;

  explicit PartialEdges(std::size_t size = 0)
      : parents(size, NodeSet(size)), children(parents), neighbours(parents), adjacent(parents) {}

  std::size_t size() const noexcept { return parents.size(); }
  void add_directed(Node from, Node to) {
    children[from].insert(to);
    parents[to].insert(from);
    adjacent[from].insert(to);
    adjacent[to].insert(from);
  }
  void add_undirected(Node a, Node b) {
    neighbours[a].insert(b);
    neighbours[b].insert(a);
    adjacent[a].insert(b);
    adjacent[b].insert(a);
  }
  /// Directs the undirected edge between them.
  void orient(Node from, Node to) {
    neighbours[from].erase(to);
    neighbours[to].erase(from);
    children[from].insert(to);
    parents[to].insert(from);
  }
  friend bool operator==(const PartialEdges&, const PartialEdges&) = default;
};

}  // namespace detail

/// A partially directed acyclic graph (PDAG; Meek 1995): between two nodes at most one edge, directed or undirected,
/// and no directed cycle. It stands for its consistent extensions: the DAGs over its adjacencies that keep its directed
/// edges and have no collider between non-adjacent nodes (unshielded collider) but its own. Immutable.
class Pdag {
 public:
  Pdag() = default;
  /// Throws graph_cycle (naming the cycle in full), graph_self_loop, graph_repeated_edge, graph_unknown_node or
  /// graph_syntax. `place` begins the message of an error.
  Pdag(std::vector<std::string> names, std::span<const NamedEdge> directed, std::span<const NamedEdge> undirected,
       std::string_view place = {});
  /// Throws graph_unsupported where an edge is bidirected.
  explicit Pdag(const CausalGraph& dag);
  /// Throws graph_unsupported where an edge is bidirected or a node latent, and as the first constructor does.
  explicit Pdag(const GraphFile& file);

  std::size_t size() const noexcept { return names_.size(); }
  const std::vector<std::string>& names() const noexcept { return names_; }
  const std::string& name(Node v) const { return names_[v]; }
  std::optional<Node> find(std::string_view name) const noexcept;
  /// Throws graph_unknown_node, with a suggestion, where there is none.
  Node node(std::string_view name) const;

  const NodeSet& parents(Node v) const { return edges_.parents[v]; }
  const NodeSet& children(Node v) const { return edges_.children[v]; }
  /// The nodes joined to v by an undirected edge.
  const NodeSet& neighbours(Node v) const { return edges_.neighbours[v]; }
  /// The nodes joined to v by any edge.
  const NodeSet& adjacent(Node v) const { return edges_.adjacent[v]; }
  bool has_directed(Node from, Node to) const { return children(from).contains(to); }
  bool has_undirected(Node a, Node b) const { return neighbours(a).contains(b); }
  /// Whether no edge is undirected.
  bool is_directed() const;

  NodeSet none() const { return NodeSet(size()); }
  NodeSet all() const { return NodeSet::all(size()); }

  /// The edges as algorithms work on them.
  const detail::PartialEdges& edges() const noexcept { return edges_; }

  friend bool operator==(const Pdag&, const Pdag&) = default;

 protected:
  /// Of edges that are known to be those of a PDAG.
  Pdag(std::vector<std::string> names, detail::PartialEdges edges)
      : names_(std::move(names)), edges_(std::move(edges)) {}

 private:
  std::vector<std::string> names_;
  detail::PartialEdges edges_;
};

/// What a file says of the graph.
inline GraphFile graph_file(const Pdag& graph) {
  GraphFile file{.nodes = graph.names()};
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) file.directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node neighbour : graph.neighbours(v))
      if (v < neighbour) file.undirected.emplace_back(graph.name(v), graph.name(neighbour));
  }
  return file;
}

/// The same graph with its nodes in another order. Throws graph_unknown_node where the two do not name the same nodes;
/// `place` and `other_place` stand for the graph and for where the order comes from.
inline Pdag reordered(const Pdag& graph, const std::vector<std::string>& order, std::string_view place = "the graph",
                      std::string_view other_place = "the other graph") {
  const auto check = [](const std::vector<std::string>& named, const std::vector<std::string>& other,
                        std::string_view within, std::string_view beside) {
    const std::unordered_set<std::string_view> there(named.begin(), named.end());
    for (const std::string& name : other)
      if (!there.contains(name))
        throw Error(ErrorCode::graph_unknown_node, std::string(within),
                    "no node '" + name + "', which " + std::string(beside) + " has", "two graphs over the same nodes",
                    suggestion(name, named));
  };
  check(graph.names(), order, place, other_place);
  check(order, graph.names(), other_place, place);
  const GraphFile file = graph_file(graph);
  return Pdag(order, file.directed, file.undirected);
}

namespace detail {

/// The DAG of edges that are all directed. Throws graph_cycle.
inline CausalGraph dag_of(const std::vector<std::string>& names, const PartialEdges& edges) {
  std::vector<NamedEdge> directed;
  for (Node v = 0; v < edges.size(); ++v)
    for (const Node child : edges.children[v]) directed.emplace_back(names[v], names[child]);
  return CausalGraph(names, directed);
}

inline void refuse_bidirected(const std::string& a, const std::string& b, std::string place) {
  throw Error(ErrorCode::graph_unsupported, std::move(place), "the bidirected edge " + a + " <-> " + b,
              "directed and undirected edges alone (an equivalence class here is one of DAGs, without hidden causes)");
}

}  // namespace detail

inline Pdag::Pdag(std::vector<std::string> names, std::span<const NamedEdge> directed,
                  std::span<const NamedEdge> undirected, std::string_view place)
    : edges_(names.size()) {
  const CausalGraph dag(std::move(names), directed, {}, place);
  names_ = dag.names();
  for (Node v = 0; v < size(); ++v)
    for (const Node child : dag.children(v)) edges_.add_directed(v, child);

  const std::string where(place);
  std::unordered_map<std::string_view, Node> index;
  for (Node v = 0; v < size(); ++v) index.emplace(names_[v], v);
  const auto end_of = [&](const std::string& end) {
    const auto found = index.find(end);
    if (found != index.end()) return found->second;
    throw Error(ErrorCode::graph_unknown_node, where, "an edge names the unknown node '" + end + "'",
                "a node of the graph", suggestion(end, names_));
  };
  for (const auto& [first, second] : undirected) {
    const Node a = end_of(first), b = end_of(second);
    const std::string text = first + " -- " + second;
    if (a == b) throw Error(ErrorCode::graph_self_loop, where, "the self-loop " + text, "edges between two nodes");
    if (adjacent(a).contains(b))
      throw Error(ErrorCode::graph_repeated_edge, where,
                  "the edge " + text + " beside another of '" + first + "' and '" + second + "'",
                  "at most one edge between two nodes");
    edges_.add_undirected(a, b);
  }
}

inline Pdag::Pdag(const CausalGraph& dag) : names_(dag.names()), edges_(dag.size()) {
  for (Node v = 0; v < size(); ++v) {
    if (!dag.siblings(v).empty()) detail::refuse_bidirected(name(v), name(dag.siblings(v).front()), {});
    for (const Node child : dag.children(v)) edges_.add_directed(v, child);
  }
}

inline Pdag::Pdag(const GraphFile& file) : Pdag(file.nodes, file.directed, file.undirected, file.place) {
  if (!file.bidirected.empty())
    detail::refuse_bidirected(file.bidirected.front().first, file.bidirected.front().second, file.place);
  if (!file.latent.empty())
    throw Error(ErrorCode::graph_unsupported, file.place, "the latent node '" + file.latent.front() + "'",
                "observed nodes alone (an equivalence class here is one of DAGs, without hidden causes)");
}

inline std::optional<Node> Pdag::find(std::string_view name) const noexcept {
  for (Node v = 0; v < names_.size(); ++v)
    if (names_[v] == name) return v;
  return std::nullopt;
}

inline Node Pdag::node(std::string_view name) const {
  if (const auto v = find(name)) return *v;
  throw Error(ErrorCode::graph_unknown_node, {}, "no variable '" + std::string(name) + "' in the graph",
              "a variable of the graph", suggestion(name, names_));
}

inline bool Pdag::is_directed() const {
  for (const NodeSet& neighbours : edges_.neighbours)
    if (!neighbours.empty()) return false;
  return true;
}

}  // namespace equipoise::inline v0
