#include <equipoise/objective/log_loss.hpp>

#include <cmath>

#include <catch2/catch.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("a probability of one half costs ln 2 nats whatever happened", "[objective]") {
  CHECK(measure_of(LogLoss{}, {{0, 1, 1}, {1, 2, 3}, {{0, 0, 0}}}) == Approx(std::log(2.0)).epsilon(1e-15));
}

TEST_CASE("log-loss is the weighted mean of -ln P of what happened", "[objective]") {
  // Probabilities 0.8, 0.8, 0.25 of the positive outcome.
  const double high = std::log(4.0), low = -std::log(3.0);
  const Rows rows{{1, 0, 0}, {2, 1, 5}, {{high, high, low}}};
  const double expected = -(2 * std::log(0.8) + std::log(0.2) + 5 * std::log(0.75)) / 8;
  CHECK(measure_of(LogLoss{}, rows) == Approx(expected).epsilon(1e-14));
  std::vector<std::vector<double>> gradients;
  CHECK(loss_of(LogLoss{}, rows, &gradients) == Approx(expected).epsilon(1e-14));
  CHECK(gradients[0][0] == Approx(2.0 / 8 * (0.8 - 1)).epsilon(1e-14));
  CHECK(gradients[0][1] == Approx(1.0 / 8 * 0.8).epsilon(1e-14));
  CHECK(gradients[0][2] == Approx(5.0 / 8 * 0.25).epsilon(1e-14));
}

TEST_CASE("log-loss keeps its digits where scores are large", "[objective]") {
  // ln(1 + e^-s) is e^-s to first order, and s + e^-s on the wrong side.
  for (const double score : {40.0, 300.0, 700.0}) {
    CHECK(measure_of(LogLoss{}, {{1}, {1}, {{score}}}) == Approx(std::exp(-score)).epsilon(1e-14));
    CHECK(measure_of(LogLoss{}, {{0}, {1}, {{-score}}}) == Approx(std::exp(-score)).epsilon(1e-14));
    CHECK(measure_of(LogLoss{}, {{0}, {1}, {{score}}}) == score);
  }
  CHECK(measure_of(LogLoss{}, {{1}, {1}, {{-1e300}}}) == 1e300);
  CHECK(measure_of(LogLoss{}, {{1}, {1}, {{1e300}}}) == 0);
}

TEST_CASE("log-loss refuses scores that are not log-odds", "[objective]") {
  const Rows rows{{1.5}, {1}, {{0.5}}, {}, Link::identity};
  CHECK(error_of([&] { measure_of(LogLoss{}, rows); }) ==
        "objective 'log-loss': scores that are predicted numbers; scores that are log-odds of an outcome");
  CHECK_THROWS_AS(loss_of(LogLoss{}, rows), Error);
}

TEST_CASE("log-loss says what it is", "[objective]") {
  const AnyObjective objective = LogLoss{.objective_name = "surprise"};
  CHECK(objective.name() == "surprise");
  CHECK(objective.is_trainable());
  CHECK(objective.is_sum_over_rows());
  CHECK(objective.info().unit == "nats");
  CHECK(objective.worlds().size() == 1);
}
