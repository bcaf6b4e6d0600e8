// Each claim that holds is refuted, by the falsifier's own account, with probability 1e-6 at most: of a score of tests
// of right mechanisms one fails once in 50,000 sets of seeds.
#include <equipoise/privacy/falsifier.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/privacy/above_threshold.hpp>
#include <equipoise/privacy/clipped_sum.hpp>
#include <equipoise/privacy/discrete_gaussian.hpp>
#include <equipoise/privacy/exponential_mechanism.hpp>
#include <equipoise/privacy/gaussian_mechanism.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>
#include <equipoise/privacy/laplace_mechanism.hpp>
#include <equipoise/privacy/permute_and_flip.hpp>
#include <equipoise/privacy/randomised_response.hpp>
#include <equipoise/privacy/report_noisy_max.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;
using test::test_noise;

namespace {

constexpr auto relation = Adjacency::add_or_remove_one;
constexpr std::size_t runs = 8000;

std::vector<PrivacyClaim> pure(double epsilon) { return {{epsilon, 0}}; }

std::vector<PrivacyClaim> gaussian_curve(double multiplier) {
  std::vector<PrivacyClaim> claims;
  for (const double epsilon : {0.0, 0.5, 1.0, 2.0, 3.0})
    claims.push_back({epsilon, gaussian_delta(multiplier, epsilon)});
  return claims;
}

// Draws two values to which one mechanism adds noise.
template <class AddNoise>
Falsification falsify_noise(const std::vector<PrivacyClaim>& claims, std::vector<double> one, std::vector<double> other,
                            AddNoise add_noise) {
  const auto draw = [&](const std::vector<double>& value) {
    return [&add_noise, value](std::span<double> out) {
      std::copy(value.begin(), value.end(), out.begin());
      add_noise(out);
    };
  };
  return falsify(claims, one.size(), runs, draw(one), draw(other));
}

// A mechanism that chooses an index, on two sets of scores.
template <class Mechanism>
Falsification falsify_choice(double epsilon, const Mechanism& mechanism, std::uint32_t point) {
  auto random = test_noise(point);
  const std::vector<double> one{0, 1, 0, 0}, other{1, 0, 1, 0};
  const auto draw = [&](const std::vector<double>& scores) {
    return [&](std::span<double> out) { out[0] = static_cast<double>(mechanism.select(random, scores)); };
  };
  return falsify(pure(epsilon), 1, runs, draw(one), draw(other));
}

}  // namespace

TEST_CASE("noise of half the scale is refuted, and of the whole is not", "[falsifier]") {
  auto random = test_noise(100);
  for (const double multiplier : {1.0, 0.5}) {
    const GaussianMechanism mechanism(L2Sensitivity<relation>(1), multiplier);
    const auto verdict =
        falsify_noise(gaussian_curve(1), {0}, {1}, [&](auto out) { mechanism.add_noise(random, out); });
    INFO(verdict.event);
    CHECK(verdict.refuted == (multiplier < 1));
    CHECK(verdict.error_probability == 1e-6);
    CHECK(verdict.refuted == (verdict.delta_lower_bound > verdict.claim.delta));
  }
  for (const double multiplier : {1.0, 0.5}) {
    const LaplaceMechanism mechanism(L1Sensitivity<relation>(1), multiplier);
    CHECK(falsify_noise(pure(1), {0}, {1}, [&](auto out) { mechanism.add_noise(random, out); }).refuted ==
          (multiplier < 1));
  }
}

TEST_CASE("a sensitivity that was taken for half is refuted", "[falsifier]") {
  // A mean of five numbers from [0, 1], of which one is replaced: sensitivity 1/5. With one counted twice it is 2/5.
  auto random = test_noise(101);
  const LaplaceMechanism mechanism(L1Sensitivity<Adjacency::replace_one>(0.2), 1.0);
  for (const double counted : {1.0, 2.0}) {
    const auto verdict =
        falsify_noise(pure(1), {0.4}, {0.4 + 0.2 * counted}, [&](auto out) { mechanism.add_noise(random, out); });
    CHECK(verdict.refuted == (counted > 1));
  }
}

