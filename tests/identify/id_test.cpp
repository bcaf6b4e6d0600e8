#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/id.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

using namespace equipoise;
using equipoise::testing::random_judge_graph;
using equipoise::testing::random_model;
using equipoise::testing::to_causal_graph;
using equipoise::testing::to_set;

namespace {

// The largest error of an estimand of P(y | do(x)) against the model's own interventional distribution, over every
// value of y and x and of the arbitrary symbols.
double largest_error(const CausalGraph& graph, const DiscreteModel& model, const NodeSet& y, const NodeSet& x,
                     const Identified& answer) {
  const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
  Evaluation evaluation(known);
  const Factor estimated = evaluation.table(answer.estimand);
  const Factor truth = sum_out(model.distribution(x), symbols_of(graph.all() - y - x));
  const Factor difference = combine(estimated, truth, [](double a, double b) { return std::abs(a - b); });
  double largest = 0;
  for (const double d : difference.values) largest = std::isnan(d) ? 1 : std::max(largest, d);
  return largest;
}

}  // namespace

TEST_CASE("verdicts on every graph of up to three nodes agree with Shpitser and Pearl's recursion", "[identify]") {
  for (int n = 1; n <= 3; ++n) {
    const int pairs = n * (n - 1) / 2;
    for (int code = 0; code < 1 << (2 * pairs); ++code) {
      judge::Graph g{n, std::vector<judge::Set>(static_cast<std::size_t>(n)),
                     std::vector<judge::Set>(static_cast<std::size_t>(n))};
      int bit = 0;
      for (int v = 0; v < n; ++v)
        for (int p = 0; p < v; ++p) {
          const auto i = static_cast<std::size_t>(v), j = static_cast<std::size_t>(p);
          if (code >> bit++ & 1) g.parents[i] |= judge::Set{1} << p;
          if (code >> bit++ & 1) g.siblings[i] |= judge::Set{1} << p, g.siblings[j] |= judge::Set{1} << v;
        }
      const CausalGraph graph = to_causal_graph(g);
      const judge::Set all = (judge::Set{1} << n) - 1;
      for (judge::Set y = 1; y <= all; ++y)
        for (judge::Set x = 0; x <= all; ++x) {
          if (x & y) continue;
          const auto size = static_cast<std::size_t>(n);
          const bool ours = is_identified(identify_effect(graph, to_set(y, size), to_set(x, size)));
          REQUIRE(ours == judge::id(g, y, x, all));
        }
    }
  }
}

TEST_CASE("verdicts on random graphs agree, and every estimand equals the truth of random models", "[identify]") {
  std::mt19937_64 random(7);
  int identified = 0, queries = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const int n = 4 + static_cast<int>(random() % 3);
    const judge::Graph g = random_judge_graph(random, n, 0.45, 0.3);
    const CausalGraph graph = to_causal_graph(g);
    const judge::Set all = (judge::Set{1} << n) - 1;
    const judge::Set y = 1 + static_cast<judge::Set>(random()) % all;
    const judge::Set x = static_cast<judge::Set>(random()) & all & ~y;
    const auto size = static_cast<std::size_t>(n);
    const auto answer = identify_effect(graph, to_set(y, size), to_set(x, size));
    ++queries;
    REQUIRE(is_identified(answer) == judge::id(g, y, x, all));
    if (const auto* estimand = std::get_if<Identified>(&answer)) {
      ++identified;
      const DiscreteModel model = random_model(random, graph);
      REQUIRE(largest_error(graph, model, to_set(y, size), to_set(x, size), *estimand) < 1e-9);
    }
  }
  REQUIRE(identified > queries / 5);
}
