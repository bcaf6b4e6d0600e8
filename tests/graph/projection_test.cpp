#include <equipoise/graph/projection.hpp>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/separation.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

using namespace equipoise;
using equipoise::testing::random_judge_graph;
using equipoise::testing::to_causal_graph;
using equipoise::testing::to_set;

namespace {

CausalGraph graph_of(std::vector<std::string> names, std::vector<NamedEdge> directed,
                     std::vector<NamedEdge> bidirected = {}) {
  return CausalGraph(std::move(names), directed, bidirected);
}

/// Whether a path leads from `a` to `b` through latent nodes alone, no node twice, none of them a collider: one that
/// begins with an arrowhead at `a` or not, as asked, and ends with one at `b`. Walks along every such path.
bool joined(const CausalGraph& graph, const NodeSet& latent, Node a, Node b, bool arrowhead_at_a) {
  NodeSet walked(graph.size(), {a});
  std::function<bool(Node, bool, bool)> walk = [&](Node v, bool arrived_by_arrowhead, bool first) {
    for (Node next = 0; next < graph.size(); ++next) {
      const struct {
        bool exists, arrowhead_here, arrowhead_there;
      } edges[] = {{graph.has_directed(v, next), false, true},
                   {graph.has_directed(next, v), true, false},
                   {graph.has_bidirected(v, next), true, true}};
      for (const auto& edge : edges) {
        if (!edge.exists ||
            (first ? edge.arrowhead_here != arrowhead_at_a : arrived_by_arrowhead && edge.arrowhead_here))
          continue;
        if (next == b && edge.arrowhead_there) return true;
        if (walked.contains(next) || !latent.contains(next)) continue;
        walked.insert(next);
        if (walk(next, edge.arrowhead_there, false)) return true;
        walked.erase(next);
      }
    }
    return false;
  };
  return walk(a, false, true);
}

}  // namespace

TEST_CASE("projecting out a common cause leaves a bidirected edge, a mediator a directed one", "[projection]") {
  const CausalGraph graph = graph_of({"U", "X", "M", "Y"}, {{"U", "X"}, {"U", "Y"}, {"X", "M"}, {"M", "Y"}});
  CHECK(latent_projection(graph, graph.none()) == graph);
  CHECK(latent_projection(graph, NodeSet(4, {0})) == graph_of({"X", "M", "Y"}, {{"X", "M"}, {"M", "Y"}}, {{"X", "Y"}}));
  CHECK(latent_projection(graph, NodeSet(4, {0, 2})) == graph_of({"X", "Y"}, {{"X", "Y"}}, {{"X", "Y"}}));
  CHECK(latent_projection(graph, NodeSet(4, {3})) == graph_of({"U", "X", "M"}, {{"U", "X"}, {"X", "M"}}));
  CHECK(latent_projection(graph, graph.all()).size() == 0);
}

TEST_CASE("a hidden cause of three nodes joins each two of them, as do chains of hidden nodes", "[projection]") {
  // Kusner et al. 2017, law school: knowledge U behind three grades.
  const CausalGraph law =
      graph_of({"race", "UGPA", "LSAT", "U", "ZFYA"},
               {{"race", "UGPA"}, {"race", "LSAT"}, {"race", "ZFYA"}, {"U", "UGPA"}, {"U", "LSAT"}, {"U", "ZFYA"}});
  CHECK(latent_projection(law, NodeSet(5, {3})) == graph_of({"race", "UGPA", "LSAT", "ZFYA"},
                                                            {{"race", "UGPA"}, {"race", "LSAT"}, {"race", "ZFYA"}},
                                                            {{"UGPA", "LSAT"}, {"UGPA", "ZFYA"}, {"LSAT", "ZFYA"}}));
  const CausalGraph chain = graph_of({"A", "U", "V", "W", "B"}, {{"U", "A"}, {"V", "W"}, {"W", "B"}}, {{"U", "V"}});
  CHECK(latent_projection(chain, NodeSet(5, {1, 2, 3})) == graph_of({"A", "B"}, {}, {{"A", "B"}}));
}

TEST_CASE("the edges of a projection are the paths through latent nodes", "[projection]") {
  std::mt19937_64 random(31);
  for (int trial = 0; trial < 1500; ++trial) {
    const int n = 2 + static_cast<int>(random() % 6);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.35, 0.2));
    NodeSet latent = graph.none();
    for (Node v = 0; v < graph.size(); ++v)
      if (random() % 2 == 0) latent.insert(v);
    const CausalGraph projection = latent_projection(graph, latent);
    REQUIRE(projection.size() == graph.size() - latent.size());
    for (Node a = 0; a < projection.size(); ++a)
      for (Node b = 0; b < projection.size(); ++b) {
        if (a == b) continue;
        const Node from = graph.node(projection.name(a)), to = graph.node(projection.name(b));
        REQUIRE(projection.has_directed(a, b) == joined(graph, latent, from, to, false));
        REQUIRE(projection.has_bidirected(a, b) == joined(graph, latent, from, to, true));
      }
  }
}

TEST_CASE("a projection has the separations of the whole graph among the observed nodes", "[projection]") {
  std::mt19937_64 random(32);
  int separations = 0, connections = 0;
  for (int trial = 0; trial < 6000; ++trial) {
    const int n = 3 + static_cast<int>(random() % 5);
    const judge::Graph g = random_judge_graph(random, n, 0.25, 0.1);
    const CausalGraph graph = to_causal_graph(g);
    judge::Set latent = 0, parts[3] = {};
    for (int v = 0; v < n; ++v) {
      const auto part = random() % 6;
      if (part < 3)
        parts[part] |= judge::Set{1} << v;
      else if (part < 5)
        latent |= judge::Set{1} << v;
    }
    if (parts[0] == 0 || parts[1] == 0) continue;
    const CausalGraph projection = latent_projection(graph, to_set(latent, graph.size()));
    NodeSet observed[3] = {projection.none(), projection.none(), projection.none()};
    for (int part = 0; part < 3; ++part)
      for (const Node v : to_set(parts[part], graph.size())) observed[part].insert(projection.node(graph.name(v)));
    const bool expected = judge::separated(g, parts[0], parts[1], parts[2]);
    REQUIRE(separated(projection, observed[0], observed[1], observed[2]) == expected);
    ++(expected ? separations : connections);
  }
  CHECK(separations > 500);
  CHECK(connections > 500);
}
