// A vector of scores against its covariance: the quadratic form that most tests end in.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0::detail {

/// A statistic, what it is compared with, and the probability of one as large under the hypothesis; 0 degrees of
/// freedom and 1 where there is nothing to test.
struct ScoreStatistic {
  double statistic = 0;
  double degrees_of_freedom = 0;
  double p_value = 1;
};

/// s' covariance^-1 s, chi-square with as many degrees of freedom as the covariance has rank; where the covariance was
/// estimated with `residual_degrees` degrees of freedom, Hotelling's distribution instead. Scores that earlier ones
/// explain are left out. The covariance is symmetric.
inline ScoreStatistic score_statistic(const Eigen::VectorXd& scores, const Eigen::MatrixXd& covariance,
                                      double residual_degrees = std::numeric_limits<double>::infinity()) {
  constexpr double explained = 1e-8;  // of a score's variance, that is left by those before it
  // Cholesky's factor L of the covariance and L^-1 scores, row by row, of the scores that are kept.
  std::vector<Eigen::Index> kept;
  std::vector<double> whitened;
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(scores.size(), scores.size());
  ScoreStatistic result;
  for (Eigen::Index i = 0; i < scores.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(kept.size());
    double pivot = covariance(i, i), rest = scores[i];
    for (Eigen::Index k = 0; k < row; ++k) {
      double entry = covariance(i, kept[static_cast<std::size_t>(k)]);
      for (Eigen::Index l = 0; l < k; ++l) entry -= factor(row, l) * factor(k, l);
      factor(row, k) = entry / factor(k, k);
      pivot -= factor(row, k) * factor(row, k);
      rest -= factor(row, k) * whitened[static_cast<std::size_t>(k)];
    }
    if (!(covariance(i, i) > 0 && pivot > explained * covariance(i, i))) continue;
    factor(row, row) = std::sqrt(pivot);
    kept.push_back(i);
    whitened.push_back(rest / factor(row, row));
    result.statistic += whitened.back() * whitened.back();
  }
  const auto degrees = static_cast<double>(kept.size());
  const double left = residual_degrees - degrees + 1;
  if (degrees == 0 || !(left >= 1)) return {};
  result.degrees_of_freedom = degrees;
  // T^2 (v - k + 1) / (v k) has the F distribution with k and v - k + 1 degrees of freedom.
  result.p_value = std::isinf(residual_degrees)
                       ? chi_square_tail(result.statistic, degrees)
                       : regularised_beta(left / 2, degrees / 2, 1 / (1 + result.statistic / residual_degrees));
  result.p_value = std::clamp(result.p_value, 0.0, 1.0);
  return result;
}

}  // namespace equipoise::inline v0::detail
