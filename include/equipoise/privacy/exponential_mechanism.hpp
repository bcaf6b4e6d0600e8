// The exponential mechanism: a candidate with probability in proportion to exp(epsilon score / (2 sensitivity)).
// Source: McSherry, Talwar, "Mechanism design via differential privacy", FOCS 2007.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include <equipoise/privacy/selection.hpp>

namespace equipoise::inline v0 {

/// epsilon-differentially private, whatever is done with the index afterwards. Sampled exactly, by rejection, so that
/// no rounding of weights leaks (Ilvento 2020).
template <Adjacency adjacency>
class ExponentialMechanism {
 public:
  /// epsilon: above 0, at most 2^10.
  ExponentialMechanism(LinfSensitivity<adjacency> sensitivity, double epsilon, ScoreChange change = ScoreChange::any)
      : steps_(sensitivity),
        epsilon_(detail::checked_epsilon("exponential mechanism", epsilon)),
        keep_(epsilon, steps_.sensitivity(), change) {}

  PrivacyEvent event() const { return ApproximateEvent{.epsilon = epsilon_}; }

  /// The index of a candidate; higher scores are better. Expected time O(candidates). Throws value_out_of_range without
  /// candidates or where a score is not finite.
  template <PrivacyRandomness Randomness>
  std::size_t select(Randomness& random, std::span<const double> scores) const {
    const auto steps = steps_.of(scores);
    const auto best = *std::max_element(steps.begin(), steps.end());
    for (;;) {
      const auto candidate = static_cast<std::size_t>(detail::draw_uniform_below(random, steps.size()));
      if (keep_.draw(random, best - steps[candidate])) return candidate;
    }
  }

 private:
  detail::ScoreSteps steps_;
  double epsilon_;
  detail::GapCoin keep_;
};

}  // namespace equipoise::inline v0
