#include <equipoise/privacy/above_threshold.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;

namespace {

const LinfSensitivity<Adjacency::replace_one> one(1);

double laplace_cdf(double x) { return x < 0 ? std::exp(x) / 2 : 1 - std::exp(-x) / 2; }

// P(the first query above 0 is the k-th), for k = 1, …, and of none: by the trapezium rule over the threshold's noise.
std::vector<double> first_above(const std::vector<double>& queries, double threshold_scale, double query_scale) {
  std::vector<double> probabilities(queries.size() + 1, 0.0);
  const double step = 0.01;
  for (double x = -40; x <= 40; x += step) {
    double left = std::exp(-std::abs(x)) / 2 * step;
    for (std::size_t k = 0; k < queries.size(); ++k) {
      const double below = laplace_cdf((x * threshold_scale - queries[k]) / query_scale);
      probabilities[k] += left * (1 - below);
      left *= below;
    }
    probabilities.back() += left;
  }
  return probabilities;
}

}  // namespace

TEST_CASE("the first query above the threshold has its probabilities", "[above_threshold]") {
  const std::vector<double> queries{-1.0, 0.5, -3.0, 2.0};
  for (const ScoreChange change : {ScoreChange::any, ScoreChange::one_direction}) {
    auto random = test::test_noise(change == ScoreChange::any ? 70 : 71);
    std::vector<double> counts(queries.size() + 1, 0.0);
    for (int i = 0; i < 10000; ++i) {
      AboveThreshold above(random, one, 2.0, 1, change);
      std::size_t k = 0;
      while (k < queries.size() && !above.ask(random, queries[k] + 10, 10)) ++k;
      CHECK(above.exhausted() == (k < queries.size()));
      ++counts[k];
    }
    const double moves = change == ScoreChange::any ? 2 : 1, share = 1 / (1 + std::pow(moves, 2.0 / 3));
    const auto probabilities = first_above(queries, 1 / (2 * share), moves / (2 * (1 - share)));
    CHECK(test::goodness_of_fit(counts, probabilities) > 1e-6);
  }
}

TEST_CASE("what is first above the threshold moves by epsilon at most", "[above_threshold]") {
  const double share = 1 / (1 + std::pow(2.0, 2.0 / 3)), threshold_scale = 1 / share, query_scale = 2 / (1 - share);
  RowStream random = RandomStream({.seed = 9, .purpose = Purpose::test}).row(0);
  double worst = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> queries(6), neighbours;
    for (double& query : queries) query = 8 * (random.uniform() - 0.5);
    for (const double query : queries) neighbours.push_back(query + (random.uniform() < 0.5 ? 1 : -1));
    const auto p = first_above(queries, threshold_scale, query_scale);
    const auto q = first_above(neighbours, threshold_scale, query_scale);
    for (std::size_t k = 0; k < p.size(); ++k) worst = std::max(worst, std::abs(std::log(p[k] / q[k])));
  }
  CHECK(worst <= 1);
  CHECK(worst > 0.4);
}

TEST_CASE("as many positives are answered as are paid for, with noise to match", "[above_threshold]") {
  // Far above, every query is answered true until none is left.
  SecureRandom random;
  AboveThreshold above(random, one, 1.0, 3);
  CHECK(above.event() == PrivacyEvent(ApproximateEvent{.epsilon = 1}));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(above.ask(random, -1e6, 0));
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(above.exhausted());
    CHECK(above.ask(random, 1e6, 0));
  }
  CHECK(above.exhausted());
  CHECK_THROWS_AS(above.ask(random, 0, 0), Error);
  auto noise = test::test_noise(72);
  double passed = 0;
  for (int i = 0; i < 4000; ++i) passed += AboveThreshold(noise, one, 1.0, 3).ask(noise, 4, 0) ? 1 : 0;
  const double share = 1 / (1 + std::pow(6.0, 2.0 / 3));
  const double expected = first_above({4.0}, 1 / share, 6 / (1 - share))[0];
  CHECK(test::goodness_of_fit({passed, 4000 - passed}, {expected, 1 - expected}) > 1e-6);
}

TEST_CASE("a threshold without a budget or a query that is no number is refused", "[above_threshold]") {
  SecureRandom random;
  CHECK_THROWS_AS(AboveThreshold(random, one, 0.0), Error);
  CHECK_THROWS_AS(AboveThreshold(random, one, 1.0, 0), Error);
  AboveThreshold above(random, one, 1.0);
  CHECK_THROWS_AS(above.ask(random, std::numeric_limits<double>::quiet_NaN(), 0), Error);
}
