#include <equipoise/privacy/selection.hpp>

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;
using detail::ScoreSteps;

namespace {

using Scores = LinfSensitivity<Adjacency::replace_one>;

}  // namespace

TEST_CASE("scores within the sensitivity are within its steps, which waste a millionth", "[selection]") {
  RowStream random = RandomStream({.seed = 4, .purpose = Purpose::test}).row(0);
  for (int i = 0; i < 5000; ++i) {
    const double sensitivity = std::exp(30 * (random.uniform() - 0.5));
    const ScoreSteps steps((Scores(sensitivity)));
    const double score = sensitivity * std::exp(10 * random.uniform()), other = score - sensitivity * random.uniform();
    CHECK(std::abs(steps.of(score) - steps.of(other)) <= steps.sensitivity());
    CHECK(std::abs(steps.of(score) - steps.of(score - sensitivity)) >= steps.sensitivity() - 3);
    CHECK(steps.sensitivity() > 1 << 20);
  }
}

TEST_CASE("scores far apart stay in order, and one that is not finite is refused", "[selection]") {
  const ScoreSteps steps(Scores(1.0));
  CHECK(steps.of(1e300) == std::int64_t{1} << 40);
  CHECK(steps.of(-1e300) == -(std::int64_t{1} << 40));
  CHECK_THROWS_AS(steps.of(std::numeric_limits<double>::quiet_NaN()), Error);
  CHECK_THROWS_AS(steps.of(std::numeric_limits<double>::infinity()), Error);
  CHECK_THROWS_AS(steps.of(std::span<const double>()), Error);
}

TEST_CASE("a gap's coin has the probability of its epsilon, halved where scores move either way", "[selection]") {
  auto random = test::test_noise(60);
  const ScoreSteps steps(Scores(1.0));
  for (const double epsilon : {0.01, 1.0, 20.0}) {
    for (const auto change : {ScoreChange::any, ScoreChange::one_direction}) {
      const detail::GapCoin coin(epsilon, steps.sensitivity(), change);
      const double expected = std::exp(-epsilon * 0.7 / (change == ScoreChange::any ? 2 : 1));
      double heads = 0;
      for (int i = 0; i < 20000; ++i) heads += coin.draw(random, steps.of(0.7)) ? 1 : 0;
      CHECK(test::goodness_of_fit({heads, 20000 - heads}, {expected, 1 - expected}) > 1e-6);
      CHECK(coin.draw(random, 0));
    }
  }
  CHECK_FALSE(
      detail::GapCoin(1024, steps.sensitivity(), ScoreChange::one_direction).draw(random, std::int64_t{1} << 41));
  CHECK_THROWS_AS(detail::checked_epsilon("x", 0), Error);
  CHECK_THROWS_AS(detail::checked_epsilon("x", 1025), Error);
}
