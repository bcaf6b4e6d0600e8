#include <equipoise/privacy/noise_calibration.hpp>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

using namespace equipoise;

TEST_CASE("calibrated noise keeps the budget, and a little less would not") {
  for (const NoisyPlan& plan :
       {NoisyPlan{1, 1e-5, 0.01, 1000}, NoisyPlan{8, 1e-6, 0.2, 50}, NoisyPlan{0.1, 1e-9, 0.001, 10},
        NoisyPlan{2, 1e-6, 0.05, 100, Adjacency::replace_one}}) {
    const double multiplier = noise_multiplier_for(plan);
    const auto epsilon_at = [&](double value) {
      return epsilon_of(RepeatedEvent{plan.steps, PoissonSampledEvent{plan.rate, GaussianEvent{value}}}, plan.delta,
                        plan.adjacency);
    };
    CAPTURE(plan.epsilon, plan.rate, multiplier);
    CHECK(epsilon_at(multiplier).upper <= plan.epsilon);
    CHECK(epsilon_at(multiplier * 0.997).lower > 0.998 * plan.epsilon);
  }
}

TEST_CASE("without sampling calibration is the analytic Gaussian mechanism's") {
  CHECK(noise_multiplier_for({.epsilon = 0.5, .delta = 1e-8}) ==
        Approx(gaussian_noise_multiplier(0.5, 1e-8)).epsilon(2e-5));
  CHECK(noise_multiplier_for({.epsilon = 0.5, .delta = 1e-8, .steps = 100}) ==
        Approx(10 * gaussian_noise_multiplier(0.5, 1e-8)).epsilon(2e-5));
}

TEST_CASE("other events are calibrated through the event that a multiplier makes") {
  const double multiplier =
      calibrated_noise_multiplier(1, 1e-6, Adjacency::add_or_remove_one, 10, [](double value) -> PrivacyEvent {
        return RepeatedEvent{5, LaplaceEvent{value}};
      });
  CHECK(epsilon_of(RepeatedEvent{5, LaplaceEvent{multiplier}}, 1e-6).upper <= 1);
  CHECK(multiplier < 5.01);
  CHECK(multiplier > 4.5);
}

TEST_CASE("a budget so small that epsilon drops to 0 at the noise it takes is calibrated all the same") {
  const NoisyPlan plan{1e-9, 1e-6, 0.1, 10};
  const double multiplier = noise_multiplier_for(plan);
  // The total variation of a Gaussian step is 0.4 over the multiplier: ten of them, sampled, add up to at most this.
  CHECK(multiplier > 1e5);
  CHECK(multiplier < 10 * 0.1 * 0.4 / 1e-6);
}

TEST_CASE("budgets that are none are refused") {
  CHECK_THROWS_AS(noise_multiplier_for({.epsilon = 0, .delta = 1e-6}), Error);
  CHECK_THROWS_AS(noise_multiplier_for({.epsilon = 1, .delta = 0}), Error);
  CHECK_THROWS_AS(noise_multiplier_for({.epsilon = 1, .delta = 1e-6, .rate = 0}), Error);
  CHECK_THROWS_AS(noise_multiplier_for({.epsilon = 1, .delta = 1e-6, .steps = 0}), Error);
}
