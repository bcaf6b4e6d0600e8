// Report noisy max: the candidate whose score plus Laplace noise is largest, without the score.
// Source: Dwork, Roth, "The algorithmic foundations of differential privacy", 2014, claim 3.9.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <equipoise/privacy/discrete_laplace.hpp>
#include <equipoise/privacy/selection.hpp>

namespace equipoise::inline v0 {

/// epsilon-differentially private: given all other candidates' noisy scores, a candidate wins where its noise reaches a
/// whole number, which one person moves by twice the sensitivity at most (once, where all scores move in one
/// direction). Ties go to the earlier candidate, which keeps that true.
template <Adjacency adjacency>
class ReportNoisyMax {
 public:
  /// epsilon: above 0, at most 2^10, and such that the noise has 2^52 steps at most.
  ReportNoisyMax(LinfSensitivity<adjacency> sensitivity, double epsilon, ScoreChange change = ScoreChange::any)
      : steps_(sensitivity),
        epsilon_(detail::checked_epsilon("report noisy max", epsilon)),
        noise_((change == ScoreChange::any ? 2 : 1) * static_cast<double>(steps_.sensitivity()) / epsilon *
               (1 + 0x1p-50)) {}

  PrivacyEvent event() const { return ApproximateEvent{.epsilon = epsilon_}; }

  /// The index of a candidate; higher scores are better. O(candidates). Throws value_out_of_range without candidates or
  /// where a score is not finite.
  template <PrivacyRandomness Randomness>
  std::size_t select(Randomness& random, std::span<const double> scores) const {
    const auto steps = steps_.of(scores);
    std::size_t best = 0;
    std::int64_t best_score = steps[0] + noise_.draw(random);
    for (std::size_t candidate = 1; candidate < steps.size(); ++candidate) {
      const std::int64_t score = steps[candidate] + noise_.draw(random);
      if (score <= best_score) continue;
      best = candidate;
      best_score = score;
    }
    return best;
  }

 private:
  detail::ScoreSteps steps_;
  double epsilon_;
  DiscreteLaplace noise_;
};

}  // namespace equipoise::inline v0
