#include <equipoise/fairness/group_gaps.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using equipoise::testing::error_of;
using equipoise::testing::Rows;

TEST_CASE("with two groups the gap is the squared difference of means, whatever their shares", "[fairness]") {
  for (const double weight : {1e-6, 0.5, 1.0, 40.0}) {
    const SquaredGap gap = mean_squared_gap(std::vector<double>{0.7 * weight, 3 * 0.2}, std::vector<double>{weight, 3});
    CHECK(gap.value == Approx(0.25).epsilon(1e-9));
    CHECK(gap.by_mean[0] == Approx(1).epsilon(1e-9));
    CHECK(gap.by_mean[1] == Approx(-1).epsilon(1e-9));
  }
}

TEST_CASE("the gap is the expected squared gap between people of different groups", "[fairness]") {
  RowStream random = RandomStream({.seed = 1, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t groups = 2 + random() % 5;
    std::vector<double> means, weights, sums;
    for (std::size_t g = 0; g < groups; ++g) {
      means.push_back(random.uniform());
      weights.push_back(g > 1 && random.uniform() < 0.2 ? 0 : 0.1 + 10 * random.uniform());
      sums.push_back(means[g] * weights[g]);
    }
    double together = 0, pairs = 0;
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t h = 0; h < g; ++h) {
        together += weights[g] * weights[h] * (means[g] - means[h]) * (means[g] - means[h]);
        pairs += weights[g] * weights[h];
      }
    CHECK(mean_squared_gap(sums, weights).value == Approx(together / pairs).epsilon(1e-10));
  }
}

TEST_CASE("a group without weight plays no part, and one group alone has no gap", "[fairness]") {
  const SquaredGap two = mean_squared_gap(std::vector<double>{1, 0, 0}, std::vector<double>{2, 0, 2});
  CHECK(two.value == Approx(0.25));
  CHECK(two.by_mean[1] == 0);
  const SquaredGap one = mean_squared_gap(std::vector<double>{1, 0}, std::vector<double>{2, 0});
  CHECK(one.value == 0);
  CHECK(one.by_mean == std::vector<double>{0, 0});
  CHECK(mean_squared_gap(std::vector<double>{0, 0}, std::vector<double>{0, 0}).value == 0);
}

TEST_CASE("soft decisions are probabilities, and nearer to decisions the sharper they are", "[fairness]") {
  const Rows rows{{1, 0}, {1, 1}, {{0.5, -3}}};
  const Table table = rows.table();
  const std::vector<std::span<const double>> scores(rows.scores.begin(), rows.scores.end());
  const auto soft = [&](double sharpness, double cutoff, Link link = Link::logistic) {
    return detail::SoftDecisions({table, rows.outcome, rows.weights, link, cutoff, scores}, scores[0], sharpness);
  };
  CHECK(soft(1, 0).values[0] == Approx(1 / (1 + std::exp(-0.5))));
  CHECK(soft(1, 0).slopes[0] == Approx(soft(1, 0).values[0] * (1 - soft(1, 0).values[0])));
  CHECK(soft(2, 1).values[0] == Approx(1 / (1 + std::exp(1.0))));
  CHECK(soft(1000, 0.4).values[0] == Approx(1));
  CHECK(soft(1000, 0.4).values[1] == 0);
  CHECK(soft(7, 0.4, Link::identity).values == rows.scores[0]);
  CHECK(soft(7, 0.4, Link::identity).slopes == std::vector<double>{1, 1});
}
