#include <equipoise/scm/ordinal_regression.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <tuple>

#include <equipoise/core/special_functions.hpp>

#include "scm/quasi_newton.hpp"
#include "scm/whitened_coordinates.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::collinear_ridge;
using detail::Standardised;
using detail::WhitenedCoordinates;

/// F and its density at x, for a link that is symmetric about 0.
struct LinkValue {
  double cumulative, density;
};
LinkValue link_at(OrdinalLink link, double x) {
  if (link == OrdinalLink::logit) {
    const double f = sigmoid(x);
    return {f, f * sigmoid(-x)};
  }
  return {normal_cdf(x), std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi)};
}

/// Minus the mean penalised log-likelihood of (first threshold, logarithms of the gaps to the next, coefficients).
class OrdinalLoss {
 public:
  OrdinalLoss(const Eigen::MatrixXd& z, const Eigen::MatrixXd& counts, const OrdinalOptions& options)
      : z_(z), counts_(counts), options_(options), total_(counts.sum()), score_(z.rows()), by_score_(z.rows()) {}

  static std::vector<double> thresholds(const Eigen::MatrixXd& at, Eigen::Index count) {
    std::vector<double> result{at(0, 0)};
    for (Eigen::Index k = 1; k < count; ++k) result.push_back(result.back() + std::exp(at(k, 0)));
    return result;
  }

  /// Fisher's information, per unit of weight, where no column matters and the levels have these shares.
  Eigen::MatrixXd information(const Eigen::MatrixXd& at, const Eigen::VectorXd& shares) const {
    const Eigen::Index cuts = counts_.cols() - 1, columns = z_.cols();
    const std::vector<double> cut = thresholds(at, cuts);
    Eigen::VectorXd density = Eigen::VectorXd::Zero(cuts + 2);  // at both ends 0
    for (Eigen::Index k = 0; k < cuts; ++k)
      density[k + 1] = std::max(link(cut[static_cast<std::size_t>(k)]).density, 1e-12);
    Eigen::MatrixXd by_cut = Eigen::MatrixXd::Zero(cuts, cuts), by_gap = Eigen::MatrixXd::Zero(cuts, cuts);
    double by_score = 0;
    for (Eigen::Index k = 0; k <= cuts; ++k) {  // a level's share moves with the cuts on both its sides
      by_score += (density[k + 1] - density[k]) * (density[k + 1] - density[k]) / shares[k];
      if (k < cuts) by_cut(k, k) += density[k + 1] * density[k + 1] / shares[k];
      if (k > 0) by_cut(k - 1, k - 1) += density[k] * density[k] / shares[k];
      if (k > 0 && k < cuts) by_cut(k - 1, k) = by_cut(k, k - 1) = -density[k] * density[k + 1] / shares[k];
    }
    for (Eigen::Index gap = 0; gap < cuts; ++gap)
      by_gap.col(gap).tail(cuts - gap).setConstant(gap == 0 ? 1.0 : std::exp(at(gap, 0)));
    Eigen::MatrixXd information = Eigen::MatrixXd::Zero(cuts + columns, cuts + columns);
    information.topLeftCorner(cuts, cuts) = by_gap.transpose() * by_cut * by_gap;
    information.bottomRightCorner(columns, columns) =
        by_score * (z_.transpose() * counts_.rowwise().sum().asDiagonal() * z_) / total_;
    information.diagonal().array() += collinear_ridge * std::max(1.0, by_score);
    return information;
  }

