// The counterfactual graph of an event: its variables in all their worlds, merged where they must be equal.
//
// Source: Shpitser, Pearl, "Complete identification methods for the causal hierarchy", JMLR 9, 2008
// (make-cg, lemma 24); nested settings by the unnesting theorem of Correa, Lee, Bareinboim, "Nested
// counterfactual identification from arbitrary surrogate experiments", NeurIPS 2021.
// Where the published make-cg leaves room for error, this one is strict: what an action fixes is never one node with
// what is observed at that level; worlds merge only where every parent's value is provably equal (the same level, or
// the value of one and the same node), causes before effects; a value that nothing fixes is a value of its own, never a
// constant.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/counterfactual_event.hpp>

namespace equipoise::inline v0 {

/// A value in a counterfactual graph: a level that the event or an action fixes, or whatever a node comes to.
struct CounterfactualTerm {
  bool is_level = true;
  std::size_t index = 0;  ///< the level, or the node's index in the counterfactual graph
  friend bool operator==(const CounterfactualTerm&, const CounterfactualTerm&) = default;
};

/// A variable as it responds to values of its parents; several worlds may share it.
struct CounterfactualNode {
  Node variable = 0;
  std::vector<CounterfactualTerm> inputs;  ///< one for each parent in the causal graph, in increasing order
  CounterfactualTerm value;                ///< the level that the event gives it, or its own
  CounterfactualVariable origin;           ///< one of the counterfactual variables that it stands for
};

/// The ancestors of an event in all its worlds. No two nodes have both variable and inputs in common, so that each is
/// a response W_{pa(W)} of its own: an ancestral set of potential responses, in the words of Correa et al. 2021.
struct CounterfactualGraph {
  std::vector<CounterfactualNode> nodes;  ///< causes before effects

  /// The variables that stand in it, in whatever world.
  NodeSet variables(std::size_t universe) const {
    NodeSet set(universe);
    for (const auto& node : nodes) set.insert(node.variable);
    return set;
  }
};

namespace detail {

/// A variable in one of the worlds, before worlds are merged.
struct CounterfactualCopy {
  Node variable = 0;
  std::vector<CounterfactualTerm> inputs;            ///< index: a copy, not yet a node
  std::vector<const CounterfactualValue*> observed;  ///< the parts of the event that give it a level
  CounterfactualVariable origin;
};

/// Every copy that an event needs: its variables and their ancestors, each in its world.
class CounterfactualCopies {
 public:
  explicit CounterfactualCopies(const CausalGraph& graph) : graph_(graph) {}

  /// Adds what a part of the event needs; false where the part contradicts its own action (X_{X=1} = 0).
  bool observe(const CounterfactualValue& value) {
    const CounterfactualTerm term = term_of(value.variable);
    grow();
    if (term.is_level) return term.index == value.level;
    copies_[term.index].observed.push_back(&value);
    return true;
  }

  std::vector<CounterfactualCopy> take() { return std::move(copies_); }

 private:
  struct World {
    std::vector<CounterfactualSetting> action;  // sorted by variable
    std::vector<std::optional<std::size_t>> copy_of;
  };

  std::size_t world_of(std::vector<CounterfactualSetting> action) {
    std::sort(action.begin(), action.end(), [](const auto& a, const auto& b) { return a.variable < b.variable; });
    for (std::size_t i = 0; i < action.size(); ++i) {
      const CounterfactualSetting& setting = action[i];
      if (i > 0 && action[i - 1].variable == setting.variable)
        throw Error(ErrorCode::query_overlap, {}, "an action that sets " + graph_.name(setting.variable) + " twice",
                    "every variable at most once");
      if (setting.nested.size() > 1 || (!setting.nested.empty() && setting.nested.front().variable != setting.variable))
        throw Error(ErrorCode::query_syntax, {},
                    "a nested setting of " + graph_.name(setting.variable) + " to another variable",
                    "the same variable in another world");
    }
    for (std::size_t w = 0; w < worlds_.size(); ++w)
      if (worlds_[w].action == action) return w;
    worlds_.push_back({std::move(action), std::vector<std::optional<std::size_t>>(graph_.size())});
    return worlds_.size() - 1;
  }

