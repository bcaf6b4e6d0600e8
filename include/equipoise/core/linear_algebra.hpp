// Matrix decompositions, declared over <Eigen/Core> alone: their headers cost each user 4 to 39 CPU seconds, so they
// are defined in the compiled library.
//
// A symmetric positive definite matrix ("spd") is read from its lower triangle, and is scaled to a unit diagonal before
// it is judged, so that units do not matter. Sizes that do not fit are programmers' mistakes.
#pragma once

#include <optional>

#include <Eigen/Core>

namespace equipoise::inline v0 {

/// The lower triangle L with L L' = a, zeros above. Throws singular where a is not positive definite to working
/// precision, naming the first column, counted from 0, that those before it explain; value_out_of_range where a is not
/// finite.
Eigen::MatrixXd cholesky_lower(const Eigen::Ref<const Eigen::MatrixXd>& a);

/// The x with a x = b, for one column or several. Throws as cholesky_lower.
Eigen::MatrixXd solve_spd(const Eigen::Ref<const Eigen::MatrixXd>& a, const Eigen::Ref<const Eigen::MatrixXd>& b);

/// Throws as cholesky_lower.
Eigen::MatrixXd inverse_spd(const Eigen::Ref<const Eigen::MatrixXd>& a);

/// ln det a. Throws as cholesky_lower.
double log_determinant_spd(const Eigen::Ref<const Eigen::MatrixXd>& a);

/// A least-squares fit.
struct LeastSquares {
  Eigen::VectorXd coefficients;        ///< one a column; 0 for columns that others explain, where the rank is not full
  Eigen::Index rank = 0;               ///< of the columns, to working precision
  double residual_sum_of_squares = 0;  ///< weighted
};

/// Minimises sum_i weights_i (y_i - x_i' coefficients)^2 by QR with column pivoting, the columns scaled to unit length.
/// x: rows x columns; weights: all 1 where not given, at least 0. Throws value_out_of_range for a negative weight or
/// where anything is not finite.
LeastSquares least_squares(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::VectorXd>& y,
                           const std::optional<Eigen::VectorXd>& weights = std::nullopt);

/// a = vectors diag(values) vectors'.
struct SymmetricEigen {
  Eigen::VectorXd values;   ///< ascending
  Eigen::MatrixXd vectors;  ///< a column each, of length 1, its largest entry positive
};

/// The spectrum of a symmetric matrix, read from its lower triangle. Throws value_out_of_range where a is not finite.
SymmetricEigen symmetric_eigen(const Eigen::Ref<const Eigen::MatrixXd>& a);

}  // namespace equipoise::inline v0
