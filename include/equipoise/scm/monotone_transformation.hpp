// The monotone transformation of a response that makes it linear in given columns with normal noise.
//
// h(y) = X b + normal noise has, b and the noise's scale at their best, the log-likelihood -1/2 ln RSS(h(y)) + mean ln
// h'(y). With h' = sum of a_k hat_k(y), a >= 0, that is, at its best scale, -1/2 a' M a + mean ln (sum of a_k hat_k), M
// the covariance that X leaves of the integrals of the hats: concave in a. Source: Box, Cox 1964, for the likelihood;
// Zhang, Hyvärinen, "On the identifiability of the post-nonlinear causal model", UAI 2009, for the model. Hats are the
// simplest of the monotone spline bases of Ramsay 1988.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/scm/monotone_spline.hpp>

namespace equipoise::inline v0::detail {

/// Hat functions over knots and their integrals from the first knot; constant beyond the ends.
class IntegratedHats {
 public:
  explicit IntegratedHats(std::vector<double> knots) : knots_(std::move(knots)) {}

  std::size_t size() const { return knots_.size(); }
  const std::vector<double>& knots() const { return knots_; }

  /// The two hats that are not 0 at y: the left one's index, and the right one's height (1 less the left one's).
  std::pair<std::size_t, double> at(double y) const {
    if (y <= knots_.front()) return {0, 0.0};
    if (y >= knots_.back()) return {size() - 2, 1.0};
    const auto left = static_cast<std::size_t>(std::upper_bound(knots_.begin(), knots_.end(), y) - knots_.begin()) - 1;
    return {left, (y - knots_[left]) / (knots_[left + 1] - knots_[left])};
  }

  /// The integral of every hat from the first knot to y.
  void integrals(double y, double* out) const {
    std::fill_n(out, size(), 0.0);
    if (y < knots_.front()) {
      out[0] = y - knots_.front();
      return;
    }
    const auto [left, t] = at(y);
    for (std::size_t k = 0; k < left; ++k) add_cell(k, 1, out);
    add_cell(left, t, out);
    if (y > knots_.back()) out[size() - 1] += y - knots_.back();
  }

 private:
  void add_cell(std::size_t left, double t, double* out) const {
    const double width = knots_[left + 1] - knots_[left];
    out[left] += width * (t - t * t / 2);
    out[left + 1] += width * t * t / 2;
  }

