#include <catch2/catch.hpp>

#include <random>
#include <variant>
#include <vector>

#include <equipoise/identify/hedge.hpp>
#include <equipoise/identify/idc.hpp>

#include "identify/sweep.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("a bow is a hedge, and each way of not being one is told", "[identify]") {
  // W -> X -> Z -> Y with W <-> X, X <-> Z, W <-> Y
  const std::vector<NamedEdge> directed{{"W", "X"}, {"X", "Z"}, {"Z", "Y"}}, hidden{{"W", "X"}, {"X", "Z"}, {"W", "Y"}};
  const CausalGraph graph({"W", "X", "Z", "Y"}, directed, hidden);
  const auto set = [](std::initializer_list<Node> nodes) { return NodeSet(4, nodes); };
  const NodeSet y = set({3}), x = set({1});
  CHECK(is_hedge(graph, y, x, {set({1, 2}), set({2})}));
  CHECK(is_hedge(graph, y, x, {set({0, 1, 2}), set({2})}));
  CHECK_FALSE(is_hedge(graph, y, x, {set({1, 2}), set({1, 2})}));  // nothing in the larger alone
  CHECK_FALSE(is_hedge(graph, y, x, {set({1, 2}), set({3})}));     // not within
  CHECK_FALSE(is_hedge(graph, y, x, {set({1, 2}), set({})}));
  CHECK_FALSE(is_hedge(graph, y, set({0}), {set({1, 2}), set({2})}));     // no treatment in it
  CHECK_FALSE(is_hedge(graph, y, set({1, 2}), {set({1, 2}), set({2})}));  // a treatment in the smaller
  CHECK_FALSE(is_hedge(graph, y, x, {set({0, 1, 3}), set({0, 3})}));      // X reaches neither within it: Z is left out
  CHECK_FALSE(is_hedge(graph, y, x, {set({1, 3}), set({3})}));            // not joined by hidden causes
  CHECK_FALSE(is_hedge(graph, set({0}), x, {set({1, 2}), set({2})}));     // Z is no cause of the outcome
}

TEST_CASE("whatever is refused is refused by a hedge, and what is identified has none", "[identify]") {
  std::mt19937_64 random(8);
  int refused = 0, identified = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const auto g = random_swept_graph(random, 3, 8);
    const CausalGraph graph = to_causal_graph(g);
    const auto query = random_query(random, g.n);
    const NodeSet y = to_set(query.y, graph.size()), x = to_set(query.x, graph.size()),
                  z = to_set(query.z, graph.size());
    const auto answer = identify_conditional_effect(graph, y, x, z);
    const ExchangedQuery left = exchange_observations(graph, y, x, z);
    if (const auto* no = std::get_if<NotIdentified>(&answer)) {
      ++refused;
      REQUIRE(is_hedge(graph, y | left.given, left.treatment, no->hedge));
    } else if (g.n <= 5) {
      ++identified;
      for (judge::Set larger = 1; larger < judge::Set{1} << g.n; ++larger)
        for (judge::Set smaller = larger & (larger - 1); smaller != 0; smaller = larger & (smaller - 1))
          REQUIRE_FALSE(is_hedge(graph, y | left.given, left.treatment,
                                 {to_set(larger, graph.size()), to_set(smaller, graph.size())}));
    }
  }
  CHECK(refused > 500);
  CHECK(identified > 500);
}
