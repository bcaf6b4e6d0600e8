// How many DAGs without an unshielded collider direct a chordal graph, in polynomial time.
//
// Source: Wienöbst, Bannach, Liśkiewicz, "Polynomial-time algorithms for counting and sampling Markov equivalent DAGs",
// AAAI 2021 (Clique-Picking). Such a DAG (an AMO, acyclic moral orientation) has an order that begins with a maximal
// clique; the sum runs over the maximal cliques, each counted with those of its orders that no clique met earlier in a
// rooted clique tree already begins with.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/graph/big_count.hpp>
#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0::detail {

/// The maximal cliques of a connected chordal graph as a tree: each but the first has a parent before it, and the
/// cliques that hold a node are connected.
struct CliqueTree {
  std::vector<NodeSet> cliques;
  std::vector<std::size_t> parents;  ///< of the first: itself
};

/// The clique tree of the subgraph over `nodes`, by maximum cardinality search. Source: Blair, Peyton, "An introduction
/// to chordal graphs and clique trees", 1993, Figure 4.5.
inline CliqueTree clique_tree(const std::vector<NodeSet>& adjacent, const NodeSet& nodes) {
  CliqueTree tree;
  const std::size_t size = nodes.universe();
  std::vector<std::size_t> numbered_near(size), clique_of(size), turn(size);
  NodeSet numbered(size), rest = nodes;
  std::size_t previous = 0, turns = 0;
  while (!rest.empty()) {
    const Node v = *std::max_element(rest.begin(), rest.end(),
                                     [&](Node a, Node b) { return numbered_near[a] < numbered_near[b]; });
    const NodeSet near = adjacent[v] & numbered;
    if (tree.cliques.empty() || numbered_near[v] <= previous) {  // a new clique begins
      std::size_t parent = tree.cliques.size();
      if (!near.empty())
        parent =
            clique_of[*std::max_element(near.begin(), near.end(), [&](Node a, Node b) { return turn[a] < turn[b]; })];
      tree.parents.push_back(parent);
      tree.cliques.push_back(near);
    }
    tree.cliques.back().insert(v);
    clique_of[v] = tree.cliques.size() - 1;
    previous = numbered_near[v];
    turn[v] = ++turns;
    numbered.insert(v);
    rest.erase(v);
    for (const Node w : adjacent[v] & rest) ++numbered_near[w];
  }
  return tree;
}

