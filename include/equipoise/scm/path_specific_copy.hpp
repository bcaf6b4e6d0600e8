// A variable in the world where a change travels along some paths alone, as a copy among parallel worlds.
// Source: Pearl 2001; Avin, Shpitser, Pearl 2005, section 3: the value of a variable depends on how the path goes on.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/graph/relations.hpp>
#include <equipoise/scm/parallel_worlds.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Builds copies from the outcome backwards. What a variable is, seen along a way to the outcome, depends on which of
/// the listed paths still agree with that way; so each (variable, agreement) is built once.
class PathCopies {
 public:
  PathCopies(ParallelWorlds& worlds, Node treatment, std::span<const std::vector<Node>> paths, double active,
             double reference)
      : worlds_(worlds), treatment_(treatment), paths_(paths), active_(active), reference_(reference) {
    const CausalGraph& graph = worlds.scm().graph();
    reached_ = descendants(graph, NodeSet(graph.size(), {treatment}));
  }

  std::size_t of(Node outcome) {
    Agreement agreement(paths_.size(), beyond);
    return built(outcome, step(agreement, outcome));
  }

 private:
  /// For each listed path the place in it where the way stands: `beyond` where the way has not come to it yet (what is
  /// listed is but how a path begins), `apart` where they differ.
  using Agreement = std::vector<std::size_t>;
  static constexpr std::size_t beyond = static_cast<std::size_t>(-1), apart = static_cast<std::size_t>(-2);

  /// One step backwards, to v.
  Agreement step(Agreement agreement, Node v) const {
    for (std::size_t p = 0; p < paths_.size(); ++p) {
      const std::vector<Node>& path = paths_[p];
      std::size_t& at = agreement[p];
      if (at == apart) continue;
      const auto place = static_cast<std::size_t>(std::find(path.begin(), path.end(), v) - path.begin());
      if (at == beyond)
        at = place == path.size() ? beyond : place + 1 == path.size() ? place : apart;
      else
        at = place + 1 == at ? place : apart;
    }
    return agreement;
  }

  bool is_active(const Agreement& agreement) const {
    return std::any_of(agreement.begin(), agreement.end(), [](std::size_t at) { return at == 0; });
  }

  std::size_t built(Node v, const Agreement& agreement) {
    if (v == treatment_) return worlds_.constant(v, is_active(agreement) ? active_ : reference_);
    if (!reached_.contains(v)) return worlds_.copy(v);
    const auto known = copies_.find({v, agreement});
    if (known != copies_.end()) return known->second;
    std::vector<std::size_t> inputs;
    for (const Scm::Input& input : worlds_.scm().inputs(v))
      if (!input.exogenous) inputs.push_back(built(input.index, step(agreement, input.index)));
    return copies_[{v, agreement}] = worlds_.copy_from(v, inputs);
  }

  ParallelWorlds& worlds_;
  Node treatment_;
  std::span<const std::vector<Node>> paths_;
  double active_, reference_;
  NodeSet reached_;
  std::map<std::pair<Node, Agreement>, std::size_t> copies_;
};

}  // namespace detail

/// The outcome where the listed paths carry the treatment's value `active`, and every other path carries `reference`.
/// A path is nodes along edges, from the treatment; one that ends before the outcome stands for all that go on from
/// there. Defined for any set of paths, the recanting ones included: all copies share the variables' noises.
inline std::size_t path_specific_copy(ParallelWorlds& worlds, Node treatment, Node outcome,
                                      std::span<const std::vector<Node>> paths, double active, double reference) {
  return detail::PathCopies(worlds, treatment, paths, active, reference).of(outcome);
}

}  // namespace equipoise::inline v0
