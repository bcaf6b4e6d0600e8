// The sparse vector technique: which of a stream of queries are above a threshold, paying only for those that are.
// Source: Lyu, Su, Li, "Understanding the sparse vector technique for differential privacy", VLDB 2017, algorithm 7
// without its numeric answers: of the six variants compared there four are not as private as they claim.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstdint>

#include <equipoise/privacy/discrete_laplace.hpp>
#include <equipoise/privacy/selection.hpp>

namespace equipoise::inline v0 {

/// epsilon-differentially private over all its answers together. The threshold's noise is drawn once, at epsilon_1;
/// each query's anew, at epsilon_2 = epsilon - epsilon_1, with epsilon_1 : epsilon_2 = 1 : (2 positives)^(2/3), or
/// without the 2 where queries move in one direction (section 4.2 there).
template <Adjacency adjacency>
class AboveThreshold {
 public:
  /// sensitivity: of each query; thresholds are public. epsilon: above 0, at most 2^10, and such that the noise has
  /// 2^52 steps at most. positives: after how many answers of `true` it stops, above 0. Draws the threshold's noise.
  template <PrivacyRandomness Randomness>
  AboveThreshold(Randomness& random, LinfSensitivity<adjacency> sensitivity, double epsilon, std::int64_t positives = 1,
                 ScoreChange change = ScoreChange::any)
      : AboveThreshold(sensitivity, epsilon, positives, change) {
    const double threshold_scale = static_cast<double>(steps_.sensitivity()) / threshold_epsilon_;
    threshold_noise_ = DiscreteLaplace(threshold_scale * rounded_up).draw(random);
  }

  PrivacyEvent event() const { return ApproximateEvent{.epsilon = epsilon_}; }

  /// Whether `positives` answers were true: then none is left.
  bool exhausted() const noexcept { return positives_left_ == 0; }

  /// Whether the noisy value is at least the noisy threshold. Throws value_out_of_range when exhausted, or where a
  /// number is not finite.
  template <PrivacyRandomness Randomness>
  bool ask(Randomness& random, double value, double threshold) {
    if (exhausted())
      throw Error(ErrorCode::value_out_of_range, "above threshold", "a query after the last positive answer",
                  "none: the budget is spent");
    const std::int64_t gap = steps_.of(value) - steps_.of(threshold);
    const bool above = gap + query_noise_.draw(random) >= threshold_noise_;
    positives_left_ -= above ? 1 : 0;
    return above;
  }

 private:
  static constexpr double rounded_up = 1 + 0x1p-50;

  AboveThreshold(const LinfSensitivity<adjacency>& sensitivity, double epsilon, std::int64_t positives,
                 ScoreChange change)
      : steps_(sensitivity),
        epsilon_(detail::checked_epsilon("above threshold", epsilon)),
        positives_left_(positives),
        threshold_epsilon_(epsilon / (1 + std::pow(moves(positives, change), 2.0 / 3))),
        query_noise_(moves(positives, change) * static_cast<double>(steps_.sensitivity()) /
                     (epsilon - threshold_epsilon_) * rounded_up) {}

  // By how many sensitivities all positive answers move together.
  static double moves(std::int64_t positives, ScoreChange change) {
    detail::check_number("above threshold", "number of positives", static_cast<double>(positives), "at least 1",
                         [](double n) { return n >= 1; });
    return static_cast<double>(positives) * (change == ScoreChange::any ? 2 : 1);
  }

  detail::ScoreSteps steps_;
  double epsilon_;
  std::int64_t positives_left_;
  double threshold_epsilon_;
  DiscreteLaplace query_noise_;
  std::int64_t threshold_noise_ = 0;
};

}  // namespace equipoise::inline v0
