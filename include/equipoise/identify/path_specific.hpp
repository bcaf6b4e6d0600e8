// Path-specific effects: what Y would be if a change of the treatment were carried by some of its edges alone.
// Source: Shpitser, "Counterfactual graphical models for longitudinal mediation analysis with unobserved
// confounding", Cognitive Science 37, 2013 (recanting districts; complete for edges out of the treatment).
#pragma once

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/id.hpp>
#include <equipoise/identify/rename.hpp>

namespace equipoise::inline v0 {

/// A district that sees the treatment both through an active and through an inactive edge: its members would have
/// to answer to two worlds at once.
struct RecantingDistrict {
  NodeSet district;
  NodeSet active_children;
  NodeSet inactive_children;
  friend bool operator==(const RecantingDistrict&, const RecantingDistrict&) = default;
};

/// The estimand of a path-specific distribution. The treatment's active value is its symbol with copy 0, its
/// reference value the one with copy 1.
using PathSpecificIdentification = std::variant<Identified, RecantingDistrict, NotIdentified>;

/// P(outcome) where the children in `active_children` see the treatment at its active value and its other children
/// see it at the reference value. `active_children` are children of the treatment; the outcome does not hold it.
inline PathSpecificIdentification identify_path_specific(const CausalGraph& graph, const NodeSet& outcome /* Y */,
                                                         Node treatment /* A */, const NodeSet& active_children,
                                                         std::span<const Source> sources) {
  NodeSet a = graph.none();
  a.insert(treatment);
  assert(!outcome.contains(treatment) && active_children.is_subset_of(graph.children(treatment)));
  const NodeSet d = ancestors(graph, outcome, graph.all() - a);  // D = An(Y) in G over V \ A
  std::vector<Expression> factors;
  for (const NodeSet& district : districts(graph, d)) {
    const NodeSet active = district & active_children;
    const NodeSet inactive = (district & graph.children(treatment)) - active_children;
    if (!active.empty() && !inactive.empty()) return RecantingDistrict{district, active, inactive};
    auto q = identify_q_from(graph, district, sources);
    if (const auto* hedge = std::get_if<Hedge>(&q)) return NotIdentified{*hedge};
    auto& factor = std::get<Expression>(q);
    factors.push_back(inactive.empty() ? std::move(factor) : substitute(factor, {{{treatment, 0}, {treatment, 1}}}));
  }
  Expression estimand = sum(symbols_of(d - outcome), product(std::move(factors)));
  Symbols of_query = symbols_of(outcome);
  of_query.push_back({treatment, 0});
  of_query.push_back({treatment, 1});
  std::sort(of_query.begin(), of_query.end());
  Symbols arbitrary = set_difference(free_symbols(estimand), of_query);
  return Identified{std::move(estimand), std::move(arbitrary)};
}

}  // namespace equipoise::inline v0
