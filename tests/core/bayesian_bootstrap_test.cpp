#include <equipoise/core/bayesian_bootstrap.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("weights of n people have mean n and variance n", "[bayesian bootstrap]") {
  const std::vector<double> people{1, 2, 10, 500, 0};
  constexpr std::uint32_t replicates = 20000;
  std::vector<double> weights(people.size()), sum(people.size()), squares(people.size());
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    bayesian_bootstrap_weights(people, RandomStream({.seed = 3, .purpose = Purpose::bootstrap, .replicate = replicate}),
                               weights);
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (people[i] > 0) REQUIRE(weights[i] > 0);
      sum[i] += weights[i];
      squares[i] += weights[i] * weights[i];
    }
  }
  for (std::size_t i = 0; i + 1 < people.size(); ++i) {
    const double n = people[i], mean = sum[i] / replicates, variance = squares[i] / replicates - mean * mean;
    // Five standard errors of each: Var(mean) = n / replicates, Var(variance) = (2 n^2 + 6 n) / replicates.
    CHECK(mean == Approx(n).margin(5 * std::sqrt(n / replicates)));
    CHECK(variance == Approx(n).margin(5 * std::sqrt((2 * n * n + 6 * n) / replicates)));
  }
  CHECK(sum[4] == 0);
}

TEST_CASE("one person's weight is exponential", "[bayesian bootstrap]") {
  const std::vector<double> people(10000, 1.0);
  std::vector<double> weights(people.size());
  bayesian_bootstrap_weights(people, RandomStream({.seed = 5, .purpose = Purpose::bootstrap}), weights);
  for (const double at : {0.1, 0.5, 1.0, 2.0, 4.0}) {
    double above = 0;
    for (const double weight : weights) above += weight > at;
    const double expected = std::exp(-at);
    // Five standard errors.
    CHECK(above / 10000 == Approx(expected).margin(5 * std::sqrt(expected * (1 - expected) / 10000)));
  }
}
