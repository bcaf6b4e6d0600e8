// Poisson batches: each person joins a step's batch on their own, which is what amplification by sampling rests on.
//
// The gaps between those who join are geometric: P(gap >= k) = (1 - rate)^k, so a gap is the floor of
// ln U / ln(1 - rate), U uniform. It is drawn exactly: with 32 binary digits of U, m at their middle, the quotient is
// known up to
//
//     2^-32 / (m |ln(1 - rate)|) + 2^-48 quotient,
//
// by the digits' width and the rounding of floating point: 2^-50 of the logarithm's size (core/vector_math.hpp), few
// units of roundoff for the rest. Where that leaves the floor in doubt, about once in 2^18 gaps at a rate of 2^-8, U
// gets more digits and is compared with powers of 1 - rate in integer arithmetic, until there is no doubt.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/core/vector_math.hpp>
#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// The largest k, `most` at most, with U <= (1 - rate)^k, of a U whose first 32 digits are these. rate: in (0, 1).
std::uint64_t exact_gap(std::uint32_t digits, double rate, std::uint64_t most, WordSource more);

/// Some gaps at once.
struct Gaps {
  static constexpr std::size_t size = 32;

  std::array<std::uint64_t, size / 2> words;
  std::array<std::int64_t, size> gaps;
  std::array<double, size> doubt;  // below 0 where there is none

  Gaps() = default;
  Gaps(const Gaps&) = delete;
  Gaps& operator=(const Gaps&) = delete;
  ~Gaps() { wipe(words); }

  std::uint32_t digits(std::size_t i) const noexcept {
    return static_cast<std::uint32_t>(i < size / 2 ? words[i] >> 32 : words[i - size / 2]);
  }

  /// by_log: 1 / ln(1 - rate).
  void find(double by_log) noexcept {
    constexpr double to_whole = 0x1.8p52;  // added, it rounds to a whole number and leaves it in the low bits
    constexpr std::uint64_t middle = 0x8000'0000;
    std::array<double, size> uniform;
    for (std::size_t i = 0; i < size / 2; ++i) {
      uniform[i] = to_open_unit(words[i] >> 32 << 32 | middle);
      uniform[size / 2 + i] = to_open_unit(words[i] << 32 | middle);
    }
    for (std::size_t i = 0; i < size; ++i) {
      const double quotient = log_of_normal(uniform[i]) * by_log, low = quotient - 0.5, shifted = low + to_whole;
      const double error = quotient * 0x1p-48 - 0x1p-32 * by_log / uniform[i] + 0x1p-50;
      gaps[i] = std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(to_whole);
      // Of a U whose digits are 0 nothing is known.
      doubt[i] = std::max(std::abs(low - (shifted - to_whole)) + error - 0.5, 0x1p-32 - uniform[i]);
    }
  }
};

}  // namespace detail

/// Writes to `batch` the places, rising, of those of `population` persons who join, each with probability `rate`, in
/// [0, 1]. No pass over the people is made: time is in proportion to the batch. An empty batch is a batch: to skip it
/// would tell.
template <PrivacyRandomness Randomness>
void draw_poisson_batch(std::size_t population, double rate, Randomness& random, std::vector<std::size_t>& batch) {
  assert(rate >= 0 && rate <= 1);
  batch.clear();
  if (rate == 0) return;
  if (rate == 1) {
    for (std::size_t place = 0; place < population; ++place) batch.push_back(place);
    return;
  }
  const double by_log = 1 / std::log1p(-rate);
  detail::Gaps drawn;
  for (std::size_t place = 0;;) {
    random.fill(drawn.words);
    drawn.find(by_log);
    for (std::size_t i = 0; i < drawn.size; ++i) {
      const std::size_t left = population - place;
      const std::size_t gap = drawn.doubt[i] < 0
                                  ? static_cast<std::size_t>(drawn.gaps[i])
                                  : detail::exact_gap(drawn.digits(i), rate, left, detail::WordSource::of(random));
      if (gap >= left) return;
      batch.push_back(place + gap);
      place += gap + 1;
    }
  }
}

}  // namespace equipoise::inline v0
