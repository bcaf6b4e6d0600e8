#include <equipoise/privacy/optimal_composition.hpp>

#include <cmath>
#include <cstdint>

#include <catch2/catch.hpp>
#include <equipoise/privacy/accountant.hpp>

using namespace equipoise;

namespace {

// All 2^k outcomes of k randomised responses, one by one; deltas strike apart.
double enumerated_delta(double epsilon, double delta, int k, double total) {
  double sum = 0;
  const double truth = 1 / (1 + std::exp(-epsilon)), lie = 1 - truth;
  for (int outcome = 0; outcome < (1 << k); ++outcome) {
    const int lies = __builtin_popcount(static_cast<unsigned>(outcome));
    const double p = std::pow(truth, k - lies) * std::pow(lie, lies),
                 q = std::pow(lie, k - lies) * std::pow(truth, lies);
    sum += std::fmax(0.0, p - std::exp(total) * q);
  }
  return 1 - std::pow(1 - delta, k) * (1 - sum);
}

}  // namespace

TEST_CASE("optimal composition is the enumeration of all outcomes") {
  for (const double epsilon : {0.1, 0.7, 2.0})
    for (const double delta : {0.0, 1e-3})
      for (const int k : {1, 2, 5, 10})
        for (const double total : {0.0, 0.35, 1.0, 3.3})
          CHECK(optimal_composition_delta(epsilon, delta, k, total) ==
                Approx(enumerated_delta(epsilon, delta, k, total)).epsilon(1e-11).margin(1e-14));
}

TEST_CASE("optimal composition's epsilon inverts its delta, and never exceeds the sum") {
  for (const double delta : {1e-3, 1e-6, 1e-9}) {
    const double epsilon = optimal_composition_epsilon(0.1, 0, 100, delta);
    CHECK(epsilon < 10);
    CHECK(optimal_composition_delta(0.1, 0, 100, epsilon) == Approx(delta).epsilon(1e-9));
  }
  CHECK(std::isinf(optimal_composition_epsilon(0.1, 1e-3, 100, 1e-3)));
  CHECK(optimal_composition_epsilon(0.1, 0, 100, 0) == Approx(10));
}

TEST_CASE("mechanisms that are not alike are composed within the bracket of the tight curve") {
  const PrivacyEvent event =
      ComposedEvent{{RepeatedEvent{4, ApproximateEvent{0.5, 1e-8}}, RepeatedEvent{3, ApproximateEvent{0.3, 0}}}};
  const EpsilonBounds found = epsilon_of(event, 1e-4, Adjacency::add_or_remove_one, Accountant::optimal);
  // Every outcome of 4 and 3 randomised responses.
  const auto delta_at = [](double total) {
    double sum = 0;
    for (int a = 0; a <= 4; ++a)
      for (int b = 0; b <= 3; ++b) {
        const double ways = std::tgamma(5.0) / (std::tgamma(a + 1.0) * std::tgamma(5.0 - a)) * std::tgamma(4.0) /
                            (std::tgamma(b + 1.0) * std::tgamma(4.0 - b));
        const double loss = (4 - 2 * a) * 0.5 + (3 - 2 * b) * 0.3;
        const double p = ways * std::pow(1 + std::exp(-0.5), -4) * std::exp(-0.5 * a) *
                         std::pow(1 + std::exp(-0.3), -3) * std::exp(-0.3 * b);
        if (loss > total) sum += p * -std::expm1(total - loss);
      }
    return 1 - std::pow(1 - 1e-8, 4) * (1 - sum);
  };
  CHECK(found.lower <= found.upper);
  CHECK(delta_at(found.upper) <= 1e-4);
  CHECK(delta_at(found.lower - 1e-9) >= 1e-4);
  CHECK(found.upper - found.lower < 0.005 * found.upper);
}
