// What causes what in an equivalence class: in every DAG of it, in some, or in none.
//
// A path from x to y in an MPDAG is possibly causal where no edge of the graph points from a node of it to an earlier
// one (b-possibly causal; Perković, Kalisch, Maathuis, "Interpreting and using CPDAGs with background knowledge", UAI
// 2017, Definition 3.1). Where there is one, part of its nodes make one that is unshielded: no two nodes that stand two
// apart are adjacent (Lemma 3.6). On an unshielded path it is enough that no edge of the path points backwards, and
// directing its first edge forwards directs the rest (R1): x causes y in a DAG of the class iff such a path leads
// there. So a search over pairs of adjacent nodes finds all; a walk that it follows is a path, being directed in some
// DAG.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/mpdag.hpp>

namespace equipoise::inline v0 {

namespace detail {

enum class PathDirection { forwards, backwards };

/// Extends unshielded possibly causal paths, or such paths read from their ends, as far as they go, the shortest first.
class UnshieldedSearch {
 public:
  UnshieldedSearch(const Pdag& graph, PathDirection direction, NodeSet within)
      : graph_(graph),
        direction_(direction),
        within_(std::move(within)),
        reached_(graph.none()),
        came_from_(graph.size(), graph.none()) {}

  /// Begins paths at v, with any first edge.
  void start_at(Node v) {
    reached_.insert(v);
    for (const Node w : next(v) & within_) step(v, w, none_before);
    run();
  }
  /// Begins paths with v and w, which an edge joins that does not point backwards.
  void start_with(Node v, Node w) {
    step(v, w, none_before);
    run();
  }
  /// The nodes on the paths, their first ones included where all began at a node.
  const NodeSet& reached() const { return reached_; }

  /// The nodes of a shortest path that ends in `to`, of one edge or more; nothing where none does.
  std::optional<std::vector<Node>> path_to(const NodeSet& to) const {
    for (std::size_t last = 0; last < steps_.size(); ++last) {
      if (!to.contains(steps_[last].to)) continue;
      std::vector<Node> path{steps_[last].to};
      for (std::size_t i = last; i != none_before; i = steps_[i].before) path.push_back(steps_[i].from);
      std::reverse(path.begin(), path.end());
      return path;
    }
    return std::nullopt;
  }

 private:
  struct Step {
    Node from, to;
    std::size_t before;  // the step to `from`
  };
  static constexpr std::size_t none_before = static_cast<std::size_t>(-1);

  // Where a path may go from v.
  NodeSet next(Node v) const {
    return graph_.neighbours(v) | (direction_ == PathDirection::forwards ? graph_.children(v) : graph_.parents(v));
  }
  void step(Node from, Node to, std::size_t before) {
    if (came_from_[to].contains(from)) return;
    came_from_[to].insert(from);
    reached_.insert(to);
    steps_.push_back({from, to, before});
  }
  void run() {
    for (; done_ < steps_.size(); ++done_) {
      const Node from = steps_[done_].from, v = steps_[done_].to;
      NodeSet further = (next(v) & within_) - graph_.adjacent(from);
      further.erase(from);
      for (const Node w : further) step(v, w, done_);
    }
  }

  const Pdag& graph_;
  PathDirection direction_;
  NodeSet within_;
  NodeSet reached_;
  std::vector<NodeSet> came_from_;  // the pairs met: came_from_[w] holds v where a path came from v to w
  std::vector<Step> steps_;
  std::size_t done_ = 0;
};

inline NodeSet reached_by_unshielded_paths(const Pdag& graph, const NodeSet& of, PathDirection direction,
                                           const NodeSet& within) {
  UnshieldedSearch search(graph, direction, within);
  for (const Node v : of& within) search.start_at(v);
  return search.reached();
}

}  // namespace detail

/// The nodes of `of`, and all that they cause in some DAG of the class. The time is that of a set operation for each
/// pair of edges that share a node, at worst.
inline NodeSet possible_descendants(const Mpdag& graph, const NodeSet& of) {
  return detail::reached_by_unshielded_paths(graph, of, detail::PathDirection::forwards, graph.all());
}

/// The nodes of `of`, and all that cause one of them in some DAG of the class.
inline NodeSet possible_ancestors(const Mpdag& graph, const NodeSet& of) {
  return detail::reached_by_unshielded_paths(graph, of, detail::PathDirection::backwards, graph.all());
}

/// Whether x causes a node of `of` (without x) in every DAG of the class, in some, or in none.
enum class Ancestry { definite, possible, never };

namespace detail {

/// For each node that is a child or neighbour of x: what is reached by unshielded possibly causal paths that begin with
/// it, x itself apart.
struct FirstSteps {
  std::vector<Node> first;
  std::vector<NodeSet> reached;
};

inline FirstSteps first_steps(const Mpdag& graph, Node x) {
  FirstSteps steps;
  for (const Node c : graph.children(x) | graph.neighbours(x)) {
    UnshieldedSearch search(graph, PathDirection::forwards, graph.all());
    search.start_with(x, c);
    steps.first.push_back(c);
    steps.reached.push_back(search.reached());
  }
  return steps;
}

/// x causes a node of `of` iff it points to a node of its critical set, where such paths to `of` begin. It does so in
/// every DAG iff the set holds a child, or two nodes that are not adjacent, which cannot both point into x.
inline Ancestry ancestry(const Mpdag& graph, Node x, const FirstSteps& steps, const NodeSet& of) {
  NodeSet critical = graph.none();
  for (std::size_t i = 0; i < steps.first.size(); ++i)
    if (steps.reached[i].intersects(of)) critical.insert(steps.first[i]);
  if (critical.empty()) return Ancestry::never;
  if (critical.intersects(graph.children(x))) return Ancestry::definite;
  for (const Node c : critical) {
    NodeSet beyond = critical - graph.adjacent(c);
    beyond.erase(c);
    if (!beyond.empty()) return Ancestry::definite;
  }
  return Ancestry::possible;
}

}  // namespace detail

/// Whether x causes a node of `of` in every DAG of an MPDAG's class, in some, or in none. Source: Zuo, Wei, Liu, Han,
/// Zhang, Gong, "Counterfactual fairness with partially known causal graph", NeurIPS 2022, whose critical set takes
/// chordless paths; unshielded ones add only nodes that x may point to with the same effect. x is not in `of`
/// (asserted).
inline Ancestry ancestry(const Mpdag& graph, Node x, const NodeSet& of) {
  assert(!of.contains(x));
  return detail::ancestry(graph, x, detail::first_steps(graph, x), of);
}

/// x, and what it causes in every DAG of the class.
inline NodeSet definite_descendants(const Mpdag& graph, Node x) {
  const detail::FirstSteps steps = detail::first_steps(graph, x);
  NodeSet result(graph.size(), {x});
  for (Node y = 0; y < graph.size(); ++y)
    if (y != x && detail::ancestry(graph, x, steps, NodeSet(graph.size(), {y})) == Ancestry::definite) result.insert(y);
  return result;
}

/// The nodes of `of`, and all that cause one of them in every DAG of the class (in different DAGs maybe different
/// ones).
inline NodeSet definite_ancestors(const Mpdag& graph, const NodeSet& of) {
  NodeSet result = of;
  for (const Node x : possible_ancestors(graph, of) - of)
    if (ancestry(graph, x, of) == Ancestry::definite) result.insert(x);
  return result;
}

}  // namespace equipoise::inline v0
