#include <equipoise/objective/error_rate.hpp>

#include <catch2/catch.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("the error rate is the share of weight decided otherwise than what happened", "[objective]") {
  const Rows rows{{1, 0, 1, 0}, {1, 2, 3, 4}, {{0.5, 0.5, -0.5, -0.5}}};
  CHECK(measure_of(ErrorRate{}, rows) == Approx((2.0 + 3) / 10));
}

TEST_CASE("a score at the cutoff is a decision for the positive outcome", "[objective]") {
  Rows rows{{1, 0}, {1, 3}, {{0.25, 0.25}}};
  rows.cutoff = 0.25;
  CHECK(measure_of(ErrorRate{}, rows) == 0.75);
  rows.cutoff = 0.26;
  CHECK(measure_of(ErrorRate{}, rows) == 0.25);
}

TEST_CASE("a rate of everybody is one, to the bit", "[objective]") {
  const std::vector<double> outcome(7, 1), weights(7, 0.1), scores(7, -1);
  CHECK(measure_of(ErrorRate{}, {outcome, weights, {scores}}) == 1);
}

TEST_CASE("the error rate is measured, not trained on", "[objective]") {
  const AnyObjective objective = ErrorRate{};
  CHECK_FALSE(objective.is_trainable());
  CHECK(objective.is_measurable());
  CHECK_FALSE(objective.is_sum_over_rows());
  CHECK(objective.info().range == Interval{0, 1});
  CHECK(error_of([&] {
          loss_of(objective, {{1}, {1}, {{0}}});
        }) == "objective 'error-rate': it cannot be trained on; an objective with a loss");
  CHECK_THROWS_AS(measure_of(objective, {{1}, {1}, {{0}}, {}, Link::identity}), Error);
}
