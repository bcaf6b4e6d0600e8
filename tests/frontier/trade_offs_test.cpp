#include <equipoise/frontier/trade_offs.hpp>

#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "frontier/random_points.hpp"

using namespace equipoise;
using equipoise::testing::points;
using equipoise::testing::random_points;
using Rows = std::vector<std::size_t>;

TEST_CASE("a walk keeps the members that nothing beats, towards less of what is gained", "[trade-offs]") {
  const Eigen::MatrixXd values =
      points({{0.5, 0.1, 9}, {0.3, 0.5, 9}, {0.6, 0.5, 0}, {0.4, 0.2, 9}, {0.3, 0.5, 1}, {0.1, 0.1, 9}});
  CHECK(walk_along_front(values, Rows{0, 1, 2, 3, 4}, 1, 0) == Rows{1, 3, 0});
  CHECK(walk_along_front(values, Rows{0, 1, 2, 3, 4}, 0, 1) == Rows{0, 3, 1});
  CHECK(walk_along_front(values, Rows{0, 1, 5}, 1, 0) == Rows{5});
  CHECK(walk_along_front(values, Rows{}, 1, 0).empty());
}

TEST_CASE("a walk from a member goes on to those that have less of what is gained, even where one beats it in both",
          "[trade-offs]") {
  const Eigen::MatrixXd values = points({{0.3, 0.5}, {0.2, 0.9}, {0.3, 0.4}, {0.5, 0.45}, {0.6, 0.1}, {0.25, 0.5}});
  CHECK(walk_along_front_from(values, Rows{0, 1, 2, 3, 4}, 0, 1, 0) == Rows{0, 2, 4});
  CHECK(walk_along_front_from(values, Rows{0, 1, 2, 3, 4}, 2, 1, 0) == Rows{2, 4});
  CHECK(walk_along_front_from(values, Rows{0, 1, 2, 3, 4}, 1, 1, 0) == Rows{1, 2, 4});
  CHECK(walk_along_front_from(values, Rows{0, 5}, 0, 1, 0) == Rows{0});  // no less of what is gained
  CHECK(walk_along_front_from(values, Rows{4}, 4, 1, 0) == Rows{4});
}

TEST_CASE("a rate is what is paid by what is gained", "[trade-offs]") {
  const ReplicatedMeasures measures{points({{0.3, 0.5}, {0.4, 0.3}, {0.7, 0.2}}), {}};
  const auto steps = trade_off_steps(measures, Rows{0, 1, 2}, 1, 0);
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].from == 0);
  CHECK(steps[0].to == 1);
  CHECK(steps[0].rate.value == Approx(0.5));
  CHECK(steps[1].rate.value == Approx(3));
  CHECK(steps[1].rate.low == steps[1].rate.high);
  CHECK(trade_off_steps(measures, Rows{}, 1, 0).empty());
  CHECK(trade_off_steps(measures, Rows{1}, 1, 0).empty());
}

TEST_CASE("a neighbour that cannot be told apart is passed over", "[trade-offs]") {
  ReplicatedMeasures measures{points({{0.3, 0.5}, {0.4, 0.49}, {0.7, 0.2}}), {}};
  measures.replicates = {points({{0.3, 0.5}, {0.4, 0.51}, {0.7, 0.2}}), points({{0.3, 0.5}, {0.4, 0.48}, {0.9, 0.2}})};
  const auto steps = trade_off_steps(measures, Rows{0, 1, 2}, 1, 0);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].to == 2);
  CHECK(steps[0].rate.value == Approx(0.4 / 0.3));
  CHECK(steps[0].rate.low == Approx(0.4 / 0.3));
  CHECK(steps[0].rate.high > steps[0].rate.value);
  CHECK(steps[0].rate.high <= 0.6 / 0.3);
}

TEST_CASE("the rate along a straight front is its slope, however noisy the ends", "[trade-offs]") {
  std::mt19937_64 random(23);
  ReplicatedMeasures measures{Eigen::MatrixXd(5, 2), {}};
  const auto on_line = [](double shift, double tilt) {
    Eigen::MatrixXd values(5, 2);
    for (Eigen::Index i = 0; i < 5; ++i)
      values.row(i) << shift + (2 + tilt) * static_cast<double>(i), 10 + shift - static_cast<double>(i);
    return values;
  };
  measures.values = on_line(0, 0);
  for (int i = 0; i < 200; ++i) {
    const Eigen::MatrixXd draw = random_points(random, 1, 2);
    measures.replicates.push_back(on_line(draw(0, 0), draw(0, 1) - 0.5));
  }
  const auto steps = trade_off_steps(measures, Rows{0, 1, 2, 3, 4}, 1, 0);
  REQUIRE(steps.size() == 4);
  for (const TradeOffStep& step : steps) {
    CHECK(step.rate.value == Approx(2));
    // The middle 95% of a uniform on [1.5, 2.5] ends at 1.525 and 2.475.
    CHECK(step.rate.low == Approx(1.525).margin(0.03));
    CHECK(step.rate.high == Approx(2.475).margin(0.03));
  }
}
