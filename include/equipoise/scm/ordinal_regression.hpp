// Maximum likelihood of the cumulative model of ordered levels.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include <equipoise/scm/ordinal_mechanism.hpp>

namespace equipoise::inline v0 {

struct OrdinalOptions {
  OrdinalLink link = OrdinalLink::logit;
  double ridge = 1e-6;  ///< penalty 1/2 ridge |b|^2 on standardised coefficients, in units of one row's log-likelihood
  double gradient_tolerance = 1e-8;  ///< per unit of weight, in whitened coordinates
  double least_gain = 1e-6;          ///< of the log-likelihood, below which ten more iterations are not worth it
  std::size_t max_iterations = 500;
};

/// P(level <= k | x) = F(thresholds[k] - x coefficients).
struct OrdinalFit {
  Eigen::VectorXd coefficients;    ///< one a column
  std::vector<double> thresholds;  ///< levels - 1, ascending
  std::size_t iterations = 0;
  bool converged = false;
};

/// Maximum likelihood (McCullagh 1980) with the tiny ridge of the options. X: rows x columns; counts: rows x levels,
/// how much weight each row gives to each level; every level has some weight. The likelihood is concave in thresholds
/// and coefficients (Pratt 1981). Deterministic; non-convergence is told, not thrown.
OrdinalFit ordinal_regression(const Eigen::MatrixXd& x, const Eigen::MatrixXd& counts,
                              const OrdinalOptions& options = {});

}  // namespace equipoise::inline v0
