// The causal graph: what directly causes what, and which pairs share a hidden cause.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/graph/node_set.hpp>

namespace equipoise::inline v0 {

/// An edge by the names of its ends; a directed one points from first to second.
using NamedEdge = std::pair<std::string, std::string>;

namespace detail {

/// The sets of every node once more as lists, end to end: walking a list costs as much as it has entries, walking a
/// set as much as the graph has nodes. Nodes are kept short, so that more of them lie near.
class NeighbourLists {
 public:
  NeighbourLists() : begins_{0} {}
  explicit NeighbourLists(const std::vector<NodeSet>& sets) : NeighbourLists() {
    begins_.reserve(sets.size() + 1);
    for (const NodeSet& set : sets) {
      for (const Node v : set) nodes_.push_back(static_cast<std::uint32_t>(v));
      begins_.push_back(nodes_.size());
    }
  }
  std::span<const std::uint32_t> operator[](Node v) const {
    return {nodes_.data() + begins_[v], nodes_.data() + begins_[v + 1]};
  }
  friend bool operator==(const NeighbourLists&, const NeighbourLists&) = default;

 private:
  std::vector<std::uint32_t> nodes_;
  std::vector<std::size_t> begins_;
};

}  // namespace detail

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
  // The same in increasing order, for searches that must be linear in the edges.
  std::span<const std::uint32_t> parent_list(Node v) const { return parent_lists_[v]; }
  std::span<const std::uint32_t> child_list(Node v) const { return child_lists_[v]; }
  std::span<const std::uint32_t> sibling_list(Node v) const { return sibling_lists_[v]; }
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
  detail::NeighbourLists parent_lists_, child_lists_, sibling_lists_;
  std::vector<Node> topological_order_;
};

namespace detail {

// The directed cycle that `remaining` holds, as "A -> B -> A". Every node of it has a parent within it.
inline std::string describe_cycle(const std::vector<std::string>& names, const std::vector<NodeSet>& parents,
                                  const NodeSet& remaining) {
  std::vector<Node> walked;
  NodeSet seen(names.size());
  Node v = remaining.front();
  while (!seen.contains(v)) {
    seen.insert(v);
    walked.push_back(v);
    v = (parents[v] & remaining).front();
  }
  std::string text = names[v];
  while (walked.back() != v) {
    text += " -> " + names[walked.back()];
    walked.pop_back();
  }
  return text + " -> " + names[v];
}

}  // namespace detail

inline std::optional<Node> CausalGraph::find(std::string_view name) const noexcept {
  for (Node v = 0; v < names_.size(); ++v)
    if (names_[v] == name) return v;
  return std::nullopt;
}

inline Node CausalGraph::node(std::string_view name) const {
  if (const auto v = find(name)) return *v;
  throw Error(ErrorCode::graph_unknown_node, {}, "no variable '" + std::string(name) + "' in the graph",
              "a variable of the graph", suggestion(name, names_));
}

inline CausalGraph::CausalGraph(std::vector<std::string> names, std::span<const NamedEdge> directed,
                                std::span<const NamedEdge> bidirected, std::string_view place)
    : names_(std::move(names)),
      parents_(names_.size(), NodeSet(names_.size())),
      children_(parents_),
      siblings_(parents_) {
  const std::string where(place);
  std::unordered_map<std::string_view, Node> index;
  for (Node v = 0; v < names_.size(); ++v)
    if (!index.emplace(names_[v], v).second)
      throw Error(ErrorCode::graph_syntax, where, "node '" + names_[v] + "' is listed twice", "every node once");
  const auto end_of = [&](const std::string& name) {
    const auto found = index.find(name);
    if (found == index.end())
      throw Error(ErrorCode::graph_unknown_node, where, "an edge names the unknown node '" + name + "'",
                  "a node of the graph", suggestion(name, names_));
    return found->second;
  };
  const auto add = [&](const NamedEdge& edge, const char* arrow, std::vector<NodeSet>& from_first,
                       std::vector<NodeSet>& from_second) {
    const Node a = end_of(edge.first), b = end_of(edge.second);
    const std::string text = edge.first + arrow + edge.second;
    if (a == b) throw Error(ErrorCode::graph_self_loop, where, "the self-loop " + text, "edges between two nodes");
    if (from_first[a].contains(b))
      throw Error(ErrorCode::graph_repeated_edge, where, "the edge " + text + " is listed twice", "every edge once");
    from_first[a].insert(b);
    from_second[b].insert(a);
  };
  for (const NamedEdge& edge : directed) add(edge, " -> ", children_, parents_);
  for (const NamedEdge& edge : bidirected) add(edge, " <-> ", siblings_, siblings_);
  parent_lists_ = detail::NeighbourLists(parents_);
  child_lists_ = detail::NeighbourLists(children_);
  sibling_lists_ = detail::NeighbourLists(siblings_);

  // Kahn's algorithm, the least index first, so that the order does not depend on how edges are listed.
  std::vector<std::size_t> waiting_for(size());
  std::priority_queue<Node, std::vector<Node>, std::greater<>> ready;
  for (Node v = 0; v < size(); ++v)
    if ((waiting_for[v] = parent_lists_[v].size()) == 0) ready.push(v);
  NodeSet remaining = all();
  while (!ready.empty()) {
    const Node v = ready.top();
    ready.pop();
    topological_order_.push_back(v);
    remaining.erase(v);
    for (const Node child : child_lists_[v])
      if (--waiting_for[child] == 0) ready.push(child);
  }
  if (!remaining.empty())
    throw Error(ErrorCode::graph_cycle, where, "the cycle " + detail::describe_cycle(names_, parents_, remaining),
                "a graph without directed cycles");
}

}  // namespace equipoise::inline v0
