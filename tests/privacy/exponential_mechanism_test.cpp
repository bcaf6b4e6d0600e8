#include <equipoise/privacy/exponential_mechanism.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "selection_cases.hpp"

using namespace equipoise;

namespace {

constexpr auto replace = Adjacency::replace_one;
const LinfSensitivity<replace> one(1);

static_assert(!std::is_constructible_v<ExponentialMechanism<replace>, L2Sensitivity<replace>, double>);

std::vector<double> softmax(const std::vector<double>& scores, double rate) {
  std::vector<double> weights;
  double sum = 0;
  for (const double score : scores) sum += weights.emplace_back(std::exp(rate * score));
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace

TEST_CASE("the exponential mechanism's choices have their probabilities", "[exponential_mechanism]") {
  const std::vector<double> scores{0.0, 2.5, -1.0, 2.5, 4.25};
  CHECK(test::choices_fit(ExponentialMechanism(one, 1.3), scores, softmax(scores, 0.65), 61) > 1e-6);
  CHECK(test::choices_fit(ExponentialMechanism(one, 1.3, ScoreChange::one_direction), scores, softmax(scores, 1.3),
                          62) > 1e-6);
}

TEST_CASE("the exponential mechanism's probabilities move by epsilon at most, and by nearly as much",
          "[exponential_mechanism]") {
  const double either = test::worst_log_ratio(false, [](const auto& scores) { return softmax(scores, 0.5); });
  const double up = test::worst_log_ratio(true, [](const auto& scores) { return softmax(scores, 1.0); });
  CHECK(either <= 1);
  CHECK(either > 0.9);
  CHECK(up <= 1);
  CHECK(up > 0.9);
}

TEST_CASE("one candidate is chosen, none and unknown scores are refused", "[exponential_mechanism]") {
  SecureRandom random;
  const ExponentialMechanism mechanism(one, 1.0);
  CHECK(mechanism.event() == PrivacyEvent(ApproximateEvent{.epsilon = 1}));
  CHECK(mechanism.select(random, std::vector{3.0}) == 0);
  CHECK(mechanism.select(random, std::vector{-1e300, 1e300}) == 1);
  CHECK_THROWS_AS(mechanism.select(random, std::vector<double>{}), Error);
  CHECK_THROWS_AS(mechanism.select(random, std::vector{0.0, std::nan("")}), Error);
  CHECK_THROWS_AS(ExponentialMechanism(one, 0.0), Error);
}
