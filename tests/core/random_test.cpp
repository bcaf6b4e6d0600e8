#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("seed, purpose, point, replicate, row and draw stand in bits of their own") {
  const std::uint64_t seed = 0x0123456789abcdef, row = 0xfedcba987;
  const RandomStream stream({.seed = seed, .purpose = Purpose::bootstrap, .point = 0xfffffffe, .replicate = 0xffffff});
  RowStream draws = stream.row(row);
  for (std::uint32_t block = 0; block < 40; ++block) {
    const auto expected =
        philox({0xedcba987, 0xf | block << 4, 0xfffffffe, 0xffffff | 5u << 24}, {0x89abcdef, 0x01234567});
    REQUIRE(draws() == (expected[0] | std::uint64_t{expected[1]} << 32));
    REQUIRE(draws() == (expected[2] | std::uint64_t{expected[3]} << 32));
  }
  // A fill of uniforms: element 2 b + 16 h + i of batch b is half h of block 16 b + i, with 1 in the top two bits.
  std::vector<double> elements(64);
  fill_uniform(stream, 0, elements);
  for (std::uint32_t i = 0; i < 16; ++i) {
    const auto expected = philox({16 + i, 1u << 30, 0xfffffffe, 0xffffff | 5u << 24}, {0x89abcdef, 0x01234567});
    const auto cell = [](std::uint64_t low, std::uint64_t high) {
      return (static_cast<double>((low | high << 32) >> 12) + 0.5) / 4503599627370496.0;
    };
    REQUIRE(elements[32 + i] == cell(expected[0], expected[1]));
    REQUIRE(elements[48 + i] == cell(expected[2], expected[3]));
  }
}

TEST_CASE("streams that differ in one part of their name are uncorrelated") {
  // Under independence sqrt(n) times a correlation is nearly normal: beyond 5.5 with probability 4e-8, in one of the
  // 30 pairs (lags included) with less than 2e-6.
  constexpr std::size_t n = 100000;
  const StreamKey name{.seed = 1, .purpose = Purpose::sample, .point = 0, .replicate = 0};
  const std::vector<StreamKey> neighbours{{2, Purpose::sample, 0, 0},
                                          {1, Purpose::abduction, 0, 0},
                                          {1, Purpose::sample, 1, 0},
                                          {1, Purpose::sample, 0, 1},
                                          {1ull << 32, Purpose::sample, 0, 0}};
  const auto correlation = [](const std::vector<double>& a, const std::vector<double>& b, std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < n; ++i) sum += (a[i] - 0.5) * (b[i + lag] - 0.5);
    return 12 * sum / std::sqrt(static_cast<double>(n - lag));
  };
  const auto by_fill = [](const StreamKey& key) {
    std::vector<double> draws(n);
    fill_uniform(RandomStream(key), 0, draws);
    return draws;
  };
  const auto by_row = [](const StreamKey& key) {
    std::vector<double> draws(n);
    const RandomStream stream(key);
    for (std::size_t i = 0; i < n; ++i) draws[i] = stream.row(i).uniform();
    return draws;
  };
  const auto fill = by_fill(name), rows = by_row(name);
  for (const StreamKey& neighbour : neighbours) {
    const auto other_fill = by_fill(neighbour), other_rows = by_row(neighbour);
    for (const std::size_t lag : {0u, 1u}) {
      CHECK(std::abs(correlation(fill, other_fill, lag)) < 5.5);
      CHECK(std::abs(correlation(rows, other_rows, lag)) < 5.5);
    }
    CHECK(std::abs(correlation(rows, other_fill, 0)) < 5.5);
  }
  for (const std::size_t lag : {1u, 2u, 16u, 32u}) CHECK(std::abs(correlation(fill, fill, lag)) < 5.5);
  CHECK(std::abs(correlation(rows, rows, 1)) < 5.5);
}

TEST_CASE("a fill gives the same bits however it is cut into blocks", "[core]") {
  const RandomStream stream({.seed = 9, .purpose = Purpose::test});
  std::vector<double> whole(500), pieces(500);
  for (const auto fill : {fill_uniform, fill_normal}) {
    fill(stream, 3, whole);
    for (std::size_t size : {1u, 7u, 32u, 33u, 100u}) {
      for (std::size_t at = 0; at < pieces.size(); at += size)
        fill(stream, 3 + at, std::span(pieces).subspan(at, std::min(size, pieces.size() - at)));
      REQUIRE(pieces == whole);
    }
  }
}

TEST_CASE("fills have the distribution they name", "[core]") {
  // Kolmogorov-Smirnov at n = 200,000: sqrt(n) D exceeds 2.7 with probability 2 exp(-2 * 2.7^2) < 1e-6.
  constexpr std::size_t n = 200000;
  const RandomStream stream({.seed = 4, .purpose = Purpose::test});
  const auto distance = [](std::vector<double> draws, auto cdf) {
    std::sort(draws.begin(), draws.end());
    double largest = 0;
    for (std::size_t i = 0; i < draws.size(); ++i) {
      const double p = cdf(draws[i]), at = static_cast<double>(i), all = static_cast<double>(draws.size());
      largest = std::max({largest, p - at / all, (at + 1) / all - p});
    }
    return largest * std::sqrt(static_cast<double>(draws.size()));
  };
  std::vector<double> draws(n);
  fill_uniform(stream, 0, draws);
  REQUIRE(*std::min_element(draws.begin(), draws.end()) > 0);
  REQUIRE(*std::max_element(draws.begin(), draws.end()) < 1);
  REQUIRE(distance(draws, [](double x) { return x; }) < 2.7);
  fill_normal(stream, 0, draws);
  REQUIRE(distance(draws, [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }) < 2.7);
  for (std::size_t i = 0; i < n; ++i) draws[i] = stream.row(i).uniform();
  REQUIRE(distance(draws, [](double x) { return x; }) < 2.7);
}

TEST_CASE("a stream apart is the stream of that purpose, with the seed and the point it had", "[core]") {
  const RandomStream stream({.seed = 0x123456789abcdefull, .purpose = Purpose::sample, .point = 0xfedcba98u});
  const RandomStream apart = stream.apart(Purpose::intervention, 3);
  const RandomStream expected(
      {.seed = 0x123456789abcdefull, .purpose = Purpose::intervention, .point = 0xfedcba98u, .replicate = 3});
  CHECK(apart.seed() == expected.seed());
  CHECK(apart.name() == expected.name());
}
