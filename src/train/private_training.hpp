// How a study's predictors are trained where it asks for privacy: with noise planned for each epsilon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <equipoise/objective/weighted_losses.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/privacy/private_gradient.hpp>
#include <equipoise/train/goals.hpp>
#include <equipoise/train/point_record.hpp>
#include <equipoise/train/stochastic_descent.hpp>

namespace equipoise::inline v0 {

/// Where the study asks for privacy: the index of that objective.
std::optional<std::size_t> privacy_goal(const Study& study);

/// Throws objective_mismatch at an objective's place for one whose loss, in one of the study's arms, is no sum over
/// rows.
void require_private_losses(const Study& study, std::span<const StudyGoal> goals, std::span<const std::size_t> trained);

/// One training at one epsilon: the same for every weighing of the goals.
struct PrivatePlan {
  PrivateGradientOptions gradient;
  DescentOptions descent;
  double epsilon = 0;  ///< of the training and the fit of the model before it, at most, at the study's delta

  /// The training's alone.
  PrivacyEvent event() const;
};

/// What a plan may know of the rows.
struct TrainingSize {
  std::size_t persons = 0, parameters = 1;
};

/// The plan for rows of this size, fixed before any of them is looked at: what the study leaves unsaid follows the rule
/// that docs/privacy.md states. `model_fit`: what was done to the same people for the model behind counterfactual rows;
/// both together keep within the epsilon. Throws infeasible where no noise is enough.
PrivatePlan private_plan(const Study& study, std::size_t level, const TrainingSize& size,
                         const PrivacyEvent& model_fit = {});

/// Trains from nothing. `stream` names the noise where the study asks for noise from its seed.
PointRecord train_privately(const AffinePredictor& model, const PreparedRows& rows, std::vector<WeightedGoal> goals,
                            double l2, const PrivatePlan& plan, bool seeded_for_research, const StreamKey& stream);

}  // namespace equipoise::inline v0
