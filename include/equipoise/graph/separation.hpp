// m-separation: which independences a causal graph implies.
//
// A path is open given Z when every non-collider on it is outside Z and every collider is an ancestor of Z (or in
// Z); x and y are m-separated given Z when no path between them is open. Source: Richardson, "Markov properties for
// acyclic directed mixed graphs", Scandinavian Journal of Statistics 30, 2003; the search is the reachability of
// Geiger, Verma, Pearl 1990 ("Bayes ball") with bidirected edges, linear in the edges.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

/// A graph seen with some arrows cut, without a copy: G with arrows into one set and out of another removed, as
/// the rules of do-calculus need. Bidirected edges point into both their ends.
struct CutArrows {
  NodeSet incoming;
  NodeSet outgoing;
  bool cuts_arrow(Node from, Node to) const { return incoming.contains(to) || outgoing.contains(from); }
  bool cuts_bidirected(Node a, Node b) const { return incoming.contains(a) || incoming.contains(b); }
};

/// A graph seen without the arrows that lead from one set straight into another.
struct CutArrowsBetween {
  NodeSet from;
  NodeSet into;
  bool cuts_arrow(Node a, Node b) const { return from.contains(a) && into.contains(b); }
  bool cuts_bidirected(Node, Node) const { return false; }
};

/// A graph seen whole.
struct CutNothing {
  bool cuts_arrow(Node, Node) const { return false; }
  bool cuts_bidirected(Node, Node) const { return false; }
};

namespace detail {

/// Sets a bit in the marks of `of` and of all from which a directed path leads to them, in the graph with those arrows
/// cut. None has it before.
template <std::uint8_t bit, class Cut>
void mark_ancestors(const CausalGraph& graph, const NodeSet& of, const Cut& cut, std::uint8_t* marks) {
  std::vector<std::uint32_t> stack(graph.size() + 1);
  std::uint32_t* const frontier = stack.data();
  std::size_t end = 0;
  // What is written at the end counts only where it is new: whether it is would be a branch that no processor foresees.
  const auto reach = [&](std::uint32_t v, bool cut_off) {
    const std::uint8_t mark = marks[v];
    frontier[end] = v;
    marks[v] = static_cast<std::uint8_t>(mark | (cut_off ? 0 : bit));
    end += !(mark & bit) & !cut_off;
  };
  for (const Node v : of) reach(static_cast<std::uint32_t>(v), false);
  while (end > 0) {
    const std::uint32_t v = frontier[--end];
    for (const std::uint32_t p : graph.parent_list(v)) reach(p, cut.cuts_arrow(p, v));
  }
}

}  // namespace detail

/// The nodes of `of` and all from which a directed path leads to them, in the graph with those arrows cut. Linear in
/// the nodes and edges.
template <class Cut>
NodeSet ancestors_under(const CausalGraph& graph, const NodeSet& of, const Cut& cut) {
  std::vector<std::uint8_t> marks(graph.size(), 0);
  detail::mark_ancestors<1>(graph, of, cut, marks.data());
  NodeSet result = graph.none();
  for (Node v = 0; v < marks.size(); ++v)
    if (marks[v]) result.insert(v);
  return result;
}

