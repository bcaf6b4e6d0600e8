// Laplace noise on whole numbers, sampled exactly in integer arithmetic.
// Source: Canonne, Kamath, Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020, algorithm 2.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/exact_bernoulli.hpp>
#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Whole numbers k >= 0 with probabilities in proportion to exp(-k / scale): the whole part of an exponential time.
class Geometric {
 public:
  static constexpr double least_scale = 0x1p-10, largest_scale = 0x1p52;

  /// scale: in [least_scale, largest_scale]; as a binary fraction it is exact.
  explicit Geometric(double scale) {
    check_number("discrete Laplace", "scale", scale, "from 2^-10 to 2^52",
                 [](double s) { return s >= least_scale && s <= largest_scale; });
    int exponent = 0;
    numerator_ = static_cast<std::uint64_t>(std::ldexp(std::frexp(scale, &exponent), 53));
    binary_places_ = 53 - exponent;
    const int zeros = std::min(std::countr_zero(numerator_), binary_places_);
    numerator_ >>= zeros;
    binary_places_ -= zeros;
  }

  /// Twice this many exponential times of the numerator are as good as never reached (e^-1000), and cut off.
  static constexpr std::uint64_t most_turns = 1000;

  template <PrivacyRandomness Randomness>
  std::int64_t draw(Randomness& random) const {
    for (;;) {
      const std::uint64_t rest = draw_uniform_below(random, numerator_);
      if (!draw_exponential_of_fraction(random, rest, numerator_)) continue;
      std::uint64_t turns = 0;
      while (turns < most_turns && draw_exponential_of_fraction(random, 1, 1)) ++turns;
      return static_cast<std::int64_t>((rest + numerator_ * turns) >> binary_places_);
    }
  }

 private:
  std::uint64_t numerator_ = 1;  // scale = numerator 2^-binary_places
  int binary_places_ = 0;
};

/// A uniform sign for a size that is as likely with either, 0 having one only: nothing for the second 0.
template <PrivacyRandomness Randomness>
std::optional<std::int64_t> draw_sign(Randomness& random, std::int64_t size) {
  const bool negative = random() >> 63 != 0;
  if (negative && size == 0) return std::nullopt;
  return negative ? -size : size;
}

}  // namespace detail

/// P(x) is in proportion to exp(-|x| / scale), up to 10^-434, which no delta resolves.
class DiscreteLaplace {
 public:
  /// scale: in [2^-10, 2^52], in whole numbers.
  explicit DiscreteLaplace(double scale) : scale_(scale), size_(scale) {}

  double scale() const noexcept { return scale_; }

  /// About 10 words.
  template <PrivacyRandomness Randomness>
  std::int64_t draw(Randomness& random) const {
    for (;;)
      if (const auto x = detail::draw_sign(random, size_.draw(random))) return *x;
  }

  template <PrivacyRandomness Randomness>
  void draw(Randomness& random, std::span<std::int64_t> out) const {
    for (std::int64_t& x : out) x = draw(random);
  }

  /// What adding a draw to a whole number does that a person changes by at most `sensitivity`.
  PrivacyEvent event(std::int64_t sensitivity) const {
    return DiscreteLaplaceEvent{.scale = scale_, .sensitivity = sensitivity};
  }

 private:
  double scale_;
  detail::Geometric size_;
};

}  // namespace equipoise::inline v0
