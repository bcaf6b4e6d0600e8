#include <equipoise/privacy/laplace_mechanism.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;
using test::goodness_of_fit;
using test::test_noise;

namespace {

constexpr auto add_or_remove = Adjacency::add_or_remove_one;
using Mechanism = LaplaceMechanism<add_or_remove>;

static_assert(!std::is_constructible_v<Mechanism, L2Sensitivity<add_or_remove>, double>);
static_assert(!std::is_constructible_v<Mechanism, L1Sensitivity<Adjacency::replace_one>, double>);

double laplace_cdf(double x) { return x < 0 ? std::exp(x) / 2 : 1 - std::exp(-x) / 2; }

}  // namespace

TEST_CASE("the noise is Laplace's, of the multiplier times the sensitivity", "[laplace_mechanism]") {
  const Mechanism mechanism(L1Sensitivity<add_or_remove>(0.5), 4);
  CHECK(mechanism.event() == PrivacyEvent(LaplaceEvent{4}));
  CHECK(mechanism.scale() >= 2);
  CHECK(mechanism.scale() == Approx(2).epsilon(1e-8));
  auto random = test_noise(50);
  std::vector<double> counts(32, 0.0);
  for (int i = 0; i < 20000; ++i) {
    const double released = mechanism.noisy(random, 3.3);
    CHECK(mechanism.grid().value(mechanism.grid().nearest(released)) == released);
    ++counts[static_cast<std::size_t>(std::min(31.0, 32 * laplace_cdf((released - 3.3) / 2)))];
  }
  CHECK(goodness_of_fit(counts, std::vector<double>(32, 1.0 / 32)) > 1e-6);
}

TEST_CASE("rounded Laplace noise has the probabilities of the cells", "[laplace_mechanism]") {
  for (const double scale : {0.2, 1.3}) {
    auto random = test_noise(scale < 1 ? 51 : 52);
    const detail::RoundedLaplace laplace(scale);
    std::vector<double> counts(21, 0.0), probabilities;
    for (int i = 0; i < 20000; ++i) {
      const std::int64_t x = laplace.draw(random);
      if (std::abs(x) <= 10) ++counts[static_cast<std::size_t>(x + 10)];
    }
    for (int x = -10; x <= 10; ++x)
      probabilities.push_back(laplace_cdf((x + 0.5) / scale) - laplace_cdf((x - 0.5) / scale));
    CHECK(goodness_of_fit(counts, probabilities) > 1e-6);
  }
}

TEST_CASE("several numbers have the pure guarantee, and the rounding of each is paid", "[laplace_mechanism]") {
  const Mechanism mechanism(L1Sensitivity<add_or_remove>(1), 0.1, 1000);
  const auto event = std::get<ApproximateEvent>(mechanism.event().kind());
  CHECK(event.epsilon == Approx(10));
  CHECK(event.epsilon >= 10);
  CHECK(event.delta == 0);
  CHECK(mechanism.scale() >= 0.1 * (1 + 1000 * mechanism.grid().step()));
}

TEST_CASE("calibrated Laplace noise keeps to its epsilon", "[laplace_mechanism]") {
  for (const double epsilon : {0.1, 0.3, 1.0, 7.0}) {
    const auto one = Mechanism::calibrated(L1Sensitivity<add_or_remove>(3), epsilon);
    CHECK(1 / std::get<LaplaceEvent>(one.event().kind()).noise_multiplier <= epsilon);
    CHECK(one.scale() == Approx(3 / epsilon));
    const auto three = Mechanism::calibrated(L1Sensitivity<add_or_remove>(3), epsilon, 3);
    CHECK(std::get<ApproximateEvent>(three.event().kind()).epsilon <= epsilon);
  }
  CHECK_THROWS_AS(Mechanism::calibrated(L1Sensitivity<add_or_remove>(3), 0), Error);
}

TEST_CASE("a vector that is not finite counts as zeros", "[laplace_mechanism]") {
  const Mechanism mechanism(L1Sensitivity<add_or_remove>(1), 1, 2);
  for (const double odd : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    auto one = test_noise(53), other = test_noise(53);
    std::vector<double> with{odd, 4.0}, zeros(2, 0.0);
    mechanism.add_noise(one, with);
    mechanism.add_noise(other, zeros);
    CHECK(with == zeros);
  }
  CHECK_THROWS_AS(Mechanism(L1Sensitivity<add_or_remove>(1), 0), Error);
}
