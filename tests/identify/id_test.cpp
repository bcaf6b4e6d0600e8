#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/id.hpp>

#include "identify/named_nodes.hpp"
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

// The error over 20 random models of an effect that must be identified.
double error_of_effect(const CausalGraph& graph, const NodeSet& y, const NodeSet& x) {
  const auto answer = identify_effect(graph, y, x);
  REQUIRE(is_identified(answer));
  std::mt19937_64 random(17);
  double largest = 0;
  for (int i = 0; i < 20; ++i)
    largest = std::max(largest, largest_error(graph, random_model(random, graph), y, x, std::get<Identified>(answer)));
  return largest;
}

}  // namespace

TEST_CASE("factors that nest many deep are found without walking their every copy", "[identify]") {
  // Each W_k hides what X_k does; summing out W_1 sets X_1 free, which sets W_2 free, and so on: every level's factors
  // are fractions of sums of the last level's, and the estimand as a tree is exponential in the levels.
  const auto nested = [](int levels) {
    std::vector<std::string> names;
    for (int k = 1; k <= levels; ++k) names.push_back("W" + std::to_string(k));
    names.push_back("R");
    for (int k = 1; k <= levels; ++k) names.push_back("X" + std::to_string(k));
    names.push_back("Y");
    std::vector<NamedEdge> directed{{"W1", "R"}, {"R", "Y"}}, hidden;
    for (int k = 1; k <= levels; ++k) {
      const std::string w = "W" + std::to_string(k), x = "X" + std::to_string(k);
      directed.emplace_back(x, "Y");
      if (k > 1) directed.emplace_back(w, "X" + std::to_string(k - 1));
      hidden.emplace_back(w, "Y");
      hidden.emplace_back(w, x);
    }
    return CausalGraph(names, directed, hidden);
  };
  const CausalGraph two = nested(2), deep = nested(40);
  const auto y = [](const CausalGraph& graph) { return NodeSet(graph.size(), {graph.size() - 1}); };
  CHECK(error_of_effect(two, y(two), two.all() - y(two) - NodeSet(two.size(), {0, 1})) < 1e-12);
  const auto answer = identify_effect(deep, y(deep), deep.all() - y(deep));
  REQUIRE(is_identified(answer));
  CHECK(free_symbols(std::get<Identified>(answer).estimand).size() == 42);  // Y and its parents
}

TEST_CASE("X -> Z -> Y with X <-> Z is not identifiable", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Z"}, {"Z", "Y"}}, hidden{{"X", "Z"}};
  const testing::Named of{CausalGraph({"X", "Z", "Y"}, directed, hidden)};
  const auto answer = identify_effect(of.graph, of({"Y"}), of({"X"}));
  REQUIRE_FALSE(is_identified(answer));
  CHECK(std::get<NotIdentified>(answer).hedge == Hedge{of({"X", "Z"}), of({"Z"})});
  CHECK(error_of_effect(of.graph, of({"Y"}), of({"Z"})) < 1e-12);
  CHECK(error_of_effect(of.graph, of({"Y"}), of({"X", "Z"})) < 1e-12);
}

TEST_CASE("outcomes in disconnected parts are each answered in its own part", "[identify]") {
  // Two parts without an edge between them: a front door and a confounder, the treatment in the first alone, then both.
  const std::vector<NamedEdge> directed{{"X", "M"}, {"M", "Y"}, {"C", "A"}, {"C", "B"}, {"A", "B"}}, hidden{{"X", "Y"}};
  const testing::Named of{CausalGraph({"X", "C", "M", "A", "Y", "B"}, directed, hidden)};
  CHECK(error_of_effect(of.graph, of({"Y", "B"}), of({"X"})) < 1e-12);
  CHECK(error_of_effect(of.graph, of({"Y", "B"}), of({"X", "A"})) < 1e-12);
  CHECK(error_of_effect(of.graph, of({"B"}), of({"X"})) < 1e-12);
  // One part that is not identified spoils the whole, and only the whole.
  const std::vector<NamedEdge> with_bow{{"X", "Y"}, {"A", "B"}}, bow{{"X", "Y"}};
  const testing::Named parts{CausalGraph({"X", "Y", "A", "B"}, with_bow, bow)};
  CHECK_FALSE(is_identified(identify_effect(parts.graph, parts({"Y", "B"}), parts({"X", "A"}))));
  CHECK(error_of_effect(parts.graph, parts({"B"}), parts({"X", "A"})) < 1e-12);
}

TEST_CASE("outcomes that only the treatment joins, and treatments that reach no outcome, are no obstacle",
          "[identify]") {
  const std::vector<NamedEdge> fork{{"X", "Y"}, {"X", "W"}};
  const testing::Named of{CausalGraph({"X", "Y", "W"}, fork)};
  CHECK(error_of_effect(of.graph, of({"Y", "W"}), of({"X"})) < 1e-12);
  // The outcome is a cause of the treatment, with which it shares a hidden one: P(y | do(x)) = P(y).
  const std::vector<NamedEdge> arrow{{"Y", "X"}};
  const testing::Named reversed{CausalGraph({"Y", "X"}, arrow, arrow)};
  const auto answer = identify_effect(reversed.graph, reversed({"Y"}), reversed({"X"}));
  REQUIRE(is_identified(answer));
  CHECK(std::get<Identified>(answer).estimand == probability({0, {{0, 0}}, {}, {}}));
}

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
