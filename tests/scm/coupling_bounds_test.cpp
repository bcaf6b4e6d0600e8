#include <equipoise/scm/coupling_bounds.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/coupling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;
using equipoise::testing::random_distribution;

namespace {

CouplingBounds bounds(const std::vector<std::vector<double>>& distributions, const std::vector<double>& weights) {
  const auto found = coupling_bounds(distributions, weights);
  REQUIRE(found.has_value());
  return *found;
}

/// Calls f(round, random, p, q) for random pairs of distributions of 2 to 6 levels.
template <class F>
void for_random_pairs(const F& f) {
  for (std::size_t round = 0; round < 100; ++round) {
    RowStream random = RandomStream({.seed = 431, .purpose = Purpose::test}).row(round);
    const std::size_t levels = 2 + round % 5;
    const auto p = random_distribution(random, levels), q = random_distribution(random, levels);
    f(random, p, q);
  }
}

}  // namespace

TEST_CASE("of two binary variables the bounds are those of Frechet") {
  for (const double p : {0.0, 0.2, 0.5, 0.9, 1.0})
    for (const double q : {0.1, 0.5, 0.8, 1.0}) {
      // P(Y_1 = 1, Y_0 = 0), Y_1 being 1 with probability p and Y_0 with q.
      const CouplingBounds found = bounds({{1 - p, p}, {1 - q, q}}, {0, 0, 1, 0});
      CHECK(found.low == Approx(std::max(0.0, p - q)).margin(1e-10));
      CHECK(found.high == Approx(std::min(p, 1 - q)).margin(1e-10));
    }
}

TEST_CASE("two variables agree at most as often as their distributions overlap") {
  for_random_pairs([](RowStream&, const std::vector<double>& p, const std::vector<double>& q) {
    const std::size_t levels = p.size();
    std::vector<double> equal(levels * levels, 0.0);
    double overlap = 0, forced = 0;
    for (std::size_t k = 0; k < levels; ++k) {
      equal[k * levels + k] = 1;
      overlap += std::min(p[k], q[k]);
      forced = std::max(forced, p[k] + q[k] - 1);
    }
    const CouplingBounds found = bounds({p, q}, equal);
    CHECK(found.high == Approx(overlap).margin(1e-10));
    CHECK(found.low == Approx(forced).margin(1e-10));
  });
}

TEST_CASE("the least distance of two variables is that of transport on the line") {
  for_random_pairs([](RowStream&, const std::vector<double>& p, const std::vector<double>& q) {
    const std::size_t levels = p.size();
    std::vector<double> distance;
    for (std::size_t i = 0; i < levels; ++i)
      for (std::size_t j = 0; j < levels; ++j)
        distance.push_back(std::abs(static_cast<double>(i) - static_cast<double>(j)));
    double transport = 0, difference = 0;
    for (std::size_t k = 0; k + 1 < levels; ++k) transport += std::abs(difference += p[k] - q[k]);
    CHECK(bounds({p, q}, distance).low == Approx(transport).margin(1e-10));
  });
}

TEST_CASE("what each coupling says lies within the bounds over couplings") {
  for_random_pairs([](RowStream& random, const std::vector<double>& p, const std::vector<double>& q) {
    const std::size_t levels = p.size();
    std::vector<double> weights(levels * levels), row(levels);
    for (double& weight : weights) weight = 2 * random.uniform() - 1;
    const CouplingBounds found = bounds({p, q}, weights);
    CHECK(found.low < found.high);
    double by_race = 0, by_interval = 0, independent = 0;
    for (std::size_t i = 0; i < levels; ++i) {
      detail::race_two_worlds(p, i, q, row);
      for (std::size_t j = 0; j < levels; ++j) by_race += p[i] * row[j] * weights[i * levels + j];
      detail::interval_two_worlds(p, i, q, row);
      for (std::size_t j = 0; j < levels; ++j) by_interval += p[i] * row[j] * weights[i * levels + j];
      for (std::size_t j = 0; j < levels; ++j) independent += p[i] * q[j] * weights[i * levels + j];
    }
    for (const double value : {by_race, by_interval, independent}) {
      CHECK(value >= found.low - 1e-12);
      CHECK(value <= found.high + 1e-12);
    }
  });
}

TEST_CASE("three variables all agree at most as often as their distributions overlap") {
  RowStream random = RandomStream({.seed = 432, .purpose = Purpose::test}).row(0);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::vector<double>> p;
    for (int w = 0; w < 3; ++w) p.push_back(random_distribution(random, 3));
    std::vector<double> equal(27, 0.0);
    double overlap = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      equal[13 * k] = 1;
      overlap += std::min({p[0][k], p[1][k], p[2][k]});
    }
    CHECK(bounds(p, equal).high == Approx(overlap).margin(1e-10));
  }
}

TEST_CASE("bounds that were not found in the pivots allowed are not given") {
  CHECK_FALSE(
      coupling_bounds(std::vector<std::vector<double>>{{0.5, 0.5}, {0.5, 0.5}}, std::vector<double>{0, 1, 0, 0}, 0)
          .has_value());
}
