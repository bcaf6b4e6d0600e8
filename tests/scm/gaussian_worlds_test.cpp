#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <Eigen/Dense>

#include <equipoise/core/distributions.hpp>
#include <equipoise/scm/gaussian_worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("any copies given any others are as matrix algebra has it") {
  double worst = 0;
  for (std::uint64_t trial = 0; trial < 1000; ++trial) {
    RowStream random = RandomStream({.seed = 420, .purpose = Purpose::test}).row(trial);
    const std::size_t size = 2 + static_cast<std::size_t>(draw_below(random, 5));
    const auto n = static_cast<Eigen::Index>(size);
    const auto model = equipoise::testing::random_linear_gaussian(random, size);
    ParallelWorlds worlds(model.scm);
    // Three worlds, the first as it is: V_w = (I - B_w)^-1 (c_w + S_w z), stacked over z.
    Eigen::MatrixXd loadings(3 * n, n);
    Eigen::VectorXd means(3 * n);
    std::vector<std::size_t> copies;
    for (Eigen::Index w = 0; w < 3; ++w) {
      Eigen::MatrixXd b = model.coefficients, scale = model.scales.asDiagonal();
      Eigen::VectorXd c = model.intercepts;
      WorldAction action;
      for (Eigen::Index v = 0; v < n && w > 0; ++v) {
        if (random.uniform() < 0.7) continue;
        c[v] = draw_normal(random);
        b.row(v).setZero();
        scale.row(v).setZero();
        action.emplace(static_cast<Node>(v), c[v]);
      }
      const Eigen::MatrixXd inverse = (Eigen::MatrixXd::Identity(n, n) - b).inverse();
      loadings.middleRows(w * n, n) = inverse * scale;
      means.segment(w * n, n) = inverse * c;
      for (Node v = 0; v < size; ++v) copies.push_back(worlds.copy(v, action));
    }
    // Evidence from a unit of the model: each variable observed in at most one world, where it varies.
    Eigen::VectorXd z(n);
    for (double& each : z) each = draw_normal(random);
    const Eigen::VectorXd unit = means + loadings * z;
    std::vector<CopyValue> evidence;
    std::vector<Eigen::Index> rows;
    for (Eigen::Index v = 0; v < n; ++v) {
      const auto row = static_cast<Eigen::Index>(draw_below(random, 3)) * n + v;
      if (random.uniform() < 0.5 || worlds[copies[static_cast<std::size_t>(row)]].constant() != nullptr) continue;
      evidence.push_back({copies[static_cast<std::size_t>(row)], unit[row]});
      rows.push_back(row);
    }
    Eigen::VectorXd mean = means;
    Eigen::MatrixXd covariance = loadings * loadings.transpose();
    if (!rows.empty()) {
      const auto k = static_cast<Eigen::Index>(rows.size());
      Eigen::MatrixXd observed(k, n);
      Eigen::VectorXd surprise(k);
      for (Eigen::Index i = 0; i < k; ++i) {
        observed.row(i) = loadings.row(rows[static_cast<std::size_t>(i)]);
        surprise[i] = unit[rows[static_cast<std::size_t>(i)]] - means[rows[static_cast<std::size_t>(i)]];
      }
      const Eigen::MatrixXd cross = loadings * observed.transpose();
      const Eigen::FullPivLU<Eigen::MatrixXd> schur(observed * observed.transpose());
      mean += cross * schur.solve(surprise);
      covariance -= cross * schur.solve(cross.transpose());
    }
    const auto found = gaussian_moments(worlds, copies, evidence);
    REQUIRE(std::holds_alternative<GaussianMoments>(found));
    const auto& moments = std::get<GaussianMoments>(found);
    worst = std::max(worst, (moments.mean - mean).cwiseAbs().maxCoeff() / (1 + mean.cwiseAbs().maxCoeff()));
    worst = std::max(worst, (moments.covariance - covariance).cwiseAbs().maxCoeff() /
                                (1 + (loadings * loadings.transpose()).cwiseAbs().maxCoeff()));
  }
  CHECK(worst < 1e-9);
}

TEST_CASE("evidence that other evidence implies is consistent or impossible") {
  RowStream random = RandomStream({.seed = 421, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 200; ++trial) {
    const auto model = equipoise::testing::random_linear_gaussian(random, 3);
    ParallelWorlds worlds(model.scm);
    std::vector<CopyValue> evidence;
    std::vector<double> factual;
    for (Node v = 0; v < 3; ++v) {
      factual.push_back(draw_normal(random));
      evidence.push_back({worlds.copy(v), factual.back()});
    }
    // Setting the first to another value moves the last by known amounts.
    const double moved = draw_normal(random), change = moved - factual[0];
    const auto& b = model.coefficients;
    const double implied = factual[2] + (b(2, 0) + b(2, 1) * b(1, 0)) * change;
    const std::size_t other = worlds.copy(2, {{0, moved}});
    evidence.push_back({other, implied});
    const std::size_t asked[] = {other};
    const auto agreed = gaussian_moments(worlds, asked, evidence);
    REQUIRE(std::holds_alternative<GaussianMoments>(agreed));
    CHECK(std::get<GaussianMoments>(agreed).mean[0] == Approx(implied).margin(1e-9));
    CHECK(std::get<GaussianMoments>(agreed).covariance(0, 0) == 0);
    evidence.back().value += 0.01;
    if (other != worlds.copy(2))
      CHECK(std::holds_alternative<ImpossibleCondition>(gaussian_moments(worlds, asked, evidence)));
  }
}

TEST_CASE("an exogenous normal that two variables read correlates them, and other noise is refused by name") {
  const std::vector<VariableSpec> variables{{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}};
  const auto model = [&](Noise hidden) {
    return Scm(CausalGraph({"X", "Y"}, {}), variables,
               {{LinearMechanism({1, {{2, {}}}}, Noise(NormalNoise{0, 1})), {"U"}},
                {LinearMechanism({0, {{3, {}}}}, Noise(NormalNoise{0, 1})), {"U"}}},
               {{"U", std::move(hidden)}});
  };
  ParallelWorlds worlds(model(Noise(NormalNoise{0.5, 2})));
  const std::size_t copies[] = {worlds.copy(0), worlds.copy(1)};
  const auto moments = std::get<GaussianMoments>(gaussian_moments(worlds, copies));
  CHECK(moments.mean[0] == Approx(2));
  CHECK(moments.mean[1] == Approx(1.5));
  CHECK(moments.covariance(0, 0) == Approx(17));
  CHECK(moments.covariance(0, 1) == Approx(24));
  ParallelWorlds laplace(model(Noise(LaplaceNoise{0, 1})));
  const std::size_t first[] = {laplace.copy(0)};
  CHECK(std::get<NotExact>(gaussian_moments(laplace, first)).reason == "'X' has noise that is not normal");
}
