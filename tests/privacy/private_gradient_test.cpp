#include <equipoise/privacy/private_gradient.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/privacy/research_random.hpp>

#include "privacy/person_losses.hpp"

using namespace equipoise;
using equipoise::testing::FixedPersonLosses;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 23, .purpose = Purpose::test, .point = point}));
}

/// Persons of every size, some of them not finite, some with worlds that all but cancel.
FixedPersonLosses drawn_losses(std::uint64_t number, std::size_t worlds, Eigen::Index persons, Eigen::Index inputs) {
  RowStream random = RandomStream({.seed = 29, .purpose = Purpose::test}).row(number);
  const auto number_of_any_size = [&] {
    const double kind = random.uniform();
    if (kind < 0.01) return std::numeric_limits<double>::quiet_NaN();
    if (kind < 0.02) return std::numeric_limits<double>::infinity();
    const double size = std::pow(10.0, kind < 0.2 ? 300 * random.uniform() - 150 : 3 * random.uniform() - 1.5);
    return random.uniform() < 0.5 ? size : -size;
  };
  FixedPersonLosses losses;
  losses.all.resize(worlds);
  for (std::size_t w = 0; w < worlds; ++w) {
    BatchWorld& world = losses.all[w];
    world.features = Eigen::MatrixXd::NullaryExpr(persons, inputs, number_of_any_size);
    world.d_scores = Eigen::VectorXd::NullaryExpr(persons, number_of_any_size);
    for (Eigen::Index person = 0; w > 0 && person < persons; ++person)
      if (random.uniform() < 0.3) {
        world.features.row(person) = losses.all[0].features.row(person);
        world.d_scores[person] = -losses.all[0].d_scores[person] * (1 + 1e-9 * random.uniform());
      }
  }
  return losses;
}

std::vector<std::size_t> places(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

double length(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(static_cast<double>(a[i] - b[i]), 2);
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("no person moves the sum by more than the clipping norm, whoever they and the others are",
          "[private gradient]") {
  double longest = 0;
  for (std::uint64_t number = 0; number < 60; ++number) {
    const std::size_t worlds = 1 + number % 3;
    const double norm = number % 2 == 0 ? 1 : 0.37;
    const AffinePredictor predictor(static_cast<Eigen::Index>(1 + number % 40), Link::logistic);
    FixedPersonLosses losses = drawn_losses(number, worlds, 200, predictor.inputs());
    auto random = seeded(0);
    PrivateGradient gradient(predictor, losses, {.l2_clipping_norm = norm, .noise_multiplier = 1, .sampling_rate = 0.5},
                             random);
    const Eigen::VectorXd parameters = Eigen::VectorXd::Zero(predictor.parameter_count());
    std::vector<std::int64_t> whole, without;
    gradient.rounded_sum(parameters, places(200), whole);
    for (std::size_t left_out = 0; left_out < 200; ++left_out) {
      std::vector<std::size_t> others = places(200);
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
      gradient.rounded_sum(parameters, others, without);
      const double moved = length(whole, without) * gradient.grid() / norm;
      REQUIRE(moved <= 1);
      longest = std::max(longest, moved);
    }
  }
  CHECK(longest > 0.99);  // and by no less than it may: the bound is not bought by clipping too far
}

TEST_CASE("without noise to speak of, everybody's clipped mean comes out", "[private gradient]") {
  const AffinePredictor predictor(2, Link::logistic);
  FixedPersonLosses losses;
  losses.all.resize(1);
  losses.all[0].features = (Eigen::MatrixXd(3, 2) << 1, 0, 0, 2, 30, 40).finished();
  losses.all[0].d_scores = (Eigen::VectorXd(3) << 0.5, -0.25, 2).finished();
  auto random = seeded(1);
  PrivateGradient gradient(predictor, losses, {.l2_clipping_norm = 1, .noise_multiplier = 1e-6, .sampling_rate = 1},
                           random);
  Eigen::VectorXd found(3);
  gradient(Eigen::VectorXd::Zero(3), found);
  const double scale = 1 / std::sqrt(2501.0);
  const Eigen::Vector3d expected =
      (Eigen::Vector3d(0.5, 0, 0.5) + Eigen::Vector3d(0, -0.5, -0.25) + scale * Eigen::Vector3d(30, 40, 1)) / 3;
  CHECK((found - expected).norm() < 1e-4);
}

// Nobody in any place: what comes out is noise alone. Of n draws of variance v the mean square lies within 5 standard
// deviations, v (1 +- 5 sqrt(2 / n)), but once in a million runs; the mean likewise.
TEST_CASE("the noise has the deviation that the event states, and empty batches have it too", "[private gradient]") {
  const AffinePredictor predictor(49, Link::logistic);
  FixedPersonLosses losses;
  losses.all.resize(2);
  for (BatchWorld& world : losses.all) world.features.setZero(10, 49), world.d_scores.setZero(10);
  auto random = seeded(2);
  for (const double rate : {0.01, 1.0}) {
    PrivateGradient gradient(predictor, losses,
                             {.l2_clipping_norm = 0.3, .noise_multiplier = 2.5, .sampling_rate = rate}, random);
    Eigen::VectorXd found(50);
    double sum = 0, squares = 0;
    constexpr int steps = 1000, draws = 50 * steps;
    for (int step = 0; step < steps; ++step) {
      gradient(Eigen::VectorXd::Zero(50), found);
      sum += found.sum();
      squares += found.squaredNorm();
    }
    const double variance = std::pow(2.5 * 0.3 / (rate * 10), 2);
    CHECK(std::abs(squares / draws / variance - 1) < 5 * std::sqrt(2.0 / draws));
    CHECK(std::abs(sum / draws) < 5 * std::sqrt(variance / draws));
    CHECK(gradient.event() ==
          PrivacyEvent(RepeatedEvent{steps, PoissonSampledEvent{rate, GaussianEvent{.noise_multiplier = 2.5}}}));
  }
}

TEST_CASE("options out of their ranges are refused", "[private gradient]") {
  const AffinePredictor predictor(1, Link::logistic);
  FixedPersonLosses losses = drawn_losses(1, 1, 5, 1);
  auto random = seeded(3);
  const auto with = [&](PrivateGradientOptions options) {
    PrivateGradient gradient(predictor, losses, options, random);
  };
  const double nan = std::nan("");
  for (const double wrong : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(with({.l2_clipping_norm = wrong}), Error);
    CHECK_THROWS_AS(with({.noise_multiplier = wrong}), Error);
    CHECK_THROWS_AS(with({.sampling_rate = wrong}), Error);
  }
  CHECK_THROWS_AS(with({.sampling_rate = 1.5}), Error);
}
