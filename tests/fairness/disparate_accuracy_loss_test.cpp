#include <equipoise/fairness/disparate_accuracy_loss.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/objective/any_objective.hpp>
#include <equipoise/testing/objective_conformance.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

const DisparateAccuracyLoss loss{.attribute = "group"};

double loss_beside(const Rows& rows, const std::vector<double>& reference) {
  const Table table = rows.table();
  const std::span<const double> scores = rows.scores[0];
  return AnyObjective(loss).measure(
      {table, rows.outcome, rows.weights, rows.link, rows.cutoff, {&scores, 1}, reference});
}

/// The share of a group's people who are decided wrongly, a person at a time; below 0 where there is nobody.
double error_rate(const Rows& rows, const std::vector<double>& scores, double group) {
  double people = 0, wrong = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    for (int person = 0; rows.groups[i] == group && person < static_cast<int>(rows.weights[i]); ++person) {
      people += 1;
      wrong += (scores[i] >= rows.cutoff) == (rows.outcome[i] == 1) ? 0 : 1;
    }
  return people > 0 ? wrong / people : -1;
}

}  // namespace

TEST_CASE("the loss is the largest change of a group's error rate less the smallest") {
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 84, .purpose = Purpose::test}).row(trial);
    Rows rows{{}, {}, {{}}, {}, Link::logistic, random.uniform() - 0.5};
    std::vector<double> reference;
    for (std::size_t i = 0; i < 30; ++i) {
      rows.outcome.push_back(std::floor(2 * random.uniform()));
      rows.weights.push_back(i == 0 ? 1 : std::floor(3 * random.uniform()));
      rows.scores[0].push_back(4 * random.uniform() - 2);
      rows.groups.push_back(std::floor(4 * random.uniform()));
      reference.push_back(4 * random.uniform() - 2);
    }
    double most = -2, least = 2;
    for (double group = 0; group < 4; ++group)
      if (const double before = error_rate(rows, reference, group); before >= 0) {
        const double lost = error_rate(rows, rows.scores[0], group) - before;
        most = std::max(most, lost), least = std::min(least, lost);
      }
    CHECK(loss_beside(rows, reference) == Approx(most - least).margin(1e-13));
  }
}

TEST_CASE("who loses what all lose, or nothing, loses nothing unevenly") {
  const Rows rows{{1, 1, 1, 1}, {1, 1, 1, 1}, {{1, -1, 1, -1}}, {0, 0, 1, 1}};
  CHECK(loss_beside(rows, {1, -1, 1, -1}) == 0);
  CHECK(loss_beside(rows, {1, 1, 1, 1}) == 0);
  CHECK(loss_beside(rows, {1, 1, 1, -1}) == 0.5);
  CHECK(loss_beside({{1, 1}, {1, 1}, {{1, -1}}, {2, 2}}, {1, 1}) == 0);
}

TEST_CASE("it keeps an objective's promises, and asks for the predictor that it compares with") {
  const ConformanceReport report = check_objective(loss, {.draw = {.level_columns = {"group"}}});
  INFO(report.text());
  CHECK(report.passed());
  CHECK(AnyObjective(loss).comparisons().reference);
  CHECK_FALSE(AnyObjective(loss).comparisons().members);
  CHECK_THAT(error_of([] {
               measure_of(loss, {{1, 0}, {1, 1}, {{1, 1}}, {0, 1}});
             }),
             Catch::Contains("disparate-accuracy-loss") && Catch::Contains("predictor of reference"));
  CHECK_THAT(error_of([] {
               measure_of(loss, {{1, 0}, {1, 1}, {{1, 1}}, {0, 1}, Link::identity});
             }),
             Catch::Contains("log-odds"));
  CHECK_THAT(error_of([] { AnyObjective{DisparateAccuracyLoss{}}; }), Catch::Contains("no attribute"));
}
