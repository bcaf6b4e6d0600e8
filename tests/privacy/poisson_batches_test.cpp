#include <equipoise/privacy/poisson_batches.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/privacy/exact_bernoulli.hpp>
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

// (3/4)^k against digits 2^-32 in whole numbers: of 128 bits, if the digits are not too few.
TEST_CASE("an exact gap is the number of powers that U does not exceed", "[poisson batches]") {
  auto random = seeded(4);
  const auto more = detail::WordSource::of(random);
  const auto gap = [](std::uint64_t digits) {
    detail::Wide power = detail::Wide{1} << 32, scaled = digits;
    std::uint64_t k = 0;
    while ((scaled *= 4) <= (power *= 3)) ++k;
    return k;
  };
  int compared = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t digits = random() >> (32 + i % 16);
    if (digits < 1000 || gap(digits) != gap(digits + 1)) continue;
    REQUIRE(detail::exact_gap(static_cast<std::uint32_t>(digits), 0.25, 100, more) == gap(digits));
    REQUIRE(detail::exact_gap(static_cast<std::uint32_t>(digits), 0.25, 3, more) ==
            std::min<std::uint64_t>(3, gap(digits)));
    ++compared;
  }
  CHECK(compared > 1900);
  // Digits that end at a power, or begin there.
  for (unsigned k = 1; k < 32; ++k) {
    CHECK(detail::exact_gap((std::uint32_t{1} << (32 - k)) - 1, 0.5, 60'000, more) == k);
    CHECK(detail::exact_gap(std::uint32_t{1} << (32 - k), 0.5, 60'000, more) == k - 1);
  }
  CHECK(detail::exact_gap(1, 5e-324, ~std::uint64_t{0}, more) == ~std::uint64_t{0});
}

TEST_CASE("a gap that is not in doubt is the exact one", "[poisson batches]") {
  auto random = seeded(5);
  const auto more = detail::WordSource::of(random);
  for (const double rate : {5e-324, 1e-7, 1e-5, 0.004, 0.3, 0.5, 0.75, 0.999, 1 - 0x1p-53}) {
    std::size_t doubtful = 0;
    for (int round = 0; round < 40; ++round) {
      detail::Gaps drawn;
      random.fill(drawn.words);
      drawn.words[0] &= 0x0000'0003'0000'0000;  // few digits that are not 0, and none
      drawn.find(1 / std::log1p(-rate));
      for (std::size_t i = 0; i < drawn.size; ++i) {
        const bool is_known = drawn.doubt[i] < 0;
        doubtful += !is_known;
        if (is_known)
          REQUIRE(static_cast<std::uint64_t>(drawn.gaps[i]) ==
                  detail::exact_gap(drawn.digits(i), rate, 1ull << 50, more));
      }
    }
    CHECK((doubtful == 40 * detail::Gaps::size) == (rate == 5e-324));
    CHECK(doubtful >= 40);
  }
}

// Where 32 digits leave every gap in doubt: 4 join on average, and the mean of 1,000 batches is within 5 deviations.
TEST_CASE("batches of few among very many are drawn at the rate", "[poisson batches]") {
  auto random = seeded(6);
  std::vector<std::size_t> batch;
  std::size_t joined = 0;
  for (int round = 0; round < 1000; ++round) {
    draw_poisson_batch(4'000'000'000, 1e-9, random, batch);
    joined += batch.size();
  }
  CHECK(std::abs(static_cast<double>(joined) - 4000) < 5 * std::sqrt(4000.0));
}