TEST_CASE("a row that was not clipped is refuted, and the clipped one is not", "[falsifier]") {
  auto random = test_noise(102);
  const std::vector<double> row{3.0, -4.0, 12.0};
  const Grid grid = Grid::for_noise(1);
  ClippedSum<relation> clipped(3, 1.0, grid), without(3, 1.0, grid);
  for (int i = 0; i < 10; ++i) {
    const std::vector<double> others{0.1 * i, 0.5, -1.0};
    clipped.add(others);
    without.add(others);
  }
  std::vector<std::int64_t> unclipped(without.sum().begin(), without.sum().end());
  for (std::size_t j = 0; j < 3; ++j) unclipped[j] += grid.nearest(row[j]);
  clipped.add(row);
  const GaussianMechanism mechanism(clipped.sensitivity(), 1, grid);
  const auto draw = [&](std::span<const std::int64_t> sum) {
    return [&, sum](std::span<double> out) { mechanism.release(random, sum, out); };
  };
  CHECK(falsify(gaussian_curve(1), 3, runs, draw(unclipped), draw(without.sum())).refuted);
  CHECK_FALSE(falsify(gaussian_curve(1), 3, runs, draw(clipped.sum()), draw(without.sum())).refuted);
}

TEST_CASE("noise that was used twice is refuted, and fresh noise is not", "[falsifier]") {
  auto random = test_noise(103);
  const GaussianMechanism mechanism(L2Sensitivity<relation>(1), 1);
  const auto claims = gaussian_curve(1 / std::sqrt(2.0));  // two releases
  const auto reused = falsify_noise(claims, {0, 0}, {1, 0.5}, [&](auto out) {
    double noise = 0;
    mechanism.add_noise(random, std::span(&noise, 1));
    for (double& x : out) x += noise;
  });
  CHECK(reused.refuted);
  CHECK(reused.event.starts_with("output[1] - output[0]"));
  CHECK_FALSE(falsify_noise(claims, {0, 0}, {1, 1}, [&](auto out) { mechanism.add_noise(random, out); }).refuted);
}

TEST_CASE("floating-point Laplace noise is refuted by its lowest bits, and noise on a grid is not", "[falsifier]") {
  RowStream stream = RandomStream({.seed = 32, .purpose = Purpose::test}).row(0);
  auto random = test_noise(104);
  const auto leaky = falsify_noise(pure(1), {0}, {1}, [&](auto out) { out[0] += draw_laplace(stream); });
  CHECK(leaky.refuted);
  CHECK(leaky.event.starts_with("the lowest bit of output[0]"));
  const LaplaceMechanism mechanism(L1Sensitivity<relation>(1), 1);
  CHECK_FALSE(falsify_noise(pure(1), {0}, {1}, [&](auto out) { mechanism.add_noise(random, out); }).refuted);
}

TEST_CASE("values that are not finite do not give a row away", "[falsifier]") {
  auto random = test_noise(105);
  const Grid grid = Grid::for_noise(1);
  ClippedSum<relation> with(2, 1.0, grid), without(2, 1.0, grid);
  with.add(std::vector{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()});
  const GaussianMechanism mechanism(with.sensitivity(), 1, grid);
  const auto draw = [&](std::span<const std::int64_t> sum) {
    return [&, sum](std::span<double> out) { mechanism.release(random, sum, out); };
  };
  CHECK_FALSE(falsify(gaussian_curve(1), 2, runs, draw(with.sum()), draw(without.sum())).refuted);
  // A mechanism that lets NaN through is.
  CHECK(falsify_noise(gaussian_curve(1), {0}, {std::numeric_limits<double>::quiet_NaN()}, [&](auto out) {
          double noise = 0;
          mechanism.add_noise(random, std::span(&noise, 1));
          out[0] += noise;
        }).refuted);
}

TEST_CASE("discrete noise is not refuted at its own epsilon, and is at less", "[falsifier]") {
  auto random = test_noise(106);
  const DiscreteLaplace laplace(2.0);
  const auto add_laplace = [&](auto out) { out[0] += static_cast<double>(laplace.draw(random)); };
  CHECK_FALSE(falsify_noise(pure(0.5), {0}, {1}, add_laplace).refuted);
  CHECK(falsify_noise(pure(0.3), {0}, {1}, add_laplace).refuted);
  // Discrete Gaussian noise on integers: delta by the sum over its own probabilities.
  const DiscreteGaussian gaussian(1.5);
  const auto probability = [](int x) { return x > 200 ? 0.0 : std::exp(-x * x / 4.5); };
  double total = 0;
  for (int x = -60; x <= 60; ++x) total += probability(x);
  std::vector<PrivacyClaim> claims;
  for (const double epsilon : {0.2, 0.5, 1.0, 1.5}) {
    double delta = 0;
    for (int x = -60; x <= 60; ++x) delta += std::max(0.0, probability(x) - std::exp(epsilon) * probability(x - 1));
    claims.push_back({epsilon, delta / total});
  }
  const auto add_gaussian = [&](auto out) { out[0] += static_cast<double>(gaussian.draw(random)); };
  CHECK_FALSE(falsify_noise(claims, {0}, {1}, add_gaussian).refuted);
  CHECK(falsify_noise(claims, {0}, {2}, add_gaussian).refuted);
}

