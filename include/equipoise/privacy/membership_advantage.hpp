// What a predictor's losses tell of who was in its training data, as a goal on the frontier.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// The advantage of an attacker who takes a person for one of the training data where the predictor's loss on them is
/// at most the members' mean (Yeom, Giacomelli, Fredrikson, Jha 2018, adversary 2): P(guess | member) - P(guess |
/// other), one below 0 counting as none. The loss is log-loss of log-odds, else the squared error. Measured, not
/// trained on, and a lower bound on what another attacker achieves: no differential privacy. membership_inference.hpp
/// has stronger attacks, whose findings AuditedLeakage puts on the frontier. Throws objective_mismatch where it is not
/// shown the members.
struct MembershipAdvantage {
  std::string objective_name = "membership-advantage";

  std::string name() const { return objective_name; }
  static constexpr Comparisons comparisons() noexcept { return {.members = true}; }

  double measure(const Predictions& predictions) const {
    detail::require_comparison(predictions.members != nullptr, "rows that the predictor was trained on", name());
    const Predictions& members = *predictions.members;
    double mean = 0;
    for (std::size_t i = 0; i < members.rows(); ++i) mean += members.weights[i] * loss(members, i);
    mean /= members.total_weight();
    return std::clamp(share_at_most(mean, members) - share_at_most(mean, predictions), 0.0, 1.0);
  }

  static MeasureInfo info() {
    return {.unit = "probability",
            .label = "membership advantage",
            .description =
                "How much oftener an attacker guesses right than wrong whether a person was in the training "
                "data, by whether their loss is at most the mean there.",
            .range = {0, 1},
            .licence = {LicenceKind::observational, "an attack on the rows: a lower bound, no guarantee"}};
  }

 private:
  static double loss(const Predictions& rows, std::size_t i) noexcept {
    const double score = rows.scores[0][i], outcome = rows.outcome[i];
    if (rows.link == Link::logistic) return log1p_exp(outcome > 0.5 ? -score : score);
    return (score - outcome) * (score - outcome);
  }
  static double share_at_most(double bound, const Predictions& rows) noexcept {
    double share = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) share += loss(rows, i) <= bound ? rows.weights[i] : 0;
    return share / rows.total_weight();
  }
};

static_assert(MeasurableObjective<MembershipAdvantage>);

}  // namespace equipoise::inline v0
