#include <equipoise/privacy/one_run_audit.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/statistics.hpp>
#include <equipoise/privacy/clipped_sum.hpp>
#include <equipoise/privacy/gaussian_mechanism.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;

namespace {

// One run of a full-batch noisy sum of orthogonal canaries, one a coordinate, as private training's first step is.
CanaryGuesses audited_sum(std::size_t canaries, double noise_multiplier, std::size_t guesses, std::uint32_t run) {
  constexpr auto adjacency = Adjacency::add_or_remove_one;
  const RandomStream stream({.seed = 77, .purpose = Purpose::audit, .point = run});
  const auto included = draw_inclusion(stream.row(0), canaries);
  const GaussianMechanism mechanism(L2Sensitivity<adjacency>(1), noise_multiplier);
  std::vector<double> scores(included.begin(), included.end());
  SeededForResearch random(stream.apart(Purpose::noise));
  mechanism.add_noise(random, scores);
  return guess_canaries(scores, included, guesses);
}

}  // namespace

TEST_CASE("the one-run bounds agree with published implementations", "[one_run_audit]") {
  struct Case {
    CanaryGuesses guesses;
    double steinke, mahloujifar;
  };
  for (const Case& known : {Case{{1000, 100, 100}, 3.465376229385333, 5.549027999942941},
                            Case{{5000, 500, 480}, 2.783020665764197, 4.062677904625515}}) {
    CHECK(one_run_epsilon(known.guesses, 1e-5, 0.05) == Approx(known.steinke).epsilon(1e-7));
    CHECK(one_run_gaussian_epsilon(known.guesses, 1e-5, 0.05) == Approx(known.mahloujifar).epsilon(1e-6));
  }
}

TEST_CASE("without delta the p-value is the binomial's tail", "[one_run_audit]") {
  // 9 or 10 of 10 by fair coins: 11 / 1024; all of 3 at odds of e^epsilon.
  CHECK(one_run_p_value({50, 10, 9}, 0, 0) == Approx(11.0 / 1024));
  CHECK(one_run_p_value({3, 3, 3}, 1.5, 0) == Approx(std::pow(1 / (1 + std::exp(-1.5)), 3)));
  CHECK(one_run_p_value({3, 3, 0}, 1.5, 0) == 1);
  // With delta, by hand: 2 of 2 at epsilon 0: 1/4 + 2 m delta max(P(1) / 1, (P(0) + P(1)) / 2).
  CHECK(one_run_p_value({10, 2, 2}, 0, 0.001) == Approx(0.25 + 20 * 0.001 * 0.5));
}

TEST_CASE("the bound is where the p-value is the significance, and 0 for guesses by chance", "[one_run_audit]") {
  const CanaryGuesses guesses{400, 100, 93};
  const double epsilon = one_run_epsilon(guesses, 1e-6, 0.01);
  CHECK(one_run_p_value(guesses, epsilon, 1e-6) == Approx(0.01));
  CHECK(one_run_p_value(guesses, epsilon, 1e-6) <= 0.01);
  CHECK(one_run_epsilon({400, 100, 50}, 1e-6, 0.01) == 0);
  CHECK(one_run_gaussian_mu({400, 100, 50}, 0.01) == 0);
  CHECK(one_run_gaussian_mu({400, 100, 0}, 0.01) == 0);
  CHECK(one_run_epsilon({400, 0, 0}, 0, 0.01) == 0);
}

TEST_CASE("the surest scores are guessed on, and the rest are not", "[one_run_audit]") {
  const double nan_value = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> scores{0.5, 3.0, -2.0, nan_value, 2.0, 0.4};
  const std::vector<std::uint8_t> included{0, 1, 1, 0, 0, 1};
  CHECK(guess_canaries(scores, included, 0) == CanaryGuesses{6, 0, 0});
  CHECK(guess_canaries(scores, included, 1) == CanaryGuesses{6, 1, 1});
  CHECK(guess_canaries(scores, included, 2) == CanaryGuesses{6, 2, 2});
  CHECK(guess_canaries(scores, included, 3) == CanaryGuesses{6, 3, 2});
  CHECK(guess_canaries(scores, included, 4) == CanaryGuesses{6, 4, 2});
  CHECK(guess_canaries(scores, included, 6) == CanaryGuesses{6, 6, 2});
  CHECK_THROWS_AS(guess_canaries(scores, included, 7), Error);
  CHECK_THROWS_AS(guess_canaries(scores, std::vector<std::uint8_t>(5), 2), Error);
}

TEST_CASE("every canary has a fair coin of its own", "[one_run_audit]") {
  const auto included = draw_inclusion(RandomStream({.seed = 2, .purpose = Purpose::audit}).row(0), 20000);
  const auto in = static_cast<double>(std::count(included.begin(), included.end(), 1));
  CHECK(std::count(included.begin(), included.end(), 0) + static_cast<std::int64_t>(in) == 20000);
  CHECK(test::goodness_of_fit({in, 20000 - in}, {0.5, 0.5}) > 1e-6);
}

