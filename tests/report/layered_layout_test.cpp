#include "report/layered_layout.hpp"

#include <set>
#include <utility>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("causes stand to the left of effects, and no two cells in one place", "[report]") {
  auto stream = RandomStream({.seed = 3, .purpose = Purpose::sample}).row(0);
  for (int i = 0; i < 200; ++i) {
    const auto size = 1 + static_cast<std::size_t>(stream.uniform() * 12);
    std::vector<std::string> names;
    std::vector<NamedEdge> directed;
    for (std::size_t v = 0; v < size; ++v) names.push_back("v" + std::to_string(v));
    for (std::size_t a = 0; a < size; ++a)
      for (std::size_t b = a + 1; b < size; ++b)
        if (stream.uniform() < 0.3) directed.emplace_back(names[a], names[b]);
    const CausalGraph graph(names, directed);
    const LayeredLayout layout = layered_layout(graph);
    REQUIRE(layout.edges.size() == directed.size());
    std::set<std::pair<std::size_t, std::size_t>> taken;
    for (Node v = 0; v < graph.size(); ++v) REQUIRE(taken.emplace(layout.layer[v], layout.place[v]).second);
    for (const LayeredEdge& edge : layout.edges) {
      REQUIRE(graph.has_directed(edge.from, edge.to));
      REQUIRE(edge.route.front() == std::pair(layout.layer[edge.from], layout.place[edge.from]));
      REQUIRE(edge.route.back() == std::pair(layout.layer[edge.to], layout.place[edge.to]));
      for (std::size_t step = 0; step + 1 < edge.route.size(); ++step)
        REQUIRE(edge.route[step + 1].first == edge.route[step].first + 1);
      for (std::size_t step = 1; step + 1 < edge.route.size(); ++step) REQUIRE(taken.insert(edge.route[step]).second);
    }
    for (Node v = 0; v < graph.size(); ++v) REQUIRE(layout.cells[layout.layer[v]][layout.place[v]] == v);
    std::size_t cells = 0;
    for (const auto& in_layer : layout.cells) cells += in_layer.size();
    REQUIRE(cells == taken.size());
  }
  CHECK(layered_layout(CausalGraph()).cells.empty());
}

TEST_CASE("edges that need not cross do not", "[report]") {
  const std::vector<NamedEdge> directed{{"a", "d"}, {"b", "c"}};
  const LayeredLayout layout = layered_layout(CausalGraph({"a", "b", "c", "d"}, directed));
  CHECK((layout.place[0] < layout.place[1]) == (layout.place[3] < layout.place[2]));
}
