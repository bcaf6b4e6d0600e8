// The training problem: a weighted sum of goals, as a function of a predictor's parameters.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/objective/weighted_losses.hpp>
#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// sum_k weight_k loss_k(parameters) + l2 / 2 |parameters but the last|^2 over prepared rows. The predictor runs
/// forward once and backward once in every world that a goal of weight above 0 asks for, whichever goals there are.
/// Holds references to the predictor and the rows, and scratch space: one a thread.
template <Predictor P>
class WeightedSum {
 public:
  WeightedSum(const P& predictor, const PreparedRows& rows, std::vector<WeightedGoal> goals, double l2 = 0)
      : predictor_(predictor), rows_(rows), losses_(predictor, std::move(goals)), l2_(l2) {}

  /// The value, and its gradient written to `gradient`, both by the parameters.
  double operator()(const Eigen::VectorXd& parameters, Eigen::VectorXd& gradient) {
    const auto coefficients = parameters.head(parameters.size() - 1);
    const double value = l2_ / 2 * coefficients.squaredNorm() + losses_(parameters, rows_);
    gradient.setZero(parameters.size());
    gradient.head(coefficients.size()) = l2_ * coefficients;
    for (const std::size_t world : losses_.worlds())
      predictor_.backward(parameters, rows_.features[world], losses_.d_scores(world), gradient);
    return value;
  }

 private:
  const P& predictor_;
  const PreparedRows& rows_;
  WeightedLosses<P> losses_;
  double l2_;
};

/// Each goal's loss at these parameters, unweighted.
template <Predictor P>
std::vector<double> losses_at(const P& predictor, const PreparedRows& rows, std::span<const WeightedGoal> goals,
                              const Eigen::VectorXd& parameters) {
  std::vector<double> losses;
  Eigen::VectorXd gradient;
  for (const WeightedGoal& goal : goals) {
    WeightedSum<P> alone(predictor, rows, {{goal.objective, goal.worlds, 1.0}});
    losses.push_back(alone(parameters, gradient));
  }
  return losses;
}

}  // namespace equipoise::inline v0
