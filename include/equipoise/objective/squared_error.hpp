// Squared error: how far predicted numbers are from what happened.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// Trained on the weighted mean of (score - outcome)^2, whole, not half; measured as its root, which is in the
/// outcome's own unit, as published regressions report it (RMSE). The best constant scores the outcome's standard
/// deviation. Throws objective_mismatch for scores that are log-odds.
struct SquaredError {
  std::string objective_name = "squared-error";

  std::string name() const { return objective_name; }
  static constexpr bool is_sum_over_rows() noexcept { return true; }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    detail::require_link(predictions, Link::identity, objective_name);
    const std::span<const double> scores = predictions.scores[0];
    const std::span<double> gradient = gradients[0];
    const double total = predictions.total_weight(), twice_share = 2 / total;
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double weight = predictions.weights[i], error = scores[i] - predictions.outcome[i];
      sum += weight * error * error;
      gradient[i] += twice_share * weight * error;
    }
    return sum / total;
  }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, Link::identity, objective_name);
    const std::span<const double> scores = predictions.scores[0];
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double error = scores[i] - predictions.outcome[i];
      sum += predictions.weights[i] * error * error;
    }
    return std::sqrt(sum / predictions.total_weight());
  }

  static MeasureInfo info() {
    return {.unit = "unit of the outcome",
            .label = "root mean squared error",
            .description = "Root of the mean squared difference between the predicted number and what happened."};
  }
};

}  // namespace equipoise::inline v0
