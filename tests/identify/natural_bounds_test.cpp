#include <equipoise/identify/natural_bounds.hpp>

#include <random>

#include <catch2/catch.hpp>

#include "identify/counterfactual_truth.hpp"
#include "identify/random_models.hpp"

using namespace equipoise;

TEST_CASE("natural bounds hold the truth of every model, whatever its graph") {
  std::mt19937_64 random(6);
  int informative = 0;
  for (int round = 0; round < 2000; ++round) {
    const CausalGraph graph = testing::to_causal_graph(testing::random_judge_graph(random, 3, 0.6, 0.4));
    const DiscreteModel model = testing::random_model(random, graph);
    const CounterfactualEvent event = testing::random_event(random, 3, {.nested = round % 4 == 0 ? 0.3 : 0.0});
    const Bounds bounds = natural_bounds(model.distribution(graph.none()), event);
    const double truth = testing::truth(model, event);
    REQUIRE(bounds.low <= truth + 1e-12);
    REQUIRE(bounds.high >= truth - 1e-12);
    REQUIRE_FALSE(bounds.is_sharp);
    informative += bounds.low > 0 || bounds.high < 1;
  }
  CHECK(informative > 1000);
}
