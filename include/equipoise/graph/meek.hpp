// Meek's rules: the edges that the directed ones of a partially directed graph force.
//
// Source: Meek, "Causal inference and causal explanation with background knowledge", UAI 1995. Each directs a -- b as
// a -> b, since b -> a would make a cycle or an unshielded collider:
//
//     R1  c -> a,                 c and b not adjacent
//     R2  a -> c -> b
//     R3  a -- c -> b, a -- d -> b,  c and d not adjacent
//     R4  a -- d -> c -> b,          a and c adjacent, d and b not
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/pdag.hpp>

namespace equipoise::inline v0 {

/// A directed edge by its nodes.
struct Arrow {
  Node from = 0;
  Node to = 0;
  friend bool operator==(const Arrow&, const Arrow&) = default;
  friend auto operator<=>(const Arrow&, const Arrow&) = default;
};

/// An edge that one of Meek's rules directs, and the directed edges that make it: one for R1, else two.
struct ForcedEdge {
  Arrow edge;
  int rule = 0;  ///< 1 to 4
  std::array<std::optional<Arrow>, 2> because = {};
};

namespace detail {

/// Calls visit(forced edge) for every application of a rule in which `arrow` is a premise and the edge that it directs
/// is undirected still. The other undirected edges of R3 and R4 may have been directed since: then another rule, or the
/// same, directs a -- b as well.
template <class Visit>
void for_each_forced(const PartialEdges& edges, const Arrow& arrow, Visit visit) {
  const auto [u, v] = arrow;
  // Copies, since visit may direct edges.
  const NodeSet beside_u = edges.neighbours[u], beside_v = edges.neighbours[v];
  for (const Node b : beside_v - edges.adjacent[u]) visit(ForcedEdge{{v, b}, 1, {arrow, {}}});  // R1: c=u, a=v
  for (const Node b : (beside_u & edges.children[v]))
    visit(ForcedEdge{{u, b}, 2, {arrow, Arrow{v, b}}});  // R2: a=u, c=v
  for (const Node a : (beside_v & edges.adjacent[u])) {
    if (edges.parents[u].contains(a)) visit(ForcedEdge{{a, v}, 2, {Arrow{a, u}, arrow}});  // R2: c=u, b=v
    const NodeSet others = (edges.neighbours[a] & edges.parents[v]) - edges.adjacent[u];
    for (const Node d : others)
      if (d != u && edges.neighbours[a].contains(u)) visit(ForcedEdge{{a, v}, 3, {arrow, Arrow{d, v}}});  // R3: c=u
    for (const Node d : (edges.neighbours[a] & edges.parents[u]) - edges.adjacent[v])
      visit(ForcedEdge{{a, v}, 4, {Arrow{d, u}, arrow}});  // R4: c=u, b=v
  }
  for (const Node a : (beside_u & edges.adjacent[v]))
    for (const Node b : (edges.neighbours[a] & edges.children[v]) - edges.adjacent[u])
      visit(ForcedEdge{{a, b}, 4, {arrow, Arrow{v, b}}});  // R4: d=u, c=v
}

/// Directs whatever the arrows in `queue` force, and what that forces in turn; calls directed(forced edge) for each.
template <class Directed>
void close_under_meek(PartialEdges& edges, std::vector<Arrow> queue, Directed directed) {
  while (!queue.empty()) {
    const Arrow arrow = queue.back();
    queue.pop_back();
    for_each_forced(edges, arrow, [&](const ForcedEdge& forced) {
      const auto [from, to] = forced.edge;
      if (!edges.neighbours[from].contains(to)) return;
      edges.orient(from, to);
      queue.push_back(forced.edge);
      directed(forced);
    });
  }
}

inline std::vector<Arrow> arrows(const PartialEdges& edges) {
  std::vector<Arrow> result;
  for (Node v = 0; v < edges.size(); ++v)
    for (const Node child : edges.children[v]) result.push_back({v, child});
  return result;
}

/// Edges that are directed one decision after another, and set back as far as one wishes, without a copy.
class OrientationTrail {
 public:
  explicit OrientationTrail(PartialEdges edges) : edges_(std::move(edges)) {}

  const PartialEdges& edges() const { return edges_; }
  /// Directs an undirected edge, and all that this forces.
  void orient_and_close(const Arrow& arrow) {
    edges_.orient(arrow.from, arrow.to);
    directed_.push_back(arrow);
    close_under_meek(edges_, {arrow}, [&](const ForcedEdge& forced) { directed_.push_back(forced.edge); });
  }
  /// How many edges have been directed.
  std::size_t length() const { return directed_.size(); }
  /// Makes those edges undirected again that were directed after the first `length`.
  void undo_to(std::size_t length) {
    for (; directed_.size() > length; directed_.pop_back()) {
      const auto [from, to] = directed_.back();
      edges_.children[from].erase(to);
      edges_.parents[to].erase(from);
      edges_.neighbours[from].insert(to);
      edges_.neighbours[to].insert(from);
    }
  }

 private:
  PartialEdges edges_;
  std::vector<Arrow> directed_;
};

}  // namespace detail

/// An undirected edge that a rule would direct, or nothing where the graph is closed under the four rules.
inline std::optional<ForcedEdge> forced_edge(const Pdag& graph) {
  std::optional<ForcedEdge> found;
  for (const Arrow& arrow : detail::arrows(graph.edges())) {
    if (found) break;
    detail::for_each_forced(graph.edges(), arrow, [&](const ForcedEdge& forced) {
      if (!found) found = forced;
    });
  }
  return found;
}

}  // namespace equipoise::inline v0
