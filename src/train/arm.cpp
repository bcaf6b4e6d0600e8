#include "train/arm.hpp"

#include <algorithm>
#include <map>

namespace equipoise::inline v0 {
namespace {

std::string number_with_width(std::size_t number, std::size_t most) {
  std::string text = std::to_string(number);
  return std::string(std::to_string(most).size() - std::min(std::to_string(most).size(), text.size()), '0') + text;
}

void plan_at_each_level(Arm& arm, std::size_t points, std::size_t levels) {
  const std::vector<SweepPoint> once = plan_sweep(arm.losses.size(), (points + levels - 1) / levels);
  for (std::size_t level = 0; level < levels; ++level)
    for (const SweepPoint& each : once) {
      arm.plan.push_back({.weights = each.weights, .start = {}, .wave = 0});
      arm.privacy_level.push_back(level);
    }
}

}  // namespace

Arm arm_of(const std::string& name, std::span<const StudyGoal> goals, std::span<const std::size_t> weighed,
           std::size_t points, std::size_t privacy_levels) {
  Arm arm{.name = name, .losses = {}, .loss_of = {}, .plan = {}, .privacy_level = {}};
  for (const std::size_t k : weighed) {
    const AnyObjective& loss = goals[k].trained_in(name);
    const auto same = std::find_if(arm.losses.begin(), arm.losses.end(),
                                   [&](const AnyObjective& each) { return train_alike(each, loss); });
    arm.loss_of.push_back(static_cast<std::size_t>(same - arm.losses.begin()));
    if (same == arm.losses.end()) arm.losses.push_back(loss);
  }
  if (privacy_levels > 0)
    plan_at_each_level(arm, points, privacy_levels);
  else
    arm.plan = plan_sweep(arm.losses.size(), points);
  return arm;
}

std::string point_id(const Arm& arm, std::size_t point) {
  return arm.name + '-' + number_with_width(point, arm.plan.size() - 1);
}

std::vector<double> weights_in_study_order(const Arm& arm, const SweepPoint& point,
                                           std::span<const std::size_t> weighed) {
  std::map<std::size_t, double> by_goal;
  for (std::size_t t = 0; t < weighed.size(); ++t) {
    const std::size_t loss = arm.loss_of[t];
    by_goal[weighed[t]] = point.weights[static_cast<Eigen::Index>(loss)] /
                          static_cast<double>(std::count(arm.loss_of.begin(), arm.loss_of.end(), loss));
  }
  std::vector<double> weights;
  for (const auto& [goal, weight] : by_goal) weights.push_back(weight);
  return weights;
}

}  // namespace equipoise::inline v0
