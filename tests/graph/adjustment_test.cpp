#include <equipoise/graph/adjustment.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "graph/all_paths.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// Shpitser, VanderWeele, Robins 2010: no node of z descends from a node outside x on a proper causal path, and z blocks
// every proper path that is not causal.
struct Criterion {
  Mask forbidden = 0;
  std::vector<JudgedPath> non_causal;

  Criterion(const MaskGraph& graph, Mask x, Mask y) {
    for (JudgedPath& path : paths_between(graph, x, y)) {
      if ((path.nodes & x) != Mask{1} << path.first) continue;
      if (path.causal)
        forbidden |= graph.descendants(path.nodes & ~x);
      else
        non_causal.push_back(std::move(path));
    }
  }
  bool holds(Mask z) const { return !(z & forbidden) && !any_open(non_causal, z); }
};

CausalGraph graph_of(std::vector<std::string> names, std::vector<NamedEdge> directed,
                     std::vector<NamedEdge> bidirected = {}) {
  return CausalGraph(std::move(names), directed, bidirected);
}

}  // namespace

TEST_CASE("adjustment sets are those of the complete criterion, path by path", "[graph]") {
  std::mt19937_64 random(31);
  int none = 0, several = 0;
  for (int trial = 0; trial < trials(6000); ++trial) {
    const bool rails = trial % 2 == 0;
    const CausalGraph graph = rails ? random_rails(random, 0.05)
                                    : random_mixed_graph(random, 2 + random() % 6, 0.35, trial % 4 == 1 ? 0.0 : 0.15);
    const std::size_t n = graph.size();
    const auto parts = random_parts(random, n, 3);
    const Mask x = rails ? Mask{1} : parts[0], y = rails ? Mask{1} << (n - 1) : parts[1];
    const Mask forbidden = trial % 3 == 0 ? parts[2] : 0;
    const Criterion criterion(MaskGraph(graph), x, y);
    const AdjustmentProblem problem(graph, from_mask(x, n), from_mask(y, n), from_mask(forbidden, n));
    const Mask all = (Mask{1} << n) - 1;
    const auto valid = masks_where(all, [&](Mask z) {
      const bool expected = !(z & (x | y | forbidden)) && criterion.holds(z);
      REQUIRE(is_adjustment_set(problem, from_mask(z, n)) == expected);
      return expected;
    });
    REQUIRE(all_masks(adjustment_sets(problem)) == valid);
    const auto minimal = minimal_masks(valid);
    REQUIRE(all_masks(minimal_adjustment_sets(problem)) == minimal);
    const auto one = minimal_adjustment_set(problem);
    REQUIRE(one.has_value() == !valid.empty());
    if (one) REQUIRE(std::count(minimal.begin(), minimal.end(), to_mask(*one)) == 1);
    REQUIRE(unblocked_path(problem).has_value() == valid.empty());
    none += valid.empty();
    several += minimal.size() > 1;
  }
  CHECK(none > trials(400));
  CHECK(several > trials(400));
}

TEST_CASE("in larger graphs every minimal set listed is valid, needs all its nodes, and is listed once", "[graph]") {
  std::mt19937_64 random(34);
  std::size_t listed = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t n = 70;  // more than one word of a set
    const CausalGraph graph = random_mixed_graph(random, n, 0.06, 0.005);
    const Node x = random() % n, y = (x + 1 + random() % (n - 1)) % n;
    const AdjustmentProblem problem(graph, NodeSet(n, {x}), NodeSet(n, {y}));
    std::vector<NodeSet> sets = first_sets(minimal_adjustment_sets(problem), 100).sets;
    REQUIRE(sets.empty() == !minimal_adjustment_set(problem).has_value());
    listed += sets.size();
    for (const NodeSet& set : sets) {
      REQUIRE(is_adjustment_set(problem, set));
      for (const Node v : set) {
        // Among the ancestors of both ends one node at a time tells whether a part is enough.
        NodeSet part = set;
        part.erase(v);
        REQUIRE_FALSE(is_adjustment_set(problem, part));
      }
    }
    std::sort(sets.begin(), sets.end());
    REQUIRE(std::adjacent_find(sets.begin(), sets.end()) == sets.end());
  }
  CHECK(listed > 1000);
}

