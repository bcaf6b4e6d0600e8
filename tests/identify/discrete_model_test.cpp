#include <catch2/catch.hpp>

#include <cmath>

#include <random>

#include <equipoise/identify/discrete_model.hpp>

#include "identify/random_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("for every intervention the rest is a distribution, positive everywhere", "[identify]") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 50; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4, 0.5, 0.4));
    const DiscreteModel model = random_model(random, graph);
    for (judge::Set mask = 0; mask < 16; ++mask) {
      const NodeSet x = to_set(mask, 4);
      const Factor table = model.distribution(x);
      const Factor totals = sum_out(table, symbols_of(graph.all() - x));
      for (const double total : totals.values) REQUIRE(total == Approx(1).margin(1e-12));
      for (const double cell : table.values) REQUIRE(cell > 1e-6);
    }
  }
}

TEST_CASE("without hidden causes an intervention is the truncated factorisation", "[identify]") {
  // Pearl 2009, equation 1.37: P(v | do(x)) is the product of P(v_i | parents) over what was not set.
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 50; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4, 0.6, 0));
    const DiscreteModel model = random_model(random, graph);
    const Factor joint = model.distribution(graph.none());
    const NodeSet x = to_set(static_cast<judge::Set>(random() % 16), 4);
    Factor product = Factor::one();
    for (Node v = 0; v < 4; ++v) {
      if (x.contains(v)) continue;
      NodeSet family = graph.parents(v);
      const Symbols others = symbols_of(graph.all() - family);
      const Factor parents = sum_out(joint, others);
      family.insert(v);
      const Factor both = sum_out(joint, symbols_of(graph.all() - family));
      product = combine(product, combine(both, parents, [](double a, double b) { return a / b; }),
                        [](double a, double b) { return a * b; });
    }
    const Factor error = combine(product, model.distribution(x), [](double a, double b) { return std::abs(a - b); });
    for (const double e : error.values) REQUIRE(e < 1e-12);
  }
}
