// One way to train a study's points: the losses that an arm weighs against each other, and its plan of weights.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/objective/any_objective.hpp>
#include <equipoise/train/goals.hpp>
#include <equipoise/train/sweep.hpp>

namespace equipoise::inline v0 {

/// What an arm trains on. Goals that come to the same loss, as two gaps do that both turn into demographic parity, are
/// one: weighing one beside the other would train the same predictor over and over.
struct Arm {
  std::string name;
  std::vector<AnyObjective> losses;
  std::vector<std::size_t> loss_of;  ///< of each trained goal, in the order of trained_goals
  std::vector<SweepPoint> plan;      ///< over the losses
  /// Which of the study's epsilons each point of the plan is trained at; empty where none is asked for.
  std::vector<std::size_t> privacy_level;
};

/// The arm `name` over the goals at `weighed`, as trained_goals gives them. With `privacy_levels` epsilons the points
/// are shared out among them, the same weights at each, and start from nothing, since another point's parameters would
/// tell of the rows.
Arm arm_of(const std::string& name, std::span<const StudyGoal> goals, std::span<const std::size_t> weighed,
           std::size_t points, std::size_t privacy_levels = 0);

/// "causal-07": the arm and the point's number, as wide as the greatest.
std::string point_id(const Arm& arm, std::size_t point);

/// The weight of each goal at `weighed`, in the study's order. Goals that train alike share their loss's weight.
std::vector<double> weights_in_study_order(const Arm& arm, const SweepPoint& point,
                                           std::span<const std::size_t> weighed);

}  // namespace equipoise::inline v0
