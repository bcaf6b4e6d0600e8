#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include <equipoise/identify/idc.hpp>
#include <equipoise/identify/model_pair.hpp>
#include <equipoise/identify/refutation.hpp>

#include "identify/random_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// What the pair made from the query's own witness shows; the query must not be identified.
Refutation refute(const CausalGraph& graph, const NodeSet& y, const NodeSet& x, const NodeSet& z) {
  const auto answer = identify_conditional_effect(graph, y, x, z);
  REQUIRE_FALSE(is_identified(answer));
  const auto made = model_pair(graph, y, x, z, std::get<NotIdentified>(answer).hedge);
  REQUIRE(made);
  REQUIRE(is_model_on(graph, made->first));
  REQUIRE(is_model_on(graph, made->second));
  const std::vector<ModelPair> pair{*made};
  const std::vector<Source> sources{observation(graph)};
  return compare_models(pair, y, x, z, sources);
}

struct Case {
  std::vector<std::string> names;
  std::vector<NamedEdge> directed, hidden;
  std::vector<std::string> outcome, treatment, given;
};

Refutation refute(const Case& each) {
  const CausalGraph graph(each.names, each.directed, each.hidden);
  const auto set = [&](const std::vector<std::string>& names) {
    NodeSet nodes = graph.none();
    for (const auto& name : names) nodes.insert(graph.node(name));
    return nodes;
  };
  return refute(graph, set(each.outcome), set(each.treatment), set(each.given));
}

}  // namespace

TEST_CASE("the pair of a bow differs in what the action does", "[identify]") {
  const Refutation found = refute({{"X", "Y"}, {{"X", "Y"}}, {{"X", "Y"}}, {"Y"}, {"X"}, {}});
  // Y is X xor U or U alone, and errs in 1/8: under do(x) the fair coin against 1/8.
  CHECK(found.largest_query_difference == 0.375);
  CHECK(found.smallest_known_cell == 0.0625);
  CHECK(found.largest_known_difference == 0);
}

TEST_CASE("a message passes to the outcome through the hedge itself and through the conditions", "[identify]") {
  // The root's only way to Y leads back through a member of the larger forest.
  CHECK(refutes(refute(
      {{"X", "R", "W", "Y"}, {{"X", "R"}, {"R", "W"}, {"W", "Y"}}, {{"X", "R"}, {"X", "W"}}, {"Y"}, {"X"}, {}})));
  // The effect on Z is unknown, and Z, a condition, is all that the root reaches; an open path joins Z to Y.
  CHECK(
      refutes(refute({{"X", "Z", "Y", "L"}, {{"X", "Z"}, {"L", "Z"}, {"L", "Y"}}, {{"X", "Z"}}, {"Y"}, {"X"}, {"Z"}})));
  CHECK(refutes(refute({{"X", "Z", "Y"}, {{"X", "Z"}}, {{"X", "Z"}, {"Z", "Y"}}, {"Y"}, {"X"}, {"Z"}})));
  CHECK(refutes(refute({{"X", "Y", "Z"}, {{"X", "Z"}, {"Y", "Z"}}, {{"X", "Z"}}, {"Y"}, {"X"}, {"Z"}})));
  // The path passes a collider that a second condition opens, below it.
  CHECK(refutes(refute({{"X", "Z", "C", "D", "Y"},
                        {{"X", "Z"}, {"C", "D"}},
                        {{"X", "Z"}, {"Z", "C"}, {"C", "Y"}},
                        {"Y"},
                        {"X"},
                        {"Z", "D"}})));
}

TEST_CASE("every query of two or three nodes that is not identified has a pair", "[identify]") {
  int pairs = 0;
  for (int n = 2; n <= 3; ++n) {
    const int edges = n * (n - 1);
    for (unsigned code = 0; code < 1U << edges; ++code) {
      judge::Graph g{n, std::vector<judge::Set>(static_cast<std::size_t>(n)),
                     std::vector<judge::Set>(static_cast<std::size_t>(n))};
      unsigned bits = code;
      for (std::size_t v = 0; v < g.parents.size(); ++v)
        for (std::size_t p = 0; p < v; ++p, bits >>= 2) {
          if (bits & 1) g.parents[v] |= judge::Set{1} << p;
          if (bits & 2) g.siblings[v] |= judge::Set{1} << p, g.siblings[p] |= judge::Set{1} << v;
        }
      const CausalGraph graph = to_causal_graph(g);
      for (unsigned roles = 0; roles < 1U << (2 * n); ++roles) {
        NodeSet part[4] = {graph.none(), graph.none(), graph.none(), graph.none()};
        for (Node v = 0; v < graph.size(); ++v) part[roles >> (2 * v) & 3].insert(v);
        const auto& [y, x, z, rest] = part;
        if (y.empty() || is_identified(identify_conditional_effect(graph, y, x, z))) continue;
        REQUIRE(refutes(refute(graph, y, x, z)));
        ++pairs;
      }
    }
  }
  CHECK(pairs > 200);
}

TEST_CASE("random queries of four to seven nodes that are not identified have pairs", "[identify]") {
  std::mt19937_64 random(21);
  int pairs = 0, conditional = 0;
  for (int trial = 0; trial < 12000; ++trial) {
    const int n = 4 + static_cast<int>(random() % 4);
    const double directed = 0.2 + 0.1 * static_cast<double>(random() % 5);
    const double bidirected = 0.15 + 0.1 * static_cast<double>(random() % 4);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, directed, bidirected));
    NodeSet part[4] = {graph.none(), graph.none(), graph.none(), graph.none()};
    for (Node v = 0; v < graph.size(); ++v) part[random() % 4].insert(v);
    const auto& [y, x, z, rest] = part;
    if (y.empty() || is_identified(identify_conditional_effect(graph, y, x, z))) continue;
    const Refutation found = refute(graph, y, x, z);
    CAPTURE(trial, found.smallest_known_cell, found.largest_known_difference, found.largest_query_difference);
    REQUIRE(refutes(found));
    ++pairs;
    conditional += !z.empty();
  }
  CHECK(pairs > 1000);
  CHECK(conditional > 300);
}

TEST_CASE("a pair whose tables would be too large is not made", "[identify]") {
  // Many treatments, each a parent of the one outcome and confounded with it: its table has a row for all their values.
  std::vector<std::string> names{"Y"};
  std::vector<NamedEdge> edges;
  for (int i = 0; i < 40; ++i) names.push_back("X" + std::to_string(i)), edges.emplace_back(names.back(), "Y");
  const CausalGraph graph(names, edges, edges);
  NodeSet x = graph.all(), y = graph.none();
  x.erase(0), y.insert(0);
  const auto answer = identify_effect(graph, y, x);
  REQUIRE_FALSE(is_identified(answer));
  CHECK_FALSE(model_pair(graph, y, x, graph.none(), std::get<NotIdentified>(answer).hedge));

  const std::vector<NamedEdge> arrow{{"X0", "Y"}};
  const CausalGraph bow({"Y", "X0"}, arrow, arrow);
  const Hedge hedge{bow.all(), NodeSet(2, {0})};
  CHECK_FALSE(model_pair(bow, NodeSet(2, {0}), NodeSet(2, {1}), bow.none(), hedge, 1));
  CHECK(model_pair(bow, NodeSet(2, {0}), NodeSet(2, {1}), bow.none(), hedge, 10));
}
