#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

using namespace equipoise;

TEST_CASE("a root is its noise") {
  const NoiseMechanism mechanism(Noise(GammaNoise{2, 3}));
  const RandomStream stream({.seed = 62, .purpose = Purpose::test});
  std::vector<double> value(50), noise(50), abducted(50), density(50);
  mechanism.sample({}, stream, {0, 50}, value.data());
  mechanism.draw_noise(stream, {0, 50}, std::vector<double*>{noise.data()});
  CHECK(value == noise);
  mechanism.abduct({}, value.data(), {0, 50}, std::vector<double*>{abducted.data()});
  CHECK(abducted == noise);
  mechanism.log_density({}, value.data(), {0, 50}, density.data());
  CHECK(density[7] == log_density(mechanism.noise(), value[7]));
}
