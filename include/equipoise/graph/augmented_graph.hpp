// The augmented graph: m-separation as plain separation of an undirected graph.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

/// The augmented graph of a causal graph over an ancestral set (Richardson 2003; for a DAG its moral graph): two nodes
/// are joined where a path on which every inner node is a collider joins them. That over the ancestors of a, b and z
/// shows whether z m-separates a from b: exactly where it separates them here.
///
/// Kept as its cliques, one a district with its parents, so that it takes no more room than the edges it came from and
/// is searched in time linear in them.
class AugmentedGraph {
 public:
  /// The graph over `ancestral` with arrows cut (see separation.hpp); the set is ancestral in that graph.
  template <class Cut>
  AugmentedGraph(const CausalGraph& graph, const NodeSet& ancestral, const Cut& cut);

  std::size_t size() const noexcept { return clique_begins_.size() - 1; }
  std::size_t clique_count() const noexcept { return member_begins_.size() - 1; }
  std::span<const Node> members(std::size_t clique) const { return part(members_, member_begins_, clique); }
  std::span<const std::size_t> cliques_of(Node v) const { return part(cliques_, clique_begins_, v); }

  /// The nodes that paths from `start` reach, where a path ends at the first node of `border` after its beginning.
  NodeSet reached(const NodeSet& start, const NodeSet& border) const;

 private:
  static std::span<const std::size_t> part(const std::vector<std::size_t>& all, const std::vector<std::size_t>& begins,
                                           std::size_t i) {
    return {all.data() + begins[i], all.data() + begins[i + 1]};
  }

  std::vector<std::size_t> cliques_, clique_begins_;  // those of each node, end to end
  std::vector<Node> members_;                         // those of each clique, end to end
  std::vector<std::size_t> member_begins_;
};

template <class Cut>
AugmentedGraph::AugmentedGraph(const CausalGraph& graph, const NodeSet& ancestral, const Cut& cut) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  const std::size_t n = graph.size();
  std::vector<std::size_t> district(n, none);
  std::size_t count = 0;
  std::vector<Node> frontier;
  for (const Node first : ancestral) {
    if (district[first] != none) continue;
    district[first] = count;
    for (frontier.push_back(first); !frontier.empty();) {
      const Node v = frontier.back();
      frontier.pop_back();
      for (const Node s : graph.sibling_list(v))
        if (ancestral.contains(s) && district[s] == none && !cut.cuts_bidirected(v, s)) {
          district[s] = count;
          frontier.push_back(s);
        }
    }
    ++count;
  }

  std::vector<std::size_t> sizes(count, 0), last_member(count, none);
  clique_begins_.reserve(n + 1);
  clique_begins_.push_back(0);
  for (Node v = 0; v < n; ++v) {
    const auto join = [&](std::size_t clique) {
      if (last_member[clique] == v) return;
      last_member[clique] = v;
      ++sizes[clique];
      cliques_.push_back(clique);
    };
    if (ancestral.contains(v)) {
      join(district[v]);
      for (const Node child : graph.child_list(v))
        if (ancestral.contains(child) && !cut.cuts_arrow(v, child)) join(district[child]);
    }
    clique_begins_.push_back(cliques_.size());
  }
  member_begins_.assign(count + 1, 0);
  for (std::size_t clique = 0; clique < count; ++clique)
    member_begins_[clique + 1] = member_begins_[clique] + sizes[clique];
  std::vector<std::size_t> end(member_begins_.begin(), member_begins_.end() - 1);
  members_.resize(cliques_.size());
  for (Node v = 0; v < n; ++v)
    for (const std::size_t clique : cliques_of(v)) members_[end[clique]++] = v;
}

inline NodeSet AugmentedGraph::reached(const NodeSet& start, const NodeSet& border) const {
  NodeSet result = start, cliques_seen(clique_count());
  std::vector<Node> frontier(start.begin(), start.end());
  while (!frontier.empty()) {
    const Node v = frontier.back();
    frontier.pop_back();
    for (const std::size_t clique : cliques_of(v)) {
      if (cliques_seen.contains(clique)) continue;
      cliques_seen.insert(clique);
      for (const Node w : members(clique)) {
        if (result.contains(w)) continue;
        result.insert(w);
        if (!border.contains(w)) frontier.push_back(w);
      }
    }
  }
  return result;
}

}  // namespace equipoise::inline v0
