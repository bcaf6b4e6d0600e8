#include <equipoise/objective/predictions.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("predictions count their rows and their people", "[objective]") {
  const Table table({{"x", ColumnType::continuous, {}, {1, 2, 3}}});
  const std::vector<double> outcome{0, 1, 1}, weights{2, 0, 0.5};
  const Predictions predictions{.table = table, .outcome = outcome, .weights = weights, .scores = {}};
  CHECK(predictions.rows() == 3);
  CHECK(predictions.total_weight() == 2.5);
  CHECK(predictions.link == Link::logistic);
  CHECK(predictions.cutoff == 0);
}
