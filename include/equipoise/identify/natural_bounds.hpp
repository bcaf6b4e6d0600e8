// Natural bounds: what observation alone says of another world, by consistency.
// Source: Robins, "The analysis of randomized and non-randomized AIDS treatment trials using a new approach to causal
// inference in longitudinal studies", 1989; Manski, "Nonparametric bounds on treatment effects", American Economic
// Review 80, 1990.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <equipoise/identify/bounds.hpp>
#include <equipoise/identify/counterfactual_event.hpp>
#include <equipoise/identify/factor.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// P(holds(levels)) in a joint table, `levels` by node.
template <class Holds>
double probability_that(const Factor& joint, Holds holds) {
  std::vector<std::size_t> levels(joint.symbols.empty() ? 0 : joint.symbols.back().variable + 1, 0);
  double total = 0;
  for (const double p : joint.values) {
    if (holds(std::span<const std::size_t>(levels))) total += p;
    for (std::size_t i = joint.symbols.size(); i-- > 0;) {
      std::size_t& level = levels[joint.symbols[i].variable];
      if (++level < joint.cardinalities[i]) break;
      level = 0;
    }
  }
  return total;
}

inline bool is_nested(const CounterfactualVariable& variable) {
  return std::any_of(variable.action.begin(), variable.action.end(),
                     [](const CounterfactualSetting& setting) { return !setting.nested.empty(); });
}

/// Whether the world that a variable's action makes is the one observed.
inline bool is_observed(const CounterfactualVariable& variable, std::span<const std::size_t> levels) {
  return std::all_of(variable.action.begin(), variable.action.end(),
                     [&](const CounterfactualSetting& setting) { return levels[setting.variable] == setting.level; });
}

}  // namespace detail

/// Bounds on P(event) from the observed joint of its variables, whatever the graph: a member Y_x = y holds where x and
/// y are observed, and fails where x and another y are. Of an event with a nested setting, 0 and 1.
inline Bounds natural_bounds(const Factor& observed, const CounterfactualEvent& event) {
  Bounds bounds{0, 1, false};
  if (std::any_of(event.begin(), event.end(), [](const auto& value) { return detail::is_nested(value.variable); }))
    return bounds;
  bounds.low = detail::probability_that(observed, [&](std::span<const std::size_t> levels) {
    return std::all_of(event.begin(), event.end(), [&](const CounterfactualValue& value) {
      return detail::is_observed(value.variable, levels) && levels[value.variable.variable] == value.level;
    });
  });
  for (const CounterfactualValue& value : event) {
    const double fails = detail::probability_that(observed, [&](std::span<const std::size_t> levels) {
      return detail::is_observed(value.variable, levels) && levels[value.variable.variable] != value.level;
    });
    bounds.high = std::min(bounds.high, 1 - fails);
  }
  return bounds;
}

}  // namespace equipoise::inline v0
