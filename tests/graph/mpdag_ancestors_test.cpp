#include <equipoise/graph/mpdag_ancestors.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/class_members.hpp>
#include <equipoise/graph/equivalence.hpp>
#include <equipoise/graph/relations.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

namespace {

/// Every set of nodes against every DAG of the class. Returns how many x cause a set definitely without a directed
/// path.
int check_against_members(const Mpdag& graph) {
  const auto members = testing::members_of(graph);
  int surprising = 0;
  for (std::size_t code = 1; code < std::size_t{1} << graph.size(); ++code) {
    const NodeSet of = testing::subset(graph.all(), code);
    NodeSet some_descendants = graph.none(), some_ancestors = graph.none(), all_ancestors = graph.all();
    for (const CausalGraph& dag : members) {
      some_descendants |= descendants(dag, of);
      some_ancestors |= ancestors(dag, of);
      all_ancestors &= ancestors(dag, of);
    }
    REQUIRE(possible_descendants(graph, of) == some_descendants);
    REQUIRE(possible_ancestors(graph, of) == some_ancestors);
    REQUIRE(definite_ancestors(graph, of) == all_ancestors);
    for (const Node x : graph.all() - of) {
      const Ancestry expected = all_ancestors.contains(x)    ? Ancestry::definite
                                : some_ancestors.contains(x) ? Ancestry::possible
                                                             : Ancestry::never;
      REQUIRE(ancestry(graph, x, of) == expected);
      const NodeSet directed = detail::closure(NodeSet(graph.size(), {x}), graph.all(),
                                               [&](Node v) -> const NodeSet& { return graph.children(v); });
      surprising += expected == Ancestry::definite && !directed.intersects(of);
    }
  }
  for (Node x = 0; x < graph.size(); ++x) {
    NodeSet expected = graph.all();
    for (const CausalGraph& dag : members) expected &= descendants(dag, NodeSet(graph.size(), {x}));
    REQUIRE(definite_descendants(graph, x) == expected);
  }
  return surprising;
}

}  // namespace

TEST_CASE("kinship in a CPDAG is that of its DAGs, for every class of up to four nodes", "[mpdag ancestors]") {
  for (std::size_t n = 1; n <= 4; ++n) {
    std::vector<Pdag> met;
    for (const CausalGraph& dag : testing::every_dag(n)) {
      const Mpdag graph = cpdag(dag);
      if (std::find(met.begin(), met.end(), graph) != met.end()) continue;
      check_against_members(graph);
      met.push_back(graph);
    }
    CHECK(met.size() == std::vector<std::size_t>{0, 1, 2, 11, 185}[n]);
  }
}

TEST_CASE("kinship in an MPDAG is that of its DAGs, also where no directed path shows it", "[mpdag ancestors]") {
  std::mt19937_64 random(37);
  int surprising = 0;
  for (int trial = 0; trial < 600; ++trial)
    surprising += check_against_members(Mpdag(testing::some_mpdag(random, 4 + random() % 3, 30 + random() % 60)));
  CHECK(surprising > 20);
}

TEST_CASE("two neighbours that are not adjacent make a definite cause", "[mpdag ancestors]") {
  // X -- A -> Y <- B -- X: one of A and B does not point into X.
  const Mpdag graph(Pdag({"X", "A", "B", "Y"}, Edges{{"A", "Y"}, {"B", "Y"}}, Edges{{"X", "A"}, {"X", "B"}}));
  CHECK(ancestry(graph, graph.node("X"), NodeSet(4, {graph.node("Y")})) == Ancestry::definite);
  CHECK(ancestry(graph, graph.node("X"), NodeSet(4, {graph.node("A")})) == Ancestry::possible);
  CHECK(ancestry(graph, graph.node("Y"), NodeSet(4, {graph.node("X")})) == Ancestry::never);
}
