// Columns of variance 1, and coordinates in which a quadratic form is the identity: what iterative regressions start
// from.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>

#include <Eigen/Core>

namespace equipoise::inline v0::detail {

/// What keeps collinear columns solvable, relative to columns of variance 1.
constexpr double collinear_ridge = 1e-10;

/// Columns with weighted mean 0 and variance 1; a constant column becomes 0.
struct Standardised {
  Eigen::MatrixXd z;
  Eigen::VectorXd means, scales;  ///< a scale of 0 marks a constant column

  Standardised(const Eigen::MatrixXd& x, const Eigen::VectorXd& weights) : z(x), means(x.cols()), scales(x.cols()) {
    const double total = weights.sum();
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      means[j] = weights.dot(x.col(j)) / total;
      z.col(j).array() -= means[j];
      const double variance = weights.dot(z.col(j).cwiseAbs2()) / total;
      scales[j] = variance > 1e-24 * std::max(1.0, means[j] * means[j]) ? std::sqrt(variance) : 0;
      if (scales[j] > 0)
        z.col(j) /= scales[j];
      else
        z.col(j).setZero();
    }
  }
};

/// The factor L of A = L L', A symmetric and positive definite (asserted by its diagonal). w = L' b are coordinates in
/// which b' A b is w' w.
class WhitenedCoordinates {
 public:
  explicit WhitenedCoordinates(const Eigen::MatrixXd& a) : l_(Eigen::MatrixXd::Zero(a.rows(), a.cols())) {
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      const double pivot = a(j, j) - l_.row(j).head(j).squaredNorm();
      assert(pivot > 0);
      l_(j, j) = std::sqrt(pivot);
      for (Eigen::Index i = j + 1; i < a.rows(); ++i)
        l_(i, j) = (a(i, j) - l_.row(i).head(j).dot(l_.row(j).head(j))) / l_(j, j);
    }
  }

  /// L' b, a column at a time.
  Eigen::MatrixXd whitened(const Eigen::MatrixXd& b) const { return l_.transpose() * b; }
  /// The inverse of L', by which coordinates become what they were.
  void to_original(Eigen::Ref<Eigen::MatrixXd> w) const {
    for (Eigen::Index i = l_.rows(); i-- > 0;) {
      const Eigen::Index below = l_.rows() - i - 1;
      w.row(i) -= l_.col(i).tail(below).transpose() * w.bottomRows(below);
      w.row(i) /= l_(i, i);
    }
  }
  /// The inverse of L, by which a derivative by the original becomes one by the coordinates.
  void to_whitened_gradient(Eigen::Ref<Eigen::MatrixXd> g) const {
    for (Eigen::Index i = 0; i < l_.rows(); ++i) {
      g.row(i) -= l_.row(i).head(i) * g.topRows(i);
      g.row(i) /= l_(i, i);
    }
  }

 private:
  Eigen::MatrixXd l_;
};

}  // namespace equipoise::inline v0::detail
