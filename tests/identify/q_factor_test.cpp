#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <variant>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/q_factor.hpp>

#include "identify/random_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

double largest_difference(const Factor& a, const Factor& b) {
  double largest = 0;
  for (const double d : combine(a, b, [](double x, double y) { return std::abs(x - y); }).values)
    largest = std::max(largest, d);
  return largest;
}

}  // namespace

TEST_CASE("the districts' factors are the distributions with everything else held fixed", "[identify]") {
  std::mt19937_64 random(6);
  for (int trial = 0; trial < 60; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4, 0.5, 0.4));
    const DiscreteModel model = random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    Evaluation evaluation(known);
    for (const NodeSet& district : districts(graph, graph.all())) {
      const QFactor q = q_factor_of_district(graph, district, graph.all(), 0, graph.none());
      REQUIRE(q.variables(graph.size()) == district);
      std::vector<Expression> factors;
      for (const auto& link : q.chain) factors.push_back(link.conditional);
      REQUIRE(largest_difference(evaluation.table(product(factors)), model.distribution(graph.all() - district)) <
              1e-12);
    }
  }
}

TEST_CASE("what is handed down conditions within the factor, not within the observed joint", "[identify]") {
  // The trap: in the napkin, P(y | x) from the joint is not the factor's own conditional.
  const std::vector<NamedEdge> directed{{"W", "R"}, {"R", "X"}, {"X", "Y"}}, hidden{{"W", "X"}, {"W", "Y"}};
  const CausalGraph napkin({"W", "R", "X", "Y"}, directed, hidden);
  std::mt19937_64 random(9);
  const NodeSet y(4, {3}), district(4, {0, 2, 3});
  const auto answer = identify_q(napkin, y, q_factor_of_district(napkin, district, napkin.all(), 0, napkin.none()));
  REQUIRE(std::holds_alternative<Expression>(answer));
  double naive_error = 0;
  for (int trial = 0; trial < 20; ++trial) {
    const DiscreteModel model = random_model(random, napkin);
    const std::vector<KnownDistribution> known{{0, napkin.none(), model.distribution(napkin.none())}};
    Evaluation evaluation(known);
    const Factor truth = sum_out(model.distribution(NodeSet(4, {2})), symbols_of(NodeSet(4, {0, 1})));
    REQUIRE(largest_difference(evaluation.table(std::get<Expression>(answer)), truth) < 1e-12);
    naive_error =
        std::max(naive_error, largest_difference(evaluation.table(probability({0, {{3, 0}}, {{2, 0}}, {}})), truth));
  }
  CHECK(naive_error > 1e-2);
}

TEST_CASE("a factor that cannot be had leaves its hedge", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Z"}, {"Z", "Y"}}, hidden{{"X", "Z"}};
  const CausalGraph graph({"X", "Z", "Y"}, directed, hidden);
  const auto answer =
      identify_q(graph, NodeSet(3, {1}), q_factor_of_district(graph, NodeSet(3, {0, 1}), graph.all(), 0, graph.none()));
  REQUIRE(std::holds_alternative<Hedge>(answer));
  CHECK(std::get<Hedge>(answer) == Hedge{NodeSet(3, {0, 1}), NodeSet(3, {1})});
}
