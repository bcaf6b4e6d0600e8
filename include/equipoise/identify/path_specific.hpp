// Path-specific effects: what Y would be if a change of the treatment were carried by some of its paths alone.
//
// A path-specific outcome is a nested counterfactual (Avin, Shpitser, Pearl, "Identifiability of path-specific
// effects", IJCAI 2005): along every path it sees the treatment at the active or at the reference value. It is
// identified as those are (Correa, Lee, Bareinboim 2021), and where worlds conflict it is the treatment's value that a
// district sees twice: a recanting district (Shpitser, "Counterfactual graphical models for longitudinal mediation
// analysis with unobserved confounding", Cognitive Science 37, 2013), in whichever set of paths.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/id_star.hpp>

namespace equipoise::inline v0 {

/// The estimand of a path-specific distribution. The treatment's active value is its symbol with copy 0, its
/// reference value the one with copy 1.
using PathSpecificIdentification = std::variant<Identified, RecantingDistrict, NotIdentified>;

/// What directed paths begin with: A -> D stands for every path that takes this edge first; a path that ends at the
/// outcome stands for itself.
using PathBeginning = std::vector<Node>;

namespace detail {

/// Beginnings of paths as a tree, from the treatment on.
class PathTree {
 public:
  PathTree(const CausalGraph& graph, Node treatment, std::span<const PathBeginning> beginnings) : tree_(1) {
    tree_.front().variable = treatment;
    for (const PathBeginning& beginning : beginnings) {
      assert(!beginning.empty() && beginning.front() == treatment);
      std::size_t at = 0;
      for (std::size_t i = 1; i < beginning.size(); ++i) {
        if (!graph.has_directed(beginning[i - 1], beginning[i]))
          throw Error(ErrorCode::query_syntax, {},
                      "no edge " + graph.name(beginning[i - 1]) + " -> " + graph.name(beginning[i]) + " in the graph",
                      "a directed path");
        at = child_or_new(at, beginning[i]);
      }
      tree_[at].is_complete = true;
    }
  }

  /// Whether a path is active that goes from `at` to v and on, where `live` are the places at v from which it is.
  bool is_active(std::size_t at, Node v, std::span<const std::size_t> live) const {
    if (tree_[at].is_complete) return true;
    const auto next = tree_[at].next.find(v);
    if (next == tree_[at].next.end()) return false;
    return tree_[next->second].is_complete || std::binary_search(live.begin(), live.end(), next->second);
  }

  /// The places at `parent` from which a path that goes on to v is active, where `live` are those at v.
  std::vector<std::size_t> live_at(Node parent, Node v, std::span<const std::size_t> live) const {
    std::vector<std::size_t> result;
    for (std::size_t at = 0; at < tree_.size(); ++at)
      if (tree_[at].variable == parent && !tree_[at].is_complete && is_active(at, v, live)) result.push_back(at);
    return result;
  }

 private:
  struct Place {
    Node variable = 0;
    bool is_complete = false;  // whatever follows, the path is active
    std::map<Node, std::size_t> next;
  };

  std::size_t child_or_new(std::size_t at, Node v) {
    const auto [child, is_new] = tree_[at].next.try_emplace(v, tree_.size());
    const std::size_t index = child->second;
    if (is_new) tree_.push_back({v, false, {}});
    return index;
  }

