// Several estimands for one effect, where they exist: equal in every model that the graph allows, so that what data
// make of them can be compared.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/front_door.hpp>
#include <equipoise/identify/id.hpp>

namespace equipoise::inline v0 {

/// How an estimand was come by.
enum class EstimandKind {
  q_factors,   ///< ID and its kin: product of Q-factors
  adjustment,  ///< sum_z P(y | x, z) P(z) (Pearl 2009, theorem 3.3.2; Shpitser, VanderWeele, Robins 2010)
  front_door,  ///< sum_z P(z | x) sum_x' P(y | x', z) P(x') (Pearl 2009, theorem 3.3.4)
};

struct NamedEstimand {
  EstimandKind kind = EstimandKind::q_factors;
  NodeSet through;  ///< z, the set adjusted for or the mediators; empty for Q-factors
  Identified answer;
};

struct EstimandList {
  std::vector<NamedEstimand> estimands;
  bool complete = true;  ///< false where there were more than the budget allows
};

/// P(y | do(x)) by adjustment for z, which must be an adjustment set.
inline Expression adjustment_estimand(const NodeSet& outcome /* y */, const NodeSet& treatment /* x */,
                                      const NodeSet& z) {
  return sum(symbols_of(z), product({probability({0, symbols_of(outcome), symbols_of(treatment | z), {}}),
                                     probability({0, symbols_of(z), {}, {}})}));
}

/// P(y | do(x)) through the mediators z, which must be a front-door set. The inner sum's x is not the outer's.
inline Expression front_door_estimand(const NodeSet& outcome /* y */, const NodeSet& treatment /* x */,
                                      const NodeSet& z) {
  const Symbols x = symbols_of(treatment);
  Expression inner = sum(
      x, product({probability({0, symbols_of(outcome), symbols_of(treatment | z), {}}), probability({0, x, {}, {}})}));
  return sum(symbols_of(z), product({probability({0, symbols_of(z), x, {}}), std::move(inner)}));
}

/// Estimands of P(outcome | do(treatment)), no two of them the same expression, at most `budget`: that of ID, with each
/// source asked first; then, where plain observation of the target is among the sources, those by minimal adjustment
/// sets and by front-door sets. None exactly where the effect is not identified. Outcome and treatment are disjoint,
/// neither empty (asserted).
inline EstimandList estimands(const CausalGraph& graph, const NodeSet& outcome, const NodeSet& treatment,
                              std::span<const Source> sources, std::size_t budget = 100) {
  assert(!outcome.empty() && !treatment.empty());
  const Symbols of_query = symbols_of(outcome | treatment);
  EstimandList list;
  // False where the budget is spent.
  const auto add = [&](EstimandKind kind, const NodeSet& through, Expression estimand) {
    const auto same = [&](const NamedEstimand& other) { return other.answer.estimand == estimand; };
    if (std::any_of(list.estimands.begin(), list.estimands.end(), same)) return true;
    if (list.estimands.size() == budget) return list.complete = false;
    Symbols arbitrary = set_difference(free_symbols(estimand), of_query);
    list.estimands.push_back({kind, through, {std::move(estimand), std::move(arbitrary)}});
    return true;
  };
  std::vector<Source> asked(sources.begin(), sources.end());
  for (std::size_t first = 0; first < asked.size(); ++first) {
    std::rotate(asked.begin(), asked.begin() + (first == 0 ? 0 : 1), asked.end());
    const auto answer = identify_effect(graph, outcome, treatment, asked);
    if (!is_identified(answer)) return list;
    if (!add(EstimandKind::q_factors, graph.none(), std::get<Identified>(answer).estimand)) return list;
  }
  if (std::find(sources.begin(), sources.end(), observation(graph)) == sources.end()) return list;
  const AdjustmentProblem adjustment(graph, treatment, outcome);
  auto adjustment_sets = minimal_adjustment_sets(adjustment);
  while (const auto z = adjustment_sets.next())
    if (!add(EstimandKind::adjustment, *z, adjustment_estimand(outcome, treatment, *z))) return list;
  const FrontDoorProblem front_door(graph, treatment, outcome);
  auto mediators = front_door_sets(front_door);
  while (const auto z = mediators.next())
    if (!add(EstimandKind::front_door, *z, front_door_estimand(outcome, treatment, *z))) return list;
  return list;
}

/// From observation of the target alone.
inline EstimandList estimands(const CausalGraph& graph, const NodeSet& outcome, const NodeSet& treatment,
                              std::size_t budget = 100) {
  const std::array sources{observation(graph)};
  return estimands(graph, outcome, treatment, sources, budget);
}

}  // namespace equipoise::inline v0
