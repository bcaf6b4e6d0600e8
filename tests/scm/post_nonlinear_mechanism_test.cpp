#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>

#include "scm/mechanism_properties.hpp"

using namespace equipoise;

static_assert(InvertibleMechanism<PostNonlinearMechanism> && LikelihoodMechanism<PostNonlinearLocationScaleMechanism>);

TEST_CASE("a post-nonlinear mechanism abducts its noise and has the density of the change of variables") {
  const equipoise::testing::InputRows rows;
  const Noise noise = NormalNoise{0.1, 0.5};
  const RegressionFunction location = LinearPredictor{0.2, {{0.3, {}}, {-0.2, {}}, {0, {0, 0.1, 0.5}}}};
  const RegressionFunction log_scale = LinearPredictor{0, {{0.2, {}}, {0, {}}, {0, {}}}};
  const std::vector<std::vector<MonotoneStep>> outers{
      {ExpStep{}},           {SinhStep{}},   {AffineStep{3, -2}, AsinhStep{}},
      {SigmoidStep{}},       {PowerStep{3}}, {MonotoneSpline({-1, 0, 2}, {-2, 1, 2}, {1, 0.5, 3})},
      {ExpStep{}, LogStep{}}};
  for (const auto& steps : outers) {
    const MonotoneFunction outer(steps);
    for (const AnyMechanism& mechanism :
         {AnyMechanism(PostNonlinearMechanism(AdditiveNoiseMechanism(location, noise), outer)),
          AnyMechanism(
              PostNonlinearLocationScaleMechanism(LocationScaleMechanism(location, log_scale, noise), outer))}) {
      equipoise::testing::check_sampling_and_abduction(mechanism, rows, 1e-9);
      equipoise::testing::check_density(mechanism, noise, rows);
    }
  }
}

TEST_CASE("an exponential of normal noise is log-normal") {
  const PostNonlinearMechanism mechanism(AdditiveNoiseMechanism(LinearPredictor{0.5, {}}, Noise(NormalNoise{0, 0.7})),
                                         MonotoneFunction({ExpStep{}}));
  for (const double value : {0.1, 0.9, 2.0, 7.5}) {
    double density = 0;
    mechanism.log_density({}, &value, {0, 1}, &density);
    const double z = (std::log(value) - 0.5) / 0.7;
    CHECK(density == Approx(-0.5 * z * z - std::log(0.7 * value) - 0.5 * std::log(2 * std::acos(-1.0))).epsilon(1e-12));
  }
}

TEST_CASE("a value outside the range has density 0 and no noise, and one without a value names its row") {
  const PostNonlinearMechanism exponential(AdditiveNoiseMechanism(LinearPredictor{0, {}}, Noise(NormalNoise{})),
                                           MonotoneFunction({ExpStep{}}));
  const std::vector<double> value{1, -2};
  std::vector<double> out(2);
  exponential.log_density({}, value.data(), {0, 2}, out.data());
  CHECK(std::isfinite(out[0]));
  CHECK(out[1] == -std::numeric_limits<double>::infinity());
  try {
    exponential.abduct({}, value.data(), {5, 2}, std::vector<double*>{out.data()});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_no_support);
    CHECK(error.place() == "row 7");
  }
  const PostNonlinearMechanism logarithm(AdditiveNoiseMechanism(LinearPredictor{0, {}}, Noise(NormalNoise{})),
                                         MonotoneFunction({LogStep{}}));
  const std::vector<double> noise{1, -1};
  CHECK_THROWS_AS(logarithm.evaluate({}, std::vector<const double*>{noise.data()}, {0, 2}, out.data()), Error);
}
