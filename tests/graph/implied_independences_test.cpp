#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <equipoise/graph/equivalence.hpp>
#include <equipoise/graph/implied_independences.hpp>
#include <equipoise/testing/random_graph.hpp>

using namespace equipoise;

namespace {

std::vector<std::string> texts(const CausalGraph& graph) {
  std::vector<std::string> result;
  for (const ImpliedIndependence& claim : implied_independences(graph)) result.push_back(text_of(graph, claim));
  return result;
}

}  // namespace

TEST_CASE("a chain, a collider, an instrument and a front door imply what textbooks say") {
  const std::vector<NamedEdge> chain{{"A", "B"}, {"B", "C"}}, collider{{"A", "B"}, {"C", "B"}};
  CHECK(texts(CausalGraph({"A", "B", "C"}, chain)) == std::vector<std::string>{"A _||_ C | B"});
  CHECK(texts(CausalGraph({"A", "B", "C"}, collider)) == std::vector<std::string>{"A _||_ C"});
  const std::vector<NamedEdge> hidden{{"B", "C"}};
  // Of an instrument nothing is left, with a hidden cause of B and C; of a front door neither.
  CHECK(texts(CausalGraph({"A", "B", "C"}, chain, hidden)).empty());
  const std::vector<NamedEdge> ends{{"A", "C"}};
  CHECK(texts(CausalGraph({"A", "B", "C"}, chain, ends)).empty());
}

TEST_CASE("every claim of a random graph holds in it, and every pair that can be separated has one") {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const CausalGraph graph =
        draw_graph({.nodes = 7, .directed_degree = 2.5, .bidirected_degree = number % 2 == 0 ? 0 : 0.8}, 3, number);
    std::vector<NodeSet> claimed(7, NodeSet(7));
    for (const ImpliedIndependence& claim : implied_independences(graph)) {
      CHECK(separated(graph, NodeSet(7, {claim.a}), NodeSet(7, {claim.b}), claim.given));
      CHECK_FALSE(ancestors(graph, NodeSet(7, {claim.a})).contains(claim.b));
      if (number % 2 == 0) CHECK(claim.given == graph.parents(claim.b));
      claimed[claim.a].insert(claim.b);
      claimed[claim.b].insert(claim.a);
    }
    for (Node a = 0; a < 7; ++a)
      for (Node b = 0; b < a; ++b) {
        const NodeSet from(7, {a}), to(7, {b});
        const bool can_be = minimal_separator(graph, from, to, graph.all() - from - to).has_value();
        CHECK(claimed[a].contains(b) == can_be);
      }
  }
}

TEST_CASE("two DAGs imply the same independences exactly where their CPDAGs are equal") {
  std::size_t same = 0;
  for (std::uint64_t number = 0; number < 400; ++number) {
    const CausalGraph one = draw_graph({.nodes = 5, .directed_degree = 2}, 7, number);
    // Another graph over the same nodes: one edge turned round where that makes no cycle.
    for (Node to = 0; to < 5; ++to)
      for (const Node from : one.parents(to)) {
        if (ancestors(one, one.parents(to) - NodeSet(5, {from})).contains(from)) continue;
        std::vector<NamedEdge> edges{{one.name(to), one.name(from)}};
        for (Node v = 0; v < 5; ++v)
          for (const Node child : one.children(v))
            if (v != from || child != to) edges.emplace_back(one.name(v), one.name(child));
        const CausalGraph other(one.names(), edges);
        const bool equivalent = cpdag(one) == cpdag(other);
        CHECK(imply_the_same(one, other) == equivalent);
        same += equivalent ? 1 : 0;
      }
  }
  CHECK(same > 100);
}
