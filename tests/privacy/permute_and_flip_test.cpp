#include <equipoise/privacy/permute_and_flip.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include "selection_cases.hpp"

using namespace equipoise;

namespace {

const LinfSensitivity<Adjacency::add_or_remove_one> one(1);

// By enumeration of all orders.
std::vector<double> probabilities(const std::vector<double>& scores, double rate) {
  const double best = *std::max_element(scores.begin(), scores.end());
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<double> chosen(scores.size(), 0.0);
  double orders = 0;
  do {
    double left = 1;
    for (const std::size_t k : order) {
      const double heads = std::exp(-rate * (best - scores[k]));
      chosen[k] += left * heads;
      left *= 1 - heads;
    }
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  for (double& p : chosen) p /= orders;
  return chosen;
}

double expected_score(const std::vector<double>& scores, const std::vector<double>& chosen) {
  return std::inner_product(scores.begin(), scores.end(), chosen.begin(), 0.0);
}

}  // namespace

TEST_CASE("permute and flip's choices have their probabilities", "[permute_and_flip]") {
  const std::vector<double> scores{0.0, 2.5, -1.0, 2.5, 4.25};
  CHECK(test::choices_fit(PermuteAndFlip(one, 1.3), scores, probabilities(scores, 0.65), 63) > 1e-6);
  CHECK(test::choices_fit(PermuteAndFlip(one, 0.7, ScoreChange::one_direction), scores, probabilities(scores, 0.7),
                          64) > 1e-6);
}

TEST_CASE("permute and flip's probabilities move by epsilon at most, and by nearly as much", "[permute_and_flip]") {
  const double either = test::worst_log_ratio(false, [](const auto& scores) { return probabilities(scores, 0.5); });
  const double up = test::worst_log_ratio(true, [](const auto& scores) { return probabilities(scores, 1.0); });
  CHECK(either <= 1 + 1e-12);
  CHECK(either > 0.9);
  CHECK(up <= 1 + 1e-12);
  CHECK(up > 0.9);
}

TEST_CASE("permute and flip scores no less than the exponential mechanism", "[permute_and_flip]") {
  RowStream random = RandomStream({.seed = 7, .purpose = Purpose::test}).row(0);
  for (int i = 0; i < 100; ++i) {
    std::vector<double> scores(2 + draw_below(random, 4)), softmax;
    for (double& score : scores) score = 3 * draw_normal(random);
    double sum = 0;
    for (const double score : scores) sum += softmax.emplace_back(std::exp(0.5 * score));
    for (double& p : softmax) p /= sum;
    CHECK(expected_score(scores, probabilities(scores, 0.5)) >= expected_score(scores, softmax) - 1e-12);
  }
}

TEST_CASE("permute and flip always ends, at the best candidate if need be", "[permute_and_flip]") {
  SecureRandom random;
  const PermuteAndFlip mechanism(one, 8.0);
  CHECK(mechanism.event() == PrivacyEvent(ApproximateEvent{.epsilon = 8}));
  CHECK(mechanism.select(random, std::vector{-1e300, 1e300, 0.0}) == 1);
  CHECK_THROWS_AS(mechanism.select(random, std::vector<double>{}), Error);
  CHECK_THROWS_AS(PermuteAndFlip(one, -1.0), Error);
}
