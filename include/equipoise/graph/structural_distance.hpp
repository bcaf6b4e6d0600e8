// How far one graph is from another: by its edges, and by the effects that it gets wrong.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/class_members.hpp>
#include <equipoise/graph/class_size.hpp>
#include <equipoise/graph/mpdag.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

/// The structural Hamming distance: the number of pairs of nodes between which the two graphs differ, in whether there
/// is an edge or in its kind or direction. A reversed edge counts once (Tsamardinos, Brown, Aliferis 2006). The nodes
/// may stand in any order; throws graph_unknown_node where they are not the same.
inline std::size_t structural_hamming_distance(const Pdag& a, const Pdag& b) {
  const Pdag other = reordered(b, a.names());
  std::size_t distance = 0;
  for (Node v = 0; v < a.size(); ++v)
    for (const Node w : a.adjacent(v) | other.adjacent(v))
      distance += v < w && (a.has_directed(v, w) != other.has_directed(v, w) ||
                            a.has_directed(w, v) != other.has_directed(w, v) ||
                            a.has_undirected(v, w) != other.has_undirected(v, w));
  return distance;
}

namespace detail {

/// The nodes that a path from i opens when `z` is observed, other than a directed one out of i. Linear in the edges.
inline NodeSet reached_non_causally(const CausalGraph& dag, Node i, const NodeSet& z, const NodeSet& ancestors_of_z) {
  struct Arrival {
    Node node;
    bool into;    // by an edge that points to it
    bool causal;  // by a directed path out of i
  };
  std::vector<Arrival> queue;
  std::array<NodeSet, 8> seen;
  seen.fill(dag.none());
  const auto reach = [&](Node v, bool into, bool causal) {
    NodeSet& met = seen[static_cast<std::size_t>(4 * into + 2 * causal)];
    if (v == i || met.contains(v)) return;
    met.insert(v);
    queue.push_back({v, into, causal});
  };
  for (const Node p : dag.parents(i)) reach(p, false, false);
  for (const Node c : dag.children(i)) reach(c, true, true);
  NodeSet result = dag.none();
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const auto [v, into, causal] = queue[next];
    if (!causal) result.insert(v);
    const bool open = !z.contains(v);
    if (open)
      for (const Node c : dag.children(v)) reach(c, true, causal);
    if (into ? ancestors_of_z.contains(v) : open)
      for (const Node p : dag.parents(v)) reach(p, false, false);
  }
  return result;
}

/// The j for which adjusting for `z`, the parents of i in some estimate, gives a wrong effect of i on j in `truth`:
/// j in z is taken to be no effect of i, and any other j needs z to be an adjustment set for (i, j). Source: Peters,
/// Bühlmann 2015, Proposition 6: in the true graph no node of z descends from a node other than i on a directed path
/// from i to j, and z blocks every other path. (A walk that the search follows through a node twice meets a collider
/// that is open because of such a descendant, so that paths alone would tell the same.)
inline NodeSet wrong_effects(const CausalGraph& truth, Node i, const NodeSet& z) {
  NodeSet caused = descendants(truth, NodeSet(truth.size(), {i}));
  caused.erase(i);
  const NodeSet ancestors_of_z = ancestors(truth, z);
  NodeSet wrong = descendants(truth, caused & ancestors_of_z);
  wrong |= reached_non_causally(truth, i, z, ancestors_of_z);
  wrong -= z;
  wrong |= caused & z;
  wrong.erase(i);
  return wrong;
}

/// Counts wrong effects node by node, each set of parents once.
class WrongEffectCounter {
 public:
  explicit WrongEffectCounter(const CausalGraph& truth) : truth_(truth), known_(truth.size()) {}
  std::size_t count(Node i, const NodeSet& parents) {
    const auto [found, is_new] = known_[i].try_emplace(parents, 0);
    if (is_new) found->second = wrong_effects(truth_, i, parents).size();
    return found->second;
  }

 private:
  const CausalGraph& truth_;
  std::vector<std::map<NodeSet, std::size_t>> known_;
};

}  // namespace detail

/// The least and the largest structural intervention distance over classes; equal for two DAGs.
struct InterventionDistance {
  std::size_t least = 0;
  std::size_t largest = 0;
  friend bool operator==(const InterventionDistance&, const InterventionDistance&) = default;
};

/// The structural intervention distance (SID) between a true graph and an estimate of it: the number of ordered pairs
/// (i, j) for which the distribution of j under do(i), computed from the estimate by adjusting for i's parents in it,
/// is wrong in some distribution that the true graph allows. Source: Peters, Bühlmann, "Structural intervention
/// distance for evaluating causal graphs", Neural Computation 27, 2015. It is not symmetric: of two DAGs it is 0 iff
/// the estimate has every edge of the truth, and maybe more (Proposition 7).
///
/// Of an estimate that is an MPDAG: from the best to the worst DAG of its class, bucket by bucket, each of which adds
/// to the sum on its own; of a true MPDAG likewise over all its DAGs. Nothing where `budget` (DAGs of the true class,
/// and ways to direct a bucket for each) was spent. Nodes in any order; throws graph_unknown_node where they differ.
inline std::optional<InterventionDistance> structural_intervention_distance(const Mpdag& truth, const Mpdag& estimate,
                                                                            std::size_t budget = 100'000) {
  const detail::PartialEdges edges = reordered(estimate, truth.names()).edges();
  const std::vector<NodeSet> buckets = detail::buckets(edges, truth.all());
  const auto spend = [&] { return budget > 0 && budget-- > 0; };
  std::optional<InterventionDistance> result;
  ClassMembers members(truth);
  while (const auto dag = members.next()) {
    if (!spend()) return std::nullopt;
    detail::WrongEffectCounter wrong(*dag);
    InterventionDistance distance;
    NodeSet settled = truth.all();
    for (const NodeSet& bucket : buckets) {
      settled -= bucket;
      InterventionDistance part{static_cast<std::size_t>(-1), 0};
      detail::Directions directions(edges, bucket);
      while (const auto* directed = directions.next()) {
        if (!spend()) return std::nullopt;
        std::size_t sum = 0;
        for (const Node i : bucket) sum += wrong.count(i, directed->parents[i]);
        part = {std::min(part.least, sum), std::max(part.largest, sum)};
      }
      distance.least += part.least;
      distance.largest += part.largest;
    }
    for (const Node i : settled) {
      const std::size_t count = wrong.count(i, edges.parents[i]);
      distance.least += count;
      distance.largest += count;
    }
    if (!result) result = distance;
    result->least = std::min(result->least, distance.least);
    result->largest = std::max(result->largest, distance.largest);
  }
  return result;
}

/// The same for two DAGs: O(n (n + m)) look-ups for n nodes and m edges. Throws graph_unsupported where an edge is
/// bidirected.
inline std::size_t structural_intervention_distance(const CausalGraph& truth, const CausalGraph& estimate) {
  return structural_intervention_distance(Mpdag(truth), Mpdag(estimate), 1)->least;
}

}  // namespace equipoise::inline v0
