// Correlated normal noises as independent ones: each shared by few variables, and a rest that is a variable's own.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>

namespace equipoise::inline v0 {

/// A standard normal variable that several noises share, with its coefficient in each.
struct SharedNormal {
  std::vector<std::pair<std::size_t, double>> loadings;  ///< index of a noise, coefficient
};

/// noise_i = sum of loading times shared normal + an own normal of variance own_variances[i] > 0.
struct SharedNormals {
  std::vector<SharedNormal> shared;
  Eigen::VectorXd own_variances;
  bool pairwise = true;  ///< each is shared by two noises whose covariance is not 0
};

namespace detail {

/// v > 0 with M v > 0, M the comparison matrix of a correlation matrix (1 on the diagonal, minus the absolute
/// correlations elsewhere), where there is one: size 0 where not.
inline Eigen::VectorXd dominance_scaling(const Eigen::MatrixXd& correlation) {
  const Eigen::Index n = correlation.rows();
  Eigen::MatrixXd comparison = -correlation.cwiseAbs();
  comparison.diagonal().setOnes();
  const double least = symmetric_eigen(comparison).values[0];
  constexpr double own_share = 1e-6;  // the least share of a variance that is worth the name of a variable's own
  if (!(least > own_share)) return {};
  return solve_spd(comparison, Eigen::VectorXd::Ones(n));  // an M-matrix: its inverse has no negative entry
}

}  // namespace detail

/// Splits normal noises with this covariance into independent ones. Where the covariance is diagonally dominant after a
/// scaling (factor width 2: Boman, Chen, Parekh, Toledo 2005, theorem 9), one shared normal for each pair whose
/// covariance is not 0; else the columns of the Cholesky factor of the covariance less half its least share of own
/// variance, which may join pairs whose covariance is 0 (their loadings cancel). Either way the distribution is that of
/// the covariance, and so is every answer of a linear model to every query. Throws singular where the covariance is not
/// positive definite. O(n^3).
inline SharedNormals shared_normals(const Eigen::MatrixXd& covariance) {
  assert(covariance.rows() == covariance.cols());
  const Eigen::Index n = covariance.rows();
  const Eigen::VectorXd deviations = covariance.diagonal().cwiseMax(0).cwiseSqrt();
  cholesky_lower(covariance);  // for its refusal
  Eigen::MatrixXd correlation = covariance;
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i < n; ++i) correlation(i, j) /= deviations[i] * deviations[j];
  SharedNormals result;
  result.own_variances = Eigen::VectorXd::Ones(n);
  if (const Eigen::VectorXd v = detail::dominance_scaling(correlation); v.size() > 0) {
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = i + 1; j < n; ++j) {
        const double r = correlation(i, j);
        if (r == 0) continue;
        const double of_i = std::abs(r) * v[j] / v[i], of_j = std::abs(r) * v[i] / v[j];
        result.own_variances[i] -= of_i;
        result.own_variances[j] -= of_j;
        result.shared.push_back({{{static_cast<std::size_t>(i), std::sqrt(of_i) * deviations[i]},
                                  {static_cast<std::size_t>(j), std::copysign(std::sqrt(of_j), r) * deviations[j]}}});
      }
  } else {
    const double own = symmetric_eigen(correlation).values[0] / 2;
    result.own_variances.setConstant(own);
    correlation.diagonal().array() -= own;
    const Eigen::MatrixXd factor = cholesky_lower(correlation);
    result.pairwise = false;
    for (Eigen::Index k = 0; k < n; ++k) {
      SharedNormal normal;
      for (Eigen::Index i = k; i < n; ++i)
        if (factor(i, k) != 0) normal.loadings.emplace_back(static_cast<std::size_t>(i), factor(i, k) * deviations[i]);
      if (normal.loadings.size() == 1) {
        result.own_variances[k] += factor(k, k) * factor(k, k);
        continue;
      }
      result.shared.push_back(std::move(normal));
    }
  }
  for (Eigen::Index i = 0; i < n; ++i) result.own_variances[i] *= deviations[i] * deviations[i];
  return result;
}

}  // namespace equipoise::inline v0
