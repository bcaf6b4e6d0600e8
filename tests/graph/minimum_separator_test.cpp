#include <equipoise/graph/minimum_separator.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <random>
#include <vector>

#include <equipoise/core/error.hpp>

#include "graph/all_paths.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

double cost_of(Mask set, const std::vector<double>& costs) {
  if (costs.empty()) return std::popcount(set);
  double sum = 0;
  for (std::size_t v = 0; v < costs.size(); ++v)
    if (set >> v & 1) sum += costs[v];
  return sum;
}

}  // namespace

TEST_CASE("a minimum separator costs as little as the cheapest of all", "[graph]") {
  std::mt19937_64 random(81);
  std::uniform_real_distribution<double> uniform(0.1, 10);
  int cheaper_than_smallest = 0;
  for (int trial = 0; trial < 10000; ++trial) {
    const SeparatorDraw drawn = SeparatorDraw::draw(random, trial % 2 == 0, trial % 3 != 0);
    const CausalGraph& graph = drawn.graph;
    const std::size_t n = graph.size();
    const Mask a = drawn.a, b = drawn.b, allowed = drawn.allowed;
    const auto separating = masks_where(allowed, [&](Mask z) { return !any_open(drawn.paths, z); });
    std::vector<double> costs;
    for (std::size_t v = 0; v < n; ++v) costs.push_back(uniform(random));
    for (const auto& chosen : {std::vector<double>{}, costs}) {
      const auto found = minimum_separator(graph, from_mask(a, n), from_mask(b, n), from_mask(allowed, n), chosen);
      REQUIRE(found.has_value() == !separating.empty());
      if (!found) continue;
      REQUIRE(std::count(separating.begin(), separating.end(), to_mask(*found)) == 1);
      double least = std::numeric_limits<double>::infinity();
      for (const Mask z : separating) least = std::min(least, cost_of(z, chosen));
      REQUIRE(cost_of(to_mask(*found), chosen) == Approx(least).epsilon(1e-12));
      int smallest = static_cast<int>(n);
      for (const Mask z : separating) smallest = std::min(smallest, std::popcount(z));
      cheaper_than_smallest += std::popcount(to_mask(*found)) > smallest;
    }
  }
  CHECK(cheaper_than_smallest > 10);
}

TEST_CASE("a minimum adjustment set costs as little as the cheapest of all", "[graph]") {
  std::mt19937_64 random(82);
  for (int trial = 0; trial < 1500; ++trial) {
    const CausalGraph graph = random_rails(random, 0.05);
    const std::size_t n = graph.size();
    const AdjustmentProblem problem(graph, NodeSet(n, {0}), NodeSet(n, {n - 1}), NodeSet(n, {random() % n}));
    std::size_t smallest = n;
    for (auto listing = minimal_adjustment_sets(problem); const auto set = listing.next();)
      smallest = std::min(smallest, set->size());
    const auto found = minimum_adjustment_set(problem);
    REQUIRE(found.has_value() == minimal_adjustment_set(problem).has_value());
    if (!found) continue;
    REQUIRE(is_adjustment_set(problem, *found));
    REQUIRE(found->size() == smallest);
  }
}

TEST_CASE("of equally cheap sets the nearest to the outcome is taken", "[graph]") {
  const std::vector<NamedEdge> directed{{"A", "X"}, {"A", "B"}, {"B", "C"}, {"C", "Y"}, {"X", "Y"}};
  const CausalGraph graph({"X", "A", "B", "C", "Y"}, directed);
  const AdjustmentProblem problem(graph, NodeSet(5, {0}), NodeSet(5, {4}));
  CHECK(minimum_adjustment_set(problem) == NodeSet(5, {3}));
  const std::vector<double> costs{1, 2, 1, 3, 1};
  CHECK(minimum_adjustment_set(problem, costs) == NodeSet(5, {2}));
}

TEST_CASE("a cost must be a positive number, and every node has one", "[graph]") {
  const CausalGraph graph({"X", "A", "Y"}, std::vector<NamedEdge>{{"X", "A"}, {"A", "Y"}});
  const NodeSet x(3, {0}), a(3, {1}), y(3, {2});
  for (const double wrong :
       {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> costs{1, wrong, 1};
    CHECK_THROWS_AS(minimum_separator(graph, x, y, a, costs), Error);
  }
  CHECK_THROWS_AS(minimum_separator(graph, x, y, a, std::vector<double>{1, 1}), Error);
  CHECK(minimum_separator(graph, x, y, a, std::vector<double>{0, 1, 0}) == a);  // no matter what the others cost
}
