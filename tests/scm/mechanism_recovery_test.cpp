#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/ordinal_mechanism.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

const Noise unit = NormalNoise{0, 1};

// X and Z cause Y by the mechanism.
Scm of_two_causes(AnyMechanism mechanism, VariableSpec y = {"Y", ColumnType::continuous, {}}) {
  const std::vector<NamedEdge> edges{{"X", "Y"}, {"Z", "Y"}};
  return Scm(CausalGraph({"X", "Z", "Y"}, edges),
             {{"X", ColumnType::continuous, {}}, {"Z", ColumnType::continuous, {}}, y},
             {{NoiseMechanism(unit), {}},
              {NoiseMechanism(Noise(UniformNoise{-2, 2})), {}},
              {std::move(mechanism), {"X", "Z"}}});
}

struct Recovery {
  ScmFit fit;
  double truth = 0;  ///< mean log-likelihood of Y under the true mechanism, on the rows that were fitted to
  const NodeFit& y() const { return fit.nodes[2]; }
};

Recovery recovered(const Scm& truth, std::size_t rows, const FitOptions& options = {}) {
  const Eigen::MatrixXd world = sample(truth, rows, {.seed = 11});
  Recovery result{fit_scm(truth.graph(), table_of(truth, world), options), 0};
  const double* inputs[] = {world.col(0).data(), world.col(1).data()};
  std::vector<double> density(rows);
  truth.mechanism(2).log_density(inputs, world.col(2).data(), {0, rows}, density.data());
  for (const double each : density) result.truth += each / static_cast<double>(rows);
  CHECK(scm_text(parse_scm(scm_text(result.fit.scm))) == scm_text(result.fit.scm));
  return result;
}

// A form with k parameters loses about k / (2 rows) a person on held-out rows; what splines cannot bend to comes on
// top.
void check(const Recovery& recovery, const std::string& begins, double loss) {
  INFO(recovery.y().mechanism << ", held out " << recovery.y().held_out << ", truth " << recovery.truth
                              << "; runner-up " << recovery.y().runner_up << " behind by "
                              << recovery.y().margin.value_or(0));
  CHECK(recovery.y().mechanism.rfind(begins, 0) == 0);
  CHECK(recovery.y().held_out > recovery.truth - loss);
  CHECK(recovery.y().margin.has_value());
}

LinearPredictor linear(double intercept, double x, double z) { return {intercept, {{x, {}}, {z, {}}}}; }
FormulaFunction formula(const std::string& text) { return FormulaFunction(text, {"X", "Z"}); }

}  // namespace

TEST_CASE("linear means are recovered with their noise") {
  check(recovered(of_two_causes(LinearMechanism(linear(1, 2, -1), unit)), 4000), "linear, normal noise", 0.005);
  check(recovered(of_two_causes(LinearMechanism(linear(1, 2, -1), Noise(LaplaceNoise{0, 1}))), 4000),
        "linear, laplace noise", 0.005);
  check(recovered(of_two_causes(LinearMechanism(linear(1, 2, -1), Noise(StudentTNoise{3, 0, 1}))), 3000),
        "linear, student_t noise", 0.005);
}

TEST_CASE("curved means are recovered as polynomials or sums of curves") {
  check(recovered(of_two_causes(AdditiveNoiseMechanism(formula("X * Z + 0.5 * X^2"), unit)), 2500),
        "quadratic, normal noise", 0.006);
  check(recovered(of_two_causes(AdditiveNoiseMechanism(formula("2 * sin(2 * X) + Z"), unit)), 2500),
        "sum of curves, normal noise", 0.02);
}

TEST_CASE("means that are no sum of curves are recovered as perceptrons") {
  check(recovered(of_two_causes(AdditiveNoiseMechanism(formula("3 * tanh(2 * X * Z)"), Noise(NormalNoise{0, 0.5}))),
                  2500),
        "perceptron, normal noise", 0.1);
}

TEST_CASE("noise that depends on the causes is recovered as a scale") {
  check(recovered(of_two_causes(LocationScaleMechanism(linear(0, 1, 0.5), linear(-1, 0.5, 0.3), unit)), 4000),
        "linear mean and scale, normal noise", 0.006);
}

