#include <equipoise/scm/regression.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

#include "scm/quasi_newton.hpp"
#include "scm/whitened_coordinates.hpp"

namespace equipoise::inline v0 {
namespace {

using namespace detail;

/// Minus the mean penalised log-likelihood in coordinates whose second derivatives are the identity where no column
/// matters: L-BFGS needs few steps from there. The form is tr(b' G b S), G the columns' second moments, S the
/// covariance of the levels' indicators.
class WhitenedLogistic {
 public:
  WhitenedLogistic(const Standardised& standard, const Eigen::MatrixXd& counts, double ridge)
      : counts_(counts),
        totals_(counts.rowwise().sum()),
        total_(counts.sum()),
        ridge_(ridge),
        shares_(level_shares(counts)),
        columns_(with_ones(standard.z)),
        by_column_(second_moments(columns_, totals_)),
        by_level_(covariance_of_levels(shares_)) {}

  /// Coordinates, columns x (levels - 1), where every row has the overall shares.
  Eigen::MatrixXd start() const {
    Eigen::MatrixXd b = Eigen::MatrixXd::Zero(columns_.cols(), shares_.size() - 1);
    b.row(0) = (shares_.tail(shares_.size() - 1).array() / shares_[0]).log().transpose();
    return by_level_.whitened(by_column_.whitened(b).transpose()).transpose();
  }
  Eigen::MatrixXd unwhitened(Eigen::MatrixXd whitened) const {
    by_column_.to_original(whitened);
    Eigen::MatrixXd levels_first = whitened.transpose();
    by_level_.to_original(levels_first);
    return levels_first.transpose();
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
    by_column_.to_whitened_gradient(gradient);
    Eigen::MatrixXd levels_first = gradient.transpose();
    by_level_.to_whitened_gradient(levels_first);
    gradient = levels_first.transpose();
    return (loss + 0.5 * ridge_ * b.bottomRows(b.rows() - 1).squaredNorm()) / total_;
  }

 private:
  /// At least a millionth, so that each level has a coordinate.
  static Eigen::VectorXd level_shares(const Eigen::MatrixXd& counts) {
    const Eigen::VectorXd shares = (counts.colwise().sum().transpose() / counts.sum()).cwiseMax(1e-6);
    return shares / shares.sum();
  }
  static Eigen::MatrixXd with_ones(const Eigen::MatrixXd& z) {
    Eigen::MatrixXd columns(z.rows(), z.cols() + 1);
    columns.col(0).setOnes();
    columns.rightCols(z.cols()) = z;
    return columns;
  }
  static Eigen::MatrixXd second_moments(const Eigen::MatrixXd& columns, const Eigen::VectorXd& weights) {
    Eigen::MatrixXd gram = columns.transpose() * weights.asDiagonal() * columns / weights.sum();
    gram.diagonal().array() += collinear_ridge;
    return gram;
  }
  static Eigen::MatrixXd covariance_of_levels(const Eigen::VectorXd& shares) {
    const Eigen::VectorXd others = shares.tail(shares.size() - 1);
    Eigen::MatrixXd covariance = -others * others.transpose();
    covariance.diagonal() += others;
    return covariance;
  }

  const Eigen::MatrixXd& counts_;
  Eigen::VectorXd totals_;
  double total_, ridge_;
  Eigen::VectorXd shares_;
  Eigen::MatrixXd columns_;
  WhitenedCoordinates by_column_, by_level_;
  Eigen::MatrixXd scores_;
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
  const WhitenedCoordinates coordinates(gram);
  Eigen::VectorXd residual = y.array() - fit.intercept, solution = Eigen::VectorXd::Zero(x.cols());
  for (int refinement = 0; refinement < 3; ++refinement) {  // takes the ridge's and the rounding's bias out
    Eigen::MatrixXd step = weighted.transpose() * residual;
    coordinates.to_whitened_gradient(step);
    coordinates.to_original(step);
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
  Eigen::MatrixXd whitened = function.start();
  LogisticFit fit;
  std::tie(fit.iterations, fit.converged) = minimise(function, whitened, options.gradient_tolerance,
                                                     options.max_iterations, options.least_gain / counts.sum());
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
