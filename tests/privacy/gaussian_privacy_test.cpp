#include <equipoise/privacy/gaussian_privacy.hpp>

#include <array>
#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

// The integral of (p - e^epsilon q)_+ over the line, by Simpson's rule in long double, p and q normal mu apart.
double integrated_delta(double mu, double epsilon) {
  const long double from = static_cast<long double>(epsilon) / mu + mu / 2.0L, to = std::fmax(from, 1.0L * mu) + 14;
  constexpr int panels = 20'000;
  const long double width = (to - from) / panels;
  long double sum = 0;
  for (int i = 0; i <= panels; ++i) {
    const long double x = from + width * i, p = std::exp(-(x - mu) * (x - mu) / 2);
    const long double value = -p * std::expm1(epsilon - mu * x + mu * mu / 2.0L);
    sum += value * (i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2);
  }
  return static_cast<double>(sum * width / 3 / std::sqrt(2 * std::numbers::pi_v<long double>));
}

}  // namespace

TEST_CASE("delta of Gaussian noise is the integral that defines it, into its tails") {
  for (const double multiplier : {0.3, 1.0, 7.0, 50.0, 5000.0})
    for (const double share : {0.0, 0.5, 2.0, 5.0, 8.0}) {
      const double mu = 1 / multiplier, epsilon = share * mu + mu * mu / 2;
      CAPTURE(multiplier, epsilon);
      CHECK(gaussian_delta(multiplier, epsilon) == Approx(integrated_delta(mu, epsilon)).epsilon(1e-10));
    }
}

TEST_CASE("delta of Gaussian noise far beyond a double's erfc stays finite in logarithms") {
  // Mills: ln delta is near -x^2 / 2 with x = epsilon sigma - 1 / (2 sigma).
  const double value = log_gaussian_delta(1, 100);
  CHECK(value == Approx(-99.5 * 99.5 / 2).epsilon(0.01));
  CHECK(log_gaussian_delta(100, 1) <= 0);
  CHECK(log_gaussian_delta(1000, 1) <= 0);
}

TEST_CASE("epsilon and the noise multiplier invert delta") {
  for (const double delta : {0.1, 1e-5, 1e-12, 1e-40})
    for (const double multiplier : {0.3, 1.0, 20.0, 1000.0}) {
      CAPTURE(delta, multiplier);
      const double epsilon = gaussian_epsilon(multiplier, delta);
      if (epsilon > 0) CHECK(gaussian_delta(multiplier, epsilon) == Approx(delta).epsilon(1e-9));
      CHECK(gaussian_delta(multiplier, epsilon) <= delta * (1 + 1e-11));
      if (epsilon > 0) CHECK(gaussian_noise_multiplier(epsilon, delta) == Approx(multiplier).epsilon(1e-9));
    }
}

TEST_CASE("Laplace noise is pure at its largest loss and less below it") {
  CHECK(laplace_epsilon(0.5, 0) == Approx(2));
  CHECK(laplace_epsilon(0.5, 1e-3) == Approx(2 + 2 * std::log1p(-1e-3)));
  CHECK(laplace_delta(0.5, 2) == 0);
  CHECK(laplace_delta(0.5, laplace_epsilon(0.5, 1e-3)) == Approx(1e-3));
}

TEST_CASE("Gaussian privacy composes by squares, and bounds membership tests") {
  const std::array<double, 2> mus{3, 4};
  CHECK(composed_gaussian_mu(mus) == Approx(5));
  CHECK(gaussian_true_positive_rate(2, 1e-3) == Approx(0.13780541289830034).epsilon(1e-9));
  CHECK(gaussian_membership_advantage(0.1) == Approx(0.03987761167674497).epsilon(1e-9));
  // The advantage is the largest gap between the rates.
  double largest = 0;
  for (double rate = 0.001; rate < 1; rate += 0.001)
    largest = std::max(largest, gaussian_true_positive_rate(2, rate) - rate);
  CHECK(gaussian_membership_advantage(2) == Approx(largest).epsilon(1e-5));
}
