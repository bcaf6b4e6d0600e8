#include <equipoise/privacy/attribute_advantage.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/objective/any_objective.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {
const AttributeAdvantage advantage{.attribute = "group"};
}

TEST_CASE("the advantage is that of the best of all thresholds for the best told group") {
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 76, .purpose = Purpose::test}).row(trial);
    Rows rows{{}, {}, {{}}};
    for (std::size_t i = 0; i < 25; ++i) {
      rows.outcome.push_back(static_cast<double>(i % 2));
      rows.weights.push_back(static_cast<double>(i < 4 ? 1 : draw_below(random, 4)));
      rows.scores[0].push_back(static_cast<double>(draw_below(random, 10)));
      rows.groups.push_back(static_cast<double>(i < 4 ? i : draw_below(random, 4)));
    }
    double expected = 0;
    for (double group = 0; group < 4; ++group)
      for (double threshold = -0.5; threshold < 10; ++threshold) {
        double in = 0, in_guessed = 0, out = 0, out_guessed = 0;
        for (std::size_t i = 0; i < 25; ++i) {
          const bool guessed = rows.scores[0][i] > threshold;
          (rows.groups[i] == group ? in : out) += rows.weights[i];
          if (guessed) (rows.groups[i] == group ? in_guessed : out_guessed) += rows.weights[i];
        }
        expected = std::max(expected, std::abs(in_guessed / in - out_guessed / out));
      }
    CHECK(measure_of(advantage, rows) == Approx(expected).margin(1e-13));
  }
}

TEST_CASE("a score that is the attribute tells all, one that is constant nothing, and one group alone nothing") {
  CHECK(measure_of(advantage, {{0, 1, 0, 1}, {1, 1, 2, 1}, {{-1, -1, 4, 4}}, {0, 0, 1, 1}}) == 1);
  CHECK(measure_of(advantage, {{0, 1, 0, 1}, {1, 1, 2, 1}, {{3, 3, 3, 3}}, {0, 0, 1, 1}}) == 0);
  CHECK(measure_of(advantage, {{0, 1, 0, 1}, {1, 1, 2, 1}, {{1, 2, 3, 4}}, {1, 1, 1, 1}}) == 0);
}

TEST_CASE("normal scores a deviation apart have the total variation of their laws") {
  Rows rows{{}, {}, {{}}};
  for (std::size_t i = 0; i < 2000; ++i) {
    rows.outcome.push_back(static_cast<double>(i % 2));
    rows.weights.push_back(1);
    rows.groups.push_back(static_cast<double>(i % 2));
    rows.scores[0].push_back(normal_quantile((static_cast<double>(i / 2) + 0.5) / 1000) + static_cast<double>(i % 2));
  }
  CHECK(measure_of(advantage, rows) == Approx(2 * normal_cdf(0.5) - 1).margin(0.002));
}

TEST_CASE("it is measured alone, says what it is, and wants an attribute") {
  const AnyObjective objective = advantage;
  CHECK_FALSE(objective.is_trainable());
  CHECK(objective.info().range == Interval{0, 1});
  CHECK(objective.info().label == "advantage in guessing group");
  CHECK_THROWS_AS(AnyObjective(AttributeAdvantage{}), Error);
}
