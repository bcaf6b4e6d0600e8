#include <equipoise/graph/equivalence.hpp>

#include <map>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

TEST_CASE("the CPDAG of a DAG is what the DAGs with its separations have in common", "[equivalence]") {
  for (std::size_t n = 1; n <= 4; ++n) {
    std::map<std::vector<bool>, std::vector<CausalGraph>> classes;
    for (const CausalGraph& dag : testing::every_dag(n)) classes[testing::separations(dag)].push_back(dag);
    CHECK(classes.size() == std::vector<std::size_t>{0, 1, 2, 11, 185}[n]);  // Gillispie, Perlman 2001
    for (const auto& [separations, members] : classes) {
      const Pdag expected = testing::in_common(members);
      for (const CausalGraph& dag : members) {
        REQUIRE(cpdag(dag) == expected);
        REQUIRE(pattern(dag) == pattern(members.front()));
      }
      REQUIRE(cpdag(Mpdag(expected)) == expected);
    }
  }
}

TEST_CASE("labelling edges and closing the pattern under Meek's rules make the same CPDAG", "[equivalence]") {
  std::mt19937_64 random(7);
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n = 5 + random() % 21;
    const CausalGraph dag = testing::some_dag(random, n, 5 + random() % 60);
    const Mpdag labelled = cpdag(dag);
    REQUIRE(*completed(pattern(dag)) == labelled);
    REQUIRE_FALSE(forced_edge(labelled));
    REQUIRE(cpdag(class_member(labelled)) == labelled);
  }
}

TEST_CASE("an MPDAG loses its background knowledge in its CPDAG", "[equivalence]") {
  const Mpdag known(Pdag({"A", "B", "C"}, Edges{{"A", "B"}, {"B", "C"}}, {}));
  CHECK(cpdag(known) == Pdag({"A", "B", "C"}, {}, Edges{{"A", "B"}, {"B", "C"}}));
}

TEST_CASE("a graph with hidden causes has no CPDAG", "[equivalence]") {
  const CausalGraph graph({"A", "B"}, {}, Edges{{"A", "B"}});
  CHECK_THROWS_WITH(cpdag(graph), Catch::Contains("the bidirected edge A <-> B"));
  CHECK_THROWS_WITH(pattern(graph), Catch::Contains("the bidirected edge A <-> B"));
}

TEST_CASE("graphs are Markov equivalent where their DAGs separate the same, whatever the order of nodes",
          "[equivalence]") {
  std::vector<CausalGraph> dags = testing::every_dag(3);
  for (const CausalGraph& a : dags)
    for (const CausalGraph& b : dags)
      CHECK(markov_equivalent(Mpdag(a), Mpdag(b)) == (testing::separations(a) == testing::separations(b)));
  const Mpdag chain(Pdag({"A", "B", "C"}, Edges{{"A", "B"}, {"B", "C"}}, {}));
  CHECK(markov_equivalent(chain, Mpdag(Pdag({"C", "A", "B"}, {}, Edges{{"B", "C"}, {"B", "A"}}))));
  CHECK_FALSE(markov_equivalent(chain, Mpdag(Pdag({"C", "A", "B"}, Edges{{"A", "B"}, {"C", "B"}}, {}))));
  CHECK_THROWS_WITH(markov_equivalent(chain, Mpdag(Pdag({"A", "B", "C", "D"}, {}, {}))),
                    "the other graph: no node 'D', which the graph has; two graphs over the same nodes");
}
