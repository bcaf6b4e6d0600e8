#include <equipoise/privacy/group_clipping.hpp>

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
  return SeededForResearch(RandomStream({.seed = 43, .purpose = Purpose::test, .point = point}));
}

const AffinePredictor intercept(0, Link::identity);

/// 3,000 persons of the first group, a tenth of them beyond length 1, and 1,000 of the second, half of them beyond.
FixedPersonLosses two_groups() {
  FixedPersonLosses losses;
  losses.all.resize(1);
  losses.all[0].features = Eigen::MatrixXd(4000, 0);
  losses.all[0].d_scores = Eigen::VectorXd::NullaryExpr(
      4000, [](Eigen::Index i) { return i < 3000 ? (i % 10 == 0 ? 5.0 : 0.5) : (i % 2 == 0 ? 5.0 : 0.5); });
  return losses;
}

std::vector<std::uint32_t> group_of_place() {
  std::vector<std::uint32_t> groups(4000, 0);
  std::fill(groups.begin() + 3000, groups.end(), 1u);
  return groups;
}

Eigen::VectorXd found(1);
const Eigen::VectorXd parameters = Eigen::VectorXd::Zero(1);

}  // namespace

// Shares beyond: 0.1 and 0.5, of all 0.2; so norms of 1.5 and 3.5. With everybody in the batch only the counts' noise
// of deviation 1 moves them, by less than 0.02 but once in 10^6 runs.
TEST_CASE("a group's norm grows with its share of long gradients", "[group clipping]") {
  FixedPersonLosses losses = two_groups();
  auto random = seeded(0);
  GroupClippedGradient gradient(
      intercept, losses, group_of_place(),
      {.first_norms = {1, 1}, .noise_multiplier = 0.01, .count_deviation = 1, .sampling_rate = 1}, random);
  gradient(parameters, found);
  // Before: 3,000 * (0.9 * 0.5 + 0.1) + 1,000 * (0.5 * 0.5 + 0.5).
  CHECK(found[0] == Approx((3000 * 0.55 + 1000 * 0.75) / 4000).epsilon(1e-3));
  CHECK(gradient.norms()[0] == Approx(1.5).margin(0.02));
  CHECK(gradient.norms()[1] == Approx(3.5).margin(0.02));
  gradient(parameters, found);
  CHECK(found[0] == Approx((3000 * (0.45 + 0.15) + 1000 * (0.25 + 1.75)) / 4000).epsilon(0.01));
  // Counted at the base norms, so they stay.
  CHECK(gradient.norms()[1] == Approx(3.5).margin(0.02));
  CHECK(gradient.event() ==
        PrivacyEvent(RepeatedEvent{2, PoissonSampledEvent{1, GaussianEvent{.noise_multiplier = 0.01}}}));
}

// Mean squares of 4,000 draws lie within 5 sqrt(2 / 4,000) of their variance but once in a million runs.
TEST_CASE("noise follows the largest norm, and without counts is all for the gradients", "[group clipping]") {
  FixedPersonLosses losses = two_groups();
  losses.all[0].d_scores.setZero();
  std::uint32_t point = 1;
  for (const bool adaptive : {false, true}) {
    auto random = seeded(point++);
    GroupClippedGradient gradient(intercept, losses, group_of_place(),
                                  {.first_norms = {0.2, 0.7},
                                   .adaptive = adaptive,
                                   .noise_multiplier = 3,
                                   .count_deviation = 3.75,
                                   .sampling_rate = 0.005},
                                  random);
    double squares = 0;
    constexpr int draws = 4000;
    for (int step = 0; step < draws; ++step) {
      const double largest = std::max(gradient.norms()[0], gradient.norms()[1]);
      gradient(parameters, found);
      squares += std::pow(found[0] * 0.005 * 4000 / largest, 2);
    }
    const double multiplier = adaptive ? 5 : 3;  // 1 / 9 = 1 / 25 + 1 / 3.75^2
    CHECK(gradient.gradient_multiplier() == Approx(multiplier).epsilon(1e-12));
    CHECK(squares / draws == Approx(multiplier * multiplier).epsilon(5 * std::sqrt(2.0 / draws)));
    if (!adaptive) CHECK(gradient.norms()[0] == 0.2);
  }
}

TEST_CASE("empty groups and batches leave finite norms", "[group clipping]") {
  FixedPersonLosses losses = two_groups();
  auto random = seeded(5);
  GroupClippedGradient gradient(intercept, losses, group_of_place(),
                                {.first_norms = {1, 2, 3}, .noise_multiplier = 1, .sampling_rate = 1e-5}, random);
  for (int step = 0; step < 300; ++step) {
    gradient(parameters, found);
    CHECK(std::isfinite(found[0]));
    for (std::size_t group = 0; group < 3; ++group)
      CHECK((std::isfinite(gradient.norms()[group]) && gradient.norms()[group] >= static_cast<double>(group + 1)));
  }
}

TEST_CASE("groups that have no norm, and options out of range, are refused", "[group clipping]") {
  FixedPersonLosses losses = two_groups();
  auto random = seeded(6);
  const auto with = [&](std::vector<std::uint32_t> groups, const GroupClippingOptions& options) {
    GroupClippedGradient gradient(intercept, losses, std::move(groups), options, random);
  };
  CHECK_THROWS_AS(with(group_of_place(), {.first_norms = {1}}), Error);
  CHECK_THROWS_AS(with({0, 1}, {.first_norms = {1, 1}}), Error);
  CHECK_THROWS_AS(with(group_of_place(), {.first_norms = {}}), Error);
  CHECK_THROWS_AS(with(group_of_place(), {.first_norms = {1, 0}}), Error);
  CHECK_THROWS_AS(with(group_of_place(), {.first_norms = {1, 1}, .noise_multiplier = 2, .count_deviation = 2}), Error);
  CHECK_THROWS_AS(with(group_of_place(), {.first_norms = {1, 1}, .sampling_rate = 2}), Error);
}
