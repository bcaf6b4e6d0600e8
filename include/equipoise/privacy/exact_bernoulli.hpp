// Coins whose probabilities are fractions, or exponentials of fractions, exactly: no floating point at all.
// Source: Canonne, Kamath, Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020, algorithm 1.
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>

#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0::detail {

__extension__ typedef unsigned __int128 Wide;

/// Uniform on 0, …, n - 1, n above 0 (Lemire 2019, with his rejection).
template <PrivacyRandomness Randomness>
std::uint64_t draw_uniform_below(Randomness& random, std::uint64_t n) {
  assert(n > 0);
  Wide product = Wide{random()} * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t rejected = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < rejected) product = Wide{random()} * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

/// True with probability numerator / denominator, which is at most 1.
template <PrivacyRandomness Randomness>
bool draw_fraction(Randomness& random, Wide numerator, Wide denominator) {
  assert(denominator > 0 && numerator <= denominator);
  const auto high = static_cast<std::uint64_t>((denominator - 1) >> 64);
  if (high == 0) {
    const auto last = static_cast<std::uint64_t>(denominator - 1);
    const std::uint64_t below = last == ~std::uint64_t{0} ? random() : draw_uniform_below(random, last + 1);
    return below < numerator;
  }
  // As many bits as the denominator has, until they are below it: twice at most, on average.
  const int unused = std::countl_zero(high);
  for (;;) {
    const Wide drawn = Wide{random() >> unused} << 64 | random();
    if (drawn < denominator) return drawn < numerator;
  }
}

/// True with probability exp(-numerator / denominator): of the coins of probability gamma / k, k = 1, 2, …, the first
/// to fall false has an odd k. Below 4 coins are expected.
template <PrivacyRandomness Randomness>
bool draw_exponential_of_fraction(Randomness& random, Wide numerator, Wide denominator) {
  const auto with_at_most_one = [&](Wide part) {
    for (std::uint64_t k = 1;; ++k)
      if (!draw_fraction(random, part, denominator) || draw_uniform_below(random, k) != 0) return k % 2 == 1;
  };
  for (Wide whole = numerator / denominator; whole > 0; --whole)
    if (!with_at_most_one(denominator)) return false;
  return with_at_most_one(numerator % denominator);
}

}  // namespace equipoise::inline v0::detail
