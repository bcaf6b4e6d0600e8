// `--do "X=1, Z += 0.5, D ~ bernoulli(0.3)"` as an intervention on a model.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/scm/intervention_text.hpp>

namespace equipoise::cli {

/// What the value of --do stands for in a help.
inline constexpr std::string_view do_value = "ACTIONS";
/// The kinds of actions, in a phrase of a help.
inline constexpr std::string_view do_kinds =
    "X=1 sets, X += 1 shifts and X *= 1.1 scales, X ~ normal(0, 1) draws, X='0.5*Z' follows a formula of other "
    "variables, and X->Y=1 changes what Y sees of X alone";

/// Throws at `--do:COLUMN`, and at `--do` what is wrong with the whole, such as a circle of policies.
inline Intervention intervention_from(const Scm& scm, std::string_view text) {
  Intervention intervention = parse_intervention(scm, text, "--do");
  intervene(scm, intervention, "--do");
  return intervention;
}

}  // namespace equipoise::cli