  std::vector<Place> tree_;
};

constexpr CounterfactualTerm active_term{true, 0}, reference_term{true, 1};

/// The outcome and its ancestors, a copy for each way in which what follows decides which paths to a variable are
/// active: for each variable at most one more than the beginnings have places (what follows is told by the longest
/// stretch of a beginning that it agrees with).
inline std::vector<CounterfactualCopy> path_specific_copies(const CausalGraph& graph, Node treatment,
                                                            const PathTree& tree,
                                                            std::span<const CounterfactualValue> outcome) {
  std::vector<CounterfactualCopy> copies;
  std::vector<std::vector<std::size_t>> live_of;  // by copy
  std::map<std::pair<Node, std::vector<std::size_t>>, std::size_t> copy_of;
  const auto copy = [&](Node v, const std::vector<std::size_t>& live) {
    const auto [at, is_new] = copy_of.try_emplace({v, live}, copies.size());
    if (is_new) {
      copies.push_back({v, {}, {}, {v, {}}});
      live_of.push_back(live);
    }
    return at->second;
  };
  for (const CounterfactualValue& y : outcome) copies[copy(y.variable.variable, {})].observed.push_back(&y);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const Node v = copies[i].variable;
    const std::vector<std::size_t> live = live_of[i];
    std::vector<CounterfactualTerm> inputs;
    for (const Node parent : graph.parents(v)) {
      if (parent == treatment)
        inputs.push_back(tree.is_active(0, v, live) ? active_term : reference_term);
      else
        inputs.push_back({false, copy(parent, tree.live_at(parent, v, live))});
    }
    copies[i].inputs = std::move(inputs);
  }
  return copies;
}

/// The district's children of the treatment, by the value at which they see it.
inline RecantingDistrict seen_treatment(const CausalGraph& graph, const CounterfactualGraph& cg,
                                        const CounterfactualDistrict& district, Node treatment) {
  RecantingDistrict seen{district.variables, graph.none(), graph.none()};
  for_each_met_value(graph, cg, district, [&](std::size_t node, Node variable, CounterfactualTerm value) {
    if (variable == treatment)
      (value == active_term ? seen.active_children : seen.inactive_children).insert(cg.nodes[node].variable);
    return false;
  });
  return seen;
}

template <class QOf>
PathSpecificIdentification identify_paths(const CausalGraph& graph, const NodeSet& outcome, Node treatment,
                                          std::span<const PathBeginning> active, QOf q_of) {
  assert(!outcome.contains(treatment));
  std::vector<CounterfactualValue> values;
  std::vector<std::vector<std::size_t>> level_of_copy(graph.size());
  level_of_copy[treatment] = {active_term.index, reference_term.index};
  for (const Node y : outcome) {
    values.push_back({{y, {}}, 0});
    level_of_copy[y] = {0};
  }
  const PathTree tree(graph, treatment, active);
  const auto copies = path_specific_copies(graph, treatment, tree, values);
  const auto cg = std::get<CounterfactualGraph>(merged(graph, copies));

  // If any two values conflict, some district meets the treatment at both of its: of the variables that have two nodes,
  // the first in causal order has but the treatment to tell them apart.
  const auto all_parts = parts(graph, cg);
  for (const auto& part : all_parts)
    for (const auto& district : part.districts) {
      auto seen = seen_treatment(graph, cg, district, treatment);
      if (!seen.active_children.empty() && !seen.inactive_children.empty()) return seen;
    }
  auto answer = probability_of(graph, cg, all_parts, LevelSymbols(std::move(level_of_copy)), q_of);
  if (auto* hedge = std::get_if<Hedge>(&answer)) return NotIdentified{std::move(*hedge)};
  Expression estimand = with_distinct_symbols(std::get<Expression>(answer));
  Symbols of_query = symbols_of(outcome);
  of_query.push_back({treatment, 0});
  of_query.push_back({treatment, 1});
  std::sort(of_query.begin(), of_query.end());
  Symbols arbitrary = set_difference(free_symbols(estimand), of_query);
  return Identified{std::move(estimand), std::move(arbitrary)};
}

}  // namespace detail

/// P(outcome) where the change of the treatment is carried by the directed paths to the outcome that begin as one of
/// `active` does, all others keeping the reference value. Where several outcomes are asked for, each sees the paths
/// that end at it. The outcome does not hold the treatment, and a beginning begins at it (asserted). Throws
/// query_syntax where a beginning takes an edge that the graph has not. Complete, for any set of paths that beginnings
/// can name.
inline PathSpecificIdentification identify_path_specific(const CausalGraph& graph, const NodeSet& outcome,
                                                         Node treatment, std::span<const PathBeginning> active,
                                                         std::span<const Source> sources) {
  return detail::identify_paths(graph, outcome, treatment, active, detail::FromSources{graph, sources});
}

/// The same from all interventional distributions of the target: only a recanting district refuses it.
inline PathSpecificIdentification identify_path_specific_from_interventions(const CausalGraph& graph,
                                                                            const NodeSet& outcome, Node treatment,
                                                                            std::span<const PathBeginning> active) {
  return detail::identify_paths(graph, outcome, treatment, active, detail::FromInterventions{graph});
}

/// P(outcome) where the children in `active_children` see the treatment at its active value and its other children
/// see it at the reference value. `active_children` are children of the treatment; the outcome does not hold it.
inline PathSpecificIdentification identify_path_specific(const CausalGraph& graph, const NodeSet& outcome,
                                                         Node treatment, const NodeSet& active_children,
                                                         std::span<const Source> sources) {
  assert(active_children.is_subset_of(graph.children(treatment)));
  std::vector<PathBeginning> active;
  for (const Node child : active_children) active.push_back({treatment, child});
  return identify_path_specific(graph, outcome, treatment, active, sources);
}

}  // namespace equipoise::inline v0
