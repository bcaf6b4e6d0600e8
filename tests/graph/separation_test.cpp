#include <catch2/catch.hpp>

#include <random>

#include <equipoise/graph/separation.hpp>

#include "graph/all_paths.hpp"
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

TEST_CASE("arrows seen as cut count as arrows that are not there", "[graph]") {
  using equipoise::testing::Mask;
  std::mt19937_64 random(12);
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n = 2 + random() % 6;
    const CausalGraph graph = equipoise::testing::random_mixed_graph(random, n, 0.4, 0.2);
    const auto parts = equipoise::testing::random_parts(random, n, 3);
    const Mask from = static_cast<Mask>(random()) % (Mask{1} << n), into = static_cast<Mask>(random()) % (Mask{1} << n);
    const auto set = [&](Mask mask) { return equipoise::testing::from_mask(mask, n); };
    equipoise::testing::MaskGraph between(graph), both(graph);
    for (Node v = 0; v < n; ++v) {
      if (from >> v & 1) between.children[v] &= ~into;
      both.children[v] &= from >> v & 1 ? 0 : ~into;
      both.siblings[v] &= into >> v & 1 ? 0 : ~into;
    }
    const CutArrowsBetween cut_between{set(from), set(into)};
    const CutArrows cut_both{.incoming = set(into), .outgoing = set(from)};
    const auto open_in = [&](const equipoise::testing::MaskGraph& judged) {
      return any_open(paths_between(judged, parts[0], parts[1]), parts[2]);
    };
    REQUIRE(separated(graph, set(parts[0]), set(parts[1]), set(parts[2]), cut_between) != open_in(between));
    REQUIRE(separated(graph, set(parts[0]), set(parts[1]), set(parts[2]), cut_both) != open_in(both));
    for (Node v = 0; v < n; ++v) {
      const NodeSet causes = ancestors_under(graph, set(Mask{1} << v), cut_between);
      for (Node w = 0; w < n; ++w) REQUIRE(causes.contains(w) == (between.descendants(Mask{1} << w) >> v & 1));
    }
    // What open walks reach is what open paths reach, the start and known ends included.
    const NodeSet reached = detail::reached_by_open_walks(graph, set(parts[0]), set(parts[2]), cut_between);
    for (Node v = 0; v < n; ++v) {
      if ((parts[0] | parts[2]) >> v & 1) continue;
      REQUIRE(reached.contains(v) == any_open(paths_between(between, parts[0], Mask{1} << v), parts[2]));
    }
  }
}
