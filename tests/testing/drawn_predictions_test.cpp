#include <equipoise/testing/drawn_predictions.hpp>

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("drawn predictions hold what was asked for, and both outcomes and two groups with weight", "[testing]") {
  const PredictionDraw draw{.level_columns = {"sex", "race"}, .number_columns = {"age"}, .levels = 4, .rows = 9};
  bool some_weightless = false, some_whole = false, some_fractions = false;
  for (std::uint64_t number = 0; number < 100; ++number) {
    const DrawnPredictions drawn = draw_predictions(draw, 3, 1, number);
    CHECK(drawn.rows() == 9);
    CHECK(drawn.worlds() == 3);
    CHECK(drawn.table.rows() == 9);
    CHECK(drawn.table.column("sex").levels.size() == 4);
    CHECK(drawn.table.column("age").type == ColumnType::continuous);
    CHECK(drawn.outcome[0] == 0);
    CHECK(drawn.outcome[1] == 1);
    CHECK(drawn.table.column("race").values[0] != drawn.table.column("race").values[1]);
    CHECK(std::min(drawn.weights[0], drawn.weights[1]) > 0);
    some_weightless = some_weightless || *std::min_element(drawn.weights.begin(), drawn.weights.end()) == 0;
    (drawn.weights[0] == static_cast<int>(drawn.weights[0]) ? some_whole : some_fractions) = true;
  }
  CHECK(some_weightless);
  CHECK(some_whole);
  CHECK(some_fractions);
}

TEST_CASE("the same seed and number draw the same predictions, another number others", "[testing]") {
  const auto scores = [](std::uint64_t seed, std::uint64_t number) {
    return draw_predictions({}, 2, seed, number).scores;
  };
  CHECK(scores(5, 3) == scores(5, 3));
  CHECK(scores(5, 3) != scores(5, 4));
  CHECK(scores(5, 3) != scores(6, 3));
}

TEST_CASE("an objective sees the drawn rows, and selected rows bring all that is theirs", "[testing]") {
  const DrawnPredictions drawn = draw_predictions({.level_columns = {"sex"}}, 2, 1, 0);
  const std::vector<std::size_t> rows{5, 2, 5};
  const DrawnPredictions selected = drawn.select(rows);
  selected.seen_by([&](const Predictions& predictions) {
    CHECK(predictions.rows() == 3);
    CHECK(predictions.scores.size() == 2);
    CHECK(predictions.cutoff == drawn.cutoff);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(predictions.outcome[i] == drawn.outcome[rows[i]]);
      CHECK(predictions.weights[i] == drawn.weights[rows[i]]);
      CHECK(predictions.scores[1][i] == drawn.scores[1][rows[i]]);
      CHECK(predictions.table.column("sex").values[i] == drawn.table.column("sex").values[rows[i]]);
    }
  });
}
