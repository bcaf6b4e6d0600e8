#include <equipoise/privacy/gaussian_mechanism.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/clipped_sum.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

constexpr auto add_or_remove = Adjacency::add_or_remove_one, replace = Adjacency::replace_one;
using Mechanism = GaussianMechanism<add_or_remove>;

static_assert(!std::is_constructible_v<Mechanism, L1Sensitivity<add_or_remove>, double>);
static_assert(!std::is_constructible_v<Mechanism, L2Sensitivity<replace>, double>);
static_assert(!std::is_constructible_v<Mechanism, double, double>);

SeededForResearch research(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 12, .purpose = Purpose::test, .point = point}));
}

// The largest distance of the draws' distribution from the normal's (Kolmogorov, Smirnov), times sqrt(n).
double normal_distance(std::vector<double> z) {
  std::sort(z.begin(), z.end());
  double most = 0;
  const double n = static_cast<double>(z.size());
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double p = normal_cdf(z[i]), at = static_cast<double>(i);
    most = std::max({most, p - at / n, (at + 1) / n - p});
  }
  return most * std::sqrt(n);
}

}  // namespace

TEST_CASE("what is added is normal, of the multiplier times the sensitivity", "[gaussian_mechanism]") {
  const Mechanism mechanism(L2Sensitivity<add_or_remove>(0.5), 3);
  CHECK(mechanism.standard_deviation() == Approx(1.5).epsilon(1e-15));
  CHECK(mechanism.standard_deviation() > 1.5);
  CHECK(mechanism.event() == PrivacyEvent(GaussianEvent{3}));
  auto random = research(1);
  std::vector<double> by_double(20001, 7.3), by_steps(20001);
  mechanism.add_noise(random, by_double);
  mechanism.release(random, std::vector<std::int64_t>(20001, mechanism.grid().nearest(7.3)), by_steps);
  for (std::vector<double>* values : {&by_double, &by_steps}) {
    for (double& x : *values) x = (x - 7.3) / 1.5;
    CHECK(normal_distance(*values) < 2.8);  // above once in 3 10^6
  }
}

TEST_CASE("every release is a point of the grid", "[gaussian_mechanism]") {
  const Mechanism mechanism(L2Sensitivity<add_or_remove>(1), 0.7);
  auto random = research(2);
  std::vector<double> values{0.1, 1e9, -1e-300, 0x1p30 + 0x1p-22, -3.3};
  mechanism.add_noise(random, values);
  for (const double value : values) CHECK(mechanism.grid().value(mechanism.grid().nearest(value)) == value);
}

TEST_CASE("a value on the grid and its number of steps get the same noise", "[gaussian_mechanism]") {
  const Mechanism mechanism(L2Sensitivity<add_or_remove>(1), 0.7);
  auto one = research(3), other = research(3);
  std::vector<double> values(777), released(777);
  std::vector<std::int64_t> steps(777);
  for (std::size_t i = 0; i < values.size(); ++i) {
    steps[i] = static_cast<std::int64_t>(i * i * i) - 1'000'000;
    values[i] = mechanism.grid().value(steps[i]);
  }
  mechanism.add_noise(one, values);
  mechanism.release(other, steps, released);
  CHECK(values == released);
}

TEST_CASE("noise on a coarse grid rounds the noisy value, not the value", "[gaussian_mechanism]") {
  // Of 0.3 plus normal noise of deviation 0.2, P(rounded to 1) = P(Z > 1) = 0.158655.
  const Mechanism mechanism(L2Sensitivity<add_or_remove>(1), 0.2, Grid(0));
  auto random = research(4);
  std::vector<double> values(40000, 0.3);
  mechanism.add_noise(random, values);
  double ones = 0;
  for (const double value : values) ones += value == 1;
  CHECK(std::abs(ones - 40000 * 0.158655) < 5 * std::sqrt(40000 * 0.158655 * 0.841345));  // once in 10^6
}

TEST_CASE("values that are not finite or beyond the grid cannot be told from others by the release",
          "[gaussian_mechanism]") {
  const Mechanism mechanism(L2Sensitivity<add_or_remove>(1), 1);
  for (const double odd : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto one = research(5), other = research(5);
    std::vector<double> with{1.0, odd, 5.0}, zeros(3, 0.0);
    mechanism.add_noise(one, with);
    mechanism.add_noise(other, zeros);
    CHECK(with == zeros);
  }
  auto random = research(6);
  std::vector<double> far{1e300, -1e300};
  mechanism.add_noise(random, far);
  CHECK(far[0] == Approx(std::ldexp(1.0, 62 + mechanism.grid().exponent())));
  CHECK(far[1] == Approx(-far[0]));
}

TEST_CASE("a clipped sum is released at its own sensitivity", "[gaussian_mechanism]") {
  ClippedSum<replace> sum(2, 1.0, Grid::for_noise(4.0));
  sum.add(std::vector{30.0, 40.0});
  const GaussianMechanism mechanism(sum.sensitivity(), 2, sum.grid());
  CHECK(mechanism.standard_deviation() == Approx(4));
  SecureRandom random;
  std::vector<double> released(2);
  mechanism.release(random, sum.sum(), released);
  CHECK(std::abs(released[0] - 0.6) < 40);  // ten standard deviations
  CHECK(std::abs(released[1] - 0.8) < 40);
}

TEST_CASE("calibrated noise is the least that keeps to its budget", "[gaussian_mechanism]") {
  // The reference's value for epsilon 0.01, delta 1e-5.
  const auto mechanism = Mechanism::calibrated(L2Sensitivity<add_or_remove>(2), 0.01, 1e-5);
  CHECK(mechanism.noise_multiplier() == Approx(243.78543767567803).epsilon(1e-11));
  CHECK(mechanism.standard_deviation() == Approx(2 * 243.78543767567803).epsilon(1e-11));
  CHECK_THROWS_AS(Mechanism::calibrated(L2Sensitivity<add_or_remove>(2), 1, 0), Error);
}

TEST_CASE("a noise that is none, or that the grid does not resolve, is refused", "[gaussian_mechanism]") {
  const L2Sensitivity<add_or_remove> sensitivity(1);
  for (const double multiplier : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(Mechanism(sensitivity, multiplier), Error);
  CHECK_THROWS_AS(Mechanism(sensitivity, 2, Grid(-60)), Error);
}
