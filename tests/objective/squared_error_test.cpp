#include <equipoise/objective/squared_error.hpp>

#include <cmath>

#include <catch2/catch.hpp>

#include <equipoise/core/statistics.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("squared error is trained on as a mean and measured as its root", "[objective]") {
  const Rows rows{{1, 2, 5}, {1, 2, 1}, {{2, 4, 5}}, {}, Link::identity};
  std::vector<std::vector<double>> gradients;
  CHECK(loss_of(SquaredError{}, rows, &gradients) == Approx(9.0 / 4));
  CHECK(measure_of(SquaredError{}, rows) == Approx(1.5));
  CHECK(gradients[0] == std::vector<double>{2.0 / 4 * 1, 2.0 / 4 * 2 * 2, 0});
}

TEST_CASE("the root mean squared error of the mean is the standard deviation", "[objective]") {
  const std::vector<double> outcome{3, -1, 4, 1, 5}, weights{1, 2, 0.5, 3, 1};
  const double mean = weighted_mean(outcome, weights);
  const Rows rows{outcome, weights, {std::vector<double>(5, mean)}, {}, Link::identity};
  CHECK(measure_of(SquaredError{}, rows) == Approx(std::sqrt(weighted_variance(outcome, weights))).epsilon(1e-14));
}

TEST_CASE("squared error refuses log-odds", "[objective]") {
  const Rows rows{{1}, {1}, {{0.5}}};
  CHECK(error_of([&] { loss_of(SquaredError{}, rows); }) ==
        "objective 'squared-error': scores that are log-odds of an outcome; scores that are predicted numbers");
  CHECK_THROWS_AS(measure_of(SquaredError{}, rows), Error);
}
