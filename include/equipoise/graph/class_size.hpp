// How many DAGs an equivalence class holds.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/big_count.hpp>
#include <equipoise/graph/clique_picking.hpp>
#include <equipoise/graph/mpdag.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// The components that undirected edges make of the graph over `within`, those of one node left out (the buckets of
/// Perković, UAI 2020). In an MPDAG each bucket may be directed without regard to the others: what points into one of
/// its nodes from outside points into all of them, R1 and R2 being closed.
inline std::vector<NodeSet> buckets(const PartialEdges& edges, const NodeSet& within) {
  std::vector<NodeSet> result;
  for (NodeSet rest = within; !rest.empty();) {
    NodeSet bucket = closure(NodeSet(within.universe(), {rest.front()}), rest,
                             [&](Node v) -> const NodeSet& { return edges.neighbours[v]; });
    rest -= bucket;
    if (bucket.size() > 1) result.push_back(std::move(bucket));
  }
  return result;
}

inline bool has_arrow_within(const PartialEdges& edges, const NodeSet& nodes) {
  for (const Node v : nodes)
    if (edges.children[v].intersects(nodes)) return true;
  return false;
}

/// Counts the ways to direct the buckets of an MPDAG. One without directed edges is chordal: Clique-Picking counts it.
/// One that background knowledge has directed in part is divided by its source, as He, Jia, Yu ("Counting and exploring
/// sizes of Markov equivalence classes of directed acyclic graphs", JMLR 16, 2015) divide a chordal graph: being
/// connected and without unshielded colliders, it has exactly one in each DAG. What was counted once is not counted
/// again.
class ExtensionCounter {
 public:
  ExtensionCounter(const PartialEdges& edges, std::size_t budget) : trail_(edges), picker_(edges.adjacent, budget) {}

  /// The ways to direct the part over `within`, a union of buckets; nothing where the budget was spent.
  std::optional<BigCount> count(const NodeSet& within) {
    BigCount product = 1;
    for (const NodeSet& bucket : buckets(trail_.edges(), within)) {
      const auto ways = has_arrow_within(trail_.edges(), bucket) ? by_source(bucket) : picker_.count(bucket);
      if (!ways) return std::nullopt;
      product *= *ways;
    }
    return product;
  }

 private:
  std::optional<BigCount> by_source(const NodeSet& bucket) {
    Known key{bucket, {}};
    for (const Node v : bucket) key.second.push_back(trail_.edges().children[v] & bucket);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    BigCount sum;
    for (const Node source : bucket) {
      if (!picker_.spend()) return std::nullopt;
      const std::size_t length = trail_.length();
      if (make_source(source, bucket)) {
        NodeSet rest = bucket;
        rest.erase(source);
        const auto ways = count(rest);
        if (!ways) return std::nullopt;
        sum += *ways;
      }
      trail_.undo_to(length);
    }
    known_.emplace(std::move(key), sum);
    return sum;
  }

  /// Directs every edge of the bucket out of `source`; false where one points into it in every DAG.
  bool make_source(Node source, const NodeSet& bucket) {
    const PartialEdges& edges = trail_.edges();
    while (!edges.parents[source].intersects(bucket)) {
      if (edges.neighbours[source].empty()) return true;
      trail_.orient_and_close({source, edges.neighbours[source].front()});
    }
    return false;
  }

  using Known = std::pair<NodeSet, std::vector<NodeSet>>;  // a bucket, and the children of its nodes within it
  OrientationTrail trail_;
  CliquePicker picker_;
  std::map<Known, BigCount> known_;
};

}  // namespace detail

/// The number of DAGs in an MPDAG's class; nothing where `budget` (cliques picked, and sources tried) was spent.
/// Polynomial for a CPDAG (Clique-Picking of Wienöbst, Bannach, Liśkiewicz 2021). With background knowledge the problem
/// is #P-hard: exponential in the nodes of a bucket that it directs in part, at worst.
inline std::optional<BigCount> class_size(const Mpdag& graph, std::size_t budget = 100'000) {
  return detail::ExtensionCounter(graph.edges(), budget).count(graph.all());
}

}  // namespace equipoise::inline v0