namespace detail {

/// What a search has reached: a node, the place in the queue of the step before, and whether the edge between points
/// into the node.
struct WalkStep {
  std::uint32_t node;
  std::uint32_t from_and_into;
  std::size_t from() const { return from_and_into >> 1; }
  bool into() const { return from_and_into & 1; }
};

/// Open walks from `start` given `given`, in the graph with those arrows cut, shortest first: calls visit(steps so far,
/// the last of them being new) and stops where it returns true. Every list of neighbours is walked at most once.
template <class Cut, class Visit>
bool search_open_walks(const CausalGraph& graph, const NodeSet& start, const NodeSet& given, const Cut& cut,
                       Visit visit) {
  // What is known of a node, in one byte, so that the search touches one place for each.
  enum Mark : std::uint8_t {
    seen_by_tail = 1,
    seen_by_arrow = 2,
    left_by_tails = 4,
    left_by_arrows = 8,
    known = 16,
    open_collider = 32,
  };
  std::vector<std::uint8_t> all_marks(graph.size(), 0);
  std::uint8_t* const marks = all_marks.data();
  mark_ancestors<open_collider>(graph, given, cut, marks);
  for (const Node v : given) marks[v] |= known;

  std::vector<WalkStep> steps(2 * graph.size() + 1);
  WalkStep* const queue = steps.data();
  std::size_t end = 0, at = 0;
  // Without a branch, as above: what is not new is written over. An arrival by a tail at a node that is not known may
  // go on by every edge, so that one by an arrowhead adds nothing to it.
  const auto reach_by_tail = [&](std::uint32_t v, std::uint32_t from, bool cut_off) {
    const std::uint8_t mark = marks[v];
    queue[end] = {v, from};
    const int seen = mark & known ? seen_by_tail : seen_by_tail | seen_by_arrow;
    marks[v] = static_cast<std::uint8_t>(mark | (cut_off ? 0 : seen));
    end += !(mark & seen_by_tail) & !cut_off;
  };
  const auto reach_by_arrow = [&](std::uint32_t v, std::uint32_t from, bool cut_off) {
    const std::uint8_t mark = marks[v];
    queue[end] = {v, from};
    marks[v] = static_cast<std::uint8_t>(mark | (cut_off ? 0 : seen_by_arrow));
    end += !(mark & seen_by_arrow) & !cut_off;
  };
  const auto leave_by_arrowheads = [&](Node v, std::uint32_t from) {  // edges with an arrowhead at v
    if (marks[v] & left_by_arrows) return;
    marks[v] |= left_by_arrows;
    for (const std::uint32_t p : graph.parent_list(v)) reach_by_tail(p, from, cut.cuts_arrow(p, v));
    for (const std::uint32_t s : graph.sibling_list(v)) reach_by_arrow(s, from | 1, cut.cuts_bidirected(v, s));
  };
  const auto leave_by_tails = [&](Node v, std::uint32_t from) {
    if (marks[v] & left_by_tails) return;
    marks[v] |= left_by_tails;
    for (const std::uint32_t c : graph.child_list(v)) reach_by_arrow(c, from | 1, cut.cuts_arrow(v, c));
  };
  for (const Node s : start) reach_by_tail(static_cast<std::uint32_t>(s), 0, false);
  for (; at < end; ++at) {
    if (visit(std::span<const WalkStep>(queue, at + 1))) return true;
    const Node v = queue[at].node;
    const bool into = queue[at].into();
    const auto from = static_cast<std::uint32_t>(at << 1);
    if (!(marks[v] & known)) {  // v as a non-collider
      leave_by_tails(v, from);
      if (!into) leave_by_arrowheads(v, from);
    }
    if (into && (marks[v] & open_collider)) leave_by_arrowheads(v, from);  // v as a collider
  }
  return false;
}

/// The nodes that open walks from `start` lead to, `start` and nodes of `given` at their ends among them.
template <class Cut>
NodeSet reached_by_open_walks(const CausalGraph& graph, const NodeSet& start, const NodeSet& given, const Cut& cut) {
  NodeSet reached = graph.none();
  search_open_walks(graph, start, given, cut, [&](std::span<const WalkStep> steps) {
    reached.insert(steps.back().node);
    return false;
  });
  return reached;
}

}  // namespace detail

/// Whether a and b are m-separated given z, in the graph with those arrows cut. The three sets are disjoint
/// (asserted); an empty side is separated from everything. Linear in the nodes and edges.
template <class Cut = CutArrows>
bool separated(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& z, const Cut& cut) {
  assert(!a.intersects(b) && !a.intersects(z) && !b.intersects(z));
  return !detail::search_open_walks(
      graph, a, z, cut, [&](std::span<const detail::WalkStep> steps) { return b.contains(steps.back().node); });
}
inline bool separated(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& z) {
  return separated(graph, a, b, z, CutNothing{});
}

}  // namespace equipoise::inline v0
