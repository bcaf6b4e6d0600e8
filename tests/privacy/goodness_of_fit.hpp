// How well counts fit probabilities, for tests of samplers.
#pragma once

#include <cstddef>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/research_random.hpp>

namespace equipoise::test {

/// The p-value of Pearson's chi-square test; cells of fewer than 5 expected are joined with the next.
inline double goodness_of_fit(const std::vector<double>& counts, const std::vector<double>& probabilities) {
  double total = 0, sum = 0, seen = 0, expected = 0;
  for (const double count : counts) total += count;
  double cells = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    seen += counts[i];
    expected += probabilities[i] * total;
    if (expected < 5) continue;
    sum += (seen - expected) * (seen - expected) / expected;
    cells += 1;
    seen = expected = 0;
  }
  // What is left over is too little to add to the sum, but must not be impossible.
  if (seen > 30) return 0;
  return chi_square_tail(sum, cells - 1 > 0 ? cells - 1 : 1);
}

inline SeededForResearch test_noise(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 31, .purpose = Purpose::test, .point = point}));
}

}  // namespace equipoise::test
