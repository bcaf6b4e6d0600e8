#include <equipoise/privacy/report_noisy_max.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "selection_cases.hpp"

using namespace equipoise;

namespace {

const LinfSensitivity<Adjacency::replace_one> one(1);

double laplace_cdf(double x) { return x < 0 ? std::exp(x) / 2 : 1 - std::exp(-x) / 2; }

// P(candidate k has the largest score plus Laplace noise of scale 1 / rate), by the trapezium rule over its noise.
std::vector<double> probabilities(const std::vector<double>& scores, double rate) {
  std::vector<double> chosen(scores.size(), 0.0);
  const double step = 0.02;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    for (double x = -40; x <= 40; x += step) {
      double below = std::exp(-std::abs(x)) / 2 * step;
      for (std::size_t j = 0; j < scores.size(); ++j)
        if (j != k) below *= laplace_cdf(x + rate * (scores[k] - scores[j]));
      chosen[k] += below;
    }
  }
  return chosen;
}

}  // namespace

TEST_CASE("report noisy max's choices have their probabilities", "[report_noisy_max]") {
  const std::vector<double> scores{0.0, 2.5, -1.0, 4.25};
  CHECK(test::choices_fit(ReportNoisyMax(one, 1.3), scores, probabilities(scores, 0.65), 65) > 1e-6);
  CHECK(test::choices_fit(ReportNoisyMax(one, 1.3, ScoreChange::one_direction), scores, probabilities(scores, 1.3),
                          66) > 1e-6);
  // Of two, in closed form: the gap's Laplace difference exceeds it with probability e^-g (2 + g) / 4.
  const double other = std::exp(-1.0) * (2 + 1) / 4;
  CHECK(test::choices_fit(ReportNoisyMax(one, 1.0), {0.0, 2.0}, {other, 1 - other}, 67) > 1e-6);
}

TEST_CASE("report noisy max's probabilities move by epsilon at most", "[report_noisy_max]") {
  const double either = test::worst_log_ratio(false, [](const auto& scores) { return probabilities(scores, 0.5); });
  CHECK(either <= 1 + 1e-6);
  CHECK(either > 0.75);
  const double up = test::worst_log_ratio(true, [](const auto& scores) { return probabilities(scores, 1.0); });
  CHECK(up <= 1 + 1e-6);
}

TEST_CASE("report noisy max takes the far better candidate", "[report_noisy_max]") {
  SecureRandom random;
  const ReportNoisyMax mechanism(one, 1.0);
  CHECK(mechanism.event() == PrivacyEvent(ApproximateEvent{.epsilon = 1}));
  CHECK(mechanism.select(random, std::vector{-1e300, 1e300, 0.0}) == 1);
  CHECK_THROWS_AS(mechanism.select(random, std::vector<double>{}), Error);
}
