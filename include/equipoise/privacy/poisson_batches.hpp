// Poisson batches: each person joins a step's batch on their own, which is what amplification by sampling rests on.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0 {

/// Writes to `batch` the places, rising, of those of `population` persons who join, each with probability `rate`, in
/// [0, 1]. Draws the gaps between them, which are geometric, so that no pass over the people is made: time is in
/// proportion to the batch. The chance of each person differs from the rate by at most some 2^-50 of it. An empty batch
/// is a batch: to skip it would tell.
template <PrivacyRandomness Randomness>
void draw_poisson_batch(std::size_t population, double rate, Randomness& random, std::vector<std::size_t>& batch) {
  assert(rate >= 0 && rate <= 1);
  batch.clear();
  if (rate == 0) return;
  if (rate == 1) {
    for (std::size_t place = 0; place < population; ++place) batch.push_back(place);
    return;
  }
  const double by_place = std::log1p(-rate);
  // P(gap >= k) = (1 - rate)^k: the gap is the floor of ln U / ln(1 - rate), U uniform on (0, 1).
  const auto gap = [&] {
    const double uniform = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
    return std::floor(std::log(uniform) / by_place);
  };
  for (double place = gap(); place < static_cast<double>(population); place += 1 + gap())
    batch.push_back(static_cast<std::size_t>(place));
}

}  // namespace equipoise::inline v0
