// Conditional effects P(y | do(x), z).
// Source: Shpitser, Pearl, "Identification of conditional interventional distributions", UAI 2006, figure 4 (IDC).
#pragma once

#include <array>
#include <span>
#include <utility>
#include <variant>

#include <equipoise/graph/separation.hpp>
#include <equipoise/identify/id.hpp>

namespace equipoise::inline v0 {

/// A conditional query with as few conditions as rule 2 of do-calculus leaves it.
struct ExchangedQuery {
  NodeSet treatment, given;
};

/// Line 1 of IDC: an observation that acts on the outcome only as an action would is turned into one, by rule 2. In
/// every model on the graph the query means the same before and after. The sets are disjoint (asserted).
inline ExchangedQuery exchange_observations(const CausalGraph& graph, const NodeSet& outcome /* y */,
                                            NodeSet treatment /* x */, NodeSet given /* z */) {
  for (bool exchanged = true; exchanged;) {
    exchanged = false;
    for (const Node z : given) {
      NodeSet action = graph.none();
      action.insert(z);
      if (!separated(graph, outcome, action, treatment | (given - action), {treatment, action})) continue;
      treatment.insert(z);
      given.erase(z);
      exchanged = true;
      break;
    }
  }
  return {std::move(treatment), std::move(given)};
}

/// P(outcome | do(treatment), given) in the target; the sets are disjoint (asserted).
inline Identification identify_conditional_effect(const CausalGraph& graph, const NodeSet& outcome /* y */,
                                                  const NodeSet& treatment /* x */, const NodeSet& given /* z */,
                                                  std::span<const Source> sources) {
  const Symbols of_query = symbols_of(outcome | treatment | given);
  const ExchangedQuery query = exchange_observations(graph, outcome, treatment, given);
  // Line 2: P'(y, z) = ID(y and z, x), and the answer is P' / sum_y P'.
  auto joint = identify_effect(graph, outcome | query.given, query.treatment, sources);
  if (std::holds_alternative<NotIdentified>(joint) || query.given.empty()) return joint;
  auto& answer = std::get<Identified>(joint);
  answer.estimand = fraction(answer.estimand, sum(symbols_of(outcome), answer.estimand));
  answer.arbitrary = set_difference(free_symbols(answer.estimand), of_query);
  return joint;
}

inline Identification identify_conditional_effect(const CausalGraph& graph, const NodeSet& outcome,
                                                  const NodeSet& treatment, const NodeSet& given) {
  const std::array sources{observation(graph)};
  return identify_conditional_effect(graph, outcome, treatment, given, sources);
}

}  // namespace equipoise::inline v0
