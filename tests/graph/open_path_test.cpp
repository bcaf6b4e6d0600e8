#include <equipoise/graph/open_path.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <random>

#include <equipoise/graph/relations.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

using namespace equipoise;
using equipoise::testing::random_judge_graph;
using equipoise::testing::to_causal_graph;
using equipoise::testing::to_set;

namespace {

bool has_edge(const CausalGraph& graph, Node a, PathEdge edge, Node b) {
  switch (edge) {
    case PathEdge::forward: return graph.has_directed(a, b);
    case PathEdge::backward: return graph.has_directed(b, a);
    default: return graph.has_bidirected(a, b);
  }
}

// By the definition: every non-collider is outside z, and every collider is in z or has a descendant there.
bool is_open(const CausalGraph& graph, const Path& path, const NodeSet& z) {
  for (std::size_t i = 1; i + 1 < path.nodes.size(); ++i) {
    const Node v = path.nodes[i];
    const bool collider = path.edges[i - 1] != PathEdge::backward && path.edges[i] != PathEdge::forward;
    if (!collider && z.contains(v)) return false;
    if (collider && !descendants(graph, NodeSet(graph.size(), {v})).intersects(z)) return false;
  }
  return true;
}

// The fewest edges of an open path, by walking along every path; none where there is no such path.
void shortest(const CausalGraph& graph, const NodeSet& b, const NodeSet& z, Path& path,
              std::optional<std::size_t>& best) {
  const Node last = path.nodes.back();
  if (b.contains(last)) {
    if (is_open(graph, path, z) && (!best || path.edges.size() < *best)) best = path.edges.size();
    return;
  }
  for (Node next = 0; next < graph.size(); ++next) {
    if (std::find(path.nodes.begin(), path.nodes.end(), next) != path.nodes.end()) continue;
    for (const PathEdge edge : {PathEdge::forward, PathEdge::backward, PathEdge::bidirected}) {
      if (!has_edge(graph, last, edge, next)) continue;
      path.nodes.push_back(next);
      path.edges.push_back(edge);
      shortest(graph, b, z, path, best);
      path.nodes.pop_back();
      path.edges.pop_back();
    }
  }
}

}  // namespace

TEST_CASE("an open path is a shortest of all paths that are open by definition", "[graph]") {
  std::mt19937_64 random(12);
  for (int trial = 0; trial < 3000; ++trial) {
    const int n = 2 + static_cast<int>(random() % 5);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.3, 0.3));
    judge::Set parts[3] = {};
    for (int v = 0; v < n; ++v)
      if (const auto part = random() % 4; part < 3) parts[part] |= judge::Set{1} << v;
    const NodeSet a = to_set(parts[0], graph.size()), b = to_set(parts[1], graph.size()),
                  z = to_set(parts[2], graph.size());
    std::optional<std::size_t> best;
    for (const Node start : a) {
      Path walked{{start}, {}};
      shortest(graph, b, z, walked, best);
    }
    const auto path = open_path(graph, a, b, z);
    REQUIRE(path.has_value() == best.has_value());
    REQUIRE(path.has_value() != separated(graph, a, b, z));
    if (!path) continue;
    REQUIRE(path->edges.size() == *best);
    REQUIRE(a.contains(path->nodes.front()));
    REQUIRE(b.contains(path->nodes.back()));
    for (std::size_t i = 0; i < path->edges.size(); ++i)
      REQUIRE(has_edge(graph, path->nodes[i], path->edges[i], path->nodes[i + 1]));
    REQUIRE(is_open(graph, *path, z));
  }
}

TEST_CASE("a path is written with the arrows it meets", "[graph]") {
  const std::vector<NamedEdge> directed{{"B", "A"}, {"C", "D"}, {"D", "E"}}, bidirected{{"B", "C"}, {"C", "D"}};
  const CausalGraph graph({"A", "B", "C", "D", "E"}, directed, bidirected);
  const auto path = open_path(graph, NodeSet(5, {0}), NodeSet(5, {3}), NodeSet(5, {4}));
  REQUIRE(path);
  CHECK(to_text(*path, graph) == "A <- B <-> C -> D");
  // C observed leaves its collider open, and the way on from it is the arrowhead's.
  const auto through_observed = open_path(graph, NodeSet(5, {0}), NodeSet(5, {3}), NodeSet(5, {2}));
  REQUIRE(through_observed);
  CHECK(to_text(*through_observed, graph) == "A <- B <-> C <-> D");
}
