#include "train/private_training.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <equipoise/predictor/multilayer_perceptron.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/noise_calibration.hpp>
#include <equipoise/privacy/prepared_person_losses.hpp>
#include <equipoise/privacy/research_random.hpp>

namespace equipoise::inline v0 {
namespace {

/// A network without hidden layers is the affine predictor, parameter by parameter, and gives a person the same score
/// to the bit whoever else is in the batch.
template <PrivacyRandomness Randomness>
Eigen::VectorXd trained(const AffinePredictor& affine, const PreparedRows& rows, const std::vector<WeightedGoal>& goals,
                        double l2, const PrivatePlan& plan, Randomness& random) {
  const MultilayerPerceptron model(affine.inputs(), {}, Activation::tanh, affine.link());
  PreparedPersonLosses losses(model, rows, goals);
  PrivateGradient gradient(model, losses, plan.gradient, random);
  return descend(
      [&](const Eigen::VectorXd& parameters, Eigen::VectorXd& out) {
        gradient(parameters, out);
        out.head(model.inputs()) += l2 * parameters.head(model.inputs());
      },
      Eigen::VectorXd::Zero(model.parameter_count()), plan.descent);
}

}  // namespace

std::optional<std::size_t> privacy_goal(const Study& study) {
  const auto found = std::find_if(study.objectives.begin(), study.objectives.end(),
                                  [](const StudyObjective& each) { return each.privacy.has_value(); });
  if (found == study.objectives.end()) return std::nullopt;
  return static_cast<std::size_t>(found - study.objectives.begin());
}

void require_private_losses(const Study& study, std::span<const StudyGoal> goals,
                            std::span<const std::size_t> trained) {
  for (const std::string& arm : study.arms)
    for (const std::size_t k : trained) {
      const AnyObjective& loss = goals[k].trained_in(arm);
      if (loss.is_sum_over_rows()) continue;
      const bool own = goals[k].causal.is_sum_over_rows();
      throw Error(ErrorCode::objective_mismatch, study.place + "#/objectives/" + std::to_string(k),
                  "a loss that compares people with each other" +
                      (own ? " in the arm '" + arm + "', which trains on demographic parity in its place" : "") +
                      ", under clipping person by person",
                  "a loss that is a sum over rows",
                  own ? "leave that arm out: \"arms\": [\"causal\"]"
                      : "train on a gap within each row, as counterfactual-fairness is, or measure this one with "
                        "\"train\": false");
    }
}

PrivacyEvent PrivatePlan::event() const {
  return private_gradient_event(gradient, static_cast<std::int64_t>(descent.steps));
}

PrivatePlan private_plan(const Study& study, std::size_t level, const TrainingSize& size,
                         const PrivacyEvent& model_fit) {
  const StudyPrivacy& privacy = *study.objectives[*privacy_goal(study)].privacy;
  const double people = static_cast<double>(std::max<std::size_t>(size.persons, 1));
  const double parameters = static_cast<double>(size.parameters);
  constexpr double passes = 20, batch_in_roots = 6;
  const double rate =
      privacy.sampling_rate > 0 ? privacy.sampling_rate : std::min(1.0, batch_in_roots / std::sqrt(people));
  const std::size_t steps = privacy.steps > 0 ? privacy.steps : static_cast<std::size_t>(std::ceil(passes / rate));
  const double norm = privacy.clipping_norm > 0 ? privacy.clipping_norm : std::sqrt(parameters);
  // Of a step in the sizes of standardised rows; more than 2 by parameter would overshoot where these are few.
  const double longest = std::min(32.0, 2 * parameters);
  const double length = std::clamp(privacy.epsilons[level] * people / (24 * parameters), 1.0, longest);
  PrivatePlan plan;
  plan.gradient = {.l2_clipping_norm = norm, .sampling_rate = rate};
  plan.descent = {.steps = steps, .learning_rate = length / std::sqrt(parameters) / norm};
  const auto with_model = [&] { return PrivacyEvent(ComposedEvent{{model_fit, plan.event()}}); };
  plan.gradient.noise_multiplier = noise_multiplier_for({.epsilon = privacy.epsilons[level],
                                                         .delta = privacy.delta,
                                                         .rate = rate,
                                                         .steps = static_cast<std::int64_t>(steps)});
  if (!flattened(model_fit).empty())
    plan.gradient.noise_multiplier =
        calibrated_noise_multiplier(privacy.epsilons[level], privacy.delta, Adjacency::add_or_remove_one,
                                    plan.gradient.noise_multiplier, [&](double multiplier) {
                                      plan.gradient.noise_multiplier = multiplier;
                                      return with_model();
                                    });
  plan.epsilon = epsilon_of(with_model(), privacy.delta).upper;
  return plan;
}

PointRecord train_privately(const AffinePredictor& model, const PreparedRows& rows, std::vector<WeightedGoal> goals,
                            double l2, const PrivatePlan& plan, bool seeded_for_research, const StreamKey& stream) {
  PointRecord record;
  if (seeded_for_research) {
    SeededForResearch random{RandomStream(stream)};
    record.parameters = trained(model, rows, goals, l2, plan, random);
  } else {
    SecureRandom random;
    record.parameters = trained(model, rows, goals, l2, plan, random);
  }
  record.termination = "all steps of a private training done";
  record.evaluations = plan.descent.steps;
  return record;
}

}  // namespace equipoise::inline v0
