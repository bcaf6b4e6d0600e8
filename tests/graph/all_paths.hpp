// Judges for small graphs: every path walked on its own, and openness by the definition.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::testing {

/// A set of nodes as a bit mask.
using Mask = std::uint32_t;

inline Mask to_mask(const NodeSet& set) {
  Mask mask = 0;
  for (const Node v : set) mask |= Mask{1} << v;
  return mask;
}
inline NodeSet from_mask(Mask mask, std::size_t n) {
  NodeSet set(n);
  for (Node v = 0; v < n; ++v)
    if (mask >> v & 1) set.insert(v);
  return set;
}
inline bool is_part(Mask some, Mask whole) { return (some & ~whole) == 0; }

/// Edges as matrices, so that a judge can leave some out.
struct MaskGraph {
  std::size_t n = 0;
  std::vector<Mask> children, siblings;

  explicit MaskGraph(const CausalGraph& graph) : n(graph.size()) {
    for (Node v = 0; v < n; ++v) {
      children.push_back(to_mask(graph.children(v)));
      siblings.push_back(to_mask(graph.siblings(v)));
    }
  }
  Mask descendants(Mask of) const {
    for (Mask before = 0; before != of;) {
      before = of;
      for (Node v = 0; v < n; ++v)
        if (before >> v & 1) of |= children[v];
    }
    return of;
  }
};

/// A path, by what decides whether it is open.
struct JudgedPath {
  Mask nodes = 0;
  Node first = 0, last = 0;
  bool first_arrow_in = false;  ///< whether its first edge has an arrowhead at its first node
  bool causal = true;           ///< whether every edge points forward
  Mask non_colliders = 0;
  std::vector<Mask> colliders = {};  ///< each with its descendants

  /// Every non-collider is outside z, and every collider is in z or has a descendant there.
  bool is_open(Mask z) const {
    if (non_colliders & z) return false;
    for (const Mask collider : colliders)
      if (!(collider & z)) return false;
    return true;
  }
};

/// Calls visit on every path with at least one edge that begins at the end of `path`, which no node of it meets twice.
template <class Visit>
void walk_on(const MaskGraph& graph, const JudgedPath& path, bool arrow_in, Visit& visit) {
  const Node v = path.last;
  for (Node next = 0; next < graph.n; ++next) {
    if (path.nodes >> next & 1) continue;
    const auto step = [&](bool arrow_here, bool arrow_there) {
      JudgedPath longer = path;
      if (path.nodes == Mask{1} << v)
        longer.first_arrow_in = arrow_here;
      else if (arrow_in && arrow_here)
        longer.colliders.push_back(graph.descendants(Mask{1} << v));
      else
        longer.non_colliders |= Mask{1} << v;
      longer.causal = path.causal && !arrow_here;
      longer.nodes |= Mask{1} << next;
      longer.last = next;
      visit(longer);
      walk_on(graph, longer, arrow_there, visit);
    };
    if (graph.children[v] >> next & 1) step(false, true);
    if (graph.children[next] >> v & 1) step(true, false);
    if (graph.siblings[v] >> next & 1) step(true, true);
  }
}

/// Every path from a node of `from` to one of `to`.
inline std::vector<JudgedPath> paths_between(const MaskGraph& graph, Mask from, Mask to) {
  std::vector<JudgedPath> paths;
  for (Node v = 0; v < graph.n; ++v) {
    if (!(from >> v & 1)) continue;
    const auto keep = [&](const JudgedPath& path) {
      if (to >> path.last & 1) paths.push_back(path);
    };
    walk_on(graph, JudgedPath{.nodes = Mask{1} << v, .first = v, .last = v}, false, keep);
  }
  return paths;
}

inline bool any_open(const std::vector<JudgedPath>& paths, Mask z) {
  for (const JudgedPath& path : paths)
    if (path.is_open(z)) return true;
  return false;
}

/// The sets of which no proper part is among them.
inline std::vector<Mask> minimal_masks(const std::vector<Mask>& sets) {
  std::vector<Mask> minimal;
  for (const Mask set : sets) {
    bool least = true;
    for (const Mask other : sets) least = least && (other == set || !is_part(other, set));
    if (least) minimal.push_back(set);
  }
  return minimal;
}

