// The two regressions that mechanisms are fitted by: weighted least squares and the multinomial logistic
// model, both on columns that are standardised inside, so that units do not matter. Compiled in the library: their
// products of matrices would cost each user's file 2 CPU seconds.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>

#include <Eigen/Core>

namespace equipoise::inline v0 {

/// intercept + X coefficients.
struct RegressionFit {
  double intercept = 0;
  Eigen::VectorXd coefficients;
};

/// argmin of sum_i weights_i (y_i - intercept - x_i coefficients)^2, X: rows x columns. Of collinear columns,
/// the solution of least standardised norm (up to rounding); a constant column gets 0.
RegressionFit weighted_least_squares(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                                     const Eigen::VectorXd& weights);

struct LogisticOptions {
  double ridge = 1e-6;  ///< penalty 1/2 ridge |b|^2 on standardised coefficients, in units of one row's log-likelihood
  double gradient_tolerance = 1e-9;  ///< per unit of weight, in whitened coordinates
  double least_gain = 1e-6;          ///< of the log-likelihood, below which ten more iterations are not worth it
  std::size_t max_iterations = 500;
};

/// A multinomial logistic fit: a score for every level but the first, which is the reference.
struct LogisticFit {
  Eigen::VectorXd intercepts;    ///< levels - 1
  Eigen::MatrixXd coefficients;  ///< columns x (levels - 1)
  std::size_t iterations = 0;
  bool converged = false;
};

/// Maximum likelihood of P(level | x) with the tiny ridge of the options, which alone bounds the coefficients
/// where a column separates the levels. X: rows x columns; counts: rows x levels, how much weight each row
/// gives to each level. Deterministic; non-convergence is told, not thrown.
LogisticFit multinomial_logistic(const Eigen::MatrixXd& x, const Eigen::MatrixXd& counts,
                                 const LogisticOptions& options = {});

}  // namespace equipoise::inline v0
