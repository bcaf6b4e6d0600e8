// Several goals at once: a weighted sum of losses, and its derivative by every score in every world.
#pragma once

#include <algorithm>
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

/// sum_k weight_k loss_k over rows that may change from call to call. The predictor runs forward once in every world
/// that a goal of weight above 0 asks for, whichever goals there are. Holds a reference to the predictor, and scratch
/// space: one a thread.
template <Predictor P>
class WeightedLosses {
 public:
  WeightedLosses(const P& predictor, std::vector<WeightedGoal> goals) : predictor_(predictor), goals_(std::move(goals)) {
    for (const WeightedGoal& goal : goals_)
      for (const std::size_t world : goal.worlds)
        if (goal.weight != 0 && std::find(worlds_.begin(), worlds_.end(), world) == worlds_.end())
          worlds_.push_back(world);
    std::sort(worlds_.begin(), worlds_.end());
    scores_.resize(worlds_.empty() ? 0 : worlds_.back() + 1);
    d_scores_.resize(scores_.size());
  }

  /// The worlds that are asked for, rising.
  std::span<const std::size_t> worlds() const noexcept { return worlds_; }
  /// The sum's derivative by the scores of a world that is asked for, as of the last call: one a row.
  const Eigen::VectorXd& d_scores(std::size_t world) const { return d_scores_[world]; }

  /// The value at these parameters, 0 for no rows.
  double operator()(ConstVectorRef parameters, const PreparedRows& rows) {
    for (const std::size_t world : worlds_) {
      assert(world < rows.features.size());
      scores_[world].resize(static_cast<Eigen::Index>(rows.rows()));
      predictor_.forward(parameters, rows.features[world], scores_[world]);
      d_scores_[world].setZero(scores_[world].size());
    }
    double value = 0;
    if (rows.rows() == 0) return value;
    for (const WeightedGoal& goal : goals_)
      if (goal.weight != 0) value += goal.weight * add_loss(goal, rows);
    return value;
  }

 private:
  // The goal's loss; its derivative, times the goal's weight, joins those of the others.
  double add_loss(const WeightedGoal& goal, const PreparedRows& rows) {
    scores_seen_.clear();
    gradients_.clear();
    own_.resize(std::max(own_.size(), goal.worlds.size()));
    for (std::size_t k = 0; k < goal.worlds.size(); ++k) {
      const Eigen::VectorXd& scores = scores_[goal.worlds[k]];
      own_[k].setZero(scores.size());
      scores_seen_.emplace_back(scores.data(), rows.rows());
      gradients_.emplace_back(own_[k].data(), rows.rows());
    }
    const double loss = goal.objective.loss({.table = rows.table,
                                             .outcome = rows.outcome,
                                             .weights = rows.weights,
                                             .link = predictor_.link(),
                                             .scores = scores_seen_},
                                            gradients_);
    for (std::size_t k = 0; k < goal.worlds.size(); ++k) d_scores_[goal.worlds[k]] += goal.weight * own_[k];
    return loss;
  }

  const P& predictor_;
  std::vector<WeightedGoal> goals_;
  std::vector<std::size_t> worlds_;
  std::vector<Eigen::VectorXd> scores_, d_scores_, own_;  // a world each; empty where no goal asks
  std::vector<std::span<const double>> scores_seen_;
  std::vector<std::span<double>> gradients_;
};

}  // namespace equipoise::inline v0
