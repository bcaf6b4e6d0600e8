#include <equipoise/graph/front_door.hpp>

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "graph/all_paths.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// Pearl's three conditions, path by path; a proper path meets the set it begins in once.
struct Conditions {
  Mask x, y;
  MaskGraph graph;
  std::vector<JudgedPath> directed;  // from x to y

  Conditions(const CausalGraph& g, Mask x_, Mask y_) : x(x_), y(y_), graph(g) {
    for (JudgedPath& path : paths_between(graph, x, y))
      if (path.causal) directed.push_back(std::move(path));
  }
  static bool unblocked(const std::vector<JudgedPath>& paths, Mask from, Mask z) {
    for (const JudgedPath& path : paths)
      if (path.first_arrow_in && (path.nodes & from) == Mask{1} << path.first && path.is_open(z)) return true;
    return false;
  }
  bool hold(Mask z) const {
    for (const JudgedPath& path : directed)
      if (!(path.nodes & z)) return false;
    return !unblocked(paths_between(graph, x, z), x, 0) && !unblocked(paths_between(graph, z, y), z, x);
  }
};

}  // namespace

TEST_CASE("front-door sets are those of Pearl's three conditions, path by path", "[graph]") {
  std::mt19937_64 random(71);
  int some = 0, none = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n = 2 + random() % 5;
    const CausalGraph graph = random_mixed_graph(random, n, 0.4, 0.15);
    auto parts = random_parts(random, n, 3);
    if (trial % 3 != 0) parts[0] = Mask{1} << 0, parts[1] = Mask{1} << (n - 1);
    const Mask x = parts[0], y = parts[1];
    const Mask forbidden = trial % 2 == 0 ? 0 : parts[2];
    const FrontDoorProblem problem(graph, from_mask(x, n), from_mask(y, n), from_mask(forbidden, n));
    const Conditions conditions(graph, x, y);
    const Mask all = (Mask{1} << n) - 1;
    const auto valid = masks_where(all, [&](Mask z) {
      const bool expected = !(z & (x | y | forbidden)) && conditions.hold(z);
      REQUIRE(is_front_door_set(problem, from_mask(z, n)) == expected);
      return expected;
    });
    REQUIRE(all_masks(front_door_sets(problem)) == valid);
    Mask greatest = 0;
    for (const Mask z : valid) greatest |= z;
    const auto found = greatest_front_door_set(problem, graph.all());
    REQUIRE(found.has_value() == !valid.empty());
    if (found) REQUIRE(to_mask(*found) == greatest);
    some += valid.size() > 1;
    none += valid.empty();
  }
  CHECK(some > 300);
  CHECK(none > 300);
}

TEST_CASE("a mediator with a hidden cause of its own is no front door", "[graph]") {
  const std::vector<NamedEdge> chain{{"X", "Z"}, {"Z", "Y"}}, hidden{{"X", "Y"}}, blocked{{"X", "Y"}, {"Z", "Y"}};
  const NodeSet x(3, {0}), y(3, {2}), z(3, {1});
  const CausalGraph open({"X", "Z", "Y"}, chain, hidden), shut({"X", "Z", "Y"}, chain, blocked);
  CHECK(greatest_front_door_set(FrontDoorProblem(open, x, y), open.all()) == z);
  CHECK_FALSE(greatest_front_door_set(FrontDoorProblem(shut, x, y), shut.all()));
}

TEST_CASE("a listing of front-door sets begins with one that holds no other", "[graph]") {
  std::mt19937_64 random(72);
  int several = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const std::size_t n = 3 + random() % 4;
    const CausalGraph graph = random_mixed_graph(random, n, 0.4, 0.1);
    const FrontDoorProblem problem(graph, NodeSet(n, {0}), NodeSet(n, {n - 1}));
    const ListedSets all = first_sets(front_door_sets(problem), 1000);
    REQUIRE(all.complete);
    for (const NodeSet& other : all.sets) REQUIRE((other == all.sets.front() || !other.is_subset_of(all.sets.front())));
    several += all.sets.size() > 1;
  }
  CHECK(several > 100);
}

TEST_CASE("the first of very many front-door sets are small", "[graph]") {
  std::vector<std::string> names;
  std::vector<NamedEdge> chain;
  for (std::size_t v = 0; v < 1000; ++v) {
    names.push_back("v" + std::to_string(v));
    if (v > 0) chain.emplace_back(names[v - 1], names[v]);
  }
  const CausalGraph graph(names, chain);
  const FrontDoorProblem problem(graph, NodeSet(1000, {0}), NodeSet(1000, {999}));
  for (const NodeSet& set : first_sets(front_door_sets(problem), 1000).sets) REQUIRE(set.size() <= 12);
}
