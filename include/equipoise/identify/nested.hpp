// Nested counterfactuals without nesting: the counterfactual unnesting theorem.
//
// P(Y_{X=1, M_{X=0}} = y) = sum_m P(Y_{X=1, M=m} = y, M_{X=0} = m): what M would be elsewhere takes some level m, and
// setting M to it is setting M to m. Source: Correa, Lee, Bareinboim, "Nested counterfactual identification from
// arbitrary surrogate experiments", NeurIPS 2021. Identification needs no levels for it (the counterfactual
// graph keeps m symbolic); this is for those who take events of plain worlds alone.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/identify/counterfactual_event.hpp>
#include <equipoise/identify/factor.hpp>

namespace equipoise::inline v0 {

namespace detail {

// An innermost nested variable: one whose own action is plain. Nothing where no setting is nested.
inline const CounterfactualVariable* innermost_nested(const std::vector<CounterfactualSetting>& action) {
  for (const CounterfactualSetting& setting : action) {
    if (setting.nested.empty()) continue;
    const auto* within = innermost_nested(setting.nested.front().action);
    return within != nullptr ? within : &setting.nested.front();
  }
  return nullptr;
}

inline void set_to_level(std::vector<CounterfactualSetting>& action, const CounterfactualVariable& nested,
                         std::size_t level) {
  for (CounterfactualSetting& setting : action) {
    if (setting.nested.empty()) continue;
    if (setting.nested.front() == nested)
      setting = {setting.variable, level, {}};
    else
      set_to_level(setting.nested.front().action, nested, level);
  }
}

}  // namespace detail

/// Whether a part of the event stands in a world that another world makes.
inline bool is_nested(const CounterfactualEvent& event) {
  for (const CounterfactualValue& value : event)
    if (detail::innermost_nested(value.variable.action) != nullptr) return true;
  return false;
}

/// The event as a union of disjoint events without nested settings, whose probabilities add up to its own: one for
/// every level of every nested variable, in order of levels. Nothing where there are more than `budget`. An event whose
/// variables are `reduced` first asks for no more than it must: only then are the parts identified where it is.
inline std::optional<std::vector<CounterfactualEvent>> unnested(const CounterfactualEvent& event,
                                                                const Cardinalities& cardinalities,
                                                                std::size_t budget = 100'000) {
  std::vector<CounterfactualEvent> plain, pending{event};
  while (!pending.empty()) {
    if (plain.size() + pending.size() > budget) return std::nullopt;
    CounterfactualEvent next = std::move(pending.back());
    pending.pop_back();
    const CounterfactualVariable* found = nullptr;
    for (const CounterfactualValue& value : next)
      if (found == nullptr) found = detail::innermost_nested(value.variable.action);
    if (found == nullptr) {
      plain.push_back(std::move(next));
      continue;
    }
    const CounterfactualVariable nested = *found;
    for (std::size_t level = cardinalities[nested.variable]; level-- > 0;) {
      CounterfactualEvent at_level = next;
      for (CounterfactualValue& value : at_level) detail::set_to_level(value.variable.action, nested, level);
      at_level.push_back({nested, level});
      pending.push_back(std::move(at_level));
    }
  }
  return plain;
}

}  // namespace equipoise::inline v0