  CounterfactualTerm term_of(const CounterfactualVariable& v) { return term_of(v.variable, world_of(v.action)); }

  // What v is in a world: the level it is set to, what it is in the world that its setting names, or a copy of its own.
  CounterfactualTerm term_of(Node v, std::size_t world) {
    for (const CounterfactualSetting& setting : worlds_[world].action) {
      if (setting.variable != v) continue;
      if (setting.nested.empty()) return {true, setting.level};
      const CounterfactualVariable nested = setting.nested.front();  // finding its world may move `worlds_`
      return term_of(nested);
    }
    auto& copy = worlds_[world].copy_of[v];
    if (!copy) {
      copy = copies_.size();
      copies_.push_back({v, {}, {}, {v, worlds_[world].action}});
      world_of_copy_.push_back(world);
    }
    return {false, *copy};
  }

  // Gives inputs to the copies that have none yet, and so makes copies of all their ancestors.
  void grow() {
    for (; grown_ < copies_.size(); ++grown_) {
      std::vector<CounterfactualTerm> inputs;
      for (const Node parent : graph_.parents(copies_[grown_].variable))
        inputs.push_back(term_of(parent, world_of_copy_[grown_]));
      copies_[grown_].inputs = std::move(inputs);
    }
  }

  const CausalGraph& graph_;
  std::vector<World> worlds_;
  std::vector<CounterfactualCopy> copies_;
  std::vector<std::size_t> world_of_copy_;
  std::size_t grown_ = 0;
};

/// Merges copies of a variable whose inputs are equal (lemma 24), causes before effects, so that a level found for one
/// makes its children's inputs equal in turn. Two levels for one node contradict each other.
inline std::variant<CounterfactualGraph, ImpossibleEvent> merged(const CausalGraph& graph,
                                                                 std::span<const CounterfactualCopy> copies) {
  std::vector<std::vector<std::size_t>> copies_of(graph.size());
  for (std::size_t i = 0; i < copies.size(); ++i) copies_of[copies[i].variable].push_back(i);
  CounterfactualGraph result;
  std::vector<std::size_t> node_of(copies.size());
  std::vector<const CounterfactualValue*> observed;  // by node
  for (const Node v : graph.topological_order()) {
    const std::size_t first = result.nodes.size();
    for (const std::size_t i : copies_of[v]) {
      std::vector<CounterfactualTerm> inputs;
      for (const CounterfactualTerm input : copies[i].inputs)
        inputs.push_back(input.is_level ? input : result.nodes[node_of[input.index]].value);
      std::size_t node = first;
      while (node < result.nodes.size() && result.nodes[node].inputs != inputs) ++node;
      if (node == result.nodes.size()) {
        result.nodes.push_back({v, std::move(inputs), {false, node}, copies[i].origin});
        observed.push_back(nullptr);
      }
      node_of[i] = node;
      for (const CounterfactualValue* value : copies[i].observed) {
        if (observed[node] != nullptr && observed[node]->level != value->level)
          return ImpossibleEvent{{*observed[node], *value}};
        observed[node] = value;
        result.nodes[node].value = {true, value->level};
      }
    }
  }
  return result;
}

}  // namespace detail

/// make-cg: the counterfactual graph of an event, or the part of the event that contradicts itself in every model.
/// (Every model: whatever levels the variables may have. That a binary X is 0 or 1 is not used.) Throws query_overlap
/// where an action sets a variable twice, query_syntax where a nested setting is of another variable. Time and room:
/// the worlds times the edges of the causal graph, and the merging quadratic in the worlds.
inline std::variant<CounterfactualGraph, ImpossibleEvent> counterfactual_graph(const CausalGraph& graph,
                                                                               const CounterfactualEvent& event) {
  detail::CounterfactualCopies copies(graph);
  for (const CounterfactualValue& value : event)
    if (!copies.observe(value)) return ImpossibleEvent{{value}};
  return detail::merged(graph, copies.take());
}

}  // namespace equipoise::inline v0
