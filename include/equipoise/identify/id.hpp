// Causal effects P(y | do(x)) from any collection of known distributions.
//
// With one source, plain observation of the target, this is ID (Tian, Pearl 2002; Shpitser, Pearl 2006;
// complete). With listed experiments it is gID (Lee, Correa, Bareinboim, UAI 2019); with several populations it
// is general transportability (Lee, Correa, Bareinboim, AAAI 2020). One argument serves all three: the effect
// splits into Q-factors by districts, and each needs one source that yields it.
#pragma once

#include <array>
#include <cassert>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/identification.hpp>
#include <equipoise/identify/q_factor.hpp>

namespace equipoise::inline v0 {

/// Plain observation of every variable of the target population.
inline Source observation(const CausalGraph& graph) { return {0, graph.none(), graph.none()}; }

/// Q[C] from the first source that yields it, or the hedge that the first source met. A source serves where it
/// leaves C to nature (C meets no variable that was intervened on) and C's mechanisms are the target's.
inline std::variant<Expression, Hedge> identify_q_from(const CausalGraph& graph, const NodeSet& c,
                                                       std::span<const Source> sources) {
  std::optional<Hedge> met;
  for (const Source& source : sources) {
    if (source.intervened.intersects(c) || source.selection.intersects(c)) continue;
    const NodeSet within = ancestors(graph, c, graph.all() - source.intervened);
    const NodeSet district = district_of(graph, c.front(), within);
    auto answer =
        identify_q(graph, c, q_factor_of_district(graph, district, within, source.population, source.intervened));
    if (std::holds_alternative<Expression>(answer)) return answer;
    if (!met) met = std::get<Hedge>(answer);
  }
  // No source leaves C as it is in the target: C itself, over itself, is all that can be shown.
  return met.value_or(Hedge{c, c});
}

/// P(outcome | do(treatment)) in the target. The sets are disjoint (asserted).
/// The estimand's free symbols are the outcome, the treatment and whatever is `arbitrary`.
inline Identification identify_effect(const CausalGraph& graph, const NodeSet& outcome /* y */,
                                      const NodeSet& treatment /* x */, std::span<const Source> sources) {
  assert(!outcome.intersects(treatment));
  const NodeSet d = ancestors(graph, outcome, graph.all() - treatment);  // D = An(Y) in G over V \ X
  std::vector<Expression> factors;
  for (const NodeSet& district : districts(graph, d)) {  // D_1, …, D_k
    auto q = identify_q_from(graph, district, sources);
    if (const auto* hedge = std::get_if<Hedge>(&q)) return NotIdentified{*hedge};
    factors.push_back(std::get<Expression>(std::move(q)));
  }
  // P(y | do(x)) = sum over D \ Y of prod_j Q[D_j]
  Expression estimand = sum(symbols_of(d - outcome), product(std::move(factors)));
  const Symbols of_query = symbols_of(outcome | treatment);
  Symbols arbitrary = set_difference(free_symbols(estimand), of_query);
  return Identified{std::move(estimand), std::move(arbitrary)};
}

/// P(outcome | do(treatment)) from observation alone: ID.
inline Identification identify_effect(const CausalGraph& graph, const NodeSet& outcome, const NodeSet& treatment) {
  const std::array sources{observation(graph)};
  return identify_effect(graph, outcome, treatment, sources);
}

}  // namespace equipoise::inline v0
