// Error rate: the share of people who are decided otherwise than what happened.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <equipoise/core/interval.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// The share of the weight whose decision, score >= cutoff, differs from the outcome, 1 or 0. Measured only: it is
/// piecewise constant in the scores. Throws objective_mismatch for scores that are not log-odds.
struct ErrorRate {
  std::string objective_name = "error-rate";

  std::string name() const { return objective_name; }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, Link::logistic, objective_name);
    const std::span<const double> scores = predictions.scores[0];
    double wrong = 0, total = 0;  // summed in the same order, so that the share is at most 1
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double decision = scores[i] >= predictions.cutoff ? 1 : 0;
      wrong += decision != predictions.outcome[i] ? predictions.weights[i] : 0;
      total += predictions.weights[i];
    }
    return wrong / total;
  }

  static MeasureInfo info() {
    return {.unit = "probability",
            .label = "error rate",
            .description = "Share of people whose decision differs from what happened.",
            .range = {0, 1}};
  }
};

}  // namespace equipoise::inline v0
