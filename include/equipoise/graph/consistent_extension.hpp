// A DAG among those that a partially directed graph stands for.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include <equipoise/graph/pdag.hpp>

namespace equipoise::inline v0 {

/// A DAG over the graph's adjacencies that keeps its directed edges and has no further unshielded collider, or nothing
/// where none exists. Source: Dor, Tarsi, "A simple algorithm to construct a consistent extension of a partially
/// oriented graph", 1992; their steps are (a) and (b). A node is tried again only once one next to it is gone, so the
/// time is that of one trial, deg^2 look-ups of words, for each end of an edge.
inline std::optional<CausalGraph> consistent_extension(const Pdag& graph) {
  detail::PartialEdges extension = graph.edges();  // G'
  detail::PartialEdges rest = graph.edges();       // A: what is left of the graph
  NodeSet remaining = graph.all();

  const auto is_possible_sink = [&](Node x) {
    if (!rest.children[x].empty()) return false;  // (a) no edge leaves x
    for (const Node y : rest.neighbours[x]) {     // (b) all that is next to x is next to each neighbour of it
      NodeSet beyond = rest.adjacent[x] - rest.adjacent[y];
      beyond.erase(y);
      if (!beyond.empty()) return false;
    }
    return true;
  };

  std::priority_queue<Node, std::vector<Node>, std::greater<>> candidates;
  for (Node v = 0; v < graph.size(); ++v) candidates.push(v);
  while (!candidates.empty()) {
    const Node x = candidates.top();
    candidates.pop();
    if (!remaining.contains(x) || !is_possible_sink(x)) continue;
    for (const Node y : rest.neighbours[x]) extension.orient(y, x);
    for (const Node y : rest.adjacent[x]) {
      rest.children[y].erase(x);
      rest.neighbours[y].erase(x);
      rest.adjacent[y].erase(x);
      candidates.push(y);
    }
    remaining.erase(x);
  }
  if (!remaining.empty()) return std::nullopt;
  return detail::dag_of(graph.names(), extension);
}

}  // namespace equipoise::inline v0
