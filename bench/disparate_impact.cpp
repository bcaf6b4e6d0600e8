// Who pays for privacy on Adult: how much accuracy each group by sex and by race loses to DP-SGD, with one clipping
// norm for all, with norms by group, and from the causes of income in a graph alone: disparate_impact DATA_FOLDER
// [seeds].
//
// Logistic regression at delta 1e-5; batches at rate 6 / sqrt(n), 20 passes, momentum 0.9, the learning rate of
// private_utility's rule. Without privacy is the same descent without clipping or noise to speak
// of. Intervals are of the mean over seeds, each a division of the rows and a draw of the noise of its own, at 95%.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/privacy/affine_gradient_sum.hpp>
#include <equipoise/privacy/group_clipping.hpp>
#include <equipoise/privacy/noise_calibration.hpp>
#include <equipoise/privacy/private_gradient.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/train/stochastic_descent.hpp>

#include "private_task.hpp"

namespace {

using namespace equipoise;
using namespace equipoise::bench;

constexpr double norm = 0.5, momentum = 0.9;

struct Plan {
  double epsilon, rate, noise_multiplier;
  std::size_t steps;
  double learning_rate;
};

Plan plan_for(double epsilon, const PrivateTask& task) {
  const double people = static_cast<double>(task.train.rows()), parameters = static_cast<double>(task.train.cols() + 1);
  Plan plan{epsilon, 6 / std::sqrt(people), 0, 0, 0};
  plan.steps = static_cast<std::size_t>(std::ceil(20 / plan.rate));
  plan.noise_multiplier = noise_multiplier_for(
      {.epsilon = epsilon, .delta = 1e-5, .rate = plan.rate, .steps = static_cast<std::int64_t>(plan.steps)});
  plan.learning_rate = std::clamp(epsilon * people / parameters / 16, 1.0, 128.0) * (1 - momentum);
  return plan;
}

template <class Gradient>
Eigen::VectorXd trained(Gradient&& gradient, const PrivateTask& task, const Plan& plan) {
  return descend(gradient, Eigen::VectorXd::Zero(task.train.cols() + 1),
                 {.steps = plan.steps, .learning_rate = plan.learning_rate, .momentum = momentum});
}

SeededForResearch noise_of(std::uint32_t seed, std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = seed, .purpose = Purpose::noise, .point = point}));
}

Eigen::VectorXd trained_without_privacy(const PrivateTask& task, Plan plan, std::uint32_t seed) {
  auto random = noise_of(seed, 0);
  plan.learning_rate = 64 * (1 - momentum);
  return trained(PrivateGradient(AffineGradientSum<LogLossSlope>(task.train, task.train_outcome),
                                 {.l2_clipping_norm = 2, .noise_multiplier = 1e-6, .sampling_rate = plan.rate}, random),
                 task, plan);
}

Eigen::VectorXd trained_with_one_norm(const PrivateTask& task, const Plan& plan, std::uint32_t seed) {
  auto random = noise_of(seed, 1);
  return trained(
      PrivateGradient(AffineGradientSum<LogLossSlope>(task.train, task.train_outcome),
                      {.l2_clipping_norm = norm, .noise_multiplier = plan.noise_multiplier, .sampling_rate = plan.rate},
                      random),
      task, plan);
}

std::vector<std::uint32_t> groups_of(const Table& rows, const std::string& attribute) {
  const std::vector<double>& values = rows.column(attribute).values;
  return {values.begin(), values.end()};
}

Eigen::VectorXd trained_with_norms_by_group(const PrivateTask& task, const Plan& plan, const std::string& attribute,
                                            std::uint32_t seed) {
  auto random = noise_of(seed, 2);
  const std::size_t groups = task.train_rows.column(attribute).levels.size();
  return trained(GroupClippedGradient(AffineGradientSum<LogLossSlope>(task.train, task.train_outcome),
                                      groups_of(task.train_rows, attribute),
                                      {.first_norms = std::vector<double>(groups, norm / 2),
                                       .noise_multiplier = plan.noise_multiplier,
                                       .sampling_rate = plan.rate},
                                      random),
                 task, plan);
}

