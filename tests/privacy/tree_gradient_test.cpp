#include <equipoise/privacy/tree_gradient.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/privacy/research_random.hpp>

#include "privacy/person_losses.hpp"

using namespace equipoise;
using equipoise::testing::FixedPersonLosses;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 47, .purpose = Purpose::test, .point = point}));
}

const AffinePredictor intercept(0, Link::identity);

FixedPersonLosses drawn_losses(Eigen::Index persons) {
  RowStream random = RandomStream({.seed = 47, .purpose = Purpose::test}).row(1);
  FixedPersonLosses losses;
  losses.all.resize(1);
  losses.all[0].features = Eigen::MatrixXd(persons, 0);
  losses.all[0].d_scores = Eigen::VectorXd::NullaryExpr(persons, [&] { return 2 * random.uniform() - 1; });
  return losses;
}

/// How many whole nodes of the binary tree over 1, …, steps hold this step, by enumeration.
std::size_t nodes_with(std::uint64_t step, std::uint64_t steps) {
  std::size_t count = 0;
  for (std::uint64_t size = 1; size <= steps; size *= 2) {
    const std::uint64_t end = (step + size - 1) / size * size;
    // Released when its last step is done, unless a larger node ends there too.
    if (end <= steps && end / size % 2 == 1) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("no step is in more nodes than the depth says, and some step is in as many", "[tree gradient]") {
  CHECK(TreeNoise::depth(0) == 0);
  for (std::uint64_t steps = 1; steps <= 70; ++steps) {
    std::size_t most = 0;
    for (std::uint64_t step = 1; step <= steps; ++step) most = std::max(most, nodes_with(step, steps));
    CHECK(TreeNoise::depth(steps) == most);
  }
}

// Of 3,000 independent coordinates the mean product of two sums' noises lies within 5 standard deviations of the number
// of nodes that both are made of: sqrt((ab + c^2) / 3000) each, 78 pairs: a false alarm in 20,000 runs.
TEST_CASE("two sums share the noise of the nodes that both are made of", "[tree gradient]") {
  auto random = seeded(0);
  TreeNoise noise(3000);
  constexpr double deviation = 1000;
  std::vector<std::vector<double>> sums;
  for (int step = 1; step <= 12; ++step) {
    noise.advance(random, deviation);
    std::vector<double>& sum = sums.emplace_back();
    for (const std::int64_t each : noise.prefix()) sum.push_back(static_cast<double>(each) / deviation);
  }
  for (unsigned a = 1; a <= 12; ++a)
    for (unsigned b = 1; b <= a; ++b) {
      // Nodes of the first a: for each 1 of a, the run that begins after the higher digits. Shared: the common high
      // digits, as long as they agree.
      unsigned shared = 0;
      for (unsigned bit = 16; bit > 0; bit /= 2) {
        if ((a & bit) != (b & bit)) break;
        shared += (a & bit) != 0;
      }
      double product = 0;
      for (std::size_t i = 0; i < 3000; ++i) product += sums[a - 1][i] * sums[b - 1][i] / 3000;
      const double of_a = std::popcount(a), of_b = std::popcount(b);
      CHECK(std::abs(product - shared) < 5 * std::sqrt((of_a * of_b + shared * shared) / 3000.0));
    }
}

TEST_CASE("without noise to speak of, calls give the batches' means in order, pass after pass", "[tree gradient]") {
  FixedPersonLosses losses = drawn_losses(10);
  auto random = seeded(1);
  TreeGradient gradient(intercept, losses, {.noise_multiplier = 1e-6, .batch_places = 4}, random);
  CHECK(gradient.steps_of_pass() == 3);
  const Eigen::VectorXd& d = losses.all[0].d_scores;
  Eigen::VectorXd found(1);
  for (int pass = 0; pass < 3; ++pass)
    for (const auto& [first, count] : std::vector<std::pair<Eigen::Index, Eigen::Index>>{{0, 4}, {4, 4}, {8, 2}}) {
      gradient(Eigen::VectorXd::Zero(1), found);
      CHECK(found[0] == Approx(d.segment(first, count).sum() / 4).margin(1e-4));
    }
}

// 400 passes of 7 steps: the noise of their sum, of 3 nodes, has a mean square within 5 sqrt(2 / 400) of its variance
// but once in a million runs; had every step noise of its own, there would be 7.
TEST_CASE("the sum over a pass has the noise of few nodes", "[tree gradient]") {
  FixedPersonLosses losses = drawn_losses(7);
  losses.all[0].d_scores.setZero();
  auto random = seeded(2);
  TreeGradient gradient(intercept, losses, {.l2_clipping_norm = 0.5, .noise_multiplier = 2, .batch_places = 1}, random);
  Eigen::VectorXd found(1);
  double squares = 0;
  for (int pass = 0; pass < 400; ++pass) {
    double sum = 0;
    for (int step = 0; step < 7; ++step) {
      gradient(Eigen::VectorXd::Zero(1), found);
      sum += found[0];
    }
    squares += sum * sum / 400;
  }
  CHECK(squares == Approx(3).epsilon(5 * std::sqrt(2 / 400.0)));
}

TEST_CASE("a tree's event is a Gaussian a pass, less protected the deeper the tree", "[tree gradient]") {
  FixedPersonLosses losses = drawn_losses(16);
  auto random = seeded(3);
  TreeGradient gradient(intercept, losses, {.noise_multiplier = 6, .batch_places = 2}, random);
  Eigen::VectorXd found(1);
  for (int step = 0; step < 8 + 8 + 3; ++step) gradient(Eigen::VectorXd::Zero(1), found);
  const std::vector<CountedEvent> expected{{GaussianEvent{6 / std::sqrt(4.0)}, 2},
                                           {GaussianEvent{6 / std::sqrt(2.0)}, 1}};
  CHECK(flattened(gradient.event()) == expected);
}

TEST_CASE("options of a tree gradient out of their ranges are refused", "[tree gradient]") {
  FixedPersonLosses losses = drawn_losses(3);
  auto random = seeded(4);
  const auto with = [&](const TreeGradientOptions& options) {
    TreeGradient gradient(intercept, losses, options, random);
  };
  CHECK_THROWS_AS(with({.l2_clipping_norm = 0}), Error);
  CHECK_THROWS_AS(with({.noise_multiplier = -1}), Error);
  CHECK_THROWS_AS(with({.batch_places = 0}), Error);
}
