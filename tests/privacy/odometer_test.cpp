#include <equipoise/privacy/odometer.hpp>

#include <cstdint>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

using namespace equipoise;

TEST_CASE("a filter stops before what it let pass exceeds the budget, and not long before") {
  for (const double epsilon : {0.5, 2.0, 8.0}) {
    PrivacyFilter filter(epsilon, 1e-6);
    std::int64_t passed = 0;
    while (filter.admits(GaussianEvent{30})) {
      filter.spend(GaussianEvent{30});
      ++passed;
    }
    const double exact = epsilon_of(RepeatedEvent{passed, GaussianEvent{30}}, 1e-6).upper;
    CHECK(exact <= epsilon);
    CHECK(exact > 0.85 * epsilon);
  }
}

TEST_CASE("a filter refuses what would pass the budget and counts nothing of it") {
  PrivacyFilter filter(1, 1e-6);
  const double before = filter.spent();
  CHECK_THROWS_AS(filter.spend(GaussianEvent{0.5}), Error);
  CHECK(filter.spent() == before);
  CHECK_FALSE(filter.admits(ApproximateEvent{0.1, 1e-9}));  // no Renyi divergence
  filter.spend(GaussianEvent{20});
  CHECK(filter.spent() == Approx(gaussian_rdp(20, filter.order())));
  CHECK_THROWS_AS(PrivacyFilter(1, 1e-6, Adjacency::add_or_remove_one, 0.5), Error);
}

TEST_CASE("an odometer reads nothing at first, and at any time no less than the exact composition") {
  PrivacyOdometer odometer(1e-6);
  CHECK(odometer.epsilon() == 0);
  for (std::int64_t i = 1; i <= 40; ++i) {
    odometer.spend(GaussianEvent{20});
    const double exact = epsilon_of(RepeatedEvent{i, GaussianEvent{20}}, 1e-6).upper;
    CHECK(odometer.epsilon() >= exact);
    CHECK(odometer.epsilon() <= 4 * exact);
  }
}
