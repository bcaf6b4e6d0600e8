#include <equipoise/privacy/accountant.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>
#include <equipoise/privacy/optimal_composition.hpp>

using namespace equipoise;

namespace {

constexpr auto one = Adjacency::add_or_remove_one, other = Adjacency::replace_one;

PrivacyEvent training(double rate, double multiplier, std::int64_t steps) {
  return RepeatedEvent{steps, PoissonSampledEvent{rate, GaussianEvent{multiplier}}};
}

}  // namespace

TEST_CASE("Gaussian releases compose in closed form") {
  const PrivacyEvent event =
      ComposedEvent{{RepeatedEvent{30, GaussianEvent{8}}, GaussianEvent{3}, PoissonSampledEvent{1, GaussianEvent{5}}}};
  const double mu = std::sqrt(30.0 / 64 + 1.0 / 9 + 1.0 / 25);
  for (const double delta : {1e-3, 1e-9, 1e-12}) {
    const double truth = gaussian_epsilon(1 / mu, delta);
    const EpsilonBounds found = epsilon_of(event, delta);
    CHECK(found.lower <= truth * (1 + 1e-12));
    CHECK(found.upper >= truth * (1 - 1e-12));
    CHECK(found.upper == Approx(truth).epsilon(1e-9));
  }
  const EpsilonBounds gdp = epsilon_of(RepeatedEvent{30, GaussianEvent{8}}, 1e-6, one, Accountant::gaussian);
  CHECK(gdp.upper == Approx(epsilon_of(RepeatedEvent{30, GaussianEvent{8}}, 1e-6).upper).epsilon(1e-9));
}

TEST_CASE("randomised response composed ten times is ten compositions of it") {
  const PrivacyEvent response = RandomisedResponseEvent{0.5, 3};
  const ComposedEvent apart{std::vector<PrivacyEvent>(10, response)};
  const EpsilonBounds together = epsilon_of(RepeatedEvent{10, response}, 1e-6, other);
  const EpsilonBounds one_by_one = epsilon_of(apart, 1e-6, other);
  CHECK(together.upper == one_by_one.upper);
  CHECK(together.lower == one_by_one.lower);
  // Two levels are what optimal composition takes every mechanism for.
  const double epsilon = std::log(3.0);
  const EpsilonBounds pure = epsilon_of(RepeatedEvent{10, RandomisedResponseEvent{0.5, 2}}, 1e-6, other);
  CHECK(pure.upper == Approx(optimal_composition_epsilon(epsilon, 0, 10, 1e-6)).epsilon(1e-7));
}

TEST_CASE("no accountant is below the tight lower bound, and none that knows less is tighter") {
  for (const double delta : {1e-4, 1e-9}) {
    const PrivacyEvent event = training(0.01, 0.9, 500);
    const EpsilonBounds tight = epsilon_of(event, delta), renyi = epsilon_of(event, delta, one, Accountant::renyi);
    CHECK(renyi.upper >= tight.upper);
    const PrivacyEvent noisy = RepeatedEvent{20, LaplaceEvent{4}};
    const double best = epsilon_of(noisy, delta).upper;
    const double optimal = epsilon_of(noisy, delta, one, Accountant::optimal).upper;
    const double basic = epsilon_of(noisy, delta, one, Accountant::basic).upper;
    const double concentrated = epsilon_of(noisy, delta, one, Accountant::zero_concentrated).upper;
    CHECK(best <= optimal * (1 + 1e-9));
    CHECK(optimal <= basic * (1 + 1e-12));
    CHECK(best <= concentrated);
    CHECK(basic == Approx(5));
  }
}

