#include <equipoise/privacy/randomised_response.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;

TEST_CASE("answers have their probabilities", "[randomised_response]") {
  std::uint32_t point = 80;
  for (const double noise : {0.2, 1.0, 0.75}) {
    const RandomisedResponse response(4, noise);
    auto random = test::test_noise(point++);
    std::vector<double> counts(4, 0.0), probabilities(4, noise / 4);
    for (int i = 0; i < 20000; ++i) ++counts[static_cast<std::size_t>(response.answer(random, 2))];
    probabilities[2] += 1 - noise;
    CHECK(test::goodness_of_fit(counts, probabilities) > 1e-6);
  }
}

TEST_CASE("the noise of an epsilon has just that ratio of probabilities", "[randomised_response]") {
  for (const std::int64_t levels : {2, 3, 100}) {
    for (const double epsilon : {1e-9, 0.1, 1.0, 8.0, 40.0}) {
      const RandomisedResponse response = RandomisedResponse::at_epsilon(levels, epsilon);
      const auto k = static_cast<long double>(levels);
      const long double noise = response.noise(), lie = noise / k, ratio = (1 - noise + lie) / lie;
      CHECK(static_cast<double>(std::log(ratio)) <= epsilon * (1 + 1e-14));
      CHECK(static_cast<double>(std::log(ratio)) >= epsilon - 1e-12 - 5e-3 * (epsilon > 30));
      CHECK(response.event() == PrivacyEvent(RandomisedResponseEvent{.noise = response.noise(), .levels = levels}));
    }
  }
}

TEST_CASE("a response without noise, levels or the level is refused", "[randomised_response]") {
  CHECK_THROWS_AS(RandomisedResponse(1, 0.5), Error);
  for (const double noise : {0.0, -0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(RandomisedResponse(2, noise), Error);
  CHECK(RandomisedResponse(2, 1e-300).noise() == 0x1p-64);
  SecureRandom random;
  CHECK_THROWS_AS(RandomisedResponse(2, 0.5).answer(random, 2), Error);
  CHECK_THROWS_AS(RandomisedResponse(2, 0.5).answer(random, -1), Error);
}
