// Log-loss: how surprised a predictor of probabilities is by what happened.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// The weighted mean over rows of -ln P(what happened), P having the score as its log-odds: ln(1 + e^s) - y s, the
/// negative log-likelihood of logistic regression, in nats. Trained on and measured alike. The constant probability of
/// 1/2 scores ln 2. Throws objective_mismatch for scores that are not log-odds.
struct LogLoss {
  std::string objective_name = "log-loss";

  std::string name() const { return objective_name; }
  static constexpr bool is_sum_over_rows() noexcept { return true; }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    detail::require_link(predictions, Link::logistic, objective_name);
    const std::span<const double> scores = predictions.scores[0];
    const std::span<double> gradient = gradients[0];
    const double total = predictions.total_weight(), share = 1 / total;
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double score = scores[i], outcome = predictions.outcome[i], odds = std::exp(-std::abs(score));
      sum += predictions.weights[i] * term(score, outcome, odds);
      const double probability = (score >= 0 ? 1 : odds) / (1 + odds);
      gradient[i] += share * predictions.weights[i] * (probability - outcome);
    }
    return sum / total;
  }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, Link::logistic, objective_name);
    const std::span<const double> scores = predictions.scores[0];
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
      sum += predictions.weights[i] * term(scores[i], predictions.outcome[i], std::exp(-std::abs(scores[i])));
    return sum / predictions.total_weight();
  }

  static MeasureInfo info() {
    return {.unit = "nats",
            .label = "log-loss",
            .description = "Mean negative logarithm of the probability given to what happened."};
  }

 private:
  /// `odds` is e^-|score|, so that neither e^score nor its sum with 1 loses what is small beside what is large.
  static double term(double score, double outcome, double odds) noexcept {
    const double against = std::max(score, 0.0) - outcome * score;  // exactly 0 where the score is on the right side
    return std::log1p(odds) + against;
  }
};

}  // namespace equipoise::inline v0