/// A sequence of disjoint sets of nodes, each of which may be split in two. Sets are linked lists, so that a step takes
/// no longer than the nodes that it names, however many others there are.
class PartitionSequence {
 public:
  PartitionSequence(const NodeSet& first, const NodeSet& second) : links_(first.universe()) {
    parts_ = {{none, 1, none, none}, {none, none, 0, none}};
    for (const Node v : first) link(v, 0);
    for (const Node v : second) link(v, 1);
  }
  /// A node of the first set that is not empty, or nothing where all are.
  std::optional<Node> front() {
    while (first_ != none && parts_[first_].begin == none) first_ = parts_[first_].next;
    if (first_ == none) return std::nullopt;
    return parts_[first_].begin;
  }
  /// The nodes of the set that holds v.
  std::vector<Node> beside(Node v) const {
    std::vector<Node> nodes;
    for (std::size_t w = parts_[links_[v].part].begin; w != none; w = links_[w].next) nodes.push_back(w);
    return nodes;
  }
  void erase(Node v) {
    const Link out = links_[v];
    (out.previous == none ? parts_[out.part].begin : links_[out.previous].next) = out.next;
    if (out.next != none) links_[out.next].previous = out.previous;
    links_[v] = {};
  }
  /// Splits off what each set has of `nodes`, and puts it right before the rest. Nodes of no set are passed over.
  void split_off(std::span<const std::uint32_t> nodes) {
    std::vector<std::size_t> split;
    for (const Node v : nodes) {
      const std::size_t from = links_[v].part;
      if (from == none) continue;
      if (parts_[from].near == none) {
        parts_[from].near = insert_before(from);
        split.push_back(from);
      }
      erase(v);
      link(v, parts_[from].near);
    }
    for (const std::size_t part : split) parts_[part].near = none;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct Part {
    std::size_t begin;  // its first node
    std::size_t next, previous;
    std::size_t near;  // what is being split off
  };
  struct Link {
    std::size_t part = none;  // of a node that is in no set: none
    std::size_t next = none, previous = none;
  };

  void link(Node v, std::size_t part) {
    const std::size_t next = parts_[part].begin;
    links_[v] = {part, next, none};
    if (next != none) links_[next].previous = v;
    parts_[part].begin = v;
  }
  std::size_t insert_before(std::size_t part) {
    const std::size_t added = parts_.size(), previous = parts_[part].previous;
    parts_.push_back({none, part, previous, none});
    parts_[part].previous = added;
    (part == first_ ? first_ : parts_[previous].next) = added;
    return added;
  }

  std::vector<Part> parts_;
  std::vector<Link> links_;  // by node
  std::size_t first_ = 0;
};

/// Adds the components of the subgraph over `nodes` that have two nodes or more. Linear in the edges.
inline void append_components(const NeighbourLists& adjacent, const std::vector<Node>& nodes, std::size_t universe,
                              std::vector<NodeSet>& to) {
  NodeSet rest(universe);
  for (const Node v : nodes) rest.insert(v);
  std::vector<Node> component;
  for (const Node first : nodes) {
    if (!rest.contains(first)) continue;
    rest.erase(first);
    component.assign(1, first);
    for (std::size_t i = 0; i < component.size(); ++i)
      for (const Node w : adjacent[component[i]])
        if (rest.contains(w)) {
          rest.erase(w);
          component.push_back(w);
        }
    if (component.size() == 1) continue;
    to.emplace_back(universe);
    for (const Node v : component) to.back().insert(v);
  }
}

/// The parts of the subgraph over `nodes` that stay undirected where the nodes of a clique K come first (the paper's
/// C_G(K), Algorithm 2), those of one node left out. Linear in the edges.
inline std::vector<NodeSet> undirected_parts_after(const NeighbourLists& adjacent, const NodeSet& nodes,
                                                   const NodeSet& clique) {
  std::vector<NodeSet> result;
  PartitionSequence sequence(clique, nodes - clique);  // S
  NodeSet met = clique;                                // K and the sets in L
  while (const auto v = sequence.front()) {
    if (!met.contains(*v)) {
      const std::vector<Node> beside = sequence.beside(*v);  // X
      for (const Node w : beside) met.insert(w);
      if (beside.size() > 1) append_components(adjacent, beside, nodes.universe(), result);
    }
    sequence.erase(*v);
    sequence.split_off(adjacent[*v]);
  }
  return result;
}

/// The orders of a set of `size` nodes that begin with none of the sets X_1 ⊂ … ⊂ X_l of these sizes (the paper's φ).
inline BigCount orders_without_prefix(std::size_t size, const std::vector<std::size_t>& prefixes) {
  std::vector<BigCount> within;  // the same for X_i and the sets before it
  const auto without = [&](std::size_t of) {
    BigCount count = factorial(of);
    for (std::size_t i = 0; i < within.size(); ++i) count -= factorial(of - prefixes[i]) * within[i];
    return count;
  };
  for (const std::size_t prefix : prefixes) within.push_back(without(prefix));
  return without(size);
}

/// Counts the AMOs of connected chordal subgraphs of one graph.
class CliquePicker {
 public:
  /// `adjacent` must outlive it. `budget`: of cliques that may be picked, in all calls together.
  CliquePicker(const std::vector<NodeSet>& adjacent, std::size_t budget)
      : adjacent_(adjacent), lists_(adjacent), budget_(budget) {}

  /// The AMOs of the subgraph over `nodes`, connected and chordal; nothing where the budget was spent.
  std::optional<BigCount> count(const NodeSet& nodes) {
    if (const auto known = known_.find(nodes); known != known_.end()) return known->second;
    const CliqueTree tree = clique_tree(adjacent_, nodes);
    BigCount sum;
    for (std::size_t i = 0; i < tree.cliques.size(); ++i) {
      if (!spend()) return std::nullopt;
      BigCount product = orders_without_prefix(tree.cliques[i].size(), forbidden_prefixes(tree, i));
      for (const NodeSet& part : undirected_parts_after(lists_, nodes, tree.cliques[i])) {
        const auto within = count(part);
        if (!within) return std::nullopt;
        product *= *within;
      }
      sum += product;
    }
    known_.emplace(nodes, sum);
    return sum;
  }

  /// Takes one from the budget; false where it is spent.
  bool spend() {
    if (budget_ == 0) return false;
    --budget_;
    return true;
  }

 private:
  // FP(v, T): the sizes of those separators on the way from the root to clique v that lie within it.
  static std::vector<std::size_t> forbidden_prefixes(const CliqueTree& tree, std::size_t v) {
    std::vector<std::size_t> sizes;
    for (std::size_t i = v; tree.parents[i] != i; i = tree.parents[i]) {
      const NodeSet& parent = tree.cliques[tree.parents[i]];
      // What the clique shares with those on the way dwindles, and a separator is not empty.
      if (!parent.intersects(tree.cliques[v])) break;
      const NodeSet separator = tree.cliques[i] & parent;
      if (separator.is_subset_of(tree.cliques[v])) sizes.push_back(separator.size());
    }
    std::sort(sizes.begin(), sizes.end());  // nested, so that equal sizes are equal sets
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
  }

  const std::vector<NodeSet>& adjacent_;
  NeighbourLists lists_;
  std::size_t budget_;
  std::map<NodeSet, BigCount> known_;
};

}  // namespace equipoise::inline v0::detail
