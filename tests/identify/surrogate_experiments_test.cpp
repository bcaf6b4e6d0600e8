#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <equipoise/identify/surrogate_experiments.hpp>

#include "identify/sweep.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("an experiment serves where it fixes what confounds, and not where it fixes what is asked about",
          "[identify]") {
  // X -> Z -> Y with X <-> Z: only an experiment on X itself shows what X does to Z.
  const std::vector<NamedEdge> directed{{"X", "Z"}, {"Z", "Y"}}, hidden{{"X", "Z"}};
  const CausalGraph graph({"X", "Z", "Y"}, directed, hidden);
  const NodeSet x(3, {0}), z(3, {1}), y(3, {2});
  CHECK_FALSE(is_identified(identify_effect(graph, y, x)));
  CHECK_FALSE(is_identified(identify_effect(graph, y, x, surrogate_experiments(graph, y, x, graph.none(), z))));
  const auto sources = surrogate_experiments(graph, y, x, graph.none(), x);
  REQUIRE(sources == std::vector<Source>{observation(graph), {0, x, graph.none()}});
  CHECK(is_identified(identify_effect(graph, y, x, sources)));
}

TEST_CASE("one may experiment on a part of what is manipulable, but not of what is listed", "[identify]") {
  // A and C stand in one district, so that A must be left alone while B is held.
  const std::vector<NamedEdge> directed{{"B", "A"}, {"A", "C"}, {"B", "C"}}, hidden{{"A", "C"}, {"B", "C"}};
  const CausalGraph graph({"B", "A", "C"}, directed, hidden);
  const NodeSet b(3, {0}), ab(3, {0, 1}), ac(3, {1, 2}), none = graph.none();
  const std::vector<Source> listed{observation(graph), {0, ab, none}};
  CHECK_FALSE(is_identified(identify_effect(graph, ac, b, listed)));
  CHECK(is_identified(identify_effect(graph, ac, b, surrogate_experiments(graph, ac, b, none, ab))));
}

TEST_CASE("the few experiments identify whatever all of them together do", "[identify]") {
  std::mt19937_64 random(51);
  int identified = 0, by_experiment = 0, refused = 0;
  for (int trial = 0; trial < 6000; ++trial) {
    const auto g = random_swept_graph(random, 2, 7);
    const CausalGraph graph = to_causal_graph(g);
    const auto query = random_query(random, g.n);
    const NodeSet y = to_set(query.y, graph.size()), x = to_set(query.x, graph.size()),
                  z = to_set(query.z, graph.size());
    const auto manipulable = static_cast<judge::Set>(random()) & ((judge::Set{1} << g.n) - 1);
    std::vector<Source> all;
    for (judge::Set on = manipulable;; on = (on - 1) & manipulable) {
      all.push_back({0, to_set(on, graph.size()), graph.none()});
      if (on == 0) break;
    }
    const auto few = surrogate_experiments(graph, y, x, z, to_set(manipulable, graph.size()));
    for (const Source& source : few) REQUIRE(std::find(all.begin(), all.end(), source) != all.end());
    const bool expected = is_identified(identify_conditional_effect(graph, y, x, z, all));
    REQUIRE(is_identified(identify_conditional_effect(graph, y, x, z, few)) == expected);
    const bool observed = is_identified(identify_conditional_effect(graph, y, x, z));
    identified += expected;
    by_experiment += expected && !observed;
    refused += !expected;
  }
  CHECK(identified > 1000);
  CHECK(by_experiment > 300);
  CHECK(refused > 300);
}
