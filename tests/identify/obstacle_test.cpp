#include <catch2/catch.hpp>

#include <random>
#include <variant>
#include <vector>

#include <equipoise/identify/hedge.hpp>
#include <equipoise/identify/idc.hpp>
#include <equipoise/identify/obstacle.hpp>

#include "identify/sweep.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("each source of a bow has its own reason", "[identify]") {
  const std::vector<NamedEdge> arrow{{"X", "Y"}};
  const CausalGraph bow({"X", "Y"}, arrow, arrow);
  const NodeSet x(2, {0}), y(2, {1}), none(2);
  const std::vector<Source> sources{observation(bow), {0, y, none}, {1, x, y}, {2, none, x}};
  const auto answer = identify_effect(bow, y, x, sources);
  REQUIRE_FALSE(is_identified(answer));
  CHECK(obstacles(bow, std::get<NotIdentified>(answer).hedge.smaller, sources) ==
        std::vector<Obstacle>{{ObstacleKind::hedge, bow.all()},
                              {ObstacleKind::intervened, y},
                              {ObstacleKind::selection, y},
                              {ObstacleKind::hedge, bow.all()}});
}

TEST_CASE("what is refused has an obstacle in every source, and its hedges are hedges where nothing is fixed",
          "[identify]") {
  std::mt19937_64 random(71);
  int refused = 0, by_kind[3] = {};
  for (int trial = 0; trial < 4000; ++trial) {
    const auto g = random_swept_graph(random, 2, 6);
    const CausalGraph graph = to_causal_graph(g);
    const auto query = random_query(random, g.n);
    const NodeSet y = to_set(query.y, graph.size()), x = to_set(query.x, graph.size()),
                  z = to_set(query.z, graph.size());
    const auto sources = random_sources(random, graph, trial % 2 == 0);
    const auto answer = identify_conditional_effect(graph, y, x, z, sources);
    if (is_identified(answer)) continue;
    ++refused;
    const NodeSet c = std::get<NotIdentified>(answer).hedge.smaller;
    const ExchangedQuery left = exchange_observations(graph, y, x, z);
    const auto found = obstacles(graph, c, sources);
    REQUIRE(found.size() == sources.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto& [kind, nodes] = found[i];
      ++by_kind[static_cast<int>(kind)];
      REQUIRE_FALSE(nodes.empty());
      if (kind == ObstacleKind::intervened) REQUIRE(nodes == (sources[i].intervened & c));
      if (kind == ObstacleKind::selection) REQUIRE(nodes == (sources[i].selection & c));
      if (kind != ObstacleKind::hedge) continue;
      // In the source's own graph, where what it fixes is no part of any district.
      REQUIRE_FALSE(nodes.intersects(sources[i].intervened));
      REQUIRE(is_hedge(graph, y | left.given, left.treatment, {nodes, c}));
    }
  }
  CHECK(refused > 300);
  for (const int count : by_kind) CHECK(count > 50);
}
