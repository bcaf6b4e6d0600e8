// Latent projection: what a causal graph says of its observed nodes alone.
#pragma once

#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

/// The graph over the nodes outside `latent`, in their order (Verma 1993; Richardson 2003): A -> B where a directed
/// path leads from A to B through latent nodes alone, and A <-> B where a path with arrowheads at both its ends and no
/// collider does. The observed nodes have the same separations and the same effects in both graphs.
inline CausalGraph latent_projection(const CausalGraph& graph, const NodeSet& latent) {
  // What a value leaving v reaches next: v's observed children, and what its latent ones reach in turn.
  std::vector<NodeSet> reached(graph.size(), graph.none());
  const std::vector<Node>& order = graph.topological_order();
  for (auto v = order.rbegin(); v != order.rend(); ++v) {
    reached[*v] = graph.children(*v) - latent;
    for (const Node child : graph.children(*v) & latent) reached[*v] |= reached[child];
  }

  std::vector<NodeSet> siblings(graph.size(), graph.none());
  const auto arrives_at = [&](Node v) { return latent.contains(v) ? reached[v] : NodeSet(graph.size(), {v}); };
  const auto join = [&](const NodeSet& some, const NodeSet& others) {
    for (const Node v : some) siblings[v] |= others;
  };
  for (const Node v : latent) join(reached[v], reached[v]);
  for (Node v = 0; v < graph.size(); ++v)
    for (const Node sibling : graph.siblings(v)) join(arrives_at(v), arrives_at(sibling));

  std::vector<std::string> names;
  std::vector<NamedEdge> directed, bidirected;
  for (const Node v : graph.all() - latent) {
    names.push_back(graph.name(v));
    for (const Node child : reached[v]) directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node sibling : siblings[v])
      if (v < sibling) bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  return CausalGraph(std::move(names), directed, bidirected);
}

}  // namespace equipoise::inline v0
