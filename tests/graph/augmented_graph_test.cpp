#include <equipoise/graph/augmented_graph.hpp>

#include <catch2/catch.hpp>

#include <random>

#include <equipoise/graph/separation.hpp>

#include "graph/all_paths.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("nodes share a clique where a path of colliders joins them", "[graph]") {
  std::mt19937_64 random(51);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::size_t n = 2 + random() % 6;
    const CausalGraph graph = random_mixed_graph(random, n, 0.3, 0.25);
    const NodeSet ancestral =
        ancestors_under(graph, from_mask(static_cast<Mask>(random()) & 127, n) & graph.all(), CutNothing{});
    const AugmentedGraph augmented(graph, ancestral, CutNothing{});
    REQUIRE(augmented.size() == n);
    const MaskGraph judged(graph);
    for (Node a = 0; a < n; ++a)
      for (Node b = 0; b < n; ++b) {
        if (a == b) continue;
        bool joined = false;
        for (const JudgedPath& path : paths_between(judged, Mask{1} << a, Mask{1} << b))
          joined = joined || (path.non_colliders == 0 && is_part(path.nodes, to_mask(ancestral)));
        bool shared = false;
        for (const std::size_t clique : augmented.cliques_of(a))
          for (const Node w : augmented.members(clique)) shared = shared || w == b;
        REQUIRE(shared == joined);
      }
  }
}

TEST_CASE("in the augmented graph plain separation is m-separation", "[graph]") {
  std::mt19937_64 random(52);
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n = 3 + random() % 5;
    const CausalGraph graph = random_mixed_graph(random, n, 0.3, 0.2);
    const auto parts = random_parts(random, n, 3);
    const NodeSet a = from_mask(parts[0], n), b = from_mask(parts[1], n), z = from_mask(parts[2], n);
    const AugmentedGraph augmented(graph, ancestors_under(graph, a | b | z, CutNothing{}), CutNothing{});
    REQUIRE(augmented.reached(a, z).intersects(b) ==
            any_open(paths_between(MaskGraph(graph), parts[0], parts[1]), parts[2]));
  }
}