  double operator()(const Eigen::MatrixXd& at, Eigen::MatrixXd& gradient) {
    const Eigen::Index cuts = counts_.cols() - 1;
    const std::vector<double> cut = thresholds(at, cuts);
    const auto b = at.bottomRows(z_.cols());
    score_.noalias() = z_ * b.col(0);
    std::vector<double> by_cut(static_cast<std::size_t>(cuts));
    by_score_.setZero();
    double loss = 0;
    for (Eigen::Index i = 0; i < z_.rows(); ++i)
      for (Eigen::Index k = 0; k <= cuts; ++k) {
        const double weight = counts_(i, k);
        if (weight <= 0) continue;
        const auto at_k = static_cast<std::size_t>(k);
        const double low = k > 0 ? cut[at_k - 1] - score_[i] : -infinity,
                     high = k < cuts ? cut[at_k] - score_[i] : infinity;
        // In the tail where the difference loses no digits.
        const bool flip = low > 0;
        const LinkValue upper = flip ? link(-low) : link(high), lower = flip ? link(-high) : link(low);
        const double p = std::max(upper.cumulative - lower.cumulative, 1e-300);
        const double d_high = flip ? lower.density : upper.density, d_low = flip ? upper.density : lower.density;
        loss -= weight * std::log(p);
        if (k < cuts) by_cut[at_k] -= weight * d_high / p;
        if (k > 0) by_cut[at_k - 1] += weight * d_low / p;
        by_score_[i] += weight * (d_high - d_low) / p;
      }
    double from_here = 0;
    for (Eigen::Index k = cuts; k-- > 0;) {  // a gap moves all thresholds from it on
      from_here += by_cut[static_cast<std::size_t>(k)];
      gradient(k, 0) = (k == 0 ? 1.0 : std::exp(at(k, 0))) * from_here / total_;
    }
    gradient.bottomRows(z_.cols()) = (z_.transpose() * by_score_ + options_.ridge * b) / total_;
    return (loss + 0.5 * options_.ridge * b.squaredNorm()) / total_;
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  LinkValue link(double x) const {
    if (x == infinity) return {1, 0};
    if (x == -infinity) return {0, 0};
    return link_at(options_.link, x);
  }

  const Eigen::MatrixXd& z_;
  const Eigen::MatrixXd& counts_;
  const OrdinalOptions& options_;
  double total_;
  Eigen::VectorXd score_, by_score_;
};

}  // namespace

OrdinalFit ordinal_regression(const Eigen::MatrixXd& x, const Eigen::MatrixXd& counts, const OrdinalOptions& options) {
  assert(counts.cols() >= 2 && x.rows() == counts.rows());
  const Eigen::VectorXd weights = counts.rowwise().sum();
  const Standardised standard(x, weights);
  // From the levels' own shares, as if nothing mattered.
  const Eigen::Index cuts = counts.cols() - 1;
  const Eigen::VectorXd shares = counts.colwise().sum().transpose() / counts.sum();
  Eigen::MatrixXd start = Eigen::MatrixXd::Zero(cuts + x.cols(), 1);
  double below = 0, last = 0;
  for (Eigen::Index k = 0; k < cuts; ++k) {
    below += shares[k];
    const double share = std::clamp(below, 1e-6, 1 - 1e-6);
    const double cut = std::log(share / (1 - share)) / (options.link == OrdinalLink::probit ? 1.7 : 1.0);
    start(k, 0) = k == 0 ? cut : std::log(std::max(cut - last, 1e-3));
    last = cut;
  }
  OrdinalLoss loss(standard.z, counts, options);
  const WhitenedCoordinates coordinates(loss.information(start, shares.cwiseMax(1e-9)));
  const auto original = [&](Eigen::MatrixXd whitened) {
    coordinates.to_original(whitened);
    return Eigen::MatrixXd(start + whitened);
  };
  auto whitened_loss = [&](const Eigen::MatrixXd& whitened, Eigen::MatrixXd& gradient) {
    const double value = loss(original(whitened), gradient);
    coordinates.to_whitened_gradient(gradient);
    return value;
  };
  Eigen::MatrixXd whitened = Eigen::MatrixXd::Zero(start.rows(), 1);
  OrdinalFit fit;
  std::tie(fit.iterations, fit.converged) = detail::minimise(whitened_loss, whitened, options.gradient_tolerance,
                                                             options.max_iterations, options.least_gain / counts.sum());
  const Eigen::MatrixXd at = original(whitened);
  fit.coefficients = at.bottomRows(x.cols()).col(0);
  double shift = 0;
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    fit.coefficients[j] = standard.scales[j] > 0 ? fit.coefficients[j] / standard.scales[j] : 0;
    shift += fit.coefficients[j] * standard.means[j];
  }
  fit.thresholds = OrdinalLoss::thresholds(at, cuts);
  for (std::size_t k = 0; k < fit.thresholds.size(); ++k) {
    fit.thresholds[k] += shift;
    if (k > 0 && !(fit.thresholds[k] > fit.thresholds[k - 1]))  // a level that all but vanishes
      fit.thresholds[k] = std::nextafter(fit.thresholds[k - 1], std::numeric_limits<double>::infinity());
  }
  return fit;
}

}  // namespace equipoise::inline v0
