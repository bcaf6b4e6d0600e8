// Hard interventions: do(X = x).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// variable := value; a level index for a variable with levels.
struct Assignment {
  Node variable = 0;
  double value = 0;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// do(X1 = x1, X2 = x2, …), each variable at most once.
using Intervention = std::vector<Assignment>;

/// `name = value` as an assignment: a level's text, or else its index, for a variable with levels; a finite
/// number for any other. Throws query_unknown_variable or query_syntax at `place`, with suggestions.
Assignment resolve_assignment(const Scm& scm, std::string_view name, std::string_view value, std::string_view place);

/// The model in which the variables are set from outside: their mechanisms are constants and no edge enters
/// them. Shares everything else with `scm`.
Scm intervene(const Scm& scm, std::span<const Assignment> intervention);

}  // namespace equipoise::inline v0
