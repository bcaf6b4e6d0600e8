// Interventions: what is done to variables from outside.
//
//     Intervention{{x, 1}}                           do(X = 1): whatever made X before makes it no more
//     Intervention{{x, ShiftBy{1}}, {z, ScaleBy{2}}}    what X would have been and 1 more; Z, doubled
//     Intervention{{x, DrawFrom{NormalNoise{0, 1}}}}    X at random, independent of everything
//     Intervention{{x, Policy(scm, "0.5 * Z + 1")}}     X as a rule of what else is seen in the same world
//     Intervention{{x, 1, y}}                        Y alone sees X at 1; all else sees X as it is
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/scm/formula.hpp>
#include <equipoise/scm/noise.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// variable := value; a level index for a variable with levels.
struct Assignment {
  Node variable = 0;
  double value = 0;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// do(X = value), a hard intervention.
struct SetTo {
  double value = 0;
};
/// X += by: a shift intervention, of a number.
struct ShiftBy {
  double by = 0;
};
/// X *= factor, of a number.
struct ScaleBy {
  double factor = 1;
};
/// X ~ noise: a stochastic intervention, drawn anew and independently of all noise of the model.
struct DrawFrom {
  Noise noise;
};
/// do(X = g(Z)): a conditional policy (Pearl 2009, 4.2), a formula of other variables evaluated in the intervened
/// world; those with levels count as their index.
class Policy {
 public:
  /// Throws scm_formula at `place:COLUMN`, with a suggestion for a misspelt variable.
  Policy(const Scm& scm, std::string_view formula, std::string_view place = "policy");

  /// Over inputs(), by position.
  const Formula& formula() const noexcept { return formula_; }
  /// The variables that the formula names, by node.
  std::span<const Node> inputs() const noexcept { return inputs_; }

 private:
  std::vector<Node> inputs_;
  Formula formula_;
};

/// What is done to a variable.
using Change = std::variant<SetTo, ShiftBy, ScaleBy, DrawFrom, Policy>;

/// A change of one variable: for all that read it, or for one child alone, along the edge to it.
struct Action {
  Node variable;
  Change change;
  std::optional<Node> along;

  Action(Node v, Change what, std::optional<Node> child = std::nullopt)
      : variable(v), change(std::move(what)), along(child) {}
  Action(Node v, double value, std::optional<Node> child = std::nullopt)
      : variable(v), change(SetTo{value}), along(child) {}
  Action(const Assignment& set) : Action(set.variable, set.value) {}
};

/// What is done at once: each variable, and each edge, at most once.
using Intervention = std::vector<Action>;

/// `name = value` as an assignment: a level's text, or else its index, for a variable with levels; a finite
/// number for any other. Throws query_unknown_variable or query_syntax at `place`, with suggestions.
Assignment resolve_assignment(const Scm& scm, std::string_view name, std::string_view value, std::string_view place);

/// The intervened model, which shares all that it does not change with `scm`:
/// - a variable that is set or drawn has no causes any more, one that follows a policy those that the policy names;
/// - a variable that is shifted or scaled keeps its mechanism's causes, noise and rungs (a factor of 0 leaves it to be
///   evaluated only);
/// - along an edge, the child's mechanism is fed with the changed value in place of the variable's own.
///
/// Rows sampled with one seed are the same people in both models: what is not changed keeps its noise.
/// Throws at `place`: query_overlap where a variable or an edge stands twice, scm_invalid for an edge that the graph
/// has not and for a shift or scaling of levels, value_out_of_range for a number that is not finite or no level, and
/// graph_cycle, in full, where a policy follows from what it sets.
Scm intervene(const Scm& scm, const Intervention& intervention, std::string_view place = {});
/// do(X1 = x1, X2 = x2, …); of two values of one variable the later counts.
Scm intervene(const Scm& scm, std::span<const Assignment> assignments);

/// Which variables an intervention can change.
struct Reach {
  NodeSet changed;  ///< those acted upon and all that follow from them
  /// Of these, the ones that their own mechanisms make again from changed causes, so that the answer rests on them.
  NodeSet remade;
};
/// `intervened` is intervene(scm, intervention) or its graph.
Reach reach_of(const CausalGraph& intervened, const Intervention& intervention);

namespace detail {

inline bool is_level_index(double value, std::size_t levels) noexcept {
  return value >= 0 && value < static_cast<double>(levels) && value == std::floor(value);
}

/// Whether the variable's own mechanism, or the edge's own value, counts no more.
inline bool replaces(const Change& change) {
  return !std::holds_alternative<ShiftBy>(change) && !std::holds_alternative<ScaleBy>(change);
}

/// What is done to one variable, and along the edges into it; points into the intervention.
struct ChangesOf {
  const Action* own = nullptr;
  std::vector<const Action*> edges;

  const Action* edge_from(const Scm::Input& input) const {
    for (const Action* edge : edges)
      if (!input.exogenous && edge->variable == input.index) return edge;
    return nullptr;
  }
};

/// By node, for the `size` nodes of a model.
std::vector<ChangesOf> changes_by_variable(std::size_t size, const Intervention& intervention);

/// Throws as `intervene` does, the cycles of policies apart.
void check_actions(const Scm& scm, const Intervention& intervention, std::string_view place);

/// What a change makes of a column that would be `natural` without it. `policy_inputs`: the columns of a policy's
/// inputs; `stream`: what draws are drawn from; `levels`: of the variable, 0 for a number. Throws value_out_of_range
/// at "row N" where a policy gives no number, or no level.
void apply_change(const Change& change, std::size_t levels, const double* natural, ColumnPointers policy_inputs,
                  const RandomStream& stream, RowBlock rows, double* out);

/// Throws value_out_of_range at "row N" where a value is no level index below `levels`.
void check_levels(const double* column, std::size_t levels, RowBlock rows);

}  // namespace detail

}  // namespace equipoise::inline v0
