// The witness of a dependence: a path that is open given what is observed.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/separation.hpp>

namespace equipoise::inline v0 {

/// An edge as a path meets it.
enum class PathEdge {
  forward,     ///< ->
  backward,    ///< <-
  bidirected,  ///< <->
};

/// A path: no node stands on it twice, and edges[i] joins nodes[i] and nodes[i + 1].
struct Path {
  std::vector<Node> nodes;
  std::vector<PathEdge> edges;
  friend bool operator==(const Path&, const Path&) = default;
};

/// The edge as text: "->", "<-" or "<->".
inline const char* to_text(PathEdge edge) {
  return edge == PathEdge::forward ? "->" : edge == PathEdge::backward ? "<-" : "<->";
}

/// The path as text: "A <- B <-> C".
inline std::string to_text(const Path& path, const CausalGraph& graph) {
  std::string text;
  for (std::size_t i = 0; i < path.nodes.size(); ++i) {
    if (i > 0) text += std::string(" ") + to_text(path.edges[i - 1]) + ' ';
    text += graph.name(path.nodes[i]);
  }
  return text;
}

/// A shortest path from a node of `a` to one of `b` that is open given z in the graph with those arrows cut, or nothing
/// where they are m-separated. The three sets are disjoint (asserted). Linear in the edges.
///
/// The search finds a shortest open walk, and that is a path: were a node on it twice, leaving out the loop between
/// would leave an open walk. It could be closed only where the node becomes a collider; but then it was one before, or
/// the loop leaves it downwards and, the graph being acyclic, meets an open collider, of which it is an ancestor.
template <class Cut = CutArrows>
std::optional<Path> open_path(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& z,
                              const Cut& cut) {
  assert(!a.intersects(b) && !a.intersects(z) && !b.intersects(z));
  Path path;
  detail::search_open_walks(graph, a, z, cut, [&](std::span<const detail::WalkStep> steps) {
    if (!b.contains(steps.back().node)) return false;
    for (detail::WalkStep step = steps.back();; step = steps[step.from()]) {
      const Node v = step.node;
      path.nodes.push_back(v);
      if (a.contains(v)) return true;
      const Node before = steps[step.from()].node;
      // A pair may be joined twice; where the node before may be left by a tail, the directed edge is open.
      const bool by_tail = graph.has_directed(before, v) && !cut.cuts_arrow(before, v) && !z.contains(before);
      path.edges.push_back(!step.into() ? PathEdge::backward : by_tail ? PathEdge::forward : PathEdge::bidirected);
    }
  });
  if (path.nodes.empty()) return std::nullopt;
  std::reverse(path.nodes.begin(), path.nodes.end());
  std::reverse(path.edges.begin(), path.edges.end());
  return path;
}
inline std::optional<Path> open_path(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& z) {
  return open_path(graph, a, b, z, CutNothing{});
}

}  // namespace equipoise::inline v0
