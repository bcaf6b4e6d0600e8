// Interventions as people type them.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/scm/intervention.hpp>

namespace equipoise::inline v0 {

/// Reads actions, separated by commas:
///
///     X = 1                  a level's text, or its index; a number
///     X = '0.5 * Z + 1'      a policy: a formula of other variables (formula.hpp)
///     X += 0.5, X -= 0.5     a shift; X *= 1.1, X /= 2 a scaling
///     X ~ normal(0, 1)       a draw (noise_from_query.hpp has the distributions)
///     X -> Y = 1             along this edge alone; so for every kind of action
///
/// A name runs to the first `=`, `~` or `->` and the sign before a `=`, a value to the next comma; either may be quoted
/// with '…', where '' stands for one quote. Throws at `place:COLUMN`, with suggestions: query_syntax,
/// query_unknown_variable, query_overlap where a variable or an edge stands twice, scm_formula in a policy, and as
/// noise_of; and as `intervene` at `place`.
Intervention parse_intervention(const Scm& scm, std::string_view text, const std::string& place = "intervention");

}  // namespace equipoise::inline v0
