#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/coupling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("two binary levels under gumbel-max keep the probabilities that Oberst and Sontag's race gives") {
  // For two levels the Gumbel difference is logistic, so gumbel-max and inverse-cdf coincide.
  RowStream random = RandomStream({.seed = 1, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 200; ++trial) {
    const auto p = equipoise::testing::random_distribution(random, 2),
               q = equipoise::testing::random_distribution(random, 2);
    for (const std::size_t level : {0u, 1u}) {
      std::vector<double> race(2), interval(2);
      detail::race_two_worlds(p, level, q, race);
      detail::interval_two_worlds(p, level, q, interval);
      CHECK(std::abs(race[0] - interval[0]) < 1e-12);
      CHECK(std::abs(race[1] - interval[1]) < 1e-12);
    }
  }
}

TEST_CASE("two-world probabilities of gumbel-max equal a numerical integral over the winning time") {
  RowStream random = RandomStream({.seed = 2, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 20; ++trial) {
    const auto p = equipoise::testing::random_distribution(random, 4),
               q = equipoise::testing::random_distribution(random, 4);
    const auto winner = static_cast<std::size_t>(trial % 4);
    std::vector<double> exact(4);
    detail::race_two_worlds(p, winner, q, exact);
    // Given the winning time t, loser j finishes under q at (p_j t + E_j) / q_j: midpoint rule over t, and over the
    // finishing time of j for the probability that it comes first.
    for (std::size_t j = 0; j < 4; ++j) {
      double total = 0;
      const int steps = 400;
      for (int a = 0; a < steps; ++a) {
        const double t = -std::log1p(-(a + 0.5) / steps);
        const double limit = p[winner] * t / q[winner];
        const auto survives = [&](std::size_t i, double time) {
          return std::exp(-std::max(0.0, q[i] * time - p[i] * t));
        };
        double chance = 0;
        if (j == winner) {
          chance = 1;
          for (std::size_t i = 0; i < 4; ++i)
            if (i != winner) chance *= survives(i, limit);
        } else if (p[j] * t / q[j] < limit) {
          const double start = p[j] * t / q[j];
          for (int b = 0; b < steps; ++b) {
            const double time = start + (limit - start) * (b + 0.5) / steps;
            double density = q[j] * survives(j, time);
            for (std::size_t i = 0; i < 4; ++i)
              if (i != winner && i != j) density *= survives(i, time);
            chance += density * (limit - start) / steps;
          }
        }
        total += chance / steps;
      }
      CHECK(total == Approx(exact[j]).margin(2e-3));
    }
  }
}

TEST_CASE("impossible levels are never reached under any coupling") {
  const std::vector<double> p{0.3, 0.7, 0.0}, q{0.0, 0.0, 1.0}, r{0.0, 0.5, 0.5};
  std::vector<double> out(3);
  for (const std::size_t level : {0u, 1u}) {
    detail::race_two_worlds(p, level, q, out);
    CHECK(out == std::vector<double>{0, 0, 1});
    detail::interval_two_worlds(p, level, q, out);
    CHECK(out == std::vector<double>{0, 0, 1});
    detail::race_two_worlds(p, level, r, out);
    CHECK(out[0] == 0);
    CHECK(out[1] + out[2] == Approx(1));
  }
  CHECK(detail::level_at(std::vector<double>{0.2, 0.8 - 1e-16, 0.0}, std::nextafter(1.0, 0.0)) == 1);
  CHECK(detail::race_winner(p, std::vector<double>{5, 5, 1e-300}) != 2);
}

TEST_CASE("a coupling is read by its name") {
  CHECK(coupling_from("gumbel-max") == Coupling::gumbel_max);
  CHECK(coupling_from("inverse-cdf") == Coupling::inverse_cdf);
  CHECK(coupling_from("independent") == Coupling::independent);
  CHECK_FALSE(coupling_from("unstated"));
  CHECK(to_string(Coupling::gumbel_max) == "gumbel-max");
}
