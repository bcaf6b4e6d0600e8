#include <equipoise/graph/mpdag.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

TEST_CASE("a completed graph is what its consistent extensions have in common", "[mpdag]") {
  std::mt19937_64 random(5);
  int none = 0, changed = 0;
  for (int trial = 0; trial < 5000; ++trial) {
    const Pdag graph = testing::some_pdag(random);
    const auto members = testing::extensions(graph);
    const auto found = completed(graph);
    REQUIRE(found.has_value() == !members.empty());
    if (!found) {
      ++none;
      REQUIRE_THROWS_AS(Mpdag(graph), Error);
      continue;
    }
    REQUIRE(*found == testing::in_common(members));
    REQUIRE(Mpdag(Pdag(*found)) == *found);
    if (*found != graph) {
      ++changed;
      REQUIRE_THROWS_AS(Mpdag(graph), Error);
    }
  }
  CHECK(none > 200);
  CHECK(changed > 300);
}

TEST_CASE("an MPDAG says which rule it does not keep to", "[mpdag]") {
  CHECK_THROWS_WITH(Mpdag(Pdag({"A", "B", "C"}, Edges{{"A", "B"}}, Edges{{"B", "C"}}), "g.json"),
                    "g.json: the undirected edge B -- C; the edge B -> C, by Meek's rule 1 for A -> B");
  CHECK_THROWS_WITH(Mpdag(Pdag({"A", "B", "C"}, Edges{{"A", "B"}, {"B", "C"}}, Edges{{"C", "A"}})),
                    "the undirected edge A -- C; the edge A -> C, by Meek's rule 2 for A -> B and B -> C");
  CHECK_THROWS_WITH(
      Mpdag(Pdag({"A", "B", "C", "D"}, {}, Edges{{"A", "B"}, {"B", "C"}, {"C", "D"}, {"D", "A"}}), "g.json"),
      "g.json: undirected edges that no DAG can direct; a way to direct them without a cycle or a further unshielded "
      "collider");
}

TEST_CASE("a DAG is the MPDAG of itself alone", "[mpdag]") {
  std::mt19937_64 random(9);
  for (int trial = 0; trial < 500; ++trial) {
    const CausalGraph dag = testing::some_dag(random, 1 + random() % 8, 40);
    REQUIRE(class_member(Mpdag(dag)) == dag);
    REQUIRE(Mpdag(Pdag(dag)) == Mpdag(dag));
  }
}