/// Every set within `whole` for which holds(set), in order.
template <class Holds>
std::vector<Mask> masks_where(Mask whole, Holds holds) {
  std::vector<Mask> found;
  for (Mask set = 0;; set = (set - whole) & whole) {  // the next part of the whole
    if (holds(set)) found.push_back(set);
    if (set == whole) return found;
  }
}

/// Every set of a listing, sorted.
template <class Listing>
std::vector<Mask> all_masks(Listing listing) {
  std::vector<Mask> found;
  while (const auto set = listing.next()) found.push_back(to_mask(*set));
  std::sort(found.begin(), found.end());
  return found;
}

/// A random mixed graph over these pairs, whose order of nodes says nothing of its arrows: each pair is joined by an
/// arrow, and by a bidirected edge, with these chances.
inline CausalGraph random_graph_over(std::mt19937_64& random, std::size_t n,
                                     const std::vector<std::pair<std::size_t, std::size_t>>& pairs, double directed,
                                     double bidirected) {
  std::vector<std::string> names;
  std::vector<std::size_t> rank;
  for (std::size_t i = 0; i < n; ++i) {
    names.push_back("V" + std::to_string(i));
    rank.push_back(i);
  }
  for (std::size_t i = n; i > 1; --i) std::swap(rank[i - 1], rank[random() % i]);
  std::uniform_real_distribution<double> uniform;
  std::vector<NamedEdge> arrows, arcs;
  for (const auto& [i, j] : pairs) {
    const auto& [first, second] = rank[i] < rank[j] ? std::pair(i, j) : std::pair(j, i);
    if (uniform(random) < directed) arrows.emplace_back(names[first], names[second]);
    if (uniform(random) < bidirected) arcs.emplace_back(names[first], names[second]);
  }
  return CausalGraph(names, arrows, arcs);
}

inline CausalGraph random_mixed_graph(std::mt19937_64& random, std::size_t n, double directed, double bidirected) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) pairs.emplace_back(i, j);
  return random_graph_over(random, n, pairs, directed, bidirected);
}

/// Two or three rails that lead from node 0 to the last one, with a few rungs between them: such graphs have more
/// separators than others of their size.
inline CausalGraph random_rails(std::mt19937_64& random, double bidirected) {
  std::vector<std::vector<std::size_t>> rails(2 + random() % 2);
  std::size_t n = 1;
  for (auto& rail : rails)
    for (auto left = 1 + random() % 3; left > 0; --left) rail.push_back(n++);
  const std::size_t last = n++;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& rail : rails) {
    pairs.emplace_back(0, rail.front());
    pairs.emplace_back(rail.back(), last);
    for (std::size_t i = 0; i + 1 < rail.size(); ++i) pairs.emplace_back(rail[i], rail[i + 1]);
  }
  for (std::size_t i = 1; i < last; ++i)
    for (std::size_t j = i + 2; j < last; ++j)
      if (random() % 10 == 0) pairs.emplace_back(i, j);
  return random_graph_over(random, n, pairs, 0.95, bidirected);
}

/// Disjoint random sets, each node in one of them or in none.
inline std::vector<Mask> random_parts(std::mt19937_64& random, std::size_t n, std::size_t count) {
  std::vector<Mask> parts(count, 0);
  for (std::size_t v = 0; v < n; ++v)
    if (const auto part = random() % (count + 2); part < count) parts[part] |= Mask{1} << v;
  return parts;
}

/// A question for separators of two sides, with every path between them.
struct SeparatorDraw {
  CausalGraph graph;
  Mask a = 0, b = 0, allowed = 0;
  std::vector<JudgedPath> paths;

  static SeparatorDraw draw(std::mt19937_64& random, bool is_rails, bool all_are_allowed) {
    SeparatorDraw drawn;
    drawn.graph = is_rails ? random_rails(random, 0.1) : random_mixed_graph(random, 2 + random() % 6, 0.35, 0.15);
    const std::size_t n = drawn.graph.size();
    const auto parts = is_rails ? std::vector<Mask>{Mask{1}, Mask{1} << (n - 1)} : random_parts(random, n, 2);
    const Mask all = (Mask{1} << n) - 1;
    drawn.a = parts[0], drawn.b = parts[1];
    drawn.allowed = (all_are_allowed ? all : static_cast<Mask>(random()) & all) & ~drawn.a & ~drawn.b;
    drawn.paths = paths_between(MaskGraph(drawn.graph), drawn.a, drawn.b);
    return drawn;
  }
};

}  // namespace equipoise::testing
