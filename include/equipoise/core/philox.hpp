// Philox4x32-10: random bits as a function of a key and a counter.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace equipoise::inline v0 {

using PhiloxKey = std::array<std::uint32_t, 2>;
using PhiloxBlock = std::array<std::uint32_t, 4>;

namespace detail {

inline constexpr std::uint32_t philox_multipliers[2] = {0xD2511F53u, 0xCD9E8D57u};
inline constexpr std::uint32_t philox_weyl[2] = {0x9E3779B9u, 0xBB67AE85u};
inline constexpr int philox_rounds = 10;

}  // namespace detail

/// Four random words for a counter: a bijection of counters for each key.
constexpr PhiloxBlock philox(PhiloxBlock counter, PhiloxKey key) noexcept {
  for (int round = 0; round < detail::philox_rounds; ++round) {
    const std::uint64_t a = std::uint64_t{detail::philox_multipliers[0]} * counter[0];
    const std::uint64_t b = std::uint64_t{detail::philox_multipliers[1]} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += detail::philox_weyl[0];
    key[1] += detail::philox_weyl[1];
  }
  return counter;
}

/// How many blocks philox_batch computes at once: enough lanes for any vector unit.
inline constexpr std::size_t philox_batch_size = 16;

/// The blocks of the counters (first + i, high, tag_low, tag_high) for i below philox_batch_size, as two 64-bit
/// words a block: the same bits as philox, word 0 being block[0] | block[1] << 32. Written so that compilers
/// turn the lanes into vector instructions.
inline void philox_batch(std::uint64_t first, std::uint64_t tag, PhiloxKey key,
                         std::uint64_t (&low)[philox_batch_size], std::uint64_t (&high)[philox_batch_size]) noexcept {
  constexpr std::uint64_t word = 0xFFFFFFFFu;
  std::uint64_t c0[philox_batch_size], c1[philox_batch_size], c2[philox_batch_size], c3[philox_batch_size];
  for (std::size_t i = 0; i < philox_batch_size; ++i) {
    c0[i] = (first + i) & word;
    c1[i] = (first + i) >> 32;
    c2[i] = tag & word;
    c3[i] = tag >> 32;
  }
  for (int round = 0; round < detail::philox_rounds; ++round) {
    const std::uint64_t k0 = key[0], k1 = key[1];
    for (std::size_t i = 0; i < philox_batch_size; ++i) {
      const std::uint64_t a = detail::philox_multipliers[0] * c0[i];
      const std::uint64_t b = detail::philox_multipliers[1] * c2[i];
      c0[i] = (b >> 32) ^ c1[i] ^ k0;
      c1[i] = b & word;
      c2[i] = (a >> 32) ^ c3[i] ^ k1;
      c3[i] = a & word;
    }
    key[0] += detail::philox_weyl[0];
    key[1] += detail::philox_weyl[1];
  }
  for (std::size_t i = 0; i < philox_batch_size; ++i) {
    low[i] = c0[i] | c1[i] << 32;
    high[i] = c2[i] | c3[i] << 32;
  }
}

}  // namespace equipoise::inline v0
