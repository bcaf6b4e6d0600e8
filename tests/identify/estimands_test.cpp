#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <vector>

#include <equipoise/identify/estimands.hpp>
#include <equipoise/identify/notation.hpp>

#include "identify/sweep.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("an effect with a confounder and a mediator has estimands of every kind", "[identify]") {
  const std::vector<NamedEdge> directed{{"C", "X"}, {"C", "Y"}, {"X", "M"}, {"M", "Y"}};
  const CausalGraph graph({"C", "X", "M", "Y"}, directed);
  const auto list = estimands(graph, NodeSet(4, {3}), NodeSet(4, {1}));
  CHECK(list.complete);
  REQUIRE(list.estimands.size() == 3);
  CHECK(list.estimands[0].kind == EstimandKind::q_factors);
  CHECK(list.estimands[1].kind == EstimandKind::adjustment);
  CHECK(list.estimands[1].through == NodeSet(4, {0}));
  CHECK(to_text(list.estimands[1].answer.estimand, graph.names()) == "sum_{C} P(Y | C, X) P(C)");
  CHECK(list.estimands[2].kind == EstimandKind::front_door);
  CHECK(to_text(list.estimands[2].answer.estimand, graph.names()) == "sum_{M} P(M | X) [sum_{X'} P(Y | X', M) P(X')]");
}

TEST_CASE("a budget cuts the list and says so; what is not identified has none", "[identify]") {
  const std::vector<NamedEdge> directed{{"A", "X"}, {"A", "B"}, {"B", "Y"}, {"X", "Y"}};
  const CausalGraph graph({"A", "B", "X", "Y"}, directed);
  const NodeSet x(4, {2}), y(4, {3});
  const auto all = estimands(graph, y, x);
  CHECK(all.complete);
  REQUIRE(all.estimands.size() == 3);
  const auto two = estimands(graph, y, x, 2);
  CHECK(two.estimands.size() == 2);
  CHECK_FALSE(two.complete);

  const std::vector<NamedEdge> arrow{{"X", "Y"}};
  const auto none = estimands(CausalGraph({"X", "Y"}, arrow, arrow), NodeSet(2, {1}), NodeSet(2, {0}));
  CHECK(none.estimands.empty());
  CHECK(none.complete);
}

TEST_CASE("an experiment gives an estimand of its own beside those from observation", "[identify]") {
  const std::vector<NamedEdge> directed{{"C", "X"}, {"C", "Y"}, {"X", "Y"}};
  const CausalGraph graph({"C", "X", "Y"}, directed);
  const NodeSet x(3, {1}), y(3, {2});
  const std::vector<Source> sources{observation(graph), {0, x, graph.none()}};
  const auto list = estimands(graph, y, x, sources);
  REQUIRE(list.estimands.size() >= 2);
  CHECK(to_text(list.estimands[1].answer.estimand, graph.names()).find("do(X)") != std::string::npos);
}

TEST_CASE("every estimand equals the truth of random models, and there is one exactly where the effect is identified",
          "[identify]") {
  std::mt19937_64 random(61);
  std::map<EstimandKind, int> kinds;
  int refused = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const auto g = random_swept_graph(random, 2, 6);
    const CausalGraph graph = to_causal_graph(g);
    const auto query = random_query(random, g.n);
    if (query.x == 0) continue;
    const NodeSet y = to_set(query.y, graph.size()), x = to_set(query.x, graph.size());
    const auto list = estimands(graph, y, x, 20);
    REQUIRE(list.estimands.empty() != is_identified(identify_effect(graph, y, x)));
    refused += list.estimands.empty();
    const ProbabilityModel model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    const Factor truth = conditional_of(model.distribution(x), y, x, graph.none());
    for (const auto& each : list.estimands) {
      ++kinds[each.kind];
      REQUIRE(error_of(each.answer.estimand, known, truth) < 1e-9);
    }
  }
  CHECK(kinds[EstimandKind::q_factors] > 500);
  CHECK(kinds[EstimandKind::adjustment] > 100);
  CHECK(kinds[EstimandKind::front_door] > 50);
  CHECK(refused > 50);
}

TEST_CASE("averaging over an adjustment set gives the effect in a model, over most other sets it does not",
          "[identify]") {
  std::mt19937_64 random(33);
  int right = 0, wrong = 0, invalid = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const auto g = random_judge_graph(random, 3 + static_cast<int>(random() % 3), 0.5, 0.15);
    const CausalGraph graph = to_causal_graph(g);
    const std::size_t n = graph.size();
    const Node treatment = random() % n, outcome = (treatment + 1 + random() % (n - 1)) % n;
    const NodeSet x(n, {treatment}), y(n, {outcome});
    const AdjustmentProblem problem(graph, x, y);
    const DiscreteModel model = random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    const Factor truth = conditional_of(model.distribution(x), y, x, graph.none());
    for (judge::Set mask = 0; mask < judge::Set{1} << n; ++mask) {
      const NodeSet z = to_set(mask, n);
      if (z.intersects(x | y)) continue;
      const bool equal = error_of(adjustment_estimand(y, x, z), known, truth) < 1e-9;
      if (is_adjustment_set(problem, z)) {
        REQUIRE(equal);
        ++right;
      } else {
        ++invalid;
        wrong += !equal;
      }
    }
  }
  CHECK(right > 300);
  CHECK(wrong > invalid / 2);
}
