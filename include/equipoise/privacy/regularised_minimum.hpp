// The minimum of a strongly convex loss of an affine score, to a gradient of a promised length.
//
// Private releases of a minimum (output_perturbation.hpp, objective_perturbation.hpp) rest on its stability, so on
// being near it: how near is a number that they count in.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0 {

/// A loss of score and outcome, convex and twice differentiable by the score, with bounds on the derivatives that hold
/// for every score and outcome.
template <class L>
concept ConvexScoreLoss = requires(const L& loss, double score, double outcome) {
  { loss.value(score, outcome) } -> std::convertible_to<double>;
  { loss.slope(score, outcome) } -> std::convertible_to<double>;      // of size slope_bound at most
  { loss.curvature(score, outcome) } -> std::convertible_to<double>;  // from 0 to curvature_bound
  { L::slope_bound } -> std::convertible_to<double>;
  { L::curvature_bound } -> std::convertible_to<double>;
};

/// ln(1 + e^score) - outcome * score, the outcome 0 or 1 (any other is taken for the nearer end of [0, 1], and NaN for
/// 0).
struct LogisticScoreLoss {
  static constexpr double slope_bound = 1, curvature_bound = 0.25;
  static double positive_share(double outcome) noexcept { return outcome > 0 ? std::min(outcome, 1.0) : 0.0; }

  double value(double score, double outcome) const noexcept {
    return std::max(score, 0.0) + std::log1p(std::exp(-std::abs(score))) - positive_share(outcome) * score;
  }
  double slope(double score, double outcome) const noexcept { return sigmoid(score) - positive_share(outcome); }
  double curvature(double score, double) const noexcept { return sigmoid(score) * sigmoid(-score); }
};

/// (1 / persons) sum_i loss(x_i . theta, y_i) + l2 / 2 |theta|^2 + linear . theta.
struct RegularisedProblem {
  Eigen::MatrixXd rows;  ///< persons x parameters
  std::vector<double> outcome;
  double persons = 1;      ///< what the sum is divided by, whoever is there; above 0
  double l2 = 1e-3;        ///< above 0
  Eigen::VectorXd linear;  ///< one a parameter
};

/// The rows with a constant appended for the intercept, scaled to a length of `bound` at most; a row that is not
/// finite, or too large to square, becomes zeros.
inline Eigen::MatrixXd bounded_rows(const Eigen::Ref<const Eigen::MatrixXd>& features, double bound,
                                    double constant = 1) {
  Eigen::MatrixXd rows(features.rows(), features.cols() + 1);
  rows << features, Eigen::VectorXd::Constant(features.rows(), constant);
  const double lost = (static_cast<double>(rows.cols()) + 16) * 0x1p-52;
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double length = rows.row(i).norm();
    if (!std::isfinite(length))
      rows.row(i).setZero();
    else if (length > bound * (1 - lost))
      rows.row(i) *= bound * (1 - lost) / length;
  }
  return rows;
}

/// Newton's method with backtracking from 0, until the gradient is no longer than `tolerance`: an iteration takes
/// persons * parameters^2 steps. Throws infeasible where rounding keeps the gradient longer, which a tolerance above
/// 1e-12 of its terms' size does not see.
template <ConvexScoreLoss Loss>
Eigen::VectorXd regularised_minimum(const RegularisedProblem& problem, double tolerance, const Loss& loss = {}) {
  const Eigen::MatrixXd& X = problem.rows;
  Eigen::VectorXd theta = Eigen::VectorXd::Zero(X.cols()), slopes(X.rows()), curvatures(X.rows());
  const auto value_at = [&](const Eigen::VectorXd& at) {
    const Eigen::VectorXd scores = X * at;
    double sum = 0;
    for (Eigen::Index i = 0; i < X.rows(); ++i)
      sum += loss.value(scores[i], problem.outcome[static_cast<std::size_t>(i)]);
    return sum / problem.persons + problem.l2 / 2 * at.squaredNorm() + problem.linear.dot(at);
  };
  double value = value_at(theta), shortest_gradient = std::numeric_limits<double>::infinity();
  constexpr int most_iterations = 200, most_halvings = 50;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const Eigen::VectorXd scores = X * theta;
    for (Eigen::Index i = 0; i < X.rows(); ++i) {
      slopes[i] = loss.slope(scores[i], problem.outcome[static_cast<std::size_t>(i)]);
      curvatures[i] = loss.curvature(scores[i], problem.outcome[static_cast<std::size_t>(i)]);
    }
    const Eigen::VectorXd gradient = X.transpose() * slopes / problem.persons + problem.l2 * theta + problem.linear;
    shortest_gradient = std::min(shortest_gradient, gradient.norm());
    if (gradient.norm() <= tolerance) return theta;
    Eigen::MatrixXd hessian = X.transpose() * curvatures.asDiagonal() * X / problem.persons;
    hessian.diagonal().array() += problem.l2;
    const Eigen::VectorXd step = -solve_spd(hessian, gradient);
    const double slope = gradient.dot(step);
    double length = 1;
    for (int halving = 0; halving < most_halvings; ++halving, length /= 2) {
      const double next = value_at(theta + length * step);
      // Near the minimum values no longer tell, and whole steps are right.
      if (next <= value + 1e-4 * length * slope + 1e-13 * std::abs(value)) {
        value = next;
        break;
      }
    }
    theta += length * step;
  }
  throw Error(ErrorCode::infeasible, "minimum of a regularised loss",
              "a gradient of length " + shortest(shortest_gradient) + " at best",
              "one of " + shortest(tolerance) + " at most", "take a larger l2 penalty");
}

}  // namespace equipoise::inline v0
