// Randomised response: one person's own level, told truly or drawn uniformly.
// Source: Warner, "Randomized response", JASA 1965; for k levels Kairouz, Oh, Viswanath 2016.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/exact_bernoulli.hpp>

namespace equipoise::inline v0 {

/// Local: each person's answer is private by itself, at the replacement of their level by any other.
class RandomisedResponse {
 public:
  /// levels: at least 2. noise: the probability of a uniform draw (over all levels, the true one included), above 0, at
  /// most 1; rounded up to a multiple of 2^-64, of which the coin is made.
  RandomisedResponse(std::int64_t levels, double noise) : levels_(levels) {
    detail::check_number("randomised response", "number of levels", static_cast<double>(levels), "at least 2",
                         [](double k) { return k >= 2; });
    detail::check_number("randomised response", "noise", noise, "above 0 and at most 1",
                         [](double p) { return p > 0 && p <= 1; });
    noise_in_units_ = static_cast<detail::Wide>(std::ceil(std::ldexp(noise, 64)));
    noise_ = std::ldexp(static_cast<double>(noise_in_units_), -64);
  }

  /// That of the most truth at this epsilon, above 0: noise k / (e^epsilon + k - 1), rounded up.
  static RandomisedResponse at_epsilon(std::int64_t levels, double epsilon) {
    check_positive("randomised response", "epsilon", epsilon);
    const double k = static_cast<double>(levels);
    return {levels, std::min(1.0, k / (std::expm1(epsilon) + k) * (1 + 0x1p-48))};
  }

  std::int64_t levels() const noexcept { return levels_; }
  double noise() const noexcept { return noise_; }
  PrivacyEvent event() const { return RandomisedResponseEvent{.noise = noise_, .levels = levels_}; }

  /// level: from 0, below levels. Throws value_out_of_range for another.
  template <PrivacyRandomness Randomness>
  std::int64_t answer(Randomness& random, std::int64_t level) const {
    detail::check_number("randomised response", "level", static_cast<double>(level), "a level",
                         [this](double l) { return l >= 0 && l < static_cast<double>(levels_); });
    const std::uint64_t coin = random(),
                        uniform = detail::draw_uniform_below(random, static_cast<std::uint64_t>(levels_));
    return coin < noise_in_units_ ? static_cast<std::int64_t>(uniform) : level;
  }

 private:
  std::int64_t levels_;
  double noise_;
  detail::Wide noise_in_units_;
};

}  // namespace equipoise::inline v0
