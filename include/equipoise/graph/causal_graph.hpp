// The causal graph: what directly causes what, and which pairs share a hidden cause.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/graph/node_set.hpp>

namespace equipoise::inline v0 {

/// An edge by the names of its ends; a directed one points from first to second.
using NamedEdge = std::pair<std::string, std::string>;

/// An acyclic directed mixed graph (ADMG; Richardson 2003): directed edges are direct causes, bidirected
/// edges are hidden common causes. Immutable; acyclic by construction. Names live at the edge of the
/// library: inside, a node is its index.
class CausalGraph {
 public:
  CausalGraph() = default;
  /// Throws graph_cycle (naming the cycle in full), graph_self_loop, graph_repeated_edge or
  /// graph_unknown_node (with a suggestion). `place` begins the message of an error.
  CausalGraph(std::vector<std::string> names, std::span<const NamedEdge> directed,
              std::span<const NamedEdge> bidirected = {}, std::string_view place = {});

  std::size_t size() const noexcept { return names_.size(); }
  const std::vector<std::string>& names() const noexcept { return names_; }
  const std::string& name(Node v) const { return names_[v]; }
  std::optional<Node> find(std::string_view name) const noexcept;
  /// Throws graph_unknown_node, with a suggestion, where there is none.
  Node node(std::string_view name) const;

  const NodeSet& parents(Node v) const { return parents_[v]; }
  const NodeSet& children(Node v) const { return children_[v]; }
  /// The nodes joined to v by a bidirected edge.
  const NodeSet& siblings(Node v) const { return siblings_[v]; }
  bool has_directed(Node from, Node to) const { return children_[from].contains(to); }
  bool has_bidirected(Node a, Node b) const { return siblings_[a].contains(b); }
  /// Every node, causes before effects; ties by index.
  const std::vector<Node>& topological_order() const noexcept { return topological_order_; }

  NodeSet none() const { return NodeSet(size()); }
  NodeSet all() const { return NodeSet::all(size()); }

  friend bool operator==(const CausalGraph&, const CausalGraph&) = default;

 private:
  std::vector<std::string> names_;
  std::vector<NodeSet> parents_, children_, siblings_;
  std::vector<Node> topological_order_;
};

}  // namespace equipoise::inline v0
