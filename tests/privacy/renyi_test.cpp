#include <equipoise/privacy/renyi.hpp>

#include <cmath>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

using namespace equipoise;

namespace {

// The Renyi divergence of a whole order of a Poisson sample of Gaussian noise, by the binomial theorem.
double binomial_rdp(double rate, double multiplier, int order) {
  double sum = 0, choices = 1;
  for (int k = 0; k <= order; ++k) {
    sum += choices * std::pow(1 - rate, order - k) * std::pow(rate, k) *
           std::exp(k * (k - 1) / (2 * multiplier * multiplier));
    choices = choices * (order - k) / (k + 1);
  }
  return std::log(sum) / (order - 1);
}

}  // namespace

TEST_CASE("a Poisson sample of Gaussian noise has the binomial theorem's divergence at whole orders") {
  for (const double rate : {1e-3, 0.1, 0.7})
    for (const double multiplier : {0.5, 2.0, 20.0})
      for (const int order : {2, 3, 8}) {
        CAPTURE(rate, multiplier, order);
        CHECK(poisson_gaussian_rdp(rate, multiplier, order) ==
              Approx(binomial_rdp(rate, multiplier, order)).epsilon(1e-9).margin(1e-15));
      }
  CHECK(poisson_gaussian_rdp(1, 2, 5) == Approx(gaussian_rdp(2, 5)));
  CHECK(poisson_gaussian_rdp(0, 2, 5) == 0);
}

TEST_CASE("divergences rise with the order, between whole ones as well") {
  double last = 0;
  for (double order = 1.1; order < 40; order *= 1.13) {
    const double here = poisson_gaussian_rdp(0.02, 0.8, order);
    CHECK(here > last);
    last = here;
  }
}

TEST_CASE("Laplace noise has the divergence of its integral") {
  for (const double multiplier : {0.5, 2.0, 10.0})
    for (const double order : {1.5, 4.0, 30.0}) {
      // The integral of p^order q^(1 - order), piece by piece: both tails, and Simpson's rule between.
      const double a = 1 / multiplier;
      double sum = 0.5 * std::exp((order - 1) * a) + 0.5 * std::exp(-order * a);
      constexpr int panels = 20'000;
      for (int i = 0; i <= panels; ++i) {
        const double x = a * i / panels, value = 0.5 * std::exp(order * (x - a) - (1 - order) * x);
        sum += value * (i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2) * a / panels / 3;
      }
      CHECK(laplace_rdp(multiplier, order) == Approx(std::log(sum) / (order - 1)).epsilon(1e-9));
      // As a Poisson sample of nearly all, by quadrature of another kind.
      CHECK(event_rdp(PoissonSampledEvent{1 - 1e-12, LaplaceEvent{multiplier}}, order, Adjacency::add_or_remove_one) ==
            Approx(laplace_rdp(multiplier, order)).epsilon(1e-8));
    }
}

TEST_CASE("randomised response attains what its epsilon alone implies") {
  const double epsilon = std::log(9.0);
  for (const double order : {1.3, 2.0, 17.0})
    CHECK(event_rdp(RandomisedResponseEvent{0.2, 2}, order, Adjacency::replace_one) ==
          Approx(pure_rdp(epsilon, order)).epsilon(1e-12));
  CHECK(pure_rdp(1, 1e4) == Approx(1).epsilon(1e-3));
}

TEST_CASE("a batch without replacement costs no more than all rows and no less than the Poisson batch's lower order") {
  const auto base = [](double order) { return order / 8; };
  CHECK(sampled_without_replacement_rdp(0.1, 4, base) == Approx(0.02431699800966011).epsilon(1e-9));
  CHECK(sampled_without_replacement_rdp(1, 4, base) == Approx(0.5));
  CHECK(sampled_without_replacement_rdp(0, 4, base) == 0);
  for (int order = 2; order < 60; ++order) {
    const double here = sampled_without_replacement_rdp(0.05, order, base);
    CHECK(here > 0);
    CHECK(here <= base(order));
  }
}

TEST_CASE("the conversion to epsilon is at its best at the best order") {
  const auto at = [](double order) { return renyi_epsilon(5 * order, order, 1e-6); };
  const auto [order, epsilon] = best_order(at);
  CHECK(epsilon == Approx(20.551948814041253).epsilon(1e-9));
  CHECK(at(order * 1.01) >= epsilon);
  CHECK(at(1 + (order - 1) * 0.99) >= epsilon);
}

TEST_CASE("divergences add up over a composition, and events without one are refused with the reason") {
  const PrivacyEvent event = ComposedEvent{{RepeatedEvent{3, GaussianEvent{2}}, ZeroConcentratedEvent{0.1}}};
  CHECK(event_rdp(event, 4, Adjacency::add_or_remove_one) == Approx(3 * 0.5 + 0.4));
  CHECK_THROWS_AS(event_rdp(NonPrivateEvent{"a mean"}, 4, Adjacency::add_or_remove_one), Error);
  CHECK_THROWS_AS(event_rdp(event, 1, Adjacency::add_or_remove_one), Error);
  CHECK(std::isinf(event_rdp(ApproximateEvent{1, 1e-3}, 4, Adjacency::add_or_remove_one)));
}
