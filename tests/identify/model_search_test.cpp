#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include <equipoise/identify/model_search.hpp>

#include "identify/sweep.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("a pair is found where no source tells the effect, and it refutes", "[identify]") {
  // A bow within a chain; an experiment on Z does not help with X, one on another population's Y is no use.
  const std::vector<NamedEdge> directed{{"X", "Y"}, {"Z", "X"}}, hidden{{"X", "Y"}};
  const CausalGraph graph({"Z", "X", "Y"}, directed, hidden);
  const NodeSet z(3, {0}), x(3, {1}), y(3, {2});
  const std::vector<Source> sources{
      observation(graph), {0, z, graph.none()}, {1, graph.none(), graph.none()}, {2, x, y}};
  REQUIRE_FALSE(is_identified(identify_effect(graph, y, x, sources)));
  const auto pairs = find_model_pair(graph, y, x, graph.none(), sources);
  REQUIRE(pairs);
  REQUIRE(pairs->size() == 3);
  const Refutation found = compare_models(*pairs, y, x, graph.none(), sources);
  CHECK(refutes(found));
  // Populations share every mechanism but Y's in the last: there P(x | z) is the target's, P(y | do(x)) is not.
  const auto differ = [&](const NodeSet& of, const NodeSet& action, std::size_t population) {
    return detail::largest_difference(query_table((*pairs)[0].first, of, action, graph.none()),
                                      query_table((*pairs)[population].first, of, action, graph.none()));
  };
  CHECK(differ(x, z, 2) < 1e-15);
  CHECK(differ(y, x, 1) < 1e-15);
  CHECK(differ(y, x, 2) > 1e-3);
}

TEST_CASE("nothing is found where the effect is identified", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "M"}, {"M", "Y"}}, hidden{{"X", "Y"}};
  const CausalGraph graph({"X", "M", "Y"}, directed, hidden);
  const std::vector<Source> sources{observation(graph)};
  CHECK_FALSE(find_model_pair(graph, NodeSet(3, {2}), NodeSet(3, {0}), graph.none(), sources, {.tries = 20}));
}

TEST_CASE("the same seed finds the same models, and no tries find none", "[identify]") {
  const std::vector<NamedEdge> arrow{{"X", "Y"}};
  const CausalGraph bow({"X", "Y"}, arrow, arrow);
  const std::vector<Source> sources{observation(bow)};
  const NodeSet y(2, {1}), x(2, {0});
  const auto once = find_model_pair(bow, y, x, bow.none(), sources),
             again = find_model_pair(bow, y, x, bow.none(), sources);
  REQUIRE(once);
  REQUIRE(again);
  CHECK(once->front().first.distribution(x).values == again->front().first.distribution(x).values);
  CHECK_FALSE(find_model_pair(bow, y, x, bow.none(), sources, {.tries = 0}));
}

TEST_CASE("from random sources estimands equal the truth, and the search misses no pair of a fixed sample",
          "[identify]") {
  SweepFindings found;
  std::mt19937_64 random(41);
  for (int i = 0; i < 500; ++i) {
    const auto g = random_swept_graph(random, 2, i % 10 == 0 ? 4 : 3);
    const auto sources = random_sources(random, to_causal_graph(g), i % 2 == 0);
    ask_of_sources(random, g, random_query(random, g.n), sources, 5, {.tries = 50}, found);
  }
  CAPTURE(found.failures, found.largest_error);
  CHECK(found.estimands_wrong == 0);
  CHECK(found.pairs_missed == 0);
  CHECK(found.identified > 200);
  CHECK(found.refused > 50);
}
