// Coordinates in which a predictor's features are uncorrelated, so that an optimiser needs few steps.
#pragma once

#include <algorithm>
#include <span>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// The change of variables parameters = (L')^-1 whitened with L L' = X' W X + ridge 1, X the encoded features and a
/// column of ones, W the rows' shares of the weight. A loss that is smooth in the scores of an affine predictor has,
/// in whitened coordinates, curvature near that of the loss itself, however features are scaled and correlated.
class Whitening {
 public:
  /// X: rows x columns; weights: one a row, not all 0; ridge: above 0, what keeps columns apart that others explain.
  Whitening(ConstMatrixRef X, std::span<const double> weights, double ridge) {
    const Eigen::Map<const Eigen::VectorXd> w(weights.data(), X.rows());
    const double total = w.sum();
    const Eigen::Index d = X.cols();
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(d + 1, d + 1);
    // By blocks of rows, so that the weighted copy stays in cache.
    constexpr Eigen::Index block_rows = 512;
    Eigen::MatrixXd weighted;
    for (Eigen::Index first = 0; first < X.rows(); first += block_rows) {
      const Eigen::Index rows = std::min(block_rows, X.rows() - first);
      const auto block = X.middleRows(first, rows);
      weighted = (w.segment(first, rows) / total).asDiagonal() * block;
      gram.topLeftCorner(d, d).noalias() += block.transpose() * weighted;
      gram.row(d).head(d) += weighted.colwise().sum();
    }
    gram(d, d) = 1;
    gram.diagonal().array() += ridge;
    lower_ = cholesky_lower(gram);
  }

  Eigen::VectorXd whitened(const Eigen::VectorXd& parameters) const {
    return lower_.triangularView<Eigen::Lower>().transpose() * parameters;
  }
  Eigen::VectorXd parameters(const Eigen::VectorXd& whitened) const {
    return lower_.triangularView<Eigen::Lower>().transpose().solve(whitened);
  }
  /// The derivative by whitened coordinates, of a function whose derivative by the parameters is `gradient`.
  Eigen::VectorXd gradient(const Eigen::VectorXd& gradient) const {
    return lower_.triangularView<Eigen::Lower>().solve(gradient);
  }

 private:
  Eigen::MatrixXd lower_;
};

}  // namespace equipoise::inline v0
