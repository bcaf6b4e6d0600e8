#include <equipoise/scm/regression.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

#include "scm/quasi_newton.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::minimise;

/// Lower triangular L with L L' = A, A symmetric positive definite (asserted by its diagonal).
Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& a) {
  Eigen::MatrixXd l = Eigen::MatrixXd::Zero(a.rows(), a.cols());
  for (Eigen::Index j = 0; j < a.cols(); ++j) {
    const double pivot = a(j, j) - l.row(j).head(j).squaredNorm();
    assert(pivot > 0);
    l(j, j) = std::sqrt(pivot);
    for (Eigen::Index i = j + 1; i < a.rows(); ++i)
      l(i, j) = (a(i, j) - l.row(i).head(j).dot(l.row(j).head(j))) / l(j, j);
  }
  return l;
}
void solve_lower(const Eigen::MatrixXd& l, Eigen::Ref<Eigen::MatrixXd> b) {
  for (Eigen::Index i = 0; i < l.rows(); ++i) {
    b.row(i) -= l.row(i).head(i) * b.topRows(i);
    b.row(i) /= l(i, i);
  }
}
void solve_lower_transposed(const Eigen::MatrixXd& l, Eigen::Ref<Eigen::MatrixXd> b) {
  for (Eigen::Index i = l.rows(); i-- > 0;) {
    const Eigen::Index below = l.rows() - i - 1;
    b.row(i) -= l.col(i).tail(below).transpose() * b.bottomRows(below);
    b.row(i) /= l(i, i);
  }
}

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

/// What keeps collinear columns solvable, relative to columns of variance 1.
constexpr double collinear_ridge = 1e-10;

/// Minus the mean penalised log-likelihood in coordinates where the columns' second moments are the identity:
/// all directions then curve alike, and L-BFGS needs few steps.
class WhitenedLogistic {
 public:
  WhitenedLogistic(const Standardised& standard, const Eigen::MatrixXd& counts, double ridge)
      : counts_(counts), totals_(counts.rowwise().sum()), total_(counts.sum()), ridge_(ridge) {
    columns_.resize(standard.z.rows(), standard.z.cols() + 1);
    columns_.col(0).setOnes();
    columns_.rightCols(standard.z.cols()) = standard.z;
    Eigen::MatrixXd gram = columns_.transpose() * totals_.asDiagonal() * columns_ / total_;
    gram.diagonal().array() += collinear_ridge;
    factor_ = cholesky_factor(gram);
  }

  Eigen::MatrixXd unwhitened(Eigen::MatrixXd whitened) const {
    solve_lower_transposed(factor_, whitened);
    return whitened;
  }

  /// Value and gradient at `whitened`: columns x (levels - 1).
  double operator()(const Eigen::MatrixXd& whitened, Eigen::MatrixXd& gradient) {
    const Eigen::MatrixXd b = unwhitened(whitened);
    scores_.noalias() = columns_ * b;
    double loss = 0;
    for (Eigen::Index i = 0; i < scores_.rows(); ++i) {
      double greatest = 0;
      for (Eigen::Index k = 0; k < scores_.cols(); ++k) greatest = std::max(greatest, scores_(i, k));
      double sum = std::exp(-greatest), chosen = 0;
      for (Eigen::Index k = 0; k < scores_.cols(); ++k) {
        chosen += counts_(i, k + 1) * scores_(i, k);
        sum += scores_(i, k) = std::exp(scores_(i, k) - greatest);
      }
      loss += totals_[i] * (greatest + std::log(sum)) - chosen;
      for (Eigen::Index k = 0; k < scores_.cols(); ++k)
        scores_(i, k) = totals_[i] * scores_(i, k) / sum - counts_(i, k + 1);
    }
    gradient.noalias() = columns_.transpose() * scores_;
    gradient.bottomRows(b.rows() - 1) += ridge_ * b.bottomRows(b.rows() - 1);
    gradient /= total_;
    solve_lower(factor_, gradient);
    return (loss + 0.5 * ridge_ * b.bottomRows(b.rows() - 1).squaredNorm()) / total_;
  }

 private:
  const Eigen::MatrixXd& counts_;
  Eigen::VectorXd totals_;
  double total_, ridge_;
  Eigen::MatrixXd columns_, factor_, scores_;
};

}  // namespace

RegressionFit weighted_least_squares(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                                     const Eigen::VectorXd& weights) {
  const double total = weights.sum();
  assert(total > 0 && x.rows() == y.size() && y.size() == weights.size());
  RegressionFit fit{weights.dot(y) / total, Eigen::VectorXd::Zero(x.cols())};
  if (x.cols() == 0) return fit;
  const Standardised standard(x, weights);
  const Eigen::MatrixXd weighted = weights.asDiagonal() * standard.z / total;
  Eigen::MatrixXd gram = standard.z.transpose() * weighted;
  gram.diagonal().array() += collinear_ridge;
  const Eigen::MatrixXd factor = cholesky_factor(gram);
  Eigen::VectorXd residual = y.array() - fit.intercept, solution = Eigen::VectorXd::Zero(x.cols());
  for (int refinement = 0; refinement < 3; ++refinement) {  // takes the ridge's and the rounding's bias out
    Eigen::MatrixXd step = weighted.transpose() * residual;
    solve_lower(factor, step);
    solve_lower_transposed(factor, step);
    solution += step.col(0);
    residual -= standard.z * step.col(0);
  }
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    if (standard.scales[j] > 0) fit.coefficients[j] = solution[j] / standard.scales[j];
  fit.intercept -= fit.coefficients.dot(standard.means);
  return fit;
}

LogisticFit multinomial_logistic(const Eigen::MatrixXd& x, const Eigen::MatrixXd& counts,
                                 const LogisticOptions& options) {
  assert(counts.cols() >= 2 && x.rows() == counts.rows() && counts.sum() > 0);
  const Standardised standard(x, counts.rowwise().sum());
  WhitenedLogistic function(standard, counts, options.ridge);
  Eigen::MatrixXd whitened = Eigen::MatrixXd::Zero(x.cols() + 1, counts.cols() - 1);
  LogisticFit fit;
  std::tie(fit.iterations, fit.converged) =
      minimise(function, whitened, options.gradient_tolerance, options.max_iterations);
  const Eigen::MatrixXd b = function.unwhitened(whitened);
  fit.intercepts = b.row(0).transpose();
  fit.coefficients = b.bottomRows(x.cols());
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    if (standard.scales[j] > 0)
      fit.coefficients.row(j) /= standard.scales[j];
    else
      fit.coefficients.row(j).setZero();
    fit.intercepts -= standard.means[j] * fit.coefficients.row(j).transpose();
  }
  return fit;
}

}  // namespace equipoise::inline v0
