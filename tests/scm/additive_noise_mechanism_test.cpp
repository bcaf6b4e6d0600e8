#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/additive_noise_mechanism.hpp>

#include "scm/mechanism_properties.hpp"

using namespace equipoise;

static_assert(InvertibleMechanism<AdditiveNoiseMechanism> && LikelihoodMechanism<AdditiveNoiseMechanism>);

namespace {

std::vector<RegressionFunction> functions() {
  return {LinearPredictor{1, {{2, {}}, {-1, {}}, {0, {0, 1, 5}}}},
          PolynomialFunction(3, 0.3, {{2, {{0, 2, {}}}}, {-1, {{0, 1, {}}, {1, 1, {}}}}, {3, {{2, 1, 2}}}}),
          SplineFunction(1, {NaturalSpline({-1, 0, 1}, {1, 0, 2}), LinearTerm{0.5, {}}, LinearTerm{0, {0, 1, 2}}}),
          PerceptronFunction({{0, 1, 0}, {0.5, 2, 0}, {0, 1, 3}},
                             {{{0.1, 0.2, 1, 0, -1, 0.5, -0.3, 0, 0.7, 0.2}, {0.1, -0.2}}, {{1.5, -2}, {0.3}}},
                             Activation::tanh),
          FormulaFunction("tanh(X) + Z * L", {"X", "Z", "L"})};
}

}  // namespace

TEST_CASE("additive noise is given back by abduction, whatever the function and the noise") {
  const equipoise::testing::InputRows rows;
  for (const RegressionFunction& function : functions())
    for (const Noise& noise : {Noise(NormalNoise{0.5, 2}), Noise(LaplaceNoise{0, 1}), Noise(StudentTNoise{5, 0, 1}),
                               Noise(MixtureNoise{{0.3, 0.7}, {NormalNoise{-1, 1}, NormalNoise{1, 0.5}}})}) {
      const AnyMechanism mechanism = AdditiveNoiseMechanism(function, noise);
      equipoise::testing::check_sampling_and_abduction(mechanism, rows, 1e-12);
      equipoise::testing::check_density(mechanism, noise, rows);
    }
}

TEST_CASE("discrete noise is abducted to the values that it can have") {
  const equipoise::testing::InputRows rows;
  constexpr std::size_t size = equipoise::testing::InputRows::size;
  for (const RegressionFunction& function : functions())
    for (const Noise& noise : {Noise(PoissonNoise{3}), Noise(EmpiricalNoise({-0.1, 0.3, 1.0 / 3, 7}))}) {
      const AdditiveNoiseMechanism mechanism(function, noise);
      std::vector<double> drawn(size), value(size), again(size), density(size);
      mechanism.draw_noise(RandomStream({.seed = 101, .purpose = Purpose::test}), {0, size},
                           std::vector<double*>{drawn.data()});
      mechanism.evaluate(rows.columns(), std::vector<const double*>{drawn.data()}, {0, size}, value.data());
      mechanism.abduct(rows.columns(), value.data(), {0, size}, std::vector<double*>{again.data()});
      CHECK(again == drawn);
      mechanism.log_density(rows.columns(), value.data(), {0, size}, density.data());
      for (std::size_t i = 0; i < size; ++i) CHECK(density[i] == Approx(log_density(noise, drawn[i])).epsilon(1e-12));
    }
}

TEST_CASE("a value beyond what a double holds is an error that names its row") {
  const AdditiveNoiseMechanism mechanism(PolynomialFunction(1, 0, {{1, {{0, 4, {}}}}}), Noise(ConstantNoise{0}));
  const std::vector<double> x{1, 2, 1e100};
  std::vector<double> value(3);
  try {
    mechanism.sample(std::vector<const double*>{x.data()}, RandomStream({.seed = 1}), {4, 3}, value.data());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::value_out_of_range);
    CHECK(error.place() == "row 7");
  }
}
