#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/shared_normals.hpp>

using namespace equipoise;

namespace {

Eigen::MatrixXd covariance_of(const SharedNormals& normals) {
  Eigen::MatrixXd result = normals.own_variances.asDiagonal();
  for (const SharedNormal& shared : normals.shared)
    for (const auto& [i, a] : shared.loadings)
      for (const auto& [j, b] : shared.loadings)
        result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) += a * b;
  return result;
}

}  // namespace

TEST_CASE("shared normals and own ones have the covariance that they were made from") {
  RowStream random = RandomStream({.seed = 43, .purpose = Purpose::test}).row(0);
  int pairwise = 0, joint = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const Eigen::Index n = 2 + trial % 6;
    Eigen::MatrixXd factor(n, n + 1);
    for (Eigen::Index j = 0; j <= n; ++j)
      for (Eigen::Index i = 0; i < n; ++i) factor(i, j) = random.uniform() < 0.5 ? 0 : 2 * random.uniform() - 1;
    Eigen::MatrixXd covariance = factor * factor.transpose();
    covariance.diagonal().array() += random.uniform();
    const Eigen::VectorXd units = Eigen::VectorXd::LinSpaced(n, 1e-3, 1e3);
    covariance = units.asDiagonal() * covariance * units.asDiagonal();
    const SharedNormals normals = shared_normals(covariance);
    const Eigen::MatrixXd error = covariance_of(normals) - covariance;
    for (Eigen::Index i = 0; i < n; ++i) {
      CHECK(normals.own_variances[i] > 0);
      for (Eigen::Index j = 0; j < n; ++j)
        CHECK(std::abs(error(i, j)) <= 1e-12 * std::sqrt(covariance(i, i) * covariance(j, j)));
    }
    (normals.pairwise ? pairwise : joint) += 1;
    if (!normals.pairwise) continue;
    for (const SharedNormal& shared : normals.shared) {
      REQUIRE(shared.loadings.size() == 2);
      CHECK(covariance(static_cast<Eigen::Index>(shared.loadings[0].first),
                       static_cast<Eigen::Index>(shared.loadings[1].first)) != 0);
    }
  }
  CHECK(pairwise > 50);
  CHECK(joint > 50);
}

TEST_CASE("two correlated noises share one normal however strong the correlation") {
  Eigen::Matrix2d covariance;
  covariance << 1, -1.999, -1.999, 4;
  const SharedNormals normals = shared_normals(covariance);
  CHECK(normals.pairwise);
  REQUIRE(normals.shared.size() == 1);
  CHECK(normals.shared[0].loadings[0].second * normals.shared[0].loadings[1].second == Approx(-1.999));
}

TEST_CASE("three noises that are all but one need more than pairs") {
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Constant(0.9);
  covariance.diagonal().setOnes();
  CHECK_FALSE(shared_normals(covariance).pairwise);
  CHECK_THROWS_AS(shared_normals(Eigen::Matrix3d::Ones()), Error);
}
