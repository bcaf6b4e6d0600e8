// Response types: every way in which the variables of a district may answer to their parents.
// Source: Balke, Pearl, "Bounds on treatment effects from studies with imperfect compliance", JASA 92, 1997;
// in general: Sachs, Jonzon, Sjölander, Gabriel, "A general method for deriving tight symbolic bounds on causal
// effects", Journal of Computational and Graphical Statistics 32, 2023.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/factor.hpp>

namespace equipoise::inline v0 {

/// The response types of a district: for each of its variables a function from its parents' levels to its own. Whatever
/// the hidden causes are, they act by choosing a type, and the district's mechanism is a distribution over types.
class ResponseTypes {
 public:
  /// Nothing where there are more than `most` types.
  static std::optional<ResponseTypes> of_district(const CausalGraph& graph, const NodeSet& district,
                                                  const Cardinalities& cardinalities, std::size_t most) {
    ResponseTypes types;
    for (const Node v : graph.topological_order()) {
      if (!district.contains(v)) continue;
      Variable variable{v, {graph.parents(v).begin(), graph.parents(v).end()}, cardinalities[v], {}, types.count_};
      std::size_t rows = 1;
      for (const Node parent : variable.parents) {
        variable.parent_cardinalities.push_back(cardinalities[parent]);
        if (cardinalities[parent] > most / rows) return std::nullopt;
        rows *= cardinalities[parent];
      }
      for (std::size_t row = 0; row < rows; ++row) {
        if (variable.levels > most / types.count_) return std::nullopt;
        types.count_ *= variable.levels;
      }
      types.variables_.push_back(std::move(variable));
    }
    return types;
  }

  std::size_t count() const noexcept { return count_; }

  /// The level of v under a type, where its parents have these levels (in increasing order of nodes).
  std::size_t response(std::size_t type, Node v, std::span<const std::size_t> parent_levels) const {
    const Variable& variable = find(v);
    std::size_t row = 0;
    for (std::size_t i = 0; i < variable.parents.size(); ++i)
      row = row * variable.parent_cardinalities[i] + parent_levels[i];
    std::size_t digits = type / variable.unit;
    for (; row > 0; --row) digits /= variable.levels;
    return digits % variable.levels;
  }

  /// Fills in the levels of the district's variables under a type, causes before effects; `levels`, by node, holds
  /// those of their other parents, and of the variables in `fixed`, which an action sets.
  void respond(std::size_t type, const NodeSet& fixed, std::vector<std::size_t>& levels) const {
    std::vector<std::size_t> of_parents;
    for (const Variable& variable : variables_) {
      if (fixed.contains(variable.node)) continue;
      of_parents.clear();
      for (const Node parent : variable.parents) of_parents.push_back(levels[parent]);
      levels[variable.node] = response(type, variable.node, of_parents);
    }
  }

 private:
  struct Variable {
    Node node = 0;
    std::vector<Node> parents;
    std::size_t levels = 0;
    std::vector<std::size_t> parent_cardinalities;
    std::size_t unit = 1;  // what the types of the variables before it multiply to
  };

  const Variable& find(Node v) const {
    std::size_t i = 0;
    while (variables_[i].node != v) ++i;
    return variables_[i];
  }

  std::vector<Variable> variables_;
  std::size_t count_ = 1;
};

}  // namespace equipoise::inline v0
