#include <equipoise/privacy/adaptive_clipping.hpp>

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
  return SeededForResearch(RandomStream({.seed = 41, .purpose = Purpose::test, .point = point}));
}

/// Persons whose gradients have lengths (i + 1) / persons times `longest`, on one axis, alternately signed.
FixedPersonLosses ladder(Eigen::Index persons, double longest) {
  FixedPersonLosses losses;
  losses.all.resize(1);
  losses.all[0].features = Eigen::MatrixXd(persons, 0);
  losses.all[0].d_scores = Eigen::VectorXd::NullaryExpr(persons, [&](Eigen::Index i) {
    return (i % 2 == 0 ? 1 : -1) * longest * static_cast<double>(i + 1) / static_cast<double>(persons);
  });
  return losses;
}

const AffinePredictor intercept(0, Link::identity);

}  // namespace

TEST_CASE("noise on gradients and counts comes to the multiplier", "[adaptive clipping]") {
  for (const double multiplier : {0.3, 1.0, 7.0})
    for (const double deviation : {0.51 * multiplier, multiplier, 100 * multiplier}) {
      const double of_gradient = gradient_noise_multiplier(multiplier, deviation);
      CHECK(1 / (of_gradient * of_gradient) + 0.25 / (deviation * deviation) ==
            Approx(1 / (multiplier * multiplier)).epsilon(1e-12));
    }
  CHECK_THROWS_AS(gradient_noise_multiplier(1, 0.5), Error);
}

// Of 1,000 persons in half a batch each, with a count noise of 25, the norm's logarithm wanders by some 0.02.
TEST_CASE("the norm goes to the quantile of the gradients' lengths, from above and below", "[adaptive clipping]") {
  FixedPersonLosses losses = ladder(1000, 4);
  std::uint32_t point = 0;
  for (const double first : {0.01, 100.0})
    for (const double quantile : {0.2, 0.5, 0.9}) {
      auto random = seeded(point++);
      AdaptivelyClippedGradient gradient(
          intercept, losses, {.first_norm = first, .quantile = quantile, .noise_multiplier = 1, .sampling_rate = 0.5},
          random);
      Eigen::VectorXd found(1);
      for (int step = 0; step < 300; ++step) gradient(Eigen::VectorXd::Zero(1), found);
      CHECK(gradient.norm() == Approx(4 * quantile).epsilon(0.2));
      CHECK(gradient.event() ==
            PrivacyEvent(RepeatedEvent{300, PoissonSampledEvent{0.5, GaussianEvent{.noise_multiplier = 1}}}));
    }
}

// Nobody there, the norm held: mean squares of n = 4,000 draws within 5 sqrt(2 / n) of their variance but once in a
// million runs.
TEST_CASE("gradients have the noise that is left for them", "[adaptive clipping]") {
  FixedPersonLosses losses = ladder(100, 1);
  losses.all[0].d_scores.setZero();
  auto random = seeded(20);
  AdaptivelyClippedGradient gradient(
      intercept, losses,
      {.first_norm = 0.3, .norm_rate = 0, .noise_multiplier = 2, .count_deviation = 1.5, .sampling_rate = 0.1}, random);
  Eigen::VectorXd found(1);
  double squares = 0;
  constexpr int draws = 4000;
  for (int step = 0; step < draws; ++step) {
    gradient(Eigen::VectorXd::Zero(1), found);
    squares += found.squaredNorm();
  }
  const double multiplier = 1 / std::sqrt(1.0 / 4 - 1.0 / 9);
  CHECK(squares / draws == Approx(std::pow(multiplier * 0.3 / 10, 2)).epsilon(5 * std::sqrt(2.0 / draws)));
  CHECK(gradient.norm() == 0.3);
}

TEST_CASE("options of adaptive clipping out of their ranges are refused", "[adaptive clipping]") {
  FixedPersonLosses losses = ladder(10, 1);
  auto random = seeded(21);
  const auto with = [&](const AdaptiveClippingOptions& options) {
    AdaptivelyClippedGradient gradient(intercept, losses, options, random);
  };
  CHECK_THROWS_AS(with({.first_norm = 0}), Error);
  CHECK_THROWS_AS(with({.quantile = 1.1}), Error);
  CHECK_THROWS_AS(with({.norm_rate = -1}), Error);
  CHECK_THROWS_AS(with({.noise_multiplier = std::nan("")}), Error);
  CHECK_THROWS_AS(with({.noise_multiplier = 2, .count_deviation = 1}), Error);
  CHECK_THROWS_AS(with({.sampling_rate = 0}), Error);
}
