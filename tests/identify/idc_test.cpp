#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/idc.hpp>
#include <equipoise/identify/refutation.hpp>

#include "identify/named_nodes.hpp"
#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"
#include "identify/sweep.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// The error over 20 random models of a conditional effect that must be identified.
double error_of_effect(const CausalGraph& graph, const NodeSet& y, const NodeSet& x, const NodeSet& z) {
  const auto answer = identify_conditional_effect(graph, y, x, z);
  REQUIRE(is_identified(answer));
  std::mt19937_64 random(18);
  double largest = 0;
  for (int i = 0; i < 20; ++i) {
    const DiscreteModel model = random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    Evaluation evaluation(known);
    const Factor error = combine(evaluation.table(std::get<Identified>(answer).estimand), query_table(model, y, x, z),
                                 [](double a, double b) { return std::abs(a - b); });
    for (const double e : error.values) largest = std::isnan(e) ? 1 : std::max(largest, e);
  }
  return largest;
}

}  // namespace

TEST_CASE("a sample of the full sweep finds nothing wrong", "[identify]") {
  SweepFindings found;
  const auto small = graphs_up_to_relabelling(4);
  for (std::size_t i = 0; i < small.size(); i += 40) {
    GraphSweep sweep(small[i], 3, true, i, found);
    for (const auto& query : every_query(4)) sweep.ask(query);
  }
  std::mt19937_64 random(22);
  for (int i = 0; i < 4000; ++i) {
    const auto g = random_swept_graph(random, 5, 12);
    GraphSweep(g, 0, false, 0, found).ask(random_query(random, g.n));
  }
  for (int i = 0; i < 100; ++i) {
    const auto g = random_swept_graph(random, 5, 7);
    GraphSweep(g, 3, true, random(), found).ask(random_query(random, g.n));
  }
  CAPTURE(found.failures, found.largest_error);
  CHECK(found.verdicts_wrong == 0);
  CHECK(found.estimands_wrong == 0);
  CHECK(found.pairs_wrong == 0);
  CHECK(found.identified > 5000);
  CHECK(found.refused > 2000);
}

TEST_CASE("there are four graphs of two nodes up to relabelling, and each of three stands for its relabellings",
          "[identify]") {
  CHECK(graphs_up_to_relabelling(1).size() == 1);
  CHECK(graphs_up_to_relabelling(2).size() == 4);
  // 25 labelled DAGs on three nodes, each with any of 2^3 bidirected parts, in orbits of at most 3! graphs.
  const auto three = graphs_up_to_relabelling(3);
  CHECK(three.size() >= 25 * 8 / 6 + 1);
  CHECK(three.size() < 64);
}

TEST_CASE("conditions that the ancestors of the outcome leave out count all the same", "[identify]") {
  // Z is a child of Y: in the joint of Y and Z it is no ancestor of Y, yet it tells of Y.
  const std::vector<NamedEdge> chain{{"X", "Y"}, {"Y", "Z"}};
  const Named below{CausalGraph({"X", "Y", "Z"}, chain)};
  CHECK(error_of_effect(below.graph, below({"Y"}), below({"X"}), below({"Z"})) < 1e-12);
  // Z is a collider beside Y, opened by the condition; without it the effect of X on Y is P(y).
  const std::vector<NamedEdge> collider{{"X", "Z"}, {"Y", "Z"}};
  const Named beside{CausalGraph({"X", "Y", "Z"}, collider)};
  CHECK(error_of_effect(beside.graph, beside({"Y"}), beside({"X"}), beside({"Z"})) < 1e-12);
  // W is no ancestor of Y, but shares a hidden cause with one; Z is joined to nothing, and drops out.
  const std::vector<NamedEdge> directed{{"X", "M"}, {"M", "Y"}}, hidden{{"M", "W"}};
  const Named aside{CausalGraph({"X", "M", "Y", "W", "Z"}, directed, hidden)};
  CHECK(error_of_effect(aside.graph, aside({"Y"}), aside({"X"}), aside({"W", "Z"})) < 1e-12);
}

TEST_CASE("an observation P(X = x) is a condition, not an action", "[identify]") {
  const std::vector<NamedEdge> arrow{{"X", "Y"}};
  const Named bow{CausalGraph({"X", "Y"}, arrow, arrow)};
  CHECK(error_of_effect(bow.graph, bow({"Y"}), bow({}), bow({"X"})) < 1e-12);
  CHECK_FALSE(is_identified(identify_conditional_effect(bow.graph, bow({"Y"}), bow({"X"}), bow({}))));
  CHECK(error_of_effect(bow.graph, bow({"X"}), bow({}), bow({"Y"})) < 1e-12);
}

TEST_CASE("what rule 2 exchanges leaves the query's meaning as it is in every model", "[identify]") {
  std::mt19937_64 random(31);
  int exchanged = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const int n = 3 + static_cast<int>(random() % 2);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.4, 0.2));
    NodeSet part[4] = {graph.none(), graph.none(), graph.none(), graph.none()};
    for (Node v = 0; v < graph.size(); ++v) part[random() % 4].insert(v);
    const auto& [y, x, z, rest] = part;
    const ExchangedQuery query = exchange_observations(graph, y, x, z);
    REQUIRE((query.treatment | query.given) == (x | z));
    REQUIRE(x.is_subset_of(query.treatment));
    if (query.given == z) continue;
    ++exchanged;
    const DiscreteModel model = random_model(random, graph);
    const Factor before = query_table(model, y, x, z), after = query_table(model, y, query.treatment, query.given);
    for (std::size_t i = 0; i < before.values.size(); ++i)
      REQUIRE(before.values[i] == Approx(after.values[i]).margin(1e-12));
  }
  CHECK(exchanged > 100);
}

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
