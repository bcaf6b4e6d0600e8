#include <equipoise/train/whitening.hpp>

#include <algorithm>

#include <equipoise/core/linear_algebra.hpp>

namespace equipoise::inline v0 {

Whitening::Whitening(ConstMatrixRef X, std::span<const double> weights, double ridge) {
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

Eigen::VectorXd Whitening::whitened(const Eigen::VectorXd& parameters) const {
  return lower_.triangularView<Eigen::Lower>().transpose() * parameters;
}

Eigen::VectorXd Whitening::parameters(const Eigen::VectorXd& whitened) const {
  return lower_.triangularView<Eigen::Lower>().transpose().solve(whitened);
}

Eigen::VectorXd Whitening::gradient(const Eigen::VectorXd& gradient) const {
  return lower_.triangularView<Eigen::Lower>().solve(gradient);
}

}  // namespace equipoise::inline v0
