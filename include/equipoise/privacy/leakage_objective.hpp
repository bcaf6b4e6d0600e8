// What an audit found a predictor to give away about who was in its training data, as a goal on the frontier.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <equipoise/core/number.hpp>
#include <equipoise/objective/objective.hpp>
#include <equipoise/privacy/membership_inference.hpp>

namespace equipoise::inline v0 {

/// The advantage of the membership attack that audited a predictor, an advantage below 0 counting as none: the same on
/// whatever rows it is asked about, since the attack had rows of its own. Not trained on. What one attacker achieved is
/// a lower bound on what another may.
struct AuditedLeakage {
  Estimate advantage;  ///< of membership_attack
  std::string objective_name = "audited-leakage";

  explicit AuditedLeakage(const MembershipAttack& attack, std::string name = "audited-leakage")
      : advantage(attack.advantage), objective_name(std::move(name)) {}

  std::string name() const { return objective_name; }
  double measure(const Predictions&) const { return std::clamp(advantage.value, 0.0, 1.0); }

  MeasureInfo info() const {
    return {.unit = "probability",
            .label = "membership advantage",
            .description =
                "How much oftener an attacker guesses right than wrong whether a person was in the training "
                "data, from " +
                shortest(advantage.low) + " to " + shortest(advantage.high) + " by the audit's interval.",
            .range = {0, 1},
            .licence = {LicenceKind::observational, "a membership audit: a lower bound, no guarantee"}};
  }
};

static_assert(MeasurableObjective<AuditedLeakage>);

}  // namespace equipoise::inline v0
