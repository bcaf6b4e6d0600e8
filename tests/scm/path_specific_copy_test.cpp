#include <catch2/catch.hpp>

#include <algorithm>

#include <equipoise/scm/path_specific_copy.hpp>

#include "scm/random_models.hpp"
#include "scm/world_evaluation.hpp"

using namespace equipoise;
using equipoise::testing::Units;

namespace {

/// The value of `way`'s first node, seen along the way to the outcome: whether each path carries the change is asked of
/// the whole path, by comparing it with those listed.
std::vector<double> seen_along(const Units& units, std::vector<Node> way, Node treatment,
                               const std::vector<std::vector<Node>>& listed, double active, double reference) {
  const Node v = way.front();
  if (v == treatment) {
    const bool is_listed = std::any_of(listed.begin(), listed.end(), [&](const std::vector<Node>& path) {
      return path.size() <= way.size() && std::equal(path.begin(), path.end(), way.begin());
    });
    return std::vector<double>(units.rows, is_listed ? active : reference);
  }
  std::vector<std::vector<double>> columns;
  for (const Scm::Input& input : units.model.inputs(v)) {
    std::vector<Node> longer{input.index};
    longer.insert(longer.end(), way.begin(), way.end());
    columns.push_back(seen_along(units, longer, treatment, listed, active, reference));
  }
  std::vector<const double*> endogenous;
  for (const auto& column : columns) endogenous.push_back(column.data());
  const auto inputs = units.model.inputs(v);
  return units.evaluated(units.model.mechanism(v), v, {inputs.begin(), inputs.end()}, endogenous);
}

/// Every directed path from the treatment, to whatever node.
void extend(const CausalGraph& graph, std::vector<Node> path, std::vector<std::vector<Node>>& all) {
  if (path.size() > 1) all.push_back(path);
  const Node last = path.back();
  for (const Node child : graph.children(last)) {
    path.push_back(child);
    extend(graph, path, all);
    path.pop_back();
  }
}

}  // namespace

TEST_CASE("a change along listed paths is what path by path recursion gives, for any set of paths") {
  RowStream random = RandomStream({.seed = 12, .purpose = Purpose::test}).row(0);
  int recanting = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const auto model = equipoise::testing::random_linear_gaussian(random, 6);
    const Units units(model.scm, 2, static_cast<std::uint64_t>(trial));
    const CausalGraph& graph = model.scm.graph();
    std::vector<std::vector<Node>> all;
    extend(graph, {1}, all);
    std::vector<std::vector<Node>> listed;
    for (const auto& path : all)
      if (random.uniform() < 0.3) listed.push_back(path);
    ParallelWorlds worlds(model.scm);
    const std::size_t copy = path_specific_copy(worlds, 1, 5, listed, 2, -0.5);
    const auto values = equipoise::testing::values_of_copies(worlds, units);
    const auto expected = seen_along(units, {5}, 1, listed, 2, -0.5);
    for (std::size_t row = 0; row < units.rows; ++row)
      REQUIRE(values[copy][row] == Approx(expected[row]).epsilon(1e-12));
    std::size_t of_two = 0;
    for (const WorldCopy& each : worlds.copies()) of_two += each.variable == 2;
    recanting += of_two > 1;
  }
  CHECK(recanting > 20);  // the sample has paths that part beyond a shared node
}

TEST_CASE("all paths listed give the total effect's world, and none the reference") {
  RowStream random = RandomStream({.seed = 13, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 6);
  ParallelWorlds worlds(model.scm);
  std::vector<std::vector<Node>> edges;
  for (const Node child : model.scm.graph().children(0)) edges.push_back({0, child});
  CHECK(path_specific_copy(worlds, 0, 5, edges, 1, 0) == worlds.copy(5, {{0, 1.0}}));
  CHECK(path_specific_copy(worlds, 0, 5, {}, 1, 0) == worlds.copy(5, {{0, 0.0}}));
}
