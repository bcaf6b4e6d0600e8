// Hard interventions: do(X = x).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <equipoise/scm/noise_mechanism.hpp>
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

/// Reads `X=1, Z=0.5`: a name runs to the first `=`, a value to the next comma, either may be quoted '…'. A
/// value of a variable with levels is a level's text, or else its index. Throws query_syntax or
/// query_unknown_variable at `place:COLUMN`, with suggestions.
Intervention parse_intervention(const Scm& scm, std::string_view text, std::string_view place = "--do");

/// The model in which the variables are set from outside: their mechanisms are constants and no edge enters
/// them. Shares everything else with `scm`.
inline Scm intervene(const Scm& scm, std::span<const Assignment> intervention) {
  Scm result = scm;
  for (const Assignment& each : intervention)
    result = result.with_root(each.variable, NoiseMechanism(Noise(ConstantNoise{each.value})));
  return result;
}

}  // namespace equipoise::inline v0
