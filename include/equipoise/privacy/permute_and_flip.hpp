// Permute and flip: candidates in random order, the first whose coin of exp(-epsilon gap / (2 sensitivity)) falls true.
// Source: McKenna, Sheldon, "Permute-and-flip: a new mechanism for differentially private selection", NeurIPS 2020; it
// is report noisy max with exponential noise (Ding, Kifer, Saghaian, Steinke, Wang, Xiao, Zhang 2021).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <equipoise/privacy/selection.hpp>

namespace equipoise::inline v0 {

/// epsilon-differentially private; its expected score is never below the exponential mechanism's.
/// Sampled exactly.
template <Adjacency adjacency>
class PermuteAndFlip {
 public:
  /// epsilon: above 0, at most 2^10.
  PermuteAndFlip(LinfSensitivity<adjacency> sensitivity, double epsilon, ScoreChange change = ScoreChange::any)
      : steps_(sensitivity),
        epsilon_(detail::checked_epsilon("permute and flip", epsilon)),
        flip_(epsilon, steps_.sensitivity(), change) {}

  PrivacyEvent event() const { return ApproximateEvent{.epsilon = epsilon_}; }

  /// The index of a candidate; higher scores are better. O(candidates). Throws value_out_of_range without candidates or
  /// where a score is not finite.
  template <PrivacyRandomness Randomness>
  std::size_t select(Randomness& random, std::span<const double> scores) const {
    const auto steps = steps_.of(scores);
    const auto best = *std::max_element(steps.begin(), steps.end());
    std::vector<std::size_t> left(steps.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    for (;;) {  // ends by the best candidate at the latest, whose coin is always true
      const auto place = static_cast<std::size_t>(detail::draw_uniform_below(random, left.size()));
      const std::size_t candidate = left[place];
      if (flip_.draw(random, best - steps[candidate])) return candidate;
      left[place] = left.back();
      left.pop_back();
    }
  }

 private:
  detail::ScoreSteps steps_;
  double epsilon_;
  detail::GapCoin flip_;
};

}  // namespace equipoise::inline v0
