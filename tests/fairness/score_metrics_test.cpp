#include <equipoise/fairness/score_metrics.hpp>

#include <random>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("the area under the curve is the share of pairs in order, ties half", "[score metrics]") {
  std::mt19937_64 random(29);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t rows = 2 + random() % 30;
    std::vector<double> scores(rows), weights(rows);
    std::vector<bool> labels(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      scores[row] = static_cast<double>(random() % 6);
      weights[row] = static_cast<double>(random() % 4);
      labels[row] = random() % 2 == 0;
    }
    double pairs = 0, ordered = 0;
    for (std::size_t a = 0; a < rows; ++a)
      for (std::size_t b = 0; b < rows; ++b)
        if (labels[a] && !labels[b]) {
          pairs += weights[a] * weights[b];
          ordered += weights[a] * weights[b] * (scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0);
        }
    const auto found = area_under_curve(scores, labels, weights);
    REQUIRE(found.has_value() == (pairs > 0));
    if (found) REQUIRE(*found == Approx(ordered / pairs));
  }
}

TEST_CASE("bins hold a tenth of the people each, whole scores together", "[score metrics]") {
  Column label{"label", ColumnType::integer, {}, {}}, score{"score", ColumnType::continuous, {}, {}},
      group{"group", ColumnType::binary, {"a", "b"}, {}};
  for (int i = 0; i < 200; ++i) {
    score.values.push_back(i / 2);
    label.values.push_back(i / 2 >= 50);
    group.values.push_back(i % 2);
  }
  const auto found = score_metrics(Table({label, score, group}), "label", "score", "group");
  REQUIRE(found.size() == 2);
  for (const GroupScoreRates& each : found) {
    CHECK(each.area_under_curve == 1.0);
    REQUIRE(each.bins.size() == 10);
    for (std::size_t bin = 0; bin < 10; ++bin) {
      CHECK(each.bins[bin].people == 10);
      CHECK(each.bins[bin].mean_score == Approx(10.0 * static_cast<double>(bin) + 4.5));
      CHECK(each.bins[bin].rate == (bin >= 5 ? 1.0 : 0.0));
    }
  }
}

TEST_CASE("a score of one value fills one bin and ranks by chance", "[score metrics]") {
  const Column label{"label", ColumnType::integer, {}, {0, 1, 1, 1}},
      score{"score", ColumnType::continuous, {}, {3, 3, 3, 3}},
      group{"group", ColumnType::binary, {"a", "b"}, {0, 0, 1, 1}};
  const auto found = score_metrics(Table({label, score, group}), "label", "score", "group");
  CHECK(found[0].area_under_curve == 0.5);
  CHECK_FALSE(found[1].area_under_curve);
  CHECK(found[0].bins.size() == 1);
  CHECK_THROWS_AS(score_metrics(Table({label, {"score", ColumnType::categorical, {"x"}, {0, 0, 0, 0}}, group}), "label",
                                "score", "group"),
                  Error);
}
