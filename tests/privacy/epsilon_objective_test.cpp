#include <equipoise/privacy/epsilon_objective.hpp>

#include <span>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/objective/any_objective.hpp>

using namespace equipoise;

TEST_CASE("epsilon measures the same on whatever rows, and is not trained on", "[epsilon objective]") {
  const AnyObjective objective = EpsilonObjective{.epsilon = 1.5, .delta = 1e-6, .objective_name = "loss of privacy"};
  CHECK_FALSE(objective.is_trainable());
  REQUIRE(objective.is_measurable());
  CHECK(objective.name() == "loss of privacy");
  CHECK(objective.info().description.find("1e-06") != std::string::npos);
  const Table table({{"x", ColumnType::continuous, {}, {0.0, 1.0}}});
  const std::vector<double> outcome{0, 1}, weights{1, 1}, scores{0.3, -0.2};
  const std::span<const double> world(scores);
  CHECK(objective.measure({.table = table, .outcome = outcome, .weights = weights, .scores = {&world, 1}}) == 1.5);
}
