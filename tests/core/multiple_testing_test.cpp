#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <vector>

#include <equipoise/core/multiple_testing.hpp>

using namespace equipoise;

TEST_CASE("Holm's and Benjamini and Hochberg's corrections are those worked by hand") {
  const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
  // Ordered 0.005, 0.01, 0.03, 0.04: times 4, 3, 2, 1 and never falling; times 4/1, 4/2, 4/3, 4/4 and never rising.
  const std::vector<double> holm = holm_adjusted(p), rate = benjamini_hochberg_adjusted(p);
  const double by_holm[] = {0.03, 0.06, 0.06, 0.02}, by_rate[] = {0.02, 0.04, 0.04, 0.02};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(holm[i] == Approx(by_holm[i]));
    CHECK(rate[i] == Approx(by_rate[i]));
  }
  // 0.02 times 3 is above 0.022 times 3 / 2, which the lesser p-value takes over.
  const std::vector<double> stepped = benjamini_hochberg_adjusted(std::vector<double>{0.9, 0.02, 0.022});
  const double by_hand[] = {0.9, 0.033, 0.033};
  for (std::size_t i = 0; i < 3; ++i) CHECK(stepped[i] == Approx(by_hand[i]));
  CHECK(benjamini_hochberg_adjusted(std::vector<double>{}).empty());
  CHECK(holm_adjusted(std::vector<double>{}).empty());
  CHECK(holm_adjusted(std::vector<double>{0.7, 0.9}) == std::vector<double>{1, 1});
}

TEST_CASE("tests that are all alike combine to themselves, at any size") {
  for (const double p : {1e-250, 1e-17, 1e-14, 1e-3, 0.3, 0.9}) {
    const double same[] = {p, p, p}, weights[] = {1, 2, 0.5};
    CHECK(combined_p_value(same, weights) == Approx(p).epsilon(1e-6));
  }
  const double nothing[] = {1, 1}, equal[] = {1, 1};
  CHECK(combined_p_value(nothing, equal) == Approx(0.99));
  // A test that sees nothing cannot outweigh one that sees much.
  const double mixed[] = {1e-6, 1};
  CHECK(combined_p_value(mixed, equal) < 3e-6);
}

TEST_CASE("independent tests combine to a p-value that is uniform") {
  // 20,000 draws; each share lies within 4.4 standard errors of its level: a false alarm once in 100,000 each.
  std::mt19937_64 random(5);
  const double weights[] = {0.5, 0.3, 0.2};
  double below[3] = {};
  const double levels[] = {0.01, 0.1, 0.5};
  constexpr int draws = 20'000;
  for (int i = 0; i < draws; ++i) {
    double p[3];
    for (double& each : p) each = std::generate_canonical<double, 53>(random);
    const double combined = combined_p_value(p, weights);
    for (int k = 0; k < 3; ++k) below[k] += combined < levels[k] ? 1 : 0;
  }
  for (int k = 0; k < 3; ++k)
    CHECK(std::abs(below[k] / draws - levels[k]) < 4.4 * std::sqrt(levels[k] * (1 - levels[k]) / draws) + 0.002);
}