TEST_CASE("audits of a noisy sum never refute its epsilon and reach a third of it", "[one_run_audit]") {
  const double delta = 1e-5;
  for (const double claimed : {4.0, 8.0}) {
    const double multiplier = gaussian_noise_multiplier(claimed, delta);
    CanaryGuesses least{5000, 200, 200};
    for (std::uint32_t run = 0; run < 100; ++run) {
      const CanaryGuesses guesses = audited_sum(5000, multiplier, 200, run + (claimed > 4 ? 1000 : 0));
      // Steinke's test is far from refuting. The Gaussian one, which knows the truth's curve, refutes a sixth of the
      // runs at 0.5; were it exact, its 200 tests at 1e-3 would refute something in a fifth of all seeds.
      CHECK(one_run_p_value(guesses, claimed, delta) > 0.5);
      CHECK_FALSE(one_run_refutes_gaussian(guesses, 1 / multiplier, 1e-3));
      if (guesses.correct < least.correct) least = guesses;
    }
    CHECK(one_run_epsilon(least, delta, 0.05) >= claimed / 3);
    CHECK(one_run_gaussian_epsilon(least, delta, 0.05) >= claimed / 3);
  }
}

TEST_CASE("independent canaries with Gaussian scores are refuted no more often than the significance allows",
          "[one_run_audit]") {
  // Guesses where a score N(±mu / 2, 1) is beyond a threshold, each right with the same probability: the binomial's
  // tail from the least count on that refutes.
  for (const double mu : {0.5, 1.0, 3.0}) {
    for (const double threshold : {0.0, 1.0, 2.0}) {
      const double right = normal_cdf(mu / 2 - threshold), wrong = normal_cdf(-mu / 2 - threshold);
      const std::int64_t canaries = 400;
      const auto guesses = static_cast<std::int64_t>(400 * (right + wrong));
      const double epsilon = gaussian_epsilon(1 / mu, 1e-6);
      for (const double significance : {0.2, 0.05, 1e-3}) {
        const auto tail = [&](auto refutes) {
          std::int64_t correct = guesses;
          while (correct > 0 && refutes(CanaryGuesses{canaries, guesses, correct})) --correct;
          if (correct == guesses) return 0.0;
          const auto k = static_cast<double>(correct + 1), n = static_cast<double>(guesses);
          return regularised_beta(k, n - k + 1, right / (right + wrong));
        };
        CHECK(tail([&](const CanaryGuesses& seen) { return one_run_refutes_gaussian(seen, mu, significance); }) <=
              significance);
        CHECK(tail([&](const CanaryGuesses& seen) { return one_run_p_value(seen, epsilon, 1e-6) <= significance; }) <=
              significance);
      }
    }
  }
}

TEST_CASE("an audit refutes a sum with a third of its noise", "[one_run_audit]") {
  const double multiplier = gaussian_noise_multiplier(4, 1e-5) / 3;
  for (std::uint32_t run = 2000; run < 2005; ++run) {
    const CanaryGuesses guesses = audited_sum(5000, multiplier, 200, run);
    CHECK(one_run_gaussian_epsilon(guesses, 1e-5, 1e-3) > 4);
  }
}

TEST_CASE("of several numbers of guesses the best counts, at its share of the significance", "[one_run_audit]") {
  // The 20 surest on either side are right, of the rest half: more guesses or fewer are worse.
  std::vector<double> scores(400);
  std::vector<std::uint8_t> included(400);
  for (std::size_t i = 0; i < 400; ++i) {
    scores[i] = -static_cast<double>(i);
    included[i] = i < 20 || (i < 380 && i % 2 == 0);
  }
  const std::vector<std::size_t> numbers{2, 40, 400};
  const OneRunAudit audit = audit_one_run(scores, included, numbers, 1e-6, 0.05);
  CHECK(audit.guesses == CanaryGuesses{400, 40, 40});
  CHECK(audit.epsilon == one_run_epsilon(audit.guesses, 1e-6, 0.05 / 3));
  CHECK(audit.gaussian_guesses == audit.guesses);
  CHECK(audit.gaussian_epsilon == one_run_gaussian_epsilon(audit.guesses, 1e-6, 0.05 / 3));
  CHECK(audit.epsilon > 1);
  CHECK_THROWS_AS(audit_one_run(scores, included, std::vector<std::size_t>{}, 1e-6, 0.05), Error);
}

TEST_CASE("guesses that cannot be are refused", "[one_run_audit]") {
  for (const CanaryGuesses& wrong :
       {CanaryGuesses{10, 5, 6}, CanaryGuesses{10, 11, 6}, CanaryGuesses{10, 5, -1}, CanaryGuesses{0, 0, 0}}) {
    CHECK_THROWS_AS(one_run_epsilon(wrong, 0, 0.05), Error);
    CHECK_THROWS_AS(one_run_gaussian_mu(wrong, 0.05), Error);
  }
  const CanaryGuesses fine{10, 5, 5};
  CHECK_THROWS_AS(one_run_epsilon(fine, 1, 0.05), Error);
  CHECK_THROWS_AS(one_run_epsilon(fine, 0, 0), Error);
  CHECK_THROWS_AS(one_run_p_value(fine, -1, 0), Error);
}

TEST_CASE("exact upper bounds of proportions agree with published values", "[one_run_audit]") {
  // One-sided at 0.05, so the interval at 0.9.
  CHECK(clopper_pearson_interval(999, 1000, 0.9).high == Approx(0.999948708021091).epsilon(1e-12));
  CHECK(clopper_pearson_interval(50, 1000, 0.9).high == Approx(0.06286340351237975).epsilon(1e-12));
}
