#include <equipoise/scm/gumbel_race.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/coupling.hpp>

#include "scm/random_discrete_worlds.hpp"

using namespace equipoise;
using equipoise::testing::distribution_with_zeros;

namespace {

using Distributions = std::vector<std::vector<double>>;

Distributions random_distributions(RowStream& random, std::size_t worlds, std::size_t levels, bool has_zeros) {
  Distributions distributions;
  for (std::size_t w = 0; w < worlds; ++w) distributions.push_back(distribution_with_zeros(random, levels, has_zeros));
  return distributions;
}

double probability(const Distributions& distributions, const std::vector<std::size_t>& winners) {
  const std::vector<std::span<const double>> views(distributions.begin(), distributions.end());
  return detail::GumbelRace().probability(views, winners);
}

/// Every combination of winners, the last fastest.
template <class Visit>
void for_each_winners(std::size_t worlds, std::size_t levels, const Visit& visit) {
  std::vector<std::size_t> winners(worlds, 0);
  for (;;) {
    visit(winners);
    std::size_t w = worlds;
    while (w > 0 && ++winners[w - 1] == levels) winners[--w] = 0;
    if (w == 0) return;
  }
}

}  // namespace

TEST_CASE("in two worlds a race is as its conditional probabilities say") {
  for (std::size_t round = 0; round < 200; ++round) {
    RowStream random = RandomStream({.seed = 421, .purpose = Purpose::test}).row(round);
    const std::size_t levels = 2 + round % 5;
    const Distributions d = random_distributions(random, 2, levels, round % 2 == 0);
    std::vector<double> conditional(levels);
    for (std::size_t a = 0; a < levels; ++a) {
      if (d[0][a] > 0) detail::race_two_worlds(d[0], a, d[1], conditional);
      for (std::size_t b = 0; b < levels; ++b)
        CHECK(std::abs(probability(d, {a, b}) - (d[0][a] > 0 ? d[0][a] * conditional[b] : 0)) < 1e-12);
    }
  }
}

TEST_CASE("of two levels a race is one uniform noise, in any number of worlds") {
  for (std::size_t round = 0; round < 50; ++round) {
    RowStream random = RandomStream({.seed = 422, .purpose = Purpose::test}).row(round);
    const Distributions d = random_distributions(random, 5, 2, round % 5 == 0);
    for_each_winners(5, 2, [&](const std::vector<std::size_t>& winners) {
      double low = 0, high = 1;
      for (std::size_t w = 0; w < 5; ++w) {
        if (winners[w] == 0)
          high = std::min(high, d[w][0]);
        else
          low = std::max(low, d[w][0]);
      }
      CHECK(std::abs(probability(d, winners) - std::max(0.0, high - low)) < 1e-12);
    });
  }
}

TEST_CASE("a world summed out of a race leaves the race of the others") {
  for (std::size_t round = 0; round < 60; ++round) {
    RowStream random = RandomStream({.seed = 423, .purpose = Purpose::test}).row(round);
    const std::size_t levels = 3 + round % 3, worlds = 3 + round % 2;
    const Distributions all = random_distributions(random, worlds, levels, round % 2 == 0);
    const Distributions fewer(all.begin(), all.end() - 1);
    double total = 0;
    for_each_winners(worlds - 1, levels, [&](const std::vector<std::size_t>& winners) {
      double sum = 0;
      std::vector<std::size_t> extended = winners;
      extended.push_back(0);
      for (; extended.back() < levels; ++extended.back()) sum += probability(all, extended);
      CHECK(std::abs(sum - probability(fewer, winners)) < 1e-11);
      total += sum;
    });
    CHECK(std::abs(total - 1) < 1e-10);
  }
}

TEST_CASE("three different winners are as often as in races that are run") {
  RowStream random = RandomStream({.seed = 424, .purpose = Purpose::test}).row(0);
  const std::size_t levels = 4, runs = 400000;
  const Distributions d = random_distributions(random, 3, levels, false);
  std::vector<double> counts(levels * levels * levels, 0.0), race(levels);
  for (std::size_t run = 0; run < runs; ++run) {
    for (double& each : race) each = -std::log1p(-random.uniform());
    std::size_t cell = 0;
    for (const std::vector<double>& p : d) cell = cell * levels + detail::race_winner(p, race);
    counts[cell] += 1;
  }
  std::size_t cell = 0;
  for_each_winners(3, levels, [&](const std::vector<std::size_t>& winners) {
    const double p = probability(d, winners), n = static_cast<double>(runs);
    CHECK(std::abs(counts[cell++] / n - p) <= 5 * std::sqrt(p * (1 - p) / n) + 1e-12);  // a false alarm of 6e-7 each
  });
}

TEST_CASE("equal distributions have one winner") {
  const Distributions d{{0.2, 0.3, 0.5}, {0.2, 0.3, 0.5}, {0.2, 0.3, 0.5}};
  CHECK(probability(d, {1, 1, 1}) == Approx(0.3).margin(1e-15));
  CHECK(probability(d, {1, 1, 2}) == 0);
}
