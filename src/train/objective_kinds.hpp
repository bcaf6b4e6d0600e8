// The kinds of objectives that a study may name, and what each may say.
#pragma once

#include <array>
#include <string_view>

namespace equipoise::inline v0 {

struct ObjectiveKind {
  std::string_view name;
  bool trainable = true;
  bool has_attribute = false;
  bool has_fair_paths = false;
  bool has_sharpness = false;
  bool is_privacy = false;
};

inline constexpr std::array<ObjectiveKind, 10> objective_kinds{{
    {.name = "log-loss"},
    {.name = "squared-error"},
    {.name = "error-rate", .trainable = false},
    {.name = "demographic-parity", .has_attribute = true, .has_sharpness = true},
    {.name = "equalized-odds", .has_attribute = true},
    {.name = "counterfactual-fairness", .has_attribute = true, .has_fair_paths = true},
    {.name = "privacy", .trainable = false, .is_privacy = true},
    {.name = "membership-advantage", .trainable = false},
    {.name = "attribute-advantage", .trainable = false, .has_attribute = true},
    {.name = "disparate-accuracy-loss", .trainable = false, .has_attribute = true},
}};

/// Their names, in the same order.
inline constexpr std::array<std::string_view, objective_kinds.size()> objective_kind_names = [] {
  std::array<std::string_view, objective_kinds.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = objective_kinds[i].name;
  return names;
}();

/// What the rows are used for besides training, by the names under which a study may declare it public.
inline constexpr std::array<std::string_view, 6> public_matters{"scaling",       "scm",       "measures",
                                                                "decomposition", "reference", "membership"};

}  // namespace equipoise::inline v0