/// The accuracy within every group of the test rows.
std::vector<double> group_accuracies(const Eigen::VectorXd& parameters, const PrivateTask& task,
                                     const std::string& attribute) {
  const std::vector<std::uint32_t> groups = groups_of(task.test_rows, attribute);
  const std::size_t count = task.test_rows.column(attribute).levels.size();
  std::vector<double> right(count), people(count);
  const Eigen::VectorXd scores = (task.test * parameters.head(task.test.cols())).array() + parameters[task.test.cols()];
  for (std::size_t i = 0; i < groups.size(); ++i) {
    people[groups[i]] += 1;
    right[groups[i]] += (scores[static_cast<Eigen::Index>(i)] >= 0) == (task.test_outcome[i] == 1);
  }
  for (std::size_t g = 0; g < count; ++g) right[g] /= std::max(people[g], 1.0);
  return right;
}

struct Interval95 {
  double mean, half_width;
};

/// Of the mean of values that are drawn alike; 2.26 is Student's quantile for ten of them.
Interval95 interval_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, variance = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) variance += (value - mean) * (value - mean) / (n - 1);
  return {mean, 2.26 * std::sqrt(variance / n)};
}

void print_attribute(const std::vector<PrivateTask>& tasks, const std::vector<PrivateTask>& causal_tasks,
                     const std::string& attribute, double epsilon) {
  const std::vector<std::string>& levels = tasks.front().train_rows.column(attribute).levels;
  const Plan plan = plan_for(epsilon, tasks.front()), causal_plan = plan_for(epsilon, causal_tasks.front());
  // By method, then group, then seed: accuracy without privacy less that with it.
  std::map<std::string, std::vector<std::vector<double>>> drops;
  std::vector<std::vector<double>> without_privacy(levels.size());
  const auto add = [&](const std::string& method, const std::vector<double>& baseline,
                       const std::vector<double>& found) {
    std::vector<std::vector<double>>& of_method = drops[method];
    of_method.resize(levels.size());
    for (std::size_t g = 0; g < levels.size(); ++g) of_method[g].push_back(baseline[g] - found[g]);
  };
  for (std::uint32_t seed = 0; seed < tasks.size(); ++seed) {
    const PrivateTask &task = tasks[seed], &causal = causal_tasks[seed];
    const auto baseline = group_accuracies(trained_without_privacy(task, plan, seed), task, attribute);
    const auto causal_baseline =
        group_accuracies(trained_without_privacy(causal, causal_plan, seed), causal, attribute);
    for (std::size_t g = 0; g < levels.size(); ++g) without_privacy[g].push_back(baseline[g]);
    add("one norm", baseline, group_accuracies(trained_with_one_norm(task, plan, seed), task, attribute));
    add("norms by group", baseline,
        group_accuracies(trained_with_norms_by_group(task, plan, attribute, seed), task, attribute));
    add("causes alone", causal_baseline,
        group_accuracies(trained_with_one_norm(causal, causal_plan, seed), causal, attribute));
  }
  for (std::size_t g = 0; g < levels.size(); ++g) {
    std::printf("%7g  %-20s %8.4f", epsilon, levels[g].c_str(), interval_of(without_privacy[g]).mean);
    for (const char* method : {"one norm", "norms by group", "causes alone"}) {
      const Interval95 drop = interval_of(drops[method][g]);
      std::printf("  %8.4f +- %.4f", drop.mean, drop.half_width);
    }
    std::puts("");
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::puts("disparate_impact DATA_FOLDER [seeds]");
    return 2;
  }
  const std::size_t seeds = argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 10;
  // The parents of income in Chiappa's graph (2019), native country, of many levels, apart.
  const std::vector<std::string> causes{
      "age", "education_num", "hours_per_week", "workclass", "occupation", "marital_status", "sex"};
  const Table adult = adult_table(argv[1]);
  std::vector<PrivateTask> tasks, causal_tasks;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    tasks.push_back(adult_task(adult, adult_features(), seed));
    causal_tasks.push_back(adult_task(adult, causes, seed));
  }
  for (const char* attribute : {"sex", "race"}) {
    std::printf("accuracy lost by %s\n%7s  %-20s %8s  %18s  %18s  %18s\n", attribute, "epsilon", "group", "before",
                "one norm", "norms by group", "causes alone");
    for (const double epsilon : {0.1, 0.5, 1.0, 2.0, 8.0}) print_attribute(tasks, causal_tasks, attribute, epsilon);
  }
}