TEST_CASE("a path that no adjustment set blocks is a path, is not causal, and is open", "[graph]") {
  std::mt19937_64 random(32);
  int found = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const std::size_t n = 3 + random() % 5;
    const CausalGraph graph = random_mixed_graph(random, n, 0.4, 0.2);
    const auto parts = random_parts(random, n, 2);
    const AdjustmentProblem problem(graph, from_mask(parts[0], n), from_mask(parts[1], n));
    const auto path = unblocked_path(problem);
    if (!path) continue;
    ++found;
    const NodeSet ends = problem.treatment() | problem.outcome();
    const Mask z = to_mask(ancestors_under(graph, ends, problem.cut()) & problem.allowed());
    const auto open = paths_between(MaskGraph(graph), parts[0], parts[1]);
    REQUIRE(std::any_of(open.begin(), open.end(), [&](const JudgedPath& each) {
      return each.nodes == to_mask([&] {
               NodeSet nodes = graph.none();
               for (const Node v : path->nodes) nodes.insert(v);
               return nodes;
             }()) &&
             each.first == path->nodes.front() && each.last == path->nodes.back() && !each.causal && each.is_open(z);
    }));
  }
  CHECK(found > 100);
}

TEST_CASE("an effect that needs no adjustment is told from one that no adjustment gives", "[graph]") {
  const CausalGraph free = graph_of({"X", "Y"}, {{"X", "Y"}});
  const auto nothing = minimal_adjustment_set(AdjustmentProblem(free, NodeSet(2, {0}), NodeSet(2, {1})));
  REQUIRE(nothing);
  CHECK(nothing->empty());
  const CausalGraph confounded = graph_of({"X", "Y"}, {{"X", "Y"}}, {{"X", "Y"}});
  const AdjustmentProblem problem(confounded, NodeSet(2, {0}), NodeSet(2, {1}));
  CHECK_FALSE(minimal_adjustment_set(problem));
  const auto path = unblocked_path(problem);
  REQUIRE(path);
  CHECK(to_text(*path, confounded) == "X <-> Y");
}

TEST_CASE("six covariates of Pearl's leave four minimal sets", "[graph]") {
  // Pearl 2009, figure 3.4.
  const CausalGraph graph = graph_of({"Z1", "Z2", "Z3", "W1", "W2", "W3", "X", "Y"}, {{"Z1", "Z3"},
                                                                                      {"Z2", "Z3"},
                                                                                      {"Z1", "W1"},
                                                                                      {"Z2", "W2"},
                                                                                      {"Z3", "X"},
                                                                                      {"Z3", "Y"},
                                                                                      {"W1", "X"},
                                                                                      {"W2", "Y"},
                                                                                      {"X", "W3"},
                                                                                      {"W3", "Y"}});
  const AdjustmentProblem problem(graph, NodeSet(8, {6}), NodeSet(8, {7}));
  CHECK(problem.allowed() == NodeSet(8, {0, 1, 2, 3, 4}));
  CHECK(problem.causal() == NodeSet(8, {5, 7}));
  const ListedSets all = first_sets(minimal_adjustment_sets(problem), 4);
  CHECK(all.sets.size() == 4);
  CHECK(all.complete);
  const ListedSets some = first_sets(minimal_adjustment_sets(problem), 3);
  CHECK(some.sets.size() == 3);
  CHECK_FALSE(some.complete);
  CHECK(minimal_adjustment_set(problem) == NodeSet(8, {2, 4}));  // {Z3, W2}, the nearest to Y
}