TEST_CASE("choices among candidates are not refuted at their epsilon, and are at a third of it", "[falsifier]") {
  const LinfSensitivity<relation> one(1);
  CHECK_FALSE(falsify_choice(1.5, ExponentialMechanism(one, 1.5), 107).refuted);
  CHECK_FALSE(falsify_choice(1.5, PermuteAndFlip(one, 1.5), 108).refuted);
  CHECK_FALSE(falsify_choice(1.5, ReportNoisyMax(one, 1.5), 109).refuted);
  CHECK(falsify_choice(0.5, ExponentialMechanism(one, 1.5), 110).refuted);
  CHECK(falsify_choice(0.5, PermuteAndFlip(one, 1.5), 111).refuted);
  CHECK(falsify_choice(0.5, ReportNoisyMax(one, 1.5), 112).refuted);
}

TEST_CASE("sparse vectors are not refuted at their epsilon, and are at an eighth of it", "[falsifier]") {
  auto random = test_noise(113);
  const LinfSensitivity<relation> one(1);
  const auto answers = [&](std::vector<double> queries, std::int64_t positives, double epsilon) {
    return [&random, &one, queries, positives, epsilon](std::span<double> out) {
      AboveThreshold above(random, one, epsilon, positives);
      double pattern = 0;
      for (const double query : queries) pattern = 2 * pattern + (!above.exhausted() && above.ask(random, query, 0));
      out[0] = pattern;
    };
  };
  CHECK_FALSE(falsify(pure(1), 1, runs, answers({1, 1, 0, 0}, 2, 1), answers({0, 0, 1, 1}, 2, 1)).refuted);
  CHECK(falsify(pure(1), 1, runs, answers({1, 1, 0, 0}, 2, 8), answers({0, 0, 1, 1}, 2, 8)).refuted);
}

TEST_CASE("randomised response is not refuted at its epsilon, and is at less", "[falsifier]") {
  auto random = test_noise(114);
  const RandomisedResponse response = RandomisedResponse::at_epsilon(3, 1);
  const auto draw = [&](std::int64_t level) {
    return [&random, &response, level](std::span<double> out) {
      out[0] = static_cast<double>(response.answer(random, level));
    };
  };
  CHECK_FALSE(falsify(pure(1), 1, runs, draw(0), draw(2)).refuted);
  CHECK(falsify(pure(0.7), 1, runs, draw(0), draw(2)).refuted);
}

TEST_CASE("the falsifier errs no more often than it says", "[falsifier]") {
  // Two fair coins that differ just so much as is claimed, at an error probability of 0.2, many times over.
  RowStream random = RandomStream({.seed = 33, .purpose = Purpose::test}).row(0);
  const double p = 0.6, q = 0.3;
  const std::vector<PrivacyClaim> claims{{std::log(2.0), 0}};
  const auto coin = [&](double probability) {
    return [&random, probability](std::span<double> out) { out[0] = draw_bernoulli(random, probability); };
  };
  double refuted = 0;
  for (int i = 0; i < 300; ++i)
    refuted += falsify(claims, 1, 400, coin(p), coin(q), {.error_probability = 0.2}).refuted;
  CHECK(refuted <= 60 + 5 * std::sqrt(300 * 0.2 * 0.8));
}

TEST_CASE("what cannot be tested is refused", "[falsifier]") {
  const auto nothing = [](std::span<double>) {};
  CHECK_THROWS_AS(falsify(std::vector<PrivacyClaim>{}, 1, 1000, nothing, nothing), Error);
  CHECK_THROWS_AS(falsify(pure(1), 1, 99, nothing, nothing), Error);
  CHECK_THROWS_AS(falsify(pure(1), 0, 1000, nothing, nothing), Error);
  CHECK_THROWS_AS(falsify(pure(-1), 1, 1000, nothing, nothing), Error);
  CHECK_THROWS_AS(falsify(pure(1), 1, 1000, nothing, nothing, {.error_probability = 0}), Error);
  CHECK_THROWS_AS(falsify(pure(1), 1, 1000, nothing, nothing, {.tested_events = 0}), Error);
}
