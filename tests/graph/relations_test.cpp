#include <catch2/catch.hpp>

#include <random>

#include <equipoise/graph/relations.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("ancestors, descendants and districts agree with fixed points over bit masks", "[graph]") {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 1000; ++trial) {
    const int n = 1 + static_cast<int>(random() % 9);
    const auto size = static_cast<std::size_t>(n);
    const judge::Graph g = random_judge_graph(random, n, 0.3, 0.2);
    const CausalGraph graph = to_causal_graph(g);
    const judge::Set all = (judge::Set{1} << n) - 1;
    const judge::Set within = static_cast<judge::Set>(random()) & all, of = static_cast<judge::Set>(random()) & within;
    REQUIRE(ancestors(graph, to_set(of, size), to_set(within, size)) == to_set(judge::ancestors(g, of, within), size));
    NodeSet down = graph.none();
    for (int v = 0; v < n; ++v)
      if ((within >> v & 1) && (judge::ancestors(g, judge::Set{1} << v, within) & of))
        down.insert(static_cast<Node>(v));
    REQUIRE(descendants(graph, to_set(of, size), to_set(within, size)) == down);
    const auto expected = judge::components(g, within);
    const auto found = districts(graph, to_set(within, size));
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(found[i] == to_set(expected[i], size));
  }
}
