#include <equipoise/privacy/stable_features.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/graph/separation.hpp>

using namespace equipoise;

TEST_CASE("the Markov blanket separates from all else, and nothing of it can be spared") {
  std::mt19937_64 random(61);
  const auto chance = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<std::string> names;
    std::vector<NamedEdge> directed, bidirected;
    for (int v = 0; v < 7; ++v) names.push_back("V" + std::to_string(v));
    for (std::size_t b = 1; b < 7; ++b)
      for (std::size_t a = 0; a < b; ++a) {
        if (chance() < 0.25) directed.emplace_back(names[a], names[b]);
        if (trial % 2 == 1 && chance() < 0.15) bidirected.emplace_back(names[a], names[b]);
      }
    const CausalGraph graph(names, directed, bidirected);
    for (Node y = 0; y < 7; ++y) {
      const NodeSet blanket = feature_sets(graph, y).markov_blanket, outcome(7, {y});
      CHECK_FALSE(blanket.contains(y));
      CHECK(separated(graph, outcome, graph.all() - blanket - outcome, blanket));
      for (const Node v : blanket) {
        NodeSet rest = blanket;
        rest.erase(v);
        CHECK_FALSE(separated(graph, outcome, NodeSet(7, {v}), rest));
      }
    }
  }
}

TEST_CASE("parents and non-descendants are the graph's") {
  const CausalGraph graph({"A", "X", "Y", "C", "D"},
                          std::vector<NamedEdge>{{"A", "X"}, {"X", "Y"}, {"Y", "C"}, {"D", "C"}});
  const FeatureSets sets = feature_sets(graph, graph.node("Y"));
  CHECK(sets.parents == NodeSet(5, {1}));
  CHECK(sets.markov_blanket == NodeSet(5, {1, 3, 4}));
  CHECK(sets.non_descendants == NodeSet(5, {0, 1, 4}));
}

TEST_CASE("fewer features never change the clipped epsilon, cost less noise, and bound the minimiser closer") {
  const std::vector<double> some{1, 2}, all{1, 2, 2, 0, 3, 1, 1, 1};
  const FeatureComparison comparison = compare_features(some, all);
  CHECK(comparison.clipped_epsilon_ratio == 1);
  CHECK(comparison.noise_norm_ratio == Approx(0.5));
  CHECK(comparison.unclipped_epsilon_ratio == Approx(std::sqrt(5.0 / 21)));
  const auto statements = statements_of(comparison);
  REQUIRE(statements.size() == 2);
  CHECK(statements[0].find("does not change epsilon") != std::string::npos);
  CHECK(statements[0].find("0.5 of the norm") != std::string::npos);
  CHECK_THROWS_AS(compare_features({}, all), Error);
  CHECK_THROWS_AS(compare_features(some, std::vector<double>{0, 0}), Error);
}

TEST_CASE("no replaced person moves a ridge fit of bounded slope further than the bound") {
  // Huber-like losses need an optimiser; the squared error on scores kept small enough is Lipschitz, and its minimiser
  // is closed: mean (x'w - y)^2 / 2 + lambda |w|^2 / 2 with |x| <= norm, |y| <= 1. |w| <= norm / lambda, so that the
  // slope of the loss stays below 1 + norm^2 / lambda.
  double closest = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 62, .purpose = Purpose::test}).row(trial);
    constexpr Eigen::Index n = 12, d = 3;
    const double lambda = 2 + 3 * random.uniform();
    Eigen::MatrixXd x(n + 1, d);
    Eigen::VectorXd y(n + 1);
    for (Eigen::Index i = 0; i <= n; ++i) {
      for (Eigen::Index k = 0; k < d; ++k) x(i, k) = 2 * random.uniform() - 1;
      y[i] = random.uniform() < 0.5 ? -1 : 1;
    }
    const std::vector<double> bounds(3, 1.0);
    const double norm = feature_norm(bounds);
    const auto minimiser = [&](Eigen::Index left_out) {
      Eigen::MatrixXd a = lambda * Eigen::MatrixXd::Identity(d, d);
      Eigen::VectorXd b = Eigen::VectorXd::Zero(d);
      for (Eigen::Index i = 0; i <= n; ++i) {
        if (i == left_out) continue;
        a += x.row(i).transpose() * x.row(i) / n;
        b += x.row(i).transpose() * y[i] / n;
      }
      return Eigen::VectorXd(solve_spd(a, b));
    };
    const double bound = minimiser_l2_sensitivity(norm, 1 + norm * norm / lambda, lambda, n);
    const double moved = (minimiser(0) - minimiser(n)).norm();
    CHECK(moved <= bound);
    closest = std::max(closest, moved / bound);
  }
  CHECK(closest > 0.3);
  CHECK_THROWS_AS(minimiser_l2_sensitivity(1, 1, 0, 5), Error);
}
