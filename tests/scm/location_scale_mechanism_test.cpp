#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>

#include "scm/mechanism_properties.hpp"

using namespace equipoise;

static_assert(InvertibleMechanism<LocationScaleMechanism> && LikelihoodMechanism<LocationScaleMechanism>);

namespace {

LocationScaleMechanism example(Noise noise) {
  const RegressionFunction location = PolynomialFunction(2, 1, {{0.5, {{0, 2, {}}}}, {3, {{1, 1, 2}}}});
  const RegressionFunction log_scale = LinearPredictor{-0.5, {{0.7, {}}}};
  return LocationScaleMechanism(location.reading({0, 2}, 3), log_scale.reading({1}, 3), std::move(noise));
}

}  // namespace

TEST_CASE("a location-scale mechanism is its closed form, abducts its noise and has its density") {
  const equipoise::testing::InputRows rows;
  for (const Noise& noise : {Noise(NormalNoise{0, 1}), Noise(LaplaceNoise{0.2, 1.5})}) {
    const AnyMechanism mechanism = example(noise);
    equipoise::testing::check_sampling_and_abduction(mechanism, rows, 1e-12);
    equipoise::testing::check_density(mechanism, noise, rows);
  }
  double value = 0;
  const double x = 2, z = -1, level = 2, n = 1.5;
  example(NormalNoise{})
      .evaluate(std::vector<const double*>{&x, &z, &level}, std::vector<const double*>{&n}, {0, 1}, &value);
  CHECK(value == Approx(1 + 0.5 * 4 + 3 + std::exp(-0.5 - 0.7) * 1.5).epsilon(1e-14));
}

TEST_CASE("the density of a location-scale value integrates to 1") {
  const double x = 0.3, z = 0.8, level = 1;
  const std::vector<const double*> inputs{&x, &z, &level};
  const LocationScaleMechanism mechanism = example(NormalNoise{0.5, 2});
  double total = 0;
  const double step = 0.01;
  for (double value = -40; value < 40; value += step) {
    double density = 0;
    mechanism.log_density(inputs, &value, {0, 1}, &density);
    total += step * std::exp(density);
  }
  CHECK(total == Approx(1).epsilon(1e-9));  // the trapezoid rule of an analytic function
}

TEST_CASE("discrete noise of a location-scale mechanism keeps its probabilities, whatever the scale") {
  const equipoise::testing::InputRows rows;
  constexpr std::size_t size = equipoise::testing::InputRows::size;
  const Noise noise = EmpiricalNoise({-1, 0.1, 2}, {1, 2, 1});
  const LocationScaleMechanism mechanism = example(noise);
  std::vector<double> drawn(size), value(size), again(size), density(size);
  mechanism.draw_noise(RandomStream({.seed = 102, .purpose = Purpose::test}), {0, size},
                       std::vector<double*>{drawn.data()});
  mechanism.evaluate(rows.columns(), std::vector<const double*>{drawn.data()}, {0, size}, value.data());
  mechanism.abduct(rows.columns(), value.data(), {0, size}, std::vector<double*>{again.data()});
  CHECK(again == drawn);
  mechanism.log_density(rows.columns(), value.data(), {0, size}, density.data());
  for (std::size_t i = 0; i < size; ++i) CHECK(density[i] == Approx(log_density(noise, drawn[i])).epsilon(1e-12));
}

TEST_CASE("scales beyond a double's range are errors that name their row") {
  const LocationScaleMechanism mechanism(LinearPredictor{0, {{0, {}}}}, LinearPredictor{0, {{1, {}}}},
                                         Noise(NormalNoise{}));
  const std::vector<double> x{0, 1000, -1000}, noise{1, 1, 1};
  std::vector<double> out(3);
  CHECK_THROWS_AS(mechanism.evaluate(std::vector<const double*>{x.data()}, std::vector<const double*>{noise.data()},
                                     {0, 3}, out.data()),
                  Error);
  const double low = -1000, value = 1;
  CHECK_THROWS_AS(mechanism.abduct(std::vector<const double*>{&low}, &value, {0, 1}, std::vector<double*>{out.data()}),
                  Error);
}
