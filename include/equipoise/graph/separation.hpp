// m-separation: which independences a causal graph implies.
//
// A path is open given Z when every non-collider on it is outside Z and every collider is an ancestor of Z (or in
// Z); x and y are m-separated given Z when no path between them is open. Source: Richardson, "Markov properties for
// acyclic directed mixed graphs", Scandinavian Journal of Statistics 30, 2003; the search is the reachability of
// Geiger, Verma, Pearl 1990 ("Bayes ball") with bidirected edges, linear in the edges.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// What the search reaches: a node, and whether the edge that led there points into it.
struct Arrival {
  Node node;
  bool into;
};

/// Open walks from `start` given `given`, in the graph where arrows into `cut_incoming` and arrows out of
/// `cut_outgoing` are removed. Calls visit(arrival, index of its predecessor); stops where visit returns true.
template <class Visit>
bool search_open_walks(const CausalGraph& graph, const NodeSet& start, const NodeSet& given,
                       const NodeSet& cut_incoming, const NodeSet& cut_outgoing, Visit visit) {
  const auto has_parents = [&](Node v) { return !cut_incoming.contains(v); };
  // The ancestors of Z, where colliders are open, in the graph with its arrows cut.
  const NodeSet open_colliders = [&] {
    NodeSet result = given;
    std::vector<Node> frontier(given.begin(), given.end());
    while (!frontier.empty()) {
      const Node v = frontier.back();
      frontier.pop_back();
      if (!has_parents(v)) continue;
      for (const Node p : graph.parents(v) - cut_outgoing)
        if (!result.contains(p)) {
          result.insert(p);
          frontier.push_back(p);
        }
    }
    return result;
  }();

  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<Arrival> queue;
  std::array<NodeSet, 2> seen{graph.none(), graph.none()};
  std::size_t from = none;
  const auto reach = [&](Node v, bool into) {
    if (seen[into].contains(v)) return false;
    seen[into].insert(v);
    queue.push_back({v, into});
    return visit(queue.back(), from);
  };
  const auto leave_by_arrowheads = [&](Node v) {  // edges with an arrowhead at v
    if (!has_parents(v)) return false;
    for (const Node p : graph.parents(v) - cut_outgoing)
      if (reach(p, false)) return true;
    for (const Node s : graph.siblings(v) - cut_incoming)
      if (reach(s, true)) return true;
    return false;
  };
  const auto leave_by_tails = [&](Node v) {
    if (cut_outgoing.contains(v)) return false;
    for (const Node c : graph.children(v) - cut_incoming)
      if (reach(c, true)) return true;
    return false;
  };
  for (const Node s : start)
    if (reach(s, false)) return true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto [v, into] = queue[i];
    from = i;
    if (!given.contains(v)) {  // v as a non-collider
      if (leave_by_tails(v)) return true;
      if (!into && leave_by_arrowheads(v)) return true;
    }
    if (into && open_colliders.contains(v) && leave_by_arrowheads(v)) return true;  // v as a collider
  }
  return false;
}

}  // namespace detail

/// A graph seen with some arrows cut, without a copy: G with arrows into one set and out of another removed, as
/// the rules of do-calculus need. Bidirected edges point into both their ends.
struct CutArrows {
  NodeSet incoming;
  NodeSet outgoing;
};

/// Whether a and b are m-separated given z, in the graph with those arrows cut. The three sets are disjoint
/// (asserted); an empty side is separated from everything.
inline bool separated(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& z,
                      const CutArrows& cut) {
  assert(!a.intersects(b) && !a.intersects(z) && !b.intersects(z));
  return !detail::search_open_walks(
      graph, a, z, cut.incoming, cut.outgoing,
      [&](const detail::Arrival& arrival, std::size_t) { return b.contains(arrival.node); });
}
inline bool separated(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& z) {
  return separated(graph, a, b, z, {graph.none(), graph.none()});
}

}  // namespace equipoise::inline v0
