#include <equipoise/fairness/demographic_parity.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/objective/any_objective.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {
const DemographicParity parity{.attribute = "group"};
}

TEST_CASE("parity is trained on as the squared difference of two groups' mean probabilities", "[fairness]") {
  const double half = 0, high = std::log(3.0);  // probabilities 1/2 and 3/4
  const Rows rows{{1, 0, 1}, {1, 3, 2}, {{half, high, half}}, {0, 0, 1}};
  const double first = (1 * 0.5 + 3 * 0.75) / 4, second = 0.5;
  std::vector<std::vector<double>> gradients;
  CHECK(loss_of(parity, rows, &gradients) == Approx((first - second) * (first - second)).epsilon(1e-13));
  CHECK(gradients[0][1] == Approx(2 * (first - second) * 3 / 4 * 0.75 * 0.25).epsilon(1e-13));
  CHECK(gradients[0][2] == Approx(-2 * (first - second) * 0.25).epsilon(1e-13));
}

TEST_CASE("parity is measured as the greatest less the least selection rate", "[fairness]") {
  // Selection rates 1/4, 1, 1/2; level d has no people.
  const Rows rows{{1, 0, 1, 0, 0, 1}, {1, 3, 2, 4, 1, 1}, {{1, -1, 0, 2, 3, -3}}, {0, 0, 1, 1, 2, 2}};
  CHECK(measure_of(parity, rows) == 0.75);
}

TEST_CASE("parity is measured as group_metrics measures it", "[fairness]") {
  RowStream random = RandomStream({.seed = 3, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 50; ++trial) {
    Rows rows{{}, {}, {{}}};
    std::vector<double> selected;
    for (std::size_t i = 0; i < 30; ++i) {
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
    CHECK(measure_of(parity, rows) == Approx(metrics.demographic_parity_difference.value).margin(1e-15));
  }
}

TEST_CASE("a sharp loss comes near the squared gap of decisions", "[fairness]") {
  const Rows rows{{1, 0, 1, 0}, {1, 3, 2, 4}, {{1, -1, 0.5, -0.5}}, {0, 0, 1, 1}};
  const double measured = measure_of(parity, rows);
  CHECK(loss_of(DemographicParity{.attribute = "group", .sharpness = 200}, rows) ==
        Approx(measured * measured).epsilon(1e-12));
}

TEST_CASE("with numbers predicted, parity speaks of mean scores in the outcome's unit", "[fairness]") {
  const Rows rows{{5, 7, 1}, {1, 3, 2}, {{2, 4, -1}}, {0, 0, 1}, Link::identity};
  const AnyObjective objective = DemographicParity{.attribute = "group", .link = Link::identity};
  CHECK(measure_of(objective, rows) == 4.5);
  CHECK(loss_of(objective, rows) == Approx(4.5 * 4.5));
  CHECK(objective.info().unit == "unit of the outcome");
  CHECK(objective.info().range.high > 1e300);
  CHECK(error_of([&] { measure_of(parity, rows); }) ==
        "objective 'demographic-parity': scores that are predicted numbers; scores that are log-odds of an outcome");
}

TEST_CASE("one group alone in the table is an error, in a resample it is no gap", "[fairness]") {
  Rows rows{{1, 0}, {1, 1}, {{1, -1}}, {2, 2}};
  CHECK(error_of([&] { measure_of(parity, rows); }) == "column 'group': only the group 'c'; at least two groups");
  CHECK_THROWS_AS(loss_of(parity, rows), Error);
  rows.groups = {2, 1};
  rows.weights = {1, 0};
  CHECK(measure_of(parity, rows) == 0);
  CHECK(loss_of(parity, rows) == 0);
}

TEST_CASE("parity refuses settings without a meaning", "[fairness]") {
  CHECK(error_of([] { AnyObjective(DemographicParity{}); }) ==
        "objective 'demographic-parity': no protected attribute; the column that groups people");
  CHECK(error_of([] { AnyObjective(DemographicParity{.attribute = "sex", .sharpness = 0}); }) ==
        "objective 'demographic-parity': sharpness is 0; a number above 0");
  CHECK(error_of([] {
          measure_of(DemographicParity{.attribute = "grup"}, {{1, 0}, {1, 1}, {{1, -1}}, {0, 1}});
        }).find("did you mean 'group'?") != std::string::npos);
}
