// Coordinates in which a predictor's features are uncorrelated, so that an optimiser needs few steps.
#pragma once

#include <span>

#include <Eigen/Core>

#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// The change of variables parameters = (L')^-1 whitened with L L' = X' W X + ridge 1, X the encoded features and a
/// column of ones, W the rows' shares of the weight. A loss that is smooth in the scores of an affine predictor has,
/// in whitened coordinates, curvature near that of the loss itself, however features are scaled and correlated.
class Whitening {
 public:
  /// X: rows x columns; weights: one a row, not all 0; ridge: above 0, what keeps columns apart that others explain.
  Whitening(ConstMatrixRef X, std::span<const double> weights, double ridge);

  Eigen::VectorXd whitened(const Eigen::VectorXd& parameters) const;
  Eigen::VectorXd parameters(const Eigen::VectorXd& whitened) const;
  /// The derivative by whitened coordinates, of a function whose derivative by the parameters is `gradient`.
  Eigen::VectorXd gradient(const Eigen::VectorXd& gradient) const;

 private:
  Eigen::MatrixXd lower_;
};

}  // namespace equipoise::inline v0
