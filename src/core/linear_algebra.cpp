#include <equipoise/core/linear_algebra.hpp>

#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Matrix = Eigen::Ref<const MatrixXd>;

void require_finite(const Matrix& a, const char* what) {
  if (!a.allFinite())
    throw Error(ErrorCode::value_out_of_range, what, "an entry that is no finite number", "finite numbers");
}

[[noreturn]] void fail_singular(Index column) {
  throw Error(ErrorCode::singular, "matrix", "column " + std::to_string(column) + " depends on those before it",
              "a positive definite matrix");
}

// Elimination by hand up to the first pivot that fails, which Eigen's decomposition does not tell.
Index first_failing_pivot(MatrixXd a, double least_pivot) {
  for (Index k = 0; k < a.rows(); ++k) {
    if (!(a(k, k) > least_pivot)) return k;
    const Index below = a.rows() - k - 1;
    const VectorXd column = a.col(k).tail(below) / a(k, k);
    a.bottomRightCorner(below, below).noalias() -= column * a.col(k).tail(below).transpose();
  }
  return a.rows() - 1;
}

// a = diag(scale) L L' diag(scale) with a unit diagonal in L L'.
struct ScaledCholesky {
  VectorXd scale;
  Eigen::LLT<MatrixXd> unit;

  explicit ScaledCholesky(const Matrix& a) : scale(a.rows()) {
    assert(a.rows() == a.cols());
    require_finite(a, "matrix");
    for (Index i = 0; i < a.rows(); ++i) {
      if (!(a(i, i) > 0)) fail_singular(i);
      scale(i) = std::sqrt(a(i, i));
    }
    const MatrixXd scaled = (a.array().colwise() / scale.array()).rowwise() / scale.transpose().array();
    unit.compute(scaled);
    // A pivot of the scaled matrix is the share of its variable that those before it do not explain.
    const double least_pivot = static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon();
    const auto pivots = unit.matrixLLT().diagonal().array().square();
    if (unit.info() != Eigen::Success || (a.rows() > 0 && !(pivots.minCoeff() > least_pivot)))
      fail_singular(first_failing_pivot(scaled, least_pivot));
  }
};

}  // namespace

MatrixXd cholesky_lower(const Matrix& a) {
  const ScaledCholesky cholesky(a);
  return cholesky.scale.asDiagonal() * MatrixXd(cholesky.unit.matrixL());
}

MatrixXd solve_spd(const Matrix& a, const Matrix& b) {
  assert(a.rows() == b.rows());
  require_finite(b, "right-hand side");
  const ScaledCholesky cholesky(a);
  const VectorXd unscale = cholesky.scale.cwiseInverse();
  return unscale.asDiagonal() * cholesky.unit.solve(unscale.asDiagonal() * b);
}

MatrixXd inverse_spd(const Matrix& a) {
  const MatrixXd inverse = solve_spd(a, MatrixXd::Identity(a.rows(), a.cols()));
  return (inverse + inverse.transpose()) / 2;
}

double log_determinant_spd(const Matrix& a) {
  const ScaledCholesky cholesky(a);
  return 2 * (cholesky.scale.array().log().sum() + cholesky.unit.matrixLLT().diagonal().array().log().sum());
}

LeastSquares least_squares(const Matrix& x, const Eigen::Ref<const VectorXd>& y,
                           const std::optional<VectorXd>& weights) {
  assert(x.rows() == y.size() && (!weights || weights->size() == y.size()));
  require_finite(x, "regressors");
  require_finite(y, "outcome");
  MatrixXd scaled = x;
  VectorXd target = y;
  if (weights) {
    check_non_negative("least squares", "weight",
                       std::span(weights->data(), static_cast<std::size_t>(weights->size())));
    const VectorXd root = weights->array().sqrt();
    scaled = root.asDiagonal() * scaled;
    target = root.asDiagonal() * target;
  }
  VectorXd lengths = scaled.colwise().stableNorm();
  for (Index j = 0; j < lengths.size(); ++j)
    if (lengths(j) > 0)
      scaled.col(j) /= lengths(j);
    else
      lengths(j) = 1;
  const Eigen::ColPivHouseholderQR<MatrixXd> qr(scaled);
  LeastSquares result;
  result.coefficients = VectorXd::Zero(x.cols());
  result.rank = x.cols() > 0 && x.rows() > 0 ? qr.rank() : 0;
  if (result.rank > 0) result.coefficients = qr.solve(target);
  result.residual_sum_of_squares = (target - scaled * result.coefficients).squaredNorm();
  result.coefficients.array() /= lengths.array();
  return result;
}

SymmetricEigen symmetric_eigen(const Matrix& a) {
  assert(a.rows() == a.cols());
  require_finite(a, "matrix");
  if (a.rows() == 0) return {VectorXd(0), MatrixXd(0, 0)};
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(a);
  if (solver.info() != Eigen::Success)
    throw Error(ErrorCode::singular, "matrix", "eigenvalues that do not converge",
                "a matrix whose spectrum can be computed");
  SymmetricEigen result{solver.eigenvalues(), solver.eigenvectors()};
  for (Index j = 0; j < a.cols(); ++j) {
    Index largest = 0;
    result.vectors.col(j).cwiseAbs().maxCoeff(&largest);
    if (result.vectors(largest, j) < 0) result.vectors.col(j) *= -1;
  }
  return result;
}

}  // namespace equipoise::inline v0