TEST_CASE("epsilon falls with noise and delta, and rises with the rate and the steps") {
  const double base = epsilon_of(training(0.02, 1, 200), 1e-6).upper;
  CHECK(epsilon_of(training(0.02, 1.1, 200), 1e-6).upper < base);
  CHECK(epsilon_of(training(0.02, 1, 200), 1e-5).upper < base);
  CHECK(epsilon_of(training(0.025, 1, 200), 1e-6).upper > base);
  CHECK(epsilon_of(training(0.02, 1, 250), 1e-6).upper > base);
  CHECK(epsilon_of(training(0.02, 1, 200), 1e-6, other).upper > base);
}

TEST_CASE("a batch that is cut off costs more than one that is not, and no more than two shifts for all") {
  const auto truncated = [](std::int64_t maximum) {
    return epsilon_of(RepeatedEvent{100, TruncatedPoissonSampledEvent{10'000, 0.01, maximum, GaussianEvent{1}}}, 1e-6)
        .upper;
  };
  const double plain = epsilon_of(training(0.01, 1, 100), 1e-6).upper;
  CHECK(truncated(200) == Approx(plain).epsilon(2e-3));
  CHECK(truncated(120) > plain);
  CHECK(truncated(100) > truncated(120));
  CHECK(truncated(100) < epsilon_of(training(0.01, 0.5, 100), 1e-6).upper);
}

TEST_CASE("delta and epsilon are each other's inverse within their bounds") {
  const PrivacyEvent event = training(0.01, 1.1, 1000);
  const EpsilonBounds epsilon = epsilon_of(event, 1e-6);
  const DeltaBounds at_upper = delta_of(event, epsilon.upper), at_lower = delta_of(event, epsilon.lower);
  CHECK(at_upper.lower <= 1e-6);
  CHECK(at_lower.upper >= 1e-6);
  CHECK(at_upper.upper == Approx(1e-6).epsilon(0.05));
  CHECK(delta_of(PrivacyEvent(), 0).upper == 0);
}

TEST_CASE(
    "brackets are narrow where few steps decide, where nearly all losses are the greatest, where rounding shows") {
  struct Case {
    double rate, multiplier;
    std::int64_t steps;
    double delta;
  };
  for (const Case& c : {Case{1.142e-5, 0.6385, 3407, 8.45e-4}, Case{1.834e-4, 0.9899, 370, 5.77e-12},
                        Case{0.6627, 1.917, 951'463, 2.31e-11}, Case{1.413e-5, 0.7506, 570'534, 1.32e-11}}) {
    const EpsilonBounds found = epsilon_of(training(c.rate, c.multiplier, c.steps), c.delta);
    CAPTURE(c.rate, c.multiplier, c.steps, c.delta, found.lower, found.upper);
    CHECK(found.upper - found.lower <= std::max(2e-3 * found.lower, 1e-4));
  }
}

TEST_CASE(
    "losses of two values compose to no less than the binomial sum says, sampled or not, however large they are") {
  struct Case {
    double rate, epsilon;
    std::int64_t steps;
    double delta;
  };
  for (const Case& c :
       {Case{1, 50, 40, 0.3}, Case{1, 40, 40, 0.5}, Case{1, 1, 25, 1e-6}, Case{0.1, 1, 25, 1e-6},
        Case{0.038471468823270523, 1.5629199381758196, 25, 1e-6}, Case{0.2, 54, 77, 0.1}, Case{0.4, 1, 25, 1e-6}}) {
    const EpsilonBounds found =
        epsilon_of(RepeatedEvent{c.steps, PoissonSampledEvent{c.rate, ApproximateEvent{c.epsilon, 0}}}, c.delta);
    // A step's outcome is yes or no, with the person and without.
    const long double rare = 1 / (1 + std::exp(static_cast<long double>(c.epsilon))), common = 1 - rare;
    struct Outcome {
      long double yes, no;
    };
    const Outcome with{c.rate * common + (1 - c.rate) * rare, c.rate * rare + (1 - c.rate) * common},
        without{rare, common};
    const auto delta_at = [&](double epsilon) {
      long double worst = 0;
      for (const auto& [p, q] : {std::pair(with, without), std::pair(without, with)}) {
        long double sum = 0;
        for (std::int64_t k = 0; k <= c.steps; ++k) {
          const auto n = static_cast<long double>(c.steps), hits = static_cast<long double>(k);
          const long double ways = std::lgamma(n + 1) - std::lgamma(hits + 1) - std::lgamma(n - hits + 1);
          const long double of_p = ways + hits * std::log(p.yes) + (n - hits) * std::log(p.no),
                            of_q = ways + hits * std::log(q.yes) + (n - hits) * std::log(q.no);
          if (of_p > epsilon + of_q) sum -= std::exp(of_p) * std::expm1(epsilon + of_q - of_p);
        }
        worst = std::max(worst, sum);
      }
      return static_cast<double>(worst);
    };
    CAPTURE(c.rate, c.epsilon, c.steps, c.delta, found.lower, found.upper);
    CHECK(delta_at(found.upper) <= c.delta * (1 + 1e-9));
    if (found.lower > 0) CHECK(delta_at(found.lower) >= c.delta * (1 - 1e-9));
    if (c.epsilon < 10) CHECK(found.upper - found.lower <= std::max(0.01 * found.lower, 1e-3));  // beyond: valid, loose
  }
  const auto huge = delta_of(RepeatedEvent{40, ApproximateEvent{50, 0}}, 100.0);
  CHECK(huge.upper == Approx(1));
  CHECK(huge.lower <= 1);
}

TEST_CASE("what an accountant cannot handle is refused with the part and the reason") {
  const PrivacyEvent event = ComposedEvent{{GaussianEvent{1}, NonPrivateEvent{"the mean age"}}};
  for (const Accountant accountant : {Accountant::tight, Accountant::renyi, Accountant::zero_concentrated,
                                      Accountant::gaussian, Accountant::optimal, Accountant::basic}) {
    CHECK_FALSE(supports(accountant, event));
    try {
      epsilon_of(event, 1e-6, one, accountant);
      FAIL("it was not refused");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::infeasible);
      CHECK_FALSE(error.found().empty());
    }
  }
  CHECK(supports(Accountant::tight, event).reason.find("the mean age") != std::string::npos);
  CHECK(supports(Accountant::renyi, ZeroConcentratedEvent{1}));
  CHECK_FALSE(supports(Accountant::tight, ZeroConcentratedEvent{1}));
  CHECK_FALSE(supports(Accountant::renyi, ApproximateEvent{1, 1e-3}));
  CHECK_FALSE(supports(Accountant::zero_concentrated, training(0.1, 1, 10)));
  CHECK_FALSE(supports(Accountant::basic, GaussianEvent{1}));
}

TEST_CASE("losses near the limits of doubles have an upper bound all the same") {
  const EpsilonBounds rare = epsilon_of(training(1e-12, 1, 1'000'000), 1e-9);
  CHECK(rare.lower >= 0);
  CHECK(rare.upper < 1e-4);
  CHECK(epsilon_of(training(0.1, 1e200, 10), 1e-6).upper == 0);
  CHECK(epsilon_of(training(0.5, 0.05, 100), 1e-9).upper < 20'000);
  CHECK(std::isfinite(epsilon_of(training(0.01, 1, 1000), 1e-200).upper));
}

TEST_CASE("a delta out of (0, 1) is refused, and nothing is free") {
  CHECK_THROWS_AS(epsilon_of(GaussianEvent{1}, 0), Error);
  CHECK_THROWS_AS(epsilon_of(GaussianEvent{1}, 1), Error);
  CHECK_THROWS_AS(delta_of(GaussianEvent{1}, -1), Error);
  for (const Accountant accountant : {Accountant::tight, Accountant::renyi, Accountant::basic})
    CHECK(epsilon_of(PrivacyEvent(), 1e-6, one, accountant).upper == 0);
}
