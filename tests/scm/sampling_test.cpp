#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("samples of linear-Gaussian models have the moments of matrix algebra") {
  RowStream random = RandomStream({.seed = 51, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 5; ++trial) {
    const auto model = equipoise::testing::random_linear_gaussian(random, 5);
    const Eigen::Index rows = 60000;
    const Eigen::MatrixXd world =
        sample(model.scm, static_cast<std::size_t>(rows), {.seed = static_cast<std::uint64_t>(trial)});
    // v = (I - B)^-1 (c + u), the inverse a finite sum of powers.
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(5, 5), power = model.coefficients;
    for (int k = 0; k < 5; ++k) {
      inverse += power;
      power = model.coefficients * power;
    }
    const Eigen::VectorXd mean = inverse * model.intercepts;
    const Eigen::MatrixXd covariance = inverse * model.scales.cwiseAbs2().asDiagonal() * inverse.transpose();
    const Eigen::MatrixXd centred = world.rowwise() - mean.transpose();
    for (Eigen::Index a = 0; a < 5; ++a) {
      // 5 standard errors: a false alarm of 6e-7 each.
      CHECK(std::abs(centred.col(a).mean()) < 5 * std::sqrt(covariance(a, a) / static_cast<double>(rows)));
      for (Eigen::Index b = 0; b <= a; ++b) {
        const double spread = std::sqrt((covariance(a, a) * covariance(b, b) + covariance(a, b) * covariance(a, b)) /
                                        static_cast<double>(rows));
        CHECK(std::abs(centred.col(a).dot(centred.col(b)) / static_cast<double>(rows) - covariance(a, b)) < 5 * spread);
      }
    }
  }
}

TEST_CASE("the same seed gives the same bits at any parallelism, row count and cut into blocks") {
  RowStream random = RandomStream({.seed = 52, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 4);
  const Eigen::MatrixXd one = sample(model.scm, 10001);
  CHECK(one == sample(model.scm, 10001, {.parallelism = Parallelism::exactly(3)}));
  CHECK(one.topRows(777) == sample(model.scm, 777));
  CHECK_FALSE(one == sample(model.scm, 10001, {.seed = 2}));
  Eigen::Index at = 0;
  sample_to(model.scm, 10001, [&](const Eigen::MatrixXd& block) {
    REQUIRE(block == one.middleRows(at, block.rows()));
    at += block.rows();
  });
  CHECK(at == 10001);
}

TEST_CASE("a mechanism's failure names its variable and row") {
  const Scm scm(CausalGraph({"X"}, {}), {{"X", ColumnType::continuous, {}}},
                {{FormulaMechanism("1 / floor(N)", {}, Noise(UniformNoise{0.999, 5}), "N"), {}}});
  try {
    sample(scm, 100000);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("variable 'X', row ") == 0);
    CHECK(std::string(error.what()).find("a division by zero at column 3") != std::string::npos);
  }
}
