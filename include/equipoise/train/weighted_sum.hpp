// The training problem: a weighted sum of goals, as a function of a predictor's parameters.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/objective/any_objective.hpp>
#include <equipoise/objective/worlds.hpp>
#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// A goal to train on, and where its worlds stand among the prepared ones.
struct WeightedGoal {
  AnyObjective objective;
  std::vector<std::size_t> worlds;
  double weight = 1;
};

/// sum_k weight_k loss_k(parameters) + l2 / 2 |parameters but the last|^2 over prepared rows. The predictor runs
/// forward once and backward once in every world that a goal of weight above 0 asks for, whichever goals there are.
/// Holds references to the predictor and the rows, and scratch space: one a thread.
template <Predictor P>
class WeightedSum {
 public:
  WeightedSum(const P& predictor, const PreparedRows& rows, std::vector<WeightedGoal> goals, double l2 = 0)
      : predictor_(predictor),
        rows_(rows),
        goals_(std::move(goals)),
        l2_(l2),
        scores_(rows.features.size()),
        d_scores_(scores_.size()) {
    for (const WeightedGoal& goal : goals_)
      for (const std::size_t world : goal.worlds) {
        assert(world < scores_.size());
        if (goal.weight == 0 || scores_[world].size() != 0) continue;
        scores_[world].setZero(static_cast<Eigen::Index>(rows.rows()));
        d_scores_[world] = scores_[world];
      }
  }

  /// The value, and its gradient written to `gradient`, both by the parameters.
  double operator()(const Eigen::VectorXd& parameters, Eigen::VectorXd& gradient) {
    for (std::size_t w = 0; w < scores_.size(); ++w) {
      if (scores_[w].size() == 0) continue;
      predictor_.forward(parameters, rows_.features[w], scores_[w]);
      d_scores_[w].setZero();
    }
    const auto coefficients = parameters.head(parameters.size() - 1);
    double value = l2_ / 2 * coefficients.squaredNorm();
    for (const WeightedGoal& goal : goals_)
      if (goal.weight != 0) value += goal.weight * add_loss(goal);
    gradient.setZero(parameters.size());
    gradient.head(coefficients.size()) = l2_ * coefficients;
    for (std::size_t w = 0; w < scores_.size(); ++w)
      if (scores_[w].size() != 0) predictor_.backward(parameters, rows_.features[w], d_scores_[w], gradient);
    return value;
  }

 private:
  // The goal's loss; its derivative, times the goal's weight, joins those of the others.
  double add_loss(const WeightedGoal& goal) {
    scores_seen_.clear();
    gradients_.clear();
    own_.resize(std::max(own_.size(), goal.worlds.size()));
    for (std::size_t k = 0; k < goal.worlds.size(); ++k) {
      const Eigen::VectorXd& scores = scores_[goal.worlds[k]];
      own_[k].setZero(scores.size());
      scores_seen_.emplace_back(scores.data(), rows_.rows());
      gradients_.emplace_back(own_[k].data(), rows_.rows());
    }
    const double loss = goal.objective.loss({.table = rows_.table,
                                             .outcome = rows_.outcome,
                                             .weights = rows_.weights,
                                             .link = predictor_.link(),
                                             .scores = scores_seen_},
                                            gradients_);
    for (std::size_t k = 0; k < goal.worlds.size(); ++k) d_scores_[goal.worlds[k]] += goal.weight * own_[k];
    return loss;
  }

  const P& predictor_;
  const PreparedRows& rows_;
  std::vector<WeightedGoal> goals_;
  double l2_;
  std::vector<Eigen::VectorXd> scores_, d_scores_, own_;  // a world each; empty where no goal asks
  std::vector<std::span<const double>> scores_seen_;
  std::vector<std::span<double>> gradients_;
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
