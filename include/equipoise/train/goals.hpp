// A study's goals: what is measured in both arms, and what each arm trains on.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/train/study_inputs.hpp>

namespace equipoise::inline v0 {

/// One goal as measured in every arm, and what is trained on in its place in each: itself in the causal arm, its
/// observational counterpart in the correlational one (counterfactual fairness by demographic parity).
struct StudyGoal {
  AnyObjective measured;
  AnyObjective causal;
  AnyObjective correlational;
  bool train = true;
  bool rewards_accuracy = false;  ///< it is met by predicting well, where penalties are met by saying nothing

  const AnyObjective& trained_in(const std::string& arm) const {
    return arm == "correlational" ? correlational : causal;
  }
};

/// The goals of a study, in its order. Throws json_value or graph_unknown_node at the objective's place for a fair
/// path that is none, and objective_mismatch for one of a program's own that lacks the face it is asked for, and for one
/// that compares with a predictor of reference where no goal rewards accuracy.
std::vector<StudyGoal> goals_of(const Study& study, const StudyInputs& inputs);

/// Whether a goal is measured beside a predictor trained on accuracy alone.
bool compares_with_reference(std::span<const StudyGoal> goals);

/// Whether two losses are one: both demographic parity of one attribute, as two counterfactual gaps of it become in the
/// correlational arm.
bool train_alike(const AnyObjective& a, const AnyObjective& b);

/// The goals to train on, by index: first the one that the others are weighed against, which is the first to reward
/// accuracy, or else the first; then the others in their order.
std::vector<std::size_t> trained_goals(std::span<const StudyGoal> goals);

}  // namespace equipoise::inline v0
