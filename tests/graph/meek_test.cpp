#include <equipoise/graph/meek.hpp>

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

namespace {

void check_rule(const Pdag& graph, const ForcedEdge& expected) {
  const auto forced = forced_edge(graph);
  REQUIRE(forced);
  CHECK(forced->edge == expected.edge);
  CHECK(forced->rule == expected.rule);
  CHECK(forced->because == expected.because);
}

// The rules as they are written down, each a -- b tried alone.
bool some_rule_applies(const Pdag& g) {
  const std::size_t n = g.size();
  const auto adjacent = [&](Node v, Node w) { return g.adjacent(v).contains(w); };
  for (Node a = 0; a < n; ++a)
    for (const Node b : g.neighbours(a))
      for (Node c = 0; c < n; ++c) {
        if (c == a || c == b) continue;
        if (g.has_directed(c, a) && !adjacent(c, b)) return true;
        if (g.has_directed(a, c) && g.has_directed(c, b)) return true;
        for (Node d = 0; d < n; ++d) {
          if (d == a || d == b || d == c || !g.has_undirected(a, d)) continue;
          if (g.has_undirected(a, c) && g.has_directed(c, b) && g.has_directed(d, b) && !adjacent(c, d)) return true;
          if (g.has_directed(d, c) && g.has_directed(c, b) && adjacent(a, c) && !adjacent(d, b)) return true;
        }
      }
  return false;
}

}  // namespace

TEST_CASE("each rule directs the edge of its picture", "[meek]") {
  check_rule(Pdag({"A", "B", "C"}, Edges{{"C", "A"}}, Edges{{"A", "B"}}), {{0, 1}, 1, {Arrow{2, 0}, {}}});
  check_rule(Pdag({"A", "B", "C"}, Edges{{"A", "C"}, {"C", "B"}}, Edges{{"A", "B"}}),
             {{0, 1}, 2, {Arrow{0, 2}, Arrow{2, 1}}});
  check_rule(Pdag({"A", "B", "C", "D"}, Edges{{"C", "B"}, {"D", "B"}}, Edges{{"A", "B"}, {"A", "C"}, {"A", "D"}}),
             {{0, 1}, 3, {Arrow{2, 1}, Arrow{3, 1}}});
  check_rule(Pdag({"A", "B", "C", "D"}, Edges{{"D", "C"}, {"C", "B"}}, Edges{{"A", "B"}, {"A", "C"}, {"A", "D"}}),
             {{0, 1}, 4, {Arrow{3, 2}, Arrow{2, 1}}});
}

TEST_CASE("a graph is closed where no rule as written down applies", "[meek]") {
  std::mt19937_64 random(11);
  int closed = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const CausalGraph dag = testing::some_dag(random, 3 + random() % 4, 70);
    Edges directed, undirected;
    for (Node v = 0; v < dag.size(); ++v)
      for (const Node child : dag.children(v))
        (random() % 2 == 0 ? directed : undirected).emplace_back(dag.name(v), dag.name(child));
    const Pdag graph(dag.names(), directed, undirected);
    const bool expected = !some_rule_applies(graph);
    REQUIRE(forced_edge(graph).has_value() == !expected);
    closed += expected;
  }
  CHECK(closed > 1000);
}

TEST_CASE("what was directed is set back, step by step", "[meek]") {
  std::mt19937_64 random(17);
  for (int trial = 0; trial < 500; ++trial) {
    detail::OrientationTrail trail(testing::some_mpdag(random, 3 + random() % 4, 70).edges());
    std::vector<std::pair<std::size_t, detail::PartialEdges>> states{{0, trail.edges()}};
    for (int step = 0; step < 6; ++step) {
      for (Node v = 0; v < trail.edges().size(); ++v) {
        if (trail.edges().neighbours[v].empty()) continue;
        trail.orient_and_close({v, trail.edges().neighbours[v].front()});
        break;
      }
      states.emplace_back(trail.length(), trail.edges());
    }
    for (; !states.empty(); states.pop_back()) {
      trail.undo_to(states.back().first);
      REQUIRE(trail.edges() == states.back().second);
    }
  }
}