  std::vector<double> knots_;
};

/// The transformation's inverse: the spline that takes h(y) to y. x: rows x columns, what the transformed response is
/// linear in, the constant apart. Nothing where y has fewer than four distinct values. `most_knots` of them at
/// quantiles of y. O(rows (knots + columns)^2).
inline std::optional<MonotoneSpline> fit_monotone_transformation(const Eigen::MatrixXd& x, std::span<const double> y,
                                                                 std::span<const double> weights,
                                                                 std::size_t most_knots = 10) {
  std::vector<double> sorted;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (weights[i] > 0) sorted.push_back(y[i]);
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty() || !(sorted.back() > sorted.front())) return std::nullopt;
  // In units of the values' own spread.
  const double middle = sorted[sorted.size() / 2];
  const double width = sorted[sorted.size() * 9 / 10] - sorted[sorted.size() / 10];
  const double unit = width > 0 ? width : sorted.back() - sorted.front();
  const auto standard = [&](double value) { return (value - middle) / unit; };
  std::vector<double> knots;
  for (std::size_t k = 0; k < most_knots; ++k) {
    const double share = 0.005 + 0.99 * static_cast<double>(k) / static_cast<double>(most_knots - 1);
    const double knot = standard(sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]);
    if (knots.empty() || knot > knots.back() + 1e-3) knots.push_back(knot);
  }
  if (knots.size() < 4) return std::nullopt;
  const IntegratedHats hats(knots);
  const auto n = static_cast<Eigen::Index>(y.size()), size = static_cast<Eigen::Index>(knots.size()), p = x.cols();
  Eigen::MatrixXd all(n, size + p);
  all.rightCols(p) = x;
  std::vector<double> row(knots.size());
  double total = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    hats.integrals(standard(y[static_cast<std::size_t>(i)]), row.data());
    for (Eigen::Index k = 0; k < size; ++k) all(i, k) = row[static_cast<std::size_t>(k)];
    total += weights[static_cast<std::size_t>(i)];
  }
  const Eigen::Map<const Eigen::VectorXd> w(weights.data(), n);
  const Eigen::VectorXd share = w / total;
  all.rowwise() -= (all.transpose() * share).transpose().eval();
  const Eigen::MatrixXd covariance = all.transpose() * share.asDiagonal() * all;
  Eigen::MatrixXd left = covariance.topLeftCorner(size, size);
  if (p > 0) {
    Eigen::MatrixXd of_x = covariance.bottomRightCorner(p, p);
    of_x.diagonal().array() += 1e-9 * std::max(of_x.diagonal().maxCoeff(), 1e-300);
    left -= covariance.topRightCorner(size, p) * solve_spd(of_x, covariance.bottomLeftCorner(p, size));
  }

  // Newton's method from the straight line of unit residual variance; the barrier keeps slopes positive where few rows
  // ask for them.
  const double barrier = 0.5 / static_cast<double>(sorted.size()) + 1e-5;
  const double straight = left.sum();  // 1' M 1, the residual variance of the values themselves
  if (!(straight > 1e-10)) return std::nullopt;
  Eigen::VectorXd a = Eigen::VectorXd::Constant(size, 1 / std::sqrt(straight));
  const auto objective = [&](const Eigen::VectorXd& at) {
    double sum = 0.5 * at.dot(left * at);
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto [k, t] = hats.at(standard(y[static_cast<std::size_t>(i)]));
      const auto j = static_cast<Eigen::Index>(k);
      sum -= share[i] * std::log((1 - t) * at[j] + t * at[j + 1]);
    }
    return sum - barrier * at.array().log().sum();
  };
  double value = objective(a);
  for (int step = 0; step < 50; ++step) {
    Eigen::VectorXd gradient = left * a - barrier * a.cwiseInverse();
    Eigen::MatrixXd hessian = left;
    hessian.diagonal() += barrier * a.cwiseAbs2().cwiseInverse();
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto [k, t] = hats.at(standard(y[static_cast<std::size_t>(i)]));
      const auto j = static_cast<Eigen::Index>(k);
      const double slope = (1 - t) * a[j] + t * a[j + 1], low = (1 - t) / slope, high = t / slope;
      gradient[j] -= share[i] * low;
      gradient[j + 1] -= share[i] * high;
      hessian(j, j) += share[i] * low * low;
      hessian(j + 1, j + 1) += share[i] * high * high;
      hessian(j, j + 1) += share[i] * low * high;
      hessian(j + 1, j) += share[i] * low * high;
    }
    const Eigen::VectorXd direction = -solve_spd(hessian, gradient).col(0);
    const double descent = gradient.dot(direction);
    if (-descent < 1e-12) break;
    double length = 1;
    for (Eigen::Index k = 0; k < size; ++k)
      if (direction[k] < 0) length = std::min(length, -0.9 * a[k] / direction[k]);
    double next = objective(a + length * direction);
    while (next > value + 0.1 * length * descent && length > 1e-10) {
      length /= 2;
      next = objective(a + length * direction);
    }
    if (!(next < value)) break;
    a += length * direction;
    value = next;
  }
  std::vector<double> inside, outside, slopes;
  for (std::size_t k = 0; k < knots.size(); ++k) {
    hats.integrals(knots[k], row.data());
    double h = 0;
    for (std::size_t j = 0; j < row.size(); ++j) h += a[static_cast<Eigen::Index>(j)] * row[j];
    inside.push_back(h);
    outside.push_back(middle + unit * knots[k]);
    slopes.push_back(unit / a[static_cast<Eigen::Index>(k)]);
  }
  return MonotoneSpline(std::move(inside), std::move(outside), std::move(slopes));
}

}  // namespace equipoise::inline v0::detail
