#include <catch2/catch.hpp>

#include <algorithm>

#include <random>
#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

using namespace equipoise;
using Catch::Matchers::Contains;

namespace {

CausalGraph graph_of(std::vector<std::string> names, std::vector<NamedEdge> directed,
                     std::vector<NamedEdge> bidirected = {}) {
  return CausalGraph(std::move(names), directed, bidirected, "g.json");
}

}  // namespace

TEST_CASE("a graph that cannot be is refused by name", "[graph]") {
  CHECK_THROWS_WITH(graph_of({"A", "B", "C", "D"}, {{"D", "A"}, {"A", "B"}, {"B", "C"}, {"C", "A"}}),
                    Contains("g.json: the cycle A -> B -> C -> A"));
  CHECK_THROWS_WITH(graph_of({"A", "B"}, {{"A", "A"}}), Contains("the self-loop A -> A"));
  CHECK_THROWS_WITH(graph_of({"A", "B"}, {{"A", "B"}, {"A", "B"}}), Contains("A -> B is listed twice"));
  CHECK_THROWS_WITH(graph_of({"A", "B"}, {}, {{"A", "B"}, {"B", "A"}}), Contains("B <-> A is listed twice"));
  CHECK_THROWS_WITH(graph_of({"A", "A"}, {}), Contains("'A' is listed twice"));
  CHECK_THROWS_WITH(graph_of({"gender", "dept"}, {{"gendre", "dept"}}), Contains("did you mean 'gender'?"));
  CHECK_THROWS_WITH(graph_of({"A", "B"}, {{"A", "B"}, {"B", "A"}}), Contains("the cycle A -> B -> A"));
}

TEST_CASE("edges are read from either end", "[graph]") {
  const CausalGraph graph = graph_of({"X", "M", "Y"}, {{"X", "M"}, {"M", "Y"}}, {{"X", "Y"}});
  CHECK(graph.has_directed(0, 1));
  CHECK_FALSE(graph.has_directed(1, 0));
  CHECK(graph.parents(2) == NodeSet(3, {1}));
  CHECK(graph.children(0) == NodeSet(3, {1}));
  CHECK(graph.siblings(2) == NodeSet(3, {0}));
  CHECK(graph.has_bidirected(0, 2));
  CHECK(graph.node("Y") == 2);
  CHECK_FALSE(graph.find("Z"));
}

TEST_CASE("lists of neighbours hold what the sets hold, in order", "[graph]") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t n = 1 + random() % 100;
    std::vector<std::string> names;
    std::vector<NamedEdge> directed, bidirected;
    for (std::size_t i = 0; i < n; ++i) {
      names.push_back("V" + std::to_string(i));
      for (std::size_t j = 0; j < i; ++j) {
        if (random() % 10 == 0) directed.emplace_back(names[j], names[i]);
        if (random() % 10 == 0) bidirected.emplace_back(names[i], names[j]);
      }
    }
    const CausalGraph graph(names, directed, bidirected);
    const auto holds = [](std::span<const std::uint32_t> list, const NodeSet& set) {
      return std::equal(list.begin(), list.end(), set.begin(), set.end());
    };
    for (Node v = 0; v < n; ++v) {
      REQUIRE(holds(graph.parent_list(v), graph.parents(v)));
      REQUIRE(holds(graph.child_list(v), graph.children(v)));
      REQUIRE(holds(graph.sibling_list(v), graph.siblings(v)));
    }
  }
}

TEST_CASE("a topological order holds every node once, causes first, whatever the order of the edges", "[graph]") {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    const int n = 1 + static_cast<int>(random() % 70);
    std::vector<std::string> names;
    std::vector<int> rank;
    for (int v = 0; v < n; ++v) names.push_back("V" + std::to_string(v)), rank.push_back(v);
    std::shuffle(rank.begin(), rank.end(), random);
    std::vector<NamedEdge> edges;
    for (int a = 0; a < n; ++a)
      for (int b = 0; b < n; ++b)
        if (rank[static_cast<std::size_t>(a)] < rank[static_cast<std::size_t>(b)] && random() % 5 == 0)
          edges.emplace_back(names[static_cast<std::size_t>(a)], names[static_cast<std::size_t>(b)]);
    const CausalGraph graph(names, edges);
    std::shuffle(edges.begin(), edges.end(), random);
    REQUIRE(CausalGraph(names, edges) == graph);
    NodeSet seen = graph.none();
    for (const Node v : graph.topological_order()) {
      REQUIRE(graph.parents(v).is_subset_of(seen));
      REQUIRE_FALSE(seen.contains(v));
      seen.insert(v);
    }
    REQUIRE(seen == graph.all());
  }
}
