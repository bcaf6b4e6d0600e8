// Kinship in a causal graph: ancestors, descendants, districts, and graphs with some arrows cut.
#pragma once

#include <cstddef>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

namespace detail {

// The closure of `start` under `next` (a set for each node) within `within`, in time linear in the edges met.
template <class Next>
NodeSet closure(NodeSet start, const NodeSet& within, Next next) {
  std::vector<Node> frontier(start.begin(), start.end());
  while (!frontier.empty()) {
    const Node v = frontier.back();
    frontier.pop_back();
    const NodeSet added = (next(v) & within) - start;
    for (const Node w : added) frontier.push_back(w);
    start |= added;
  }
  return start;
}

}  // namespace detail

/// The nodes of `of` and all from which a directed path leads to them, in the subgraph over `within`.
inline NodeSet ancestors(const CausalGraph& graph, const NodeSet& of, const NodeSet& within) {
  return detail::closure(of & within, within, [&](Node v) -> const NodeSet& { return graph.parents(v); });
}
inline NodeSet ancestors(const CausalGraph& graph, const NodeSet& of) { return ancestors(graph, of, graph.all()); }

/// The nodes of `of` and all to which a directed path leads from them, in the subgraph over `within`.
inline NodeSet descendants(const CausalGraph& graph, const NodeSet& of, const NodeSet& within) {
  return detail::closure(of & within, within, [&](Node v) -> const NodeSet& { return graph.children(v); });
}
inline NodeSet descendants(const CausalGraph& graph, const NodeSet& of) { return descendants(graph, of, graph.all()); }

/// The district (c-component) of v in the subgraph over `within`: what bidirected paths join to it.
inline NodeSet district_of(const CausalGraph& graph, Node v, const NodeSet& within) {
  NodeSet start = graph.none();
  start.insert(v);
  return detail::closure(std::move(start), within, [&](Node w) -> const NodeSet& { return graph.siblings(w); });
}

/// The districts that the subgraph over `within` splits into, by their least nodes.
inline std::vector<NodeSet> districts(const CausalGraph& graph, const NodeSet& within) {
  std::vector<NodeSet> result;
  NodeSet rest = within;
  while (!rest.empty()) {
    result.push_back(district_of(graph, rest.front(), rest));
    rest -= result.back();
  }
  return result;
}

}  // namespace equipoise::inline v0
