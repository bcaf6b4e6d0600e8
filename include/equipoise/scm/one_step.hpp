// One-step estimates of means in other worlds, from regressions and propensities that were fitted elsewhere.
//
// Each is right if either of its nuisances is (double robustness), and its error is the product of theirs, so that
// slowly learned nuisances still give intervals (Robins, Rotnitzky, Zhao 1994; Chernozhukov et al. 2018). The weighted
// residuals that correct a regression are divided by the sum of their weights (Hájek), which keeps a mean of outcomes
// within reach of them.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>

#include <Eigen/Core>

namespace equipoise::inline v0 {

/// An estimate and how each person moves it. Differences of estimates of one table are differences of both.
struct OneStep {
  double value = 0;
  Eigen::VectorXd influence;  ///< a person of each row: their weighted mean is 0, and that of their squares, over the
                              ///< number of people, is the estimate's variance

  friend OneStep operator-(const OneStep& a, const OneStep& b) {
    return {a.value - b.value, a.influence - b.influence};
  }
};

/// weights: how many people each row stands for.
inline double standard_error(const OneStep& estimate, const Eigen::VectorXd& weights) {
  return std::sqrt(weights.dot(estimate.influence.cwiseAbs2())) / weights.sum();
}

/// E[Y | member]. y, weights, member: one a row; member is 1 in the group and 0 outside, where some weight is.
inline OneStep group_mean(const Eigen::VectorXd& y, const Eigen::VectorXd& weights, const Eigen::VectorXd& member) {
  const Eigen::VectorXd own = weights.cwiseProduct(member);
  const double people = own.sum();
  assert(people > 0);
  const double mean = own.dot(y) / people;
  return {mean, (weights.sum() / people) * member.cwiseProduct((y.array() - mean).matrix())};
}

/// What corrects the mean of a regression: the residuals of `member`, each weighing `ratio`.
inline OneStep weighted_residual(const Eigen::VectorXd& y, const Eigen::VectorXd& weights,
                                 const Eigen::VectorXd& member, const Eigen::VectorXd& regression,
                                 const Eigen::VectorXd& ratio) {
  const Eigen::VectorXd weighing = member.cwiseProduct(ratio), residual = y - regression;
  const double total = weights.dot(weighing);
  assert(total > 0);
  const double mean = weights.cwiseProduct(weighing).dot(residual) / total;
  return {mean, (weights.sum() / total) * weighing.cwiseProduct((residual.array() - mean).matrix())};
}

/// E[E[Y | to, V]] over everyone: the response to a treatment of all (augmented inverse-propensity weighting).
/// regression: E[Y | to, V] of each row; propensity: P(to | V), above 0.
inline OneStep standardised_mean(const Eigen::VectorXd& y, const Eigen::VectorXd& weights, const Eigen::VectorXd& to,
                                 const Eigen::VectorXd& regression, const Eigen::VectorXd& propensity) {
  const OneStep predicted = group_mean(regression, weights, Eigen::VectorXd::Ones(y.size()));
  const OneStep residual = weighted_residual(y, weights, to, regression, propensity.cwiseInverse());
  return {predicted.value + residual.value, predicted.influence + residual.influence};
}

/// E[E[Y | to, V] | from]: what those in `from` would respond, were they in `to` and V as it is.
/// regression: E[Y | to, V]; odds: P(from | V) / P(to | V).
inline OneStep transported_mean(const Eigen::VectorXd& y, const Eigen::VectorXd& weights, const Eigen::VectorXd& from,
                                const Eigen::VectorXd& to, const Eigen::VectorXd& regression,
                                const Eigen::VectorXd& odds) {
  const OneStep predicted = group_mean(regression, weights, from);
  const OneStep residual = weighted_residual(y, weights, to, regression, odds);
  return {predicted.value + residual.value, predicted.influence + residual.influence};
}

}  // namespace equipoise::inline v0
