#include <equipoise/train/goals.hpp>

#include <algorithm>

#include <equipoise/fairness/counterfactual_fairness.hpp>
#include <equipoise/fairness/demographic_parity.hpp>
#include <equipoise/fairness/disparate_accuracy_loss.hpp>
#include <equipoise/fairness/equalized_odds.hpp>
#include <equipoise/objective/error_rate.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/objective/squared_error.hpp>
#include <equipoise/privacy/attribute_advantage.hpp>
#include <equipoise/privacy/epsilon_objective.hpp>
#include <equipoise/privacy/membership_advantage.hpp>

namespace equipoise::inline v0 {
namespace {

StudyGoal alike_in_both(AnyObjective objective, bool train, bool rewards_accuracy = false) {
  return {objective, objective, objective, train, rewards_accuracy};
}

void check_faces(const Study& study, const StudyGoal& goal, const std::string& pointer) {
  if (!goal.measured.is_measurable())
    throw Error(ErrorCode::objective_mismatch, study.place + '#' + pointer,
                "'" + goal.measured.name() + "', which has no measure", "a goal that the frontier can show");
  if (!goal.train) return;
  for (const AnyObjective* each : {&goal.causal, &goal.correlational})
    if (!each->is_trainable())
      throw Error(ErrorCode::objective_mismatch, study.place + '#' + pointer,
                  "'" + each->name() + "', which has no loss, to be trained on", "\"train\": false");
}

/// A predictor of reference is trained on the goal that rewards accuracy.
void check_reference(const Study& study, std::span<const StudyGoal> goals) {
  if (std::any_of(goals.begin(), goals.end(),
                  [](const StudyGoal& goal) { return goal.train && goal.rewards_accuracy; }))
    return;
  for (std::size_t k = 0; k < goals.size(); ++k)
    if (goals[k].measured.comparisons().reference)
      throw Error(ErrorCode::objective_mismatch, study.place + "#/objectives/" + std::to_string(k),
                  "'" + goals[k].measured.name() + "', but no goal of accuracy to train a predictor of reference on",
                  "log-loss or squared-error among the objectives");
}

/// The attribute's groups as the model that builds the worlds knows them, who may know of more than the table holds.
Column groups_in_model(const Study& study, const StudyInputs& inputs, const StudyObjective& said,
                       const std::string& pointer) {
  const Column& column = inputs.table.column(said.attribute);
  if (!inputs.model) return {column.name, column.type, column.levels, {}};
  const VariableSpec& variable = inputs.model->variable(inputs.model->graph().node(said.attribute));
  if (variable.levels.size() < 2)
    throw Error(ErrorCode::objective_mismatch, study.place + '#' + pointer,
                "'" + said.attribute + "', which the model makes a number", "a protected attribute with levels");
  return {column.name, ColumnType::categorical, variable.levels, {}};
}

StudyGoal goal_of(const Study& study, const StudyInputs& inputs, const StudyObjective& said,
                  const std::string& pointer) {
  if (said.own) return {*said.own, *said.own, said.correlational.value_or(*said.own), said.train};
  if (said.kind == "log-loss") return alike_in_both(LogLoss{.objective_name = said.name}, said.train, true);
  if (said.kind == "squared-error") return alike_in_both(SquaredError{.objective_name = said.name}, said.train, true);
  if (said.kind == "privacy")
    return alike_in_both(EpsilonObjective{.delta = said.privacy->delta, .objective_name = said.name}, false);
  if (said.kind == "error-rate") return alike_in_both(ErrorRate{.objective_name = said.name}, false);
  if (said.kind == "membership-advantage") return alike_in_both(MembershipAdvantage{said.name}, false);
  if (said.kind == "attribute-advantage") return alike_in_both(AttributeAdvantage{said.attribute, said.name}, false);
  if (said.kind == "disparate-accuracy-loss")
    return alike_in_both(DisparateAccuracyLoss{said.attribute, said.name}, false);
  const DemographicParity parity{.attribute = said.attribute,
                                 .sharpness = said.sharpness,
                                 .objective_name = said.name,
                                 .link = study.predictor.link};
  if (said.kind == "demographic-parity") return alike_in_both(parity, said.train);
  if (said.kind == "equalized-odds")
    return alike_in_both(EqualizedOdds{.attribute = said.attribute, .objective_name = said.name}, said.train);
  CounterfactualFairness causal =
      counterfactual_fairness(inputs.graph, groups_in_model(study, inputs, said, pointer), study.outcome.column,
                              inputs.features, said.fair_paths, study.place + '#' + pointer + "/fair_paths");
  causal.objective_name = said.name;
  causal.link = study.predictor.link;
  return {causal, causal, parity, said.train};
}

}  // namespace

std::vector<StudyGoal> goals_of(const Study& study, const StudyInputs& inputs) {
  std::vector<StudyGoal> goals;
  for (std::size_t i = 0; i < study.objectives.size(); ++i) {
    const std::string pointer = "/objectives/" + std::to_string(i);
    goals.push_back(goal_of(study, inputs, study.objectives[i], pointer));
    check_faces(study, goals.back(), pointer);
  }
  check_reference(study, goals);
  return goals;
}

bool compares_with_reference(std::span<const StudyGoal> goals) {
  return std::any_of(goals.begin(), goals.end(),
                     [](const StudyGoal& goal) { return goal.measured.comparisons().reference; });
}

bool train_alike(const AnyObjective& a, const AnyObjective& b) {
  const auto *x = a.get_if<DemographicParity>(), *y = b.get_if<DemographicParity>();
  return x != nullptr && y != nullptr && x->attribute == y->attribute && x->sharpness == y->sharpness &&
         x->link == y->link;
}

std::vector<std::size_t> trained_goals(std::span<const StudyGoal> goals) {
  std::vector<std::size_t> trained;
  for (std::size_t k = 0; k < goals.size(); ++k)
    if (goals[k].train) trained.push_back(k);
  const auto first =
      std::find_if(trained.begin(), trained.end(), [&](std::size_t k) { return goals[k].rewards_accuracy; });
  if (first != trained.end()) std::rotate(trained.begin(), first, first + 1);
  return trained;
}

}  // namespace equipoise::inline v0
