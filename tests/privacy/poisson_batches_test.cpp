#include <equipoise/privacy/poisson_batches.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 11, .purpose = Purpose::test, .point = point}));
}

}  // namespace

TEST_CASE("a batch holds each place at most once, rising and within the population", "[poisson batches]") {
  auto random = seeded(0);
  std::vector<std::size_t> batch;
  for (const double rate : {1e-6, 0.01, 0.3, 0.9, 0.999})
    for (int round = 0; round < 200; ++round) {
      draw_poisson_batch(500, rate, random, batch);
      REQUIRE(std::is_sorted(batch.begin(), batch.end()));
      REQUIRE(std::adjacent_find(batch.begin(), batch.end()) == batch.end());
      REQUIRE((batch.empty() || batch.back() < 500));
    }
}

TEST_CASE("at rate 0 nobody joins, at rate 1 everybody", "[poisson batches]") {
  auto random = seeded(1);
  std::vector<std::size_t> batch{7};
  draw_poisson_batch(10, 0, random, batch);
  CHECK(batch.empty());
  draw_poisson_batch(10, 1, random, batch);
  CHECK(batch == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  draw_poisson_batch(0, 0.5, random, batch);
  CHECK(batch.empty());
}

// For every place and every pair of places that follow each other, the counts of joining are binomial: 5 standard
// deviations each way, some 80 checks, a false alarm in 20,000 runs.
TEST_CASE("every place joins at the rate, and on its own", "[poisson batches]") {
  auto random = seeded(2);
  std::vector<std::size_t> batch;
  for (const double rate : {0.02, 0.4}) {
    constexpr int rounds = 40000, places = 20;
    std::vector<int> joined(places), both(places);
    for (int round = 0; round < rounds; ++round) {
      draw_poisson_batch(places, rate, random, batch);
      std::vector<bool> here(places + 1);
      for (const std::size_t place : batch) here[place] = true;
      for (std::size_t i = 0; i < places; ++i) {
        joined[i] += here[i];
        both[i] += here[i] && here[(i + 1) % places];
      }
    }
    const auto near = [&](int count, double chance) {
      return std::abs(count - rounds * chance) < 5 * std::sqrt(rounds * chance * (1 - chance));
    };
    for (std::size_t i = 0; i < places; ++i) {
      CHECK(near(joined[i], rate));
      CHECK(near(both[i], rate * rate));
    }
  }
}

// The size of a batch of 1,000 at 0.001 is binomial: P(empty) = 0.3677.
TEST_CASE("empty batches come as often as they must", "[poisson batches]") {
  auto random = seeded(3);
  std::vector<std::size_t> batch;
  int empty = 0;
  constexpr int rounds = 20000;
  for (int round = 0; round < rounds; ++round) {
    draw_poisson_batch(1000, 0.001, random, batch);
    empty += batch.empty();
  }
  const double chance = std::pow(0.999, 1000);
  CHECK(std::abs(empty - rounds * chance) < 5 * std::sqrt(rounds * chance * (1 - chance)));
}
