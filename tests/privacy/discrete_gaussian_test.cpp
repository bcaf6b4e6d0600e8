#include <equipoise/privacy/discrete_gaussian.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;
using test::goodness_of_fit;
using test::test_noise;

TEST_CASE("discrete Gaussian noise has its probabilities", "[discrete_gaussian]") {
  std::uint32_t point = 30;
  for (const double sigma : {0.001, 0.35, 0.8, 1.0, 3.7, 12.0}) {
    auto random = test_noise(point++);
    const DiscreteGaussian gaussian(sigma);
    const int most = static_cast<int>(8 * sigma) + 2;
    std::vector<double> counts(static_cast<std::size_t>(2 * most + 1), 0.0), probabilities;
    std::vector<std::int64_t> draws(20000);
    gaussian.draw(random, draws);
    for (const std::int64_t x : draws)
      if (std::abs(x) <= most) ++counts[static_cast<std::size_t>(x + most)];
    double sum = 0;
    for (int x = -most; x <= most; ++x) sum += std::exp(-x * x / (2 * sigma * sigma));
    for (int x = -most; x <= most; ++x) probabilities.push_back(std::exp(-x * x / (2 * sigma * sigma)) / sum);
    CHECK(goodness_of_fit(counts, probabilities) > 1e-6);  // of six, a right sampler fails one once in 170,000 seeds
  }
}

TEST_CASE("at a large sigma the discrete Gaussian is the normal", "[discrete_gaussian]") {
  auto random = test_noise(40);
  const DiscreteGaussian gaussian(0x1.fedcba9p25);
  std::vector<double> counts(16, 0.0);
  for (int i = 0; i < 20000; ++i) {
    const double p = normal_cdf(static_cast<double>(gaussian.draw(random)) / gaussian.sigma());
    ++counts[static_cast<std::size_t>(std::min(15.0, 16 * p))];
  }
  CHECK(goodness_of_fit(counts, std::vector<double>(16, 1.0 / 16)) > 1e-6);
}

TEST_CASE("sigma is rounded up to 26 digits and no further", "[discrete_gaussian]") {
  for (const double sigma : {0.0011, 0.3, 0.99999999999, 1.0, 1.1, 12345.678, 0x1p26}) {
    const double rounded = DiscreteGaussian(sigma).sigma();
    CHECK(rounded >= sigma);
    CHECK(rounded <= sigma + std::max(sigma, 1.0) * 0x1p-24);
  }
}

TEST_CASE("discrete Gaussian noise says what it does to a count and to a vector", "[discrete_gaussian]") {
  const DiscreteGaussian gaussian(4);
  CHECK(gaussian.event(3) == PrivacyEvent(DiscreteGaussianEvent{.sigma = 4, .sensitivity = 3}));
  const PrivacyEvent vector = gaussian.event(L2Sensitivity<Adjacency::replace_one>(2));
  CHECK(std::get<ZeroConcentratedEvent>(vector.kind()).rho == Approx(0.125).epsilon(1e-14));
  CHECK(std::get<ZeroConcentratedEvent>(vector.kind()).rho >= 0.125);
}

TEST_CASE("a discrete Gaussian's sigma out of range is refused", "[discrete_gaussian]") {
  for (const double sigma : {0.0, 0x1p-11, 0x1.1p26, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(DiscreteGaussian(sigma), Error);
}
