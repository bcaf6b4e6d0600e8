#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/path_specific.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

/// A -> M -> W -> Y, A -> W, A -> Y, M -> Y: W sees A both directly and through M.
Scm mediated() {
  const std::vector<NamedEdge> edges{{"A", "M"}, {"A", "W"}, {"M", "W"}, {"A", "Y"}, {"M", "Y"}, {"W", "Y"}};
  std::vector<VariableSpec> variables;
  for (const char* name : {"A", "M", "W", "Y"}) variables.push_back({name, ColumnType::continuous, {}});
  const Noise noise(NormalNoise{0, 1});
  return Scm(CausalGraph({"A", "M", "W", "Y"}, edges), variables,
             {{NoiseMechanism(noise), {}},
              {FormulaMechanism("A^2 + 0.5 * A", {"A"}, noise), {"A"}},
              {FormulaMechanism("A * M + sin(M)", {"A", "M"}, noise), {"A", "M"}},
              {FormulaMechanism("A + 2 * M * W - W^2", {"A", "M", "W"}, noise), {"A", "M", "W"}}});
}
constexpr Node A = 0, M = 1, W = 2, Y = 3;

// The functions above, by hand.
double m(double a, double u) { return a * a + 0.5 * a + u; }
double w(double a, double mm, double u) { return a * mm + std::sin(mm) + u; }
double y(double a, double mm, double ww, double u) { return a + 2 * mm * ww - ww * ww + u; }

}  // namespace

TEST_CASE("path-specific rows equal nested counterfactuals worked by hand") {
  const Scm scm = mediated();
  const Eigen::MatrixXd world = sample(scm, 300);
  const double a1 = 1.5;
  const std::vector<Node> features{A, M, W};
  const auto seen = [&](std::vector<DirectedPath> held) {
    return path_specific_features(scm, world, {A, a1}, Y, features, held);
  };
  const Eigen::MatrixXd none = seen({}), direct = seen({{A, Y}}), through_w = seen({{A, M, W, Y}}),
                        both = seen({{A, M, Y}, {A, W, Y}}), all = seen({{A, Y}, {A, M, Y}, {A, W, Y}, {A, M, W, Y}});
  const std::vector<DirectedPath> held_for_outcome{{A, M, W, Y}, {A, Y}};
  const Eigen::VectorXd outcome = path_specific_outcome(scm, world, {A, a1}, Y, held_for_outcome);
  for (Eigen::Index row = 0; row < world.rows(); ++row) {
    const double a0 = world(row, 0), m0 = world(row, 1), w0 = world(row, 2);
    const double um = m0 - m(a0, 0), uw = w0 - w(a0, m0, 0), uy = world(row, 3) - y(a0, m0, w0, 0);
    const double m1 = m(a1, um);
    const auto is = [&](const Eigen::MatrixXd& rows, double a, double mm, double ww) {
      CHECK(rows(row, 0) == Approx(a).margin(1e-9));
      CHECK(rows(row, 1) == Approx(mm).margin(1e-9));
      CHECK(rows(row, 2) == Approx(ww).margin(1e-9));
    };
    is(none, a1, m1, w(a1, m1, uw));
    is(direct, a0, m1, w(a1, m1, uw));
    is(through_w, a1, m1, w(a1, m0, uw));  // M recants: changed for Y itself, factual for Y's W
    is(both, a1, m0, w(a0, m1, uw));
    CHECK(all.row(row) == world.row(row).head(3));
    CHECK(outcome[row] == Approx(y(a0, m1, w(a1, m0, uw), uy)).margin(1e-9));
  }
  CHECK((none - counterfactual_rows(scm, world, Intervention{{A, a1}}).leftCols(3)).cwiseAbs().maxCoeff() == 0);
}

TEST_CASE("a predictor sees features that are no parents of the outcome") {
  const std::vector<NamedEdge> edges{{"A", "M"}, {"M", "Y"}};
  std::vector<VariableSpec> variables;
  for (const char* name : {"A", "M", "Y"}) variables.push_back({name, ColumnType::continuous, {}});
  const Noise noise(NormalNoise{0, 1});
  const Scm scm(CausalGraph({"A", "M", "Y"}, edges), variables,
                {{NoiseMechanism(noise), {}},
                 {LinearMechanism({0, {{2, {}}}}, noise), {"A"}},
                 {LinearMechanism({0, {{1, {}}}}, noise), {"M"}}});
  const Eigen::MatrixXd world = sample(scm, 50);
  const std::vector<Node> features{0, 1};
  const std::vector<DirectedPath> through_m{{0, 1, 2}}, implicit{{0, 2}};
  const Eigen::MatrixXd held = path_specific_features(scm, world, {0, 3}, 2, features, through_m);
  CHECK((held.col(0).array() == 3).all());
  CHECK(held.col(1) == world.col(1));
  const Eigen::MatrixXd direct = path_specific_features(scm, world, {0, 3}, 2, features, implicit);
  CHECK(direct.col(0) == world.col(0));
  CHECK((direct.col(1) - world.col(1)).isApprox(2 * (Eigen::VectorXd::Constant(50, 3) - world.col(0)), 1e-9));
  const std::vector<DirectedPath> absent{{0, 2}}, backwards{{1, 2}};
  CHECK_THROWS_AS(path_specific_outcome(scm, world, {0, 3}, 2, absent), Error);
  CHECK_THROWS_AS(path_specific_features(scm, world, {0, 3}, 2, features, backwards), Error);
}

TEST_CASE("path-specific rows change the outcome and its parents alone") {
  const Scm scm = mediated();
  const Eigen::MatrixXd world = sample(scm, 20);
  const std::vector<DirectedPath> held{{A, Y}, {A, M, Y}, {A, M, W, Y}, {A, W, Y}};
  CHECK(path_specific_rows(scm, world, {A, 2}, Y, held) == world);
  const Eigen::MatrixXd all = path_specific_rows(scm, world, {A, 2}, Y, {});
  CHECK((all - counterfactual_rows(scm, world, Intervention{{A, 2}})).cwiseAbs().maxCoeff() == 0);
}
