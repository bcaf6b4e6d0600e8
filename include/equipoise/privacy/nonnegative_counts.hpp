// Noisy counts made counts again: none below 0, and their sum kept.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

namespace equipoise::inline v0 {

/// The nearest counts, in squares, that are at least 0 and add up to what these do, or to 0 where that is negative: a
/// constant is taken off all, and what falls below 0 is 0 (Norm-Sub of Wang, Lopuhaä-Zwakenberg, Li, Skoric, Li 2020).
/// To put the negative ones alone to 0 would add people wherever there are few. Finite counts; post-processing.
/// O(n log n).
inline void make_nonnegative(std::span<double> counts) {
  std::vector<double> falling(counts.begin(), counts.end());
  std::sort(falling.begin(), falling.end(), std::greater<>());
  double total = 0;
  for (const double count : falling) total += count;
  if (total <= 0) {
    std::fill(counts.begin(), counts.end(), 0.0);
    return;
  }
  // The constant at which the largest ones, all that stay above it, add up to the total.
  double sum = 0, constant = 0;
  for (std::size_t kept = 0; kept < falling.size(); ++kept) {
    sum += falling[kept];
    const double next = (sum - total) / static_cast<double>(kept + 1);
    if (falling[kept] <= next) break;
    constant = next;
  }
  for (double& count : counts) count = std::max(count - constant, 0.0);
}

}  // namespace equipoise::inline v0
