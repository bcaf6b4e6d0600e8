#include <catch2/catch.hpp>

#include <random>

#include <equipoise/graph/separation.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

using namespace equipoise;
using equipoise::testing::random_judge_graph;
using equipoise::testing::to_causal_graph;
using equipoise::testing::to_set;

TEST_CASE("separation under cut arrows agrees with a walk along every path", "[graph]") {
  std::mt19937_64 random(11);
  for (int trial = 0; trial < 3000; ++trial) {
    const int n = 3 + static_cast<int>(random() % 4);
    const judge::Graph g = random_judge_graph(random, n, 0.4, 0.3);
    judge::Set parts[3] = {};
    for (int v = 0; v < n; ++v)
      if (const auto part = random() % 4; part < 3) parts[part] |= judge::Set{1} << v;
    if (parts[0] == 0 || parts[1] == 0) continue;
    const auto size = static_cast<std::size_t>(n);
    REQUIRE(separated(to_causal_graph(g), to_set(parts[0], size), to_set(parts[1], size), to_set(parts[2], size)) ==
            judge::separated(g, parts[0], parts[1], parts[2]));
  }
}
