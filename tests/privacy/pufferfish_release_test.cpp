#include <equipoise/privacy/pufferfish_release.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

constexpr int draws = 20000;

/// sup |empirical - cdf| of draws; beyond 2.3 / sqrt(draws) with probability 5e-5 where the law is right.
template <class Cdf>
double kolmogorov(std::vector<double> values, Cdf cdf) {
  std::sort(values.begin(), values.end());
  double greatest = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double n = static_cast<double>(values.size()), below = static_cast<double>(k) / n;
    greatest = std::max({greatest, cdf(values[k]) - below, below + 1 / n - cdf(values[k])});
  }
  return greatest;
}

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 58, .purpose = Purpose::test, .point = point}));
}

}  // namespace

TEST_CASE("a count is released with Laplace noise of the scale asked for and a step more, on the grid") {
  const PufferfishLaplace mechanism(31.7, 0.4);
  CHECK(mechanism.scale() > 31.7);
  CHECK(mechanism.scale() < 31.7 * (1 + 1e-8));
  auto random = seeded(1);
  std::vector<double> values;
  for (int i = 0; i < draws; ++i) {
    values.push_back(mechanism.noisy(random, 57));
    CHECK(values.back() == mechanism.grid().value(mechanism.grid().nearest(values.back())));
  }
  CHECK(kolmogorov(values, [](double x) {
          const double z = (x - 57) / 31.7;
          return z < 0 ? std::exp(z) / 2 : 1 - std::exp(-z) / 2;
        }) < 2.3 / std::sqrt(draws));
}

TEST_CASE("a mean is released with normal noise") {
  const PufferfishGaussian mechanism(0.02);
  auto random = seeded(2);
  std::vector<double> values;
  for (int i = 0; i < draws; ++i) values.push_back(mechanism.noisy(random, 0.3));
  CHECK(kolmogorov(values, [](double x) { return normal_cdf((x - 0.3) / 0.02); }) < 2.3 / std::sqrt(draws));
}

TEST_CASE("a release that is not differentially private is none in a ledger, and no number gives itself away") {
  const PufferfishLaplace laplace(1, 1);
  const PufferfishGaussian gaussian(1);
  CHECK(std::holds_alternative<NonPrivateEvent>(laplace.event().kind()));
  CHECK(std::holds_alternative<NonPrivateEvent>(gaussian.event().kind()));
  SecureRandom random;
  for (const double odd : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK(std::abs(laplace.noisy(random, odd)) < 100);  // of 0: beyond with probability e^-100
    CHECK(std::abs(gaussian.noisy(random, odd)) < 100);
  }
  CHECK_THROWS_AS(PufferfishLaplace(0, 1), Error);
  CHECK_THROWS_AS(PufferfishLaplace(1, 0), Error);
  CHECK_THROWS_AS(PufferfishGaussian(-1), Error);
}
