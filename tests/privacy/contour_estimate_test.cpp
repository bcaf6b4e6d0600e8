#include <equipoise/privacy/contour_estimate.hpp>

#include <array>
#include <cstdint>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

using namespace equipoise;

TEST_CASE("the estimate lies within the bounds and agrees with published values to 1e-4") {
  struct Case {
    double rate, multiplier;
    std::int64_t steps;
    double delta, epsilon;
  };
  for (const Case& c : std::array{
           Case{0.05, 20, 3000, 1e-11, 0.8497202313808028}, Case{0.5, 5, 50, 1e-5, 3.041255407490265},
           Case{0.005, 3, 100'000, 1e-5, 2.1857762028923817}, Case{1e-5, 50, 1'000'000, 1e-6, 0.0004384687613591646}}) {
    const PrivacyEvent event = RepeatedEvent{c.steps, PoissonSampledEvent{c.rate, GaussianEvent{c.multiplier}}};
    const auto found = estimated_epsilon(event, c.delta);
    CAPTURE(c.rate, c.multiplier, c.steps);
    REQUIRE(found);
    CHECK(*found == Approx(c.epsilon).epsilon(1e-4));
    const EpsilonBounds bounds = epsilon_of(event, c.delta);
    CHECK(*found >= bounds.lower);
    CHECK(*found <= bounds.upper);
  }
}

TEST_CASE("where few of the steps decide, the integrand does not die out and there is no estimate") {
  CHECK_FALSE(estimated_epsilon(RepeatedEvent{5, PoissonSampledEvent{1e-5, GaussianEvent{1}}}, 1e-7));
}

TEST_CASE("where a closed form is known the estimate is it") {
  CHECK(*estimated_epsilon(RepeatedEvent{9, GaussianEvent{3}}, 1e-6) ==
        Approx(gaussian_epsilon(1, 1e-6)).epsilon(1e-9));
  CHECK(*estimated_epsilon(LaplaceEvent{2}, 1e-6) == Approx(laplace_epsilon(2, 1e-6)).epsilon(1e-9));
  CHECK(*estimated_epsilon(PrivacyEvent(), 1e-6) == 0);
}

TEST_CASE("what cannot be accounted cannot be estimated") {
  CHECK_THROWS_AS(estimated_epsilon(NonPrivateEvent{"a mean"}, 1e-6), Error);
  CHECK_THROWS_AS(estimated_epsilon(GaussianEvent{1}, 0), Error);
}
