#include <equipoise/fairness/equalized_odds.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/objective/any_objective.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {
const EqualizedOdds odds{.attribute = "group"};
}

TEST_CASE("odds are trained on as the squared gaps among each outcome, added", "[fairness]") {
  const double half = 0, high = std::log(3.0), low = -high;  // probabilities 1/2, 3/4, 1/4
  const Rows rows{{1, 1, 1, 0, 0}, {1, 3, 2, 4, 1}, {{half, high, low, half, high}}, {0, 0, 1, 0, 1}};
  const double among_1 = (0.5 + 3 * 0.75) / 4 - 0.25, among_0 = 0.5 - 0.75;
  std::vector<std::vector<double>> gradients;
  CHECK(loss_of(odds, rows, &gradients) == Approx(among_1 * among_1 + among_0 * among_0).epsilon(1e-13));
  CHECK(gradients[0][1] == Approx(2 * among_1 * 3 / 4 * 0.75 * 0.25).epsilon(1e-13));
  CHECK(gradients[0][4] == Approx(-2 * among_0 * 0.75 * 0.25).epsilon(1e-13));
}

TEST_CASE("odds are measured as group_metrics measures them, rates without rows counting as 0", "[fairness]") {
  RowStream random = RandomStream({.seed = 4, .purpose = Purpose::test}).row(0);
  int without_rows = 0;
  for (int trial = 0; trial < 100; ++trial) {
    Rows rows{{}, {}, {{}}};
    std::vector<double> selected;
    for (std::size_t i = 0; i < 12; ++i) {
      rows.outcome.push_back(i < 2 ? static_cast<double>(i) : static_cast<double>(random() % 2));
      rows.weights.push_back(static_cast<double>(i < 2 ? 1 : random() % 4));
      rows.scores[0].push_back(random.uniform() - 0.5);
      rows.groups.push_back(static_cast<double>(i < 2 ? i : random() % 4));
      selected.push_back(rows.scores[0][i] >= 0 ? 1 : 0);
    }
    Table table({rows.table().columns()[0],
                 {"label", ColumnType::binary, {"0", "1"}, rows.outcome},
                 {"prediction", ColumnType::binary, {"0", "1"}, selected}});
    table.set_weights(rows.weights);
    const GroupMetrics metrics = group_metrics(table, "label", "prediction", "group", {.replicates = 2});
    CHECK(measure_of(odds, rows) == Approx(metrics.equalized_odds_difference.value).margin(1e-15));
    for (const GroupRates& group : metrics.by_group)
      without_rows += !group.true_positive_rate || !group.false_positive_rate;
  }
  CHECK(without_rows > 20);  // so that what they count as has been tested
}

TEST_CASE("a group without people of an outcome leaves that outcome's gap alone", "[fairness]") {
  const Rows both{{1, 1, 0}, {1, 1, 5}, {{2, -1, 3}}, {0, 1, 2}};
  const Rows without{{1, 1}, {1, 1}, {{2, -1}}, {0, 1}};
  CHECK(loss_of(odds, both) == Approx(loss_of(odds, without)).epsilon(1e-13));
}

TEST_CASE("equal odds cost nothing, however unequal the groups' base rates", "[fairness]") {
  const Rows rows{{1, 0, 1, 0}, {9, 1, 1, 9}, {{2, -1, 2, -1}}, {0, 0, 1, 1}};
  CHECK(loss_of(odds, rows) == Approx(0).margin(1e-30));
  CHECK(measure_of(odds, rows) == 0);
}

TEST_CASE("odds refuse numbers predicted and settings without a meaning", "[fairness]") {
  CHECK_THROWS_AS(measure_of(odds, {{1, 0}, {1, 1}, {{1, -1}}, {0, 1}, Link::identity}), Error);
  CHECK_THROWS_AS(AnyObjective(EqualizedOdds{}), Error);
  CHECK_THROWS_AS(AnyObjective(EqualizedOdds{.attribute = "sex", .sharpness = -1}), Error);
  CHECK(error_of([&] {
          measure_of(odds, {{1, 0}, {1, 1}, {{1, -1}}, {1, 1}});
        }) == "column 'group': only the group 'b'; at least two groups");
}