TEST_CASE("functions of a linear mean and noise are recovered as post-nonlinear", "[rate]") {
  const AdditiveNoiseMechanism inner(linear(0, 0.7, -0.5), Noise(NormalNoise{0, 0.5}));
  check(recovered(of_two_causes(PostNonlinearMechanism(inner, MonotoneFunction({ExpStep{}}))), 4000),
        "exponential of a linear mean, normal noise", 0.006);
  check(recovered(of_two_causes(PostNonlinearMechanism(inner, MonotoneFunction({SinhStep{}, AffineStep{3, 2}}))), 4000),
        "monotone spline of a linear mean, normal noise", 0.02);
}

TEST_CASE("ordered levels are recovered as ordinal") {
  const Recovery recovery = recovered(
      of_two_causes(OrdinalMechanism(OrdinalProbabilities(linear(0, 1.5, -1), {-2, -0.5, 0.5, 2}, OrdinalLink::logit),
                                     Coupling::inverse_cdf),
                    equipoise::testing::levels_variable("Y", 5)),
      4000);
  check(recovery, "ordinal", 0.005);
  const auto* ordinal = recovery.fit.scm.mechanism(2).get_if<OrdinalMechanism>();
  REQUIRE(ordinal != nullptr);
  // Standard errors of the two slopes are about 0.04 and 0.03 at 4,000 rows.
  CHECK(std::abs(ordinal->kernel().score().get_if<LinearPredictor>()->terms[0].slope - 1.5) < 0.12);
  CHECK(std::abs(ordinal->kernel().score().get_if<LinearPredictor>()->terms[1].slope + 1) < 0.1);
}

TEST_CASE("families that were asked for are the only ones") {
  const Scm truth = of_two_causes(AdditiveNoiseMechanism(formula("2 * sin(2 * X) + Z"), unit));
  CHECK(recovered(truth, 1000, {.families = {"linear"}}).y().mechanism.rfind("linear", 0) == 0);
  CHECK(recovered(truth, 1000, {.families = {"linear", "polynomial"}}).y().mechanism.find("curves") ==
        std::string::npos);
}

TEST_CASE("roots are recovered by their noise") {
  const auto fitted = [](const Noise& noise, ColumnType type, std::size_t rows = 4000) {
    const Scm truth(CausalGraph({"X"}, {}), {{"X", type, {}}}, {{NoiseMechanism(noise), {}}});
    return fit_scm(truth.graph(), table_of(truth, sample(truth, rows, {.seed = 12}))).nodes[0].mechanism;
  };
  CHECK(fitted(NormalNoise{3, 2}, ColumnType::continuous) == "normal");
  CHECK(fitted(LaplaceNoise{3, 2}, ColumnType::continuous) == "laplace");
  CHECK(fitted(StudentTNoise{3, 0, 1}, ColumnType::continuous, 15'000) == "student_t");  // of a laplace, with tails
  CHECK(fitted(UniformNoise{-1, 5}, ColumnType::continuous) == "uniform");
  CHECK(fitted(GammaNoise{2, 1}, ColumnType::continuous) == "gamma");
  CHECK(fitted(ExponentialNoise{2}, ColumnType::continuous) == "exponential");
  CHECK(fitted(PoissonNoise{3}, ColumnType::integer) == "poisson");
  CHECK(fitted(ConstantNoise{3}, ColumnType::continuous) == "constant");
  const Noise two_peaks = MixtureNoise{{0.3, 0.7}, {NormalNoise{-4, 1}, NormalNoise{3, 1}}};
  CHECK(fitted(two_peaks, ColumnType::continuous) == "mixture of two normals");
  const Noise shares = CategoricalNoise{{0.4, 0.05, 0.05, 0.4, 0.1}};
  CHECK(fitted(shares, ColumnType::integer) == "empirical");
}

TEST_CASE("a fit of any form is the same at any parallelism") {
  const Scm truth = of_two_causes(AdditiveNoiseMechanism(formula("3 * tanh(2 * X * Z)"), Noise(NormalNoise{0, 0.5})));
  const Table table = table_of(truth, sample(truth, 800, {.seed = 13}));
  CHECK(scm_text(fit_scm(truth.graph(), table).scm) ==
        scm_text(fit_scm(truth.graph(), table, {.parallelism = Parallelism::exactly(3)}).scm));
}
