#include <equipoise/privacy/saddle_plan.hpp>

#include <cmath>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

std::vector<CountedPair> gaussian_steps(double multiplier, std::int64_t count) {
  const auto pairs = dominating_pairs(GaussianEvent{multiplier}, Adjacency::add_or_remove_one);
  return {{std::get<DirectedPairs>(pairs).removal, count}};
}

}  // namespace

TEST_CASE("the cumulants of Gaussian steps are in closed form") {
  const auto steps = gaussian_steps(5, 40);  // mu^2 in all: 1.6
  const SaddlePlan plan(steps, 1e-15);
  for (const double s : {-0.5, 0.0, 1.0, 4.0}) {
    const Cumulants found = plan.cumulants(s);
    CHECK(found.value == Approx(0.8 * s * (s + 1)).epsilon(1e-3).margin(1e-9));
    CHECK(found.mean == Approx(0.8 * (2 * s + 1)).epsilon(1e-3).margin(1e-4));
    CHECK(found.variance == Approx(1.6).epsilon(1e-3));
  }
}

TEST_CASE("for Gaussian steps the normal picture is exact") {
  const auto steps = gaussian_steps(5, 40);
  const SaddlePlan plan(steps, 1e-15);
  for (const double delta : {1e-2, 1e-5, 1e-10}) {
    const double s = plan.saddle_of_delta(std::log(delta)), epsilon = plan.cumulants(s).mean;
    CHECK(epsilon == Approx(gaussian_epsilon(1 / std::sqrt(1.6), delta)).epsilon(2e-3));
    CHECK(plan.saddle_of_epsilon(epsilon) == Approx(s).epsilon(1e-3));
  }
}

TEST_CASE("beyond the window there is as little as was asked") {
  const auto steps = gaussian_steps(5, 40);
  const SaddlePlan plan(steps, 1e-15);
  const SaddlePlan::Window window = plan.window(1, 25);
  // A normal has e^-25 in Chernoff's bound at sqrt 50 deviations.
  const Cumulants at = plan.cumulants(1);
  CHECK(window.high - at.mean == Approx(std::sqrt(50 * at.variance)).epsilon(0.01));
  CHECK(at.mean - window.low >= 0.99 * std::sqrt(50 * at.variance));
}

TEST_CASE("splitting on a fine lattice adds a sixth of its step's square in every step") {
  const auto steps = gaussian_steps(5, 40);
  const SaddlePlan plan(steps, 1e-15);
  CHECK(plan.added_variance(1, 0.01) == Approx(40 * 0.0001 / 6).epsilon(0.1));
}
