#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <tuple>
#include <vector>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("streams of different names never begin alike", "[core]") {
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> states;
  std::size_t names = 0;
  for (const auto purpose : {Purpose::split, Purpose::fit, Purpose::noise})
    for (std::uint32_t point = 0; point < 40; ++point)
      for (std::uint32_t replicate = 0; replicate < 10; ++replicate) {
        const RandomStream stream({.seed = 1, .purpose = purpose, .point = point, .replicate = replicate});
        states.emplace(stream.key()[0], stream.key()[1], stream.tag());
        ++names;
      }
  REQUIRE(states.size() == names);
  REQUIRE(RandomStream({.seed = 1}).row(0)() != RandomStream({.seed = 2}).row(0)());
  REQUIRE(RandomStream({.seed = 1}).row(0)() != RandomStream({.seed = 1}).row(1)());
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
