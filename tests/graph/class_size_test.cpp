#include <equipoise/graph/class_size.hpp>

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/background_knowledge.hpp>
#include <equipoise/graph/class_members.hpp>
#include <equipoise/graph/equivalence.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

namespace {

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("v" + std::to_string(i));
  return names;
}

/// The undirected graph in which each node is joined to the `reach` before it.
Mpdag band(std::size_t n, std::size_t reach) {
  const auto names = numbered(n);
  Edges undirected;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i < reach ? 0 : i - reach; j < i; ++j) undirected.emplace_back(names[j], names[i]);
  return Mpdag(Pdag(names, {}, undirected));
}

std::uint64_t members_of(const Mpdag& graph) {
  std::uint64_t count = 0;
  for (ClassMembers members(graph); members.next();) ++count;
  return count;
}

}  // namespace

TEST_CASE("a class holds as many DAGs as can be listed", "[class size]") {
  std::mt19937_64 random(29);
  for (int trial = 0; trial < 1500; ++trial) {
    const Mpdag graph = cpdag(testing::some_dag(random, 5 + random() % 4, 20 + random() % 50));
    REQUIRE(class_size(graph) == BigCount(members_of(graph)));
  }
}

TEST_CASE("a class cut down by knowledge holds as many DAGs as can be listed", "[class size]") {
  std::mt19937_64 random(31);
  int partly_directed = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const CausalGraph dag = testing::some_dag(random, 5 + random() % 3, 40 + random() % 50);
    BackgroundKnowledge knowledge;
    for (Node v = 0; v < dag.size(); ++v)
      for (const Node child : dag.children(v))
        if (random() % 8 == 0) knowledge.required.emplace_back(dag.name(v), dag.name(child));
    const Mpdag graph = std::get<Mpdag>(with_knowledge(cpdag(dag), knowledge));
    for (const NodeSet& bucket : detail::buckets(graph.edges(), graph.all()))
      partly_directed += detail::has_arrow_within(graph.edges(), bucket);
    REQUIRE(class_size(graph) == BigCount(members_of(graph)));
  }
  CHECK(partly_directed > 200);
}

TEST_CASE("classes have the sizes of closed forms", "[class size]") {
  for (const std::size_t n : {1u, 2u, 7u, 30u}) CHECK(class_size(band(n, n)) == factorial(n));  // a complete graph
  CHECK(class_size(band(2000, 1)) == BigCount(2000));  // a tree: one DAG for each root
  // A complete graph without one edge a - b, m other nodes: the orders of all that have neither a and b both before
  // the last of the others, counted once for each DAG: 2 (m + 1)! - m! (He, Jia, Yu 2015, Theorem 3).
  for (const std::size_t m : {1u, 2u, 5u, 25u}) {
    const auto names = numbered(m + 2);
    Edges undirected;
    for (std::size_t i = 0; i < m + 2; ++i)
      for (std::size_t j = i + 1; j < m + 2; ++j)
        if (i != 0 || j != 1) undirected.emplace_back(names[i], names[j]);
    CHECK(class_size(Mpdag(Pdag(names, {}, undirected))) == factorial(m + 1) * 2 - factorial(m));
  }
}

TEST_CASE("the DAGs over four nodes are those of all classes together", "[class size]") {
  std::vector<Pdag> classes;
  BigCount dags;
  for (const CausalGraph& dag : testing::every_dag(4)) {
    const Mpdag graph = cpdag(dag);
    bool met = false;
    for (const Pdag& each : classes) met = met || each == graph;
    if (met) continue;
    classes.push_back(graph);
    dags += *class_size(graph);
  }
  CHECK(classes.size() == 185);
  CHECK(dags.text() == "543");
}

TEST_CASE("a count beyond its budget is given up", "[class size]") {
  CHECK_FALSE(class_size(band(100, 4), 10));
  CHECK(class_size(band(100, 4)));
  const auto knowledge = with_knowledge(band(12, 11), {.required = {{"v0", "v1"}, {"v2", "v3"}, {"v4", "v5"}}});
  CHECK_FALSE(class_size(std::get<Mpdag>(knowledge), 20));
}
