#include <equipoise/graph/optimal_adjustment.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "graph/all_paths.hpp"
#include "graph/linear_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("no adjustment set estimates an effect better than the optimal one", "[graph]") {
  std::mt19937_64 random(91);
  std::array<int, 4> refused{};
  int best = 0, beaten = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const CausalGraph graph =
        trial % 2 == 0 ? random_rails(random, 0.05) : random_mixed_graph(random, 3 + random() % 5, 0.5, 0.05);
    const std::size_t n = graph.size();
    const Node x = 0, y = n - 1;
    const Mask forbidden = trial % 3 == 0 ? Mask{1} << random() % n : 0;
    const AdjustmentProblem problem(graph, NodeSet(n, {x}), NodeSet(n, {y}), from_mask(forbidden, n));
    const auto answer = optimal_adjustment_set(problem);
    if (const auto* reason = std::get_if<NoOptimalSet>(&answer)) {
      ++refused[static_cast<std::size_t>(*reason)];
      REQUIRE((*reason == NoOptimalSet::no_adjustment_set) == !minimal_adjustment_set(problem).has_value());
      continue;
    }
    const Mask optimal = to_mask(std::get<NodeSet>(answer));
    REQUIRE(is_adjustment_set(problem, std::get<NodeSet>(answer)));
    ++best;
    const LinearModel model(random, graph);
    const double effect = model.effects()(static_cast<Eigen::Index>(y), static_cast<Eigen::Index>(x));
    // The asymptotic variance of the coefficient of x when y is regressed on x and z.
    const auto variance = [&](Mask z) {
      return model.covariance_given(y, y, z | Mask{1} << x) / model.covariance_given(x, x, z);
    };
    const double least = variance(optimal);
    for (auto listing = adjustment_sets(problem); const auto set = listing.next();) {
      const Mask z = to_mask(*set);
      REQUIRE(model.covariance_given(x, y, z) / model.covariance_given(x, x, z) == Approx(effect).margin(1e-9));
      REQUIRE(variance(z) >= least * (1 - 1e-9));
      beaten += variance(z) > least * (1 + 1e-6);
    }
  }
  CHECK(best > 300);
  CHECK(beaten > 1000);
  for (const int count : refused) CHECK(count > 20);
}

TEST_CASE("several treatments have one optimal set", "[graph]") {
  // Henckel, Perković, Maathuis 2022 take the parents of causal nodes: here W of Y, and Z of M.
  const std::vector<NamedEdge> directed{{"X1", "M"}, {"M", "Y"},  {"X2", "Y"}, {"Z", "M"},
                                        {"W", "Y"},  {"W", "X2"}, {"I", "X1"}};
  const CausalGraph graph({"X1", "X2", "M", "Y", "Z", "W", "I"}, directed);
  const auto answer = optimal_adjustment_set(AdjustmentProblem(graph, NodeSet(7, {0, 1}), NodeSet(7, {3})));
  REQUIRE(std::holds_alternative<NodeSet>(answer));
  CHECK(std::get<NodeSet>(answer) == NodeSet(7, {4, 5}));
}

TEST_CASE("where no set is known to be the best, the reason is told", "[graph]") {
  const auto reason = [](std::vector<NamedEdge> directed, std::vector<NamedEdge> bidirected,
                         std::vector<Node> forbidden) {
    const CausalGraph graph({"X", "Y", "Z"}, directed, bidirected);
    NodeSet never = graph.none();
    for (const Node v : forbidden) never.insert(v);
    return std::get<NoOptimalSet>(
        optimal_adjustment_set(AdjustmentProblem(graph, NodeSet(3, {0}), NodeSet(3, {1}), never)));
  };
  CHECK(reason({{"X", "Y"}}, {{"X", "Y"}}, {}) == NoOptimalSet::no_adjustment_set);
  CHECK(reason({{"Y", "X"}, {"Z", "Y"}}, {}, {}) == NoOptimalSet::no_adjustment_set);
  CHECK(reason({{"Z", "X"}, {"Z", "Y"}}, {}, {}) == NoOptimalSet::no_effect);
  CHECK(reason({{"X", "Y"}}, {{"Z", "Y"}}, {}) == NoOptimalSet::hidden_cause);
  CHECK(reason({{"X", "Y"}, {"Z", "Y"}}, {}, {2}) == NoOptimalSet::forbidden_cause);
}
