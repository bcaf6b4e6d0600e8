#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/linear_mechanism.hpp>

using namespace equipoise;

TEST_CASE("a linear mechanism abducts the noise that it was evaluated with, and samples what it evaluates") {
  const LinearMechanism mechanism({-2, {{0.5, {}}, {0, {0, 3}}}}, Noise(LaplaceNoise{0, 2}));
  const RandomStream stream({.seed = 61, .purpose = Purpose::test});
  std::vector<double> x(100), level(100), noise(100), value(100), sampled(100), abducted(100), density(100);
  fill_normal(stream, 1000, x);
  for (std::size_t i = 0; i < 100; ++i) level[i] = static_cast<double>(i % 2);
  const std::vector<const double*> inputs{x.data(), level.data()}, drawn{noise.data()};
  mechanism.draw_noise(stream, {0, 100}, std::vector<double*>{noise.data()});
  mechanism.evaluate(inputs, drawn, {0, 100}, value.data());
  mechanism.sample(inputs, stream, {0, 100}, sampled.data());
  CHECK(value == sampled);
  mechanism.abduct(inputs, value.data(), {0, 100}, std::vector<double*>{abducted.data()});
  mechanism.log_density(inputs, value.data(), {0, 100}, density.data());
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(value[i] == Approx(-2 + 0.5 * x[i] + 3 * level[i] + noise[i]).margin(1e-12));
    CHECK(abducted[i] == Approx(noise[i]).margin(1e-12));
    CHECK(density[i] == Approx(-std::abs(noise[i]) / 2 - std::log(4.0)).margin(1e-12));
  }
}

TEST_CASE("discrete noise of a linear mechanism is abducted to the values that it can have") {
  const Noise noise = EmpiricalNoise({-0.1, 0.3, 1.0 / 3, 7});
  const LinearMechanism mechanism({0.7, {{1.3, {}}}}, noise);
  std::vector<double> x(200), drawn(200), value(200), abducted(200), density(200);
  fill_normal(RandomStream({.seed = 62, .purpose = Purpose::test}), 0, x);
  const std::vector<const double*> inputs{x.data()};
  mechanism.draw_noise(RandomStream({.seed = 63, .purpose = Purpose::test}), {0, 200},
                       std::vector<double*>{drawn.data()});
  mechanism.evaluate(inputs, std::vector<const double*>{drawn.data()}, {0, 200}, value.data());
  mechanism.abduct(inputs, value.data(), {0, 200}, std::vector<double*>{abducted.data()});
  CHECK(abducted == drawn);
  mechanism.log_density(inputs, value.data(), {0, 200}, density.data());
  for (std::size_t i = 0; i < 200; ++i) CHECK(density[i] == Approx(std::log(0.25)).epsilon(1e-12));
}
