// Sets that separate: one that is minimal, and all of them, one after another.
//
// Source: van der Zander, Liśkiewicz, Textor, "Separators and adjustment sets in causal graphs: complete criteria and
// an algorithmic framework", Artificial Intelligence 270, 2019; van der Zander, Liśkiewicz, "Finding minimal
// d-separators in linear time and applications", UAI 2019.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/augmented_graph.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/separation.hpp>

namespace equipoise::inline v0 {

/// A set z with required ⊆ z ⊆ allowed that m-separates a from b in the graph with those arrows cut and of which no
/// node beyond the required ones can be left out; of all such sets among the ancestors of a, b and what is required the
/// one nearest to b. Nothing where no such set separates. `required` is within `allowed`, which holds nothing of a and
/// b, and these are disjoint (asserted). Linear in the nodes and edges (FINDMINSEP).
template <class Cut = CutNothing>
std::optional<NodeSet> separator(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& required,
                                 const NodeSet& allowed, const Cut& cut = {}) {
  assert(!a.intersects(b) && !a.intersects(allowed) && !b.intersects(allowed) && required.is_subset_of(allowed));
  const AugmentedGraph augmented(graph, ancestors_under(graph, a | b | required, cut), cut);
  const NodeSet from_b = augmented.reached(b, allowed);
  if (from_b.intersects(a)) return std::nullopt;
  const NodeSet near_b = (from_b & allowed) | required;
  return (near_b & augmented.reached(a, near_b)) | required;
}

/// A set within `allowed` that m-separates a from b in the graph with those arrows cut and of which no proper subset
/// does; of all such sets the one nearest to b. Nothing where no set does, an empty set where nothing need be known.
/// Linear in the nodes and edges.
template <class Cut = CutNothing>
std::optional<NodeSet> minimal_separator(const CausalGraph& graph, const NodeSet& a, const NodeSet& b,
                                         const NodeSet& allowed, const Cut& cut = {}) {
  return separator(graph, a, b, graph.none(), allowed, cut);
}

/// Every set within `allowed` that m-separates a from b and of which no proper subset does, each once, one a call.
///
/// Every such set lies among the ancestors of a and b, where it is a minimal separator of the augmented graph. These
/// are listed by backtracking (Takata 2010, "Space-optimal, backtracking algorithms to list the minimal vertex
/// separators of a graph"): a separator is known by the side of it that holds a, and of all separators whose side holds
/// a given set one has the least side, so that one look tells whether a branch is empty. Between two sets pass O(n (n +
/// m)) steps.
class MinimalSeparators {
 public:
  /// The three sets are disjoint (asserted). The graph is needed no longer than the constructor runs.
  template <class Cut = CutNothing>
  MinimalSeparators(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& allowed,
                    const Cut& cut = {})
      : augmented_(graph, ancestors_under(graph, a | b, cut), cut), b_(b), allowed_(allowed) {
    assert(!a.intersects(b) && !a.intersects(allowed) && !b.intersects(allowed));
    if (auto first = nearest(a)) branches_.push_back({*std::move(first), graph.none()});
  }

  /// The next set, or nothing where there is none left.
  std::optional<NodeSet> next() {
    while (!branches_.empty()) {
      Branch& branch = branches_.back();
      const NodeSet open = branch.least.separator - branch.outside;
      if (open.empty()) {
        NodeSet found = std::move(branch.least.separator);
        branches_.pop_back();
        return found;
      }
      // What is left of the branch: the separators whose side holds v, and those whose side does not.
      const Node v = open.front();
      NodeSet side = branch.least.side;
      side.insert(v);
      auto holding_v = nearest(side);
      if (holding_v && holding_v->side.intersects(branch.outside)) holding_v.reset();
      NodeSet outside = branch.outside;
      branch.outside.insert(v);
      if (holding_v) branches_.push_back({*std::move(holding_v), std::move(outside)});
    }
    return std::nullopt;
  }

 private:
  struct Separation {
    NodeSet side;       // what paths from a reach without crossing the separator
    NodeSet separator;  // neighbours of this side and of b's
  };
  // The separators whose side holds that of `least`, which is one of them, and nothing of `outside`.
  struct Branch {
    Separation least;
    NodeSet outside;
  };

  // The minimal separator with the least side that holds `side`.
  std::optional<Separation> nearest(const NodeSet& side) const {
    const NodeSet border = allowed_ - side;
    const NodeSet reached = augmented_.reached(side, border);
    if (reached.intersects(b_)) return std::nullopt;
    const NodeSet around = reached & border;
    NodeSet separator = augmented_.reached(b_, around) & around;
    NodeSet whole = augmented_.reached(side, separator) - separator;
    return Separation{std::move(whole), std::move(separator)};
  }

  AugmentedGraph augmented_;
  NodeSet b_, allowed_;
  std::vector<Branch> branches_;
};

}  // namespace equipoise::inline v0
