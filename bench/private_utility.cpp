// What private logistic regression is worth: test accuracy against epsilon on Adult and a synthetic task, beside a
// reference whose settings were chosen in sight of the test rows:
// private_utility DATA_FOLDER REFERENCE_FILE [seeds [first seed]].
//
// The rules for ours, from numbers of no secret alone, n people, d parameters, at delta 1e-5. Made on other tasks:
// normal features, 10 to 40, independent or not, of 5,000 to 30,000 people, COMPAS, Taiwan's credit, a census, a bar
// exam.
// - The intercept's column is constant at 1 / sqrt(features), as large as the scaled features.
// - DP-SGD: batches at rate 6 / sqrt(n), 20 passes; full batches: 100 steps. Clipping norm 1/4, momentum 0.9, the
//   learning rate that of learning_rate_for() below, the result the mean of the last half of the steps.
// - Perturbation, for replacing one (as the reference): l2 penalties of 5 b^(7/6) for output and 5 b^(3/2) for the
//   objective, b = d L / (n epsilon), L a row's greatest length.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/privacy/noise_calibration.hpp>
#include <equipoise/privacy/objective_perturbation.hpp>
#include <equipoise/privacy/output_perturbation.hpp>
#include <equipoise/privacy/private_gradient.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/train/stochastic_descent.hpp>

#include "private_models.hpp"
#include "private_task.hpp"

namespace {

using namespace equipoise;
using namespace equipoise::bench;

constexpr double momentum = 0.9;

SeededForResearch noise_of(std::uint32_t seed, std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = seed, .purpose = Purpose::noise, .point = point}));
}

PrivatePlan full_batch_plan(double epsilon, const PrivateTask& task) {
  constexpr std::size_t steps = 100;
  return {epsilon, static_cast<double>(task.train.rows()), 1,
          noise_multiplier_for({.epsilon = epsilon, .delta = 1e-5, .rate = 1, .steps = steps}), steps};
}

/// In steps of plain descent; momentum makes ten of one.
double learning_rate_for(const PrivatePlan& plan, double parameters) {
  const double ease = plan.epsilon * plan.people / parameters;
  return plan.rate < 1 ? LogisticModel::learning_rate(ease) : std::clamp(ease / 2, 8.0, 96.0);
}

double descent_accuracy(const PrivateTask& task, const PrivatePlan& plan, std::uint32_t seed) {
  const LogisticModel model(task);
  auto random = noise_of(seed, 1);
  PrivateGradient gradient(
      model.gradient_sum(),
      {.l2_clipping_norm = LogisticModel::norm, .noise_multiplier = plan.noise_multiplier, .sampling_rate = plan.rate},
      random);
  const double learning_rate = learning_rate_for(plan, static_cast<double>(task.train.cols() + 1));
  const Eigen::VectorXd found =
      descend(gradient, model.start(seed),
              {.steps = plan.steps, .learning_rate = learning_rate * (1 - momentum), .momentum = momentum});
  return accuracy(model.test_scores(found), task.test_outcome);
}

double perturbed_accuracy(const PrivateTask& task, bool objective, double epsilon, std::uint32_t seed) {
  auto random = noise_of(seed, objective ? 2 : 3);
  const double people = static_cast<double>(task.train.rows()), d = static_cast<double>(task.train.cols() + 1);
  const double longest = std::hypot(1, intercept_constant(task)), balance = d * longest / (people * epsilon);
  const ConvexPrivacyOptions options{.epsilon = epsilon,
                                     .l2 = 5 * std::pow(balance, objective ? 1.5 : 7.0 / 6),
                                     .row_bound = longest,
                                     .constant = intercept_constant(task),
                                     .persons = people,
                                     .adjacency = Adjacency::replace_one};
  const Eigen::VectorXd found =
      objective ? objective_perturbation<LogisticScoreLoss>(task.train, task.train_outcome, options, random).parameters
                : output_perturbation<LogisticScoreLoss>(task.train, task.train_outcome, options, random).parameters;
  const Eigen::Index inputs = task.test.cols();
  return accuracy((task.test * found.head(inputs)).array() + found[inputs], task.test_outcome);
}

struct Summary {
  double mean, standard_error;
};

Summary summary_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, variance = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) variance += (value - mean) * (value - mean) / (n - 1);
  return {mean, std::sqrt(variance / n)};
}

struct Seeds {
  std::uint32_t first = 0, count = 10;
};

/// A method's accuracy on every seed's task.
std::vector<double> accuracies(const std::vector<PrivateTask>& tasks, const Seeds& seeds, const std::string& method,
                               double epsilon) {
  const PrivateTask& first = tasks.front();
  const bool descends = method.starts_with("dp");
  PrivatePlan plan{};
  if (descends) plan = method == "dpsgd_poisson" ? plan_for(epsilon, first) : full_batch_plan(epsilon, first);
  std::vector<double> values;
  for (std::uint32_t i = 0; i < seeds.count; ++i) {
    const PrivateTask& task = tasks[std::min<std::size_t>(i, tasks.size() - 1)];
    const std::uint32_t seed = seeds.first + i;
    values.push_back(descends ? descent_accuracy(task, plan, seed)
                              : perturbed_accuracy(task, method.starts_with("objective"), epsilon, seed));
  }
  return values;
}

void print_task(const std::string& name, const nlohmann::json& reference, const std::vector<PrivateTask>& tasks,
                const Seeds& seeds) {
  std::printf("%s: %ld people, %ld parameters; without privacy %.4f\n", name.c_str(),
              static_cast<long>(tasks.front().train.rows()), static_cast<long>(tasks.front().train.cols() + 1),
              reference["nonprivate"].get<double>());
  std::printf("%-28s %7s %9s %9s %9s %9s  %s\n", "method", "epsilon", "ours", "error", "theirs", "error", "verdict");
  for (const auto& each : reference["results"]) {
    const std::string method = each["alg"];
    if (method.starts_with("diffprivlib")) continue;
    const Summary ours = summary_of(accuracies(tasks, seeds, method, each["eps"]));
    const double theirs = each["mean"], error = each["sd"].get<double>() / std::sqrt(10.0);
    const bool reached = ours.mean >= theirs - 2 * std::hypot(ours.standard_error, error);
    std::printf("%-28s %7g %9.4f %9.4f %9.4f %9.4f  %s\n", method.c_str(), each["eps"].get<double>(), ours.mean,
                ours.standard_error, theirs, error, reached ? "reached" : "BELOW");
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::puts("private_utility DATA_FOLDER REFERENCE_FILE [seeds [first seed]]");
    return 2;
  }
  const std::string folder = argv[1];
  std::ifstream file(argv[2]);
  const nlohmann::json reference = nlohmann::json::parse(file);
  Seeds seeds;
  if (argc > 3) seeds.count = static_cast<std::uint32_t>(std::atoi(argv[3]));
  if (argc > 4) seeds.first = static_cast<std::uint32_t>(std::atoi(argv[4]));
  print_task("synthetic", reference["synthetic"], {synthetic_task(folder)}, seeds);
  const Table adult = adult_table(folder);
  std::vector<PrivateTask> tasks;
  for (std::uint32_t i = 0; i < seeds.count; ++i) tasks.push_back(adult_task(adult, adult_features(), seeds.first + i));
  print_task("adult", reference["adult"], tasks, seeds);
}
