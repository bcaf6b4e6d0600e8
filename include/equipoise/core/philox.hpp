// Philox4x32-10: random bits as a function of a key and a counter.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

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

#if defined(__SSE2__)

namespace detail {

#if defined(__AVX2__)
inline constexpr std::size_t vector_bytes = 32;
#else
inline constexpr std::size_t vector_bytes = 16;
#endif

/// As many counters as a vector has lanes of 64 bits, of which only the low 32 belong to the counter. A template, so
/// that files compiled for different processors do not share it.
template <std::size_t bytes>
struct PhiloxLanes {
  typedef std::uint64_t Lanes __attribute__((vector_size(bytes)));
  static constexpr std::size_t size = bytes / 8;

  Lanes c0, c1, c2, c3;

  PhiloxLanes(std::uint64_t first, std::uint64_t tag) noexcept {
    static constexpr std::uint64_t places[] = {0, 1, 2, 3};
    std::memcpy(&c0, places, sizeof c0);
    c0 += first;
    c1 = c0 >> 32;
    c2 = Lanes{} + tag;
    c3 = c2 >> 32;
  }

  // The products of the lanes' low words. GCC 12 makes a plain product of vectors a full 64-bit one, three times the
  // work.
  static Lanes product(Lanes a, std::uint32_t b) noexcept {
    const Lanes all_b = Lanes{} + b;
#if defined(__AVX2__)
    return reinterpret_cast<Lanes>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(all_b)));
#else
    return reinterpret_cast<Lanes>(_mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(all_b)));
#endif
  }

  void round(std::uint64_t k0, std::uint64_t k1) noexcept {
    const Lanes a = product(c0, philox_multipliers[0]), b = product(c2, philox_multipliers[1]);
    c0 = (b >> 32) ^ c1 ^ k0;
    c1 = b;
    c2 = (a >> 32) ^ c3 ^ k1;
    c3 = a;
  }

  void store(std::uint64_t* low, std::uint64_t* high) const noexcept {
    constexpr std::uint64_t word = 0xFFFFFFFFu;
    const Lanes first = (c0 & word) | c1 << 32, second = (c2 & word) | c3 << 32;
    std::memcpy(low, &first, sizeof first);
    std::memcpy(high, &second, sizeof second);
  }
};

}  // namespace detail

#endif

/// The blocks of the counters (first + i, tag), each number being two words with the lower one first, for i below
/// philox_batch_size: the same bits as philox, as low[i] = block[0] | block[1] << 32 and high[i] = block[2] | block[3]
/// << 32.
inline void philox_batch(std::uint64_t first, std::uint64_t tag, PhiloxKey key, std::uint64_t* low,
                         std::uint64_t* high) noexcept {
#if defined(__SSE2__)
  using Lanes = detail::PhiloxLanes<detail::vector_bytes>;
  for (std::size_t i = 0; i < philox_batch_size; i += 2 * Lanes::size) {
    Lanes one(first + i, tag), other(first + i + Lanes::size, tag);  // two, to hide a product's latency
    PhiloxKey k = key;
    for (int round = 0; round < detail::philox_rounds; ++round) {
      one.round(k[0], k[1]);
      other.round(k[0], k[1]);
      k[0] += detail::philox_weyl[0];
      k[1] += detail::philox_weyl[1];
    }
    one.store(low + i, high + i);
    other.store(low + i + Lanes::size, high + i + Lanes::size);
  }
#else
  for (std::size_t i = 0; i < philox_batch_size; ++i) {
    const auto lower = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto upper = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    const PhiloxBlock block = philox({lower(first + i), upper(first + i), lower(tag), upper(tag)}, key);
    low[i] = block[0] | std::uint64_t{block[1]} << 32;
    high[i] = block[2] | std::uint64_t{block[3]} << 32;
  }
#endif
}

}  // namespace equipoise::inline v0
