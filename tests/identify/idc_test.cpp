#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/idc.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

using namespace equipoise;
using equipoise::testing::random_judge_graph;
using equipoise::testing::random_model;
using equipoise::testing::to_causal_graph;
using equipoise::testing::to_set;

TEST_CASE("conditional effects: verdicts agree with the published recursion and estimands with the truth",
          "[identify]") {
  std::mt19937_64 random(5);
  int identified = 0, refused = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const int n = 3 + static_cast<int>(random() % 3);
    const judge::Graph g = random_judge_graph(random, n, 0.45, 0.3);
    const CausalGraph graph = to_causal_graph(g);
    judge::Set parts[3] = {};
    for (int v = 0; v < n; ++v)
      if (const auto part = random() % 4; part < 3) parts[part] |= judge::Set{1} << v;
    if (parts[0] == 0) continue;
    const auto size = static_cast<std::size_t>(n);
    const NodeSet y = to_set(parts[0], size), x = to_set(parts[1], size), z = to_set(parts[2], size);
    const auto answer = identify_conditional_effect(graph, y, x, z);
    REQUIRE(is_identified(answer) == judge::idc(g, parts[0], parts[1], parts[2], (judge::Set{1} << n) - 1));
    if (!is_identified(answer)) {
      ++refused;
      continue;
    }
    ++identified;
    const DiscreteModel model = random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    Evaluation evaluation(known);
    const Factor joint = sum_out(model.distribution(x), symbols_of(graph.all() - y - x - z));
    const Factor truth = combine(joint, sum_out(joint, symbols_of(y)), [](double a, double b) { return a / b; });
    const Factor error = combine(evaluation.table(std::get<Identified>(answer).estimand), truth,
                                 [](double a, double b) { return std::abs(a - b); });
    for (const double e : error.values) REQUIRE(e < 1e-9);
  }
  REQUIRE(identified > 100);
  REQUIRE(refused > 100);
}
