#include <equipoise/privacy/spherical_noise.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 59, .purpose = Purpose::test, .point = point}));
}

/// The largest distance between the sample's distribution function and this one.
template <class Distribution>
double kolmogorov(std::vector<double> sample, Distribution distribution) {
  std::sort(sample.begin(), sample.end());
  const double n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double below = distribution(sample[i]);
    distance = std::max({distance, below - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - below});
  }
  return distance;
}

// Passed by chance but once in 2 / a (Massart 1990), a = 10^-7.
double most_distance(std::size_t n) { return std::sqrt(std::log(2 / 1e-7) / (2 * static_cast<double>(n))); }

}  // namespace

TEST_CASE("lengths have the gamma distribution, and a coordinate of the direction its own", "[spherical noise]") {
  for (const Eigen::Index size : {1, 2, 3, 30}) {
    auto random = seeded(static_cast<std::uint32_t>(size));
    const SphericalNoise noise(size, 0.25);
    std::vector<double> lengths, firsts;
    for (int draw = 0; draw < 4000; ++draw) {
      const Eigen::VectorXd x = noise.draw(random);
      REQUIRE(x.norm() < noise.most_length());
      lengths.push_back(x.norm() / 0.25);
      firsts.push_back(x[0] / x.norm());
    }
    CHECK(kolmogorov(lengths, [&](double x) { return regularised_gamma_lower(static_cast<double>(size), x); }) <
          most_distance(4000));
    // The square of a coordinate of a direction is beta(1/2, (size - 1)/2); of three, it is uniform on [-1, 1]; of two,
    // the cosine of a uniform angle.
    if (size == 3)
      CHECK(kolmogorov(firsts, [](double x) { return (x + 1) / 2; }) < most_distance(4000));
    else if (size == 2)
      CHECK(kolmogorov(firsts, [](double x) { return 1 - std::acos(x) / std::acos(-1.0); }) < most_distance(4000));
    else if (size == 1)
      CHECK(std::abs(static_cast<double>(std::count(firsts.begin(), firsts.end(), 1.0)) - 2000) < 5 * std::sqrt(1000));
  }
}

TEST_CASE("errors of spherical noise are small beside its scale", "[spherical noise]") {
  const SphericalNoise noise(50, 2);
  CHECK(noise.error() < 1e-4);
  CHECK(noise.miss() < 1e-10);
  CHECK(noise.most_length() > 100);
  CHECK_THROWS_AS(SphericalNoise(0, 1), Error);
  CHECK_THROWS_AS(SphericalNoise(1, std::nan("")), Error);
}
