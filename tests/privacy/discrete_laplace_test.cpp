#include <equipoise/privacy/discrete_laplace.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;
using test::goodness_of_fit;
using test::test_noise;

TEST_CASE("discrete Laplace noise has its probabilities", "[discrete_laplace]") {
  std::uint32_t point = 10;
  for (const double scale : {0x1p-10, 0.3, 1.0, 2.5, 7.0 + 0x1p-40}) {
    auto random = test_noise(point++);
    const int most = static_cast<int>(12 * scale) + 2;
    std::vector<double> counts(static_cast<std::size_t>(2 * most + 1), 0.0), probabilities;
    std::vector<std::int64_t> draws(20000);
    DiscreteLaplace(scale).draw(random, draws);
    for (const std::int64_t x : draws)
      if (std::abs(x) <= most) ++counts[static_cast<std::size_t>(x + most)];
    const double r = std::exp(-1 / scale);
    for (int x = -most; x <= most; ++x) probabilities.push_back((1 - r) / (1 + r) * std::pow(r, std::abs(x)));
    CHECK(goodness_of_fit(counts, probabilities) > 1e-6);  // of five, a right sampler fails one once in 200,000 seeds
  }
}

TEST_CASE("a large scale is an exponential distribution's in size, symmetric", "[discrete_laplace]") {
  auto random = test_noise(20);
  const DiscreteLaplace laplace(0x1.23456789abcdep51);
  double mean = 0, negative = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto x = static_cast<double>(laplace.draw(random));
    mean += std::abs(x) / laplace.scale() / 20000;
    negative += x < 0;
  }
  CHECK(mean == Approx(1).margin(5 / std::sqrt(20000)));  // each once in 10^6
  CHECK(goodness_of_fit({negative, 20000 - negative}, {0.5, 0.5}) > 1e-6);
}

TEST_CASE("discrete Laplace noise says what it does to a count", "[discrete_laplace]") {
  CHECK(DiscreteLaplace(2.5).event(3) == PrivacyEvent(DiscreteLaplaceEvent{.scale = 2.5, .sensitivity = 3}));
}

TEST_CASE("a discrete Laplace scale out of range is refused", "[discrete_laplace]") {
  for (const double scale : {0.0, 0x1p-11, 0x1.1p52, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(DiscreteLaplace(scale), Error);
}
