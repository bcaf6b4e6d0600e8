// Two models of a task's outcome, logistic regression and a network of one hidden layer, and their training by DP-SGD
// at delta 1e-5: with one clipping norm for all, with norms by group, and without privacy.
//
// The rules, from numbers of no secret alone: batches at rate 6 / sqrt(people), 20 passes, momentum 0.9, the mean of
// the last half of the steps; norms by group start from a base of half the norm for all, which doubles where a group's
// gradients are as often beyond it as all are; the rest with each model. Without privacy is the same descent with
// neither clipping nor noise to speak of.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/predictor/multilayer_perceptron.hpp>
#include <equipoise/privacy/affine_gradient_sum.hpp>
#include <equipoise/privacy/group_clipping.hpp>
#include <equipoise/privacy/noise_calibration.hpp>
#include <equipoise/privacy/private_gradient.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/train/stochastic_descent.hpp>

#include "private_task.hpp"

namespace equipoise::bench {

/// Logistic regression on a task's rows, by the rules that private_utility states.
class LogisticModel {
 public:
  static constexpr const char* name = "logistic regression";
  static constexpr double norm = 0.25;
  static constexpr double widest_norm = 2;  // gradients are no longer than a row with its constant, sqrt(2) at most
  static constexpr double rate_without_privacy = 64;

  explicit LogisticModel(const PrivateTask& task) : task_(task), constant_(intercept_constant(task)) {}

  static double learning_rate(double ease) { return std::clamp(ease / 4, 4.0, 64.0); }

  Eigen::VectorXd start(std::uint32_t) const { return Eigen::VectorXd::Zero(task_.train.cols() + 1); }
  auto gradient_sum() const { return AffineGradientSum<LogLossSlope>(task_.train, task_.train_outcome, {}, constant_); }
  Eigen::VectorXd test_scores(const Eigen::VectorXd& parameters) const {
    const Eigen::Index inputs = task_.test.cols();
    return (task_.test * parameters.head(inputs)).array() + constant_ * parameters[inputs];
  }

 private:
  const PrivateTask& task_;
  double constant_;
};

/// Log losses of persons under a network: models PersonLosses.
class NetworkLosses {
 public:
  NetworkLosses(const MultilayerPerceptron& network, const Eigen::MatrixXd& rows, const std::vector<double>& outcome)
      : network_(network), rows_(rows), outcome_(outcome) {}

  std::size_t persons() const { return outcome_.size(); }
  static std::size_t worlds() { return 1; }

  void at(ConstVectorRef parameters, std::span<const std::size_t> places, std::vector<BatchWorld>& worlds) const {
    worlds.resize(1);
    auto& [features, d_scores] = worlds[0];
    features.resize(static_cast<Eigen::Index>(places.size()), rows_.cols());
    d_scores.resize(features.rows());
    for (Eigen::Index i = 0; i < features.rows(); ++i)
      features.row(i) = rows_.row(static_cast<Eigen::Index>(places[static_cast<std::size_t>(i)]));
    network_.forward(parameters, features, d_scores);
    for (Eigen::Index i = 0; i < features.rows(); ++i)
      d_scores[i] = LogLossSlope{}(d_scores[i], outcome_[places[static_cast<std::size_t>(i)]]);
  }

 private:
  const MultilayerPerceptron& network_;
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows_;
  const std::vector<double>& outcome_;
};

/// 16 tanh units on a task's rows times sqrt(columns): numbers in standard deviations, levels 0 and 1.
class NetworkModel {
 public:
  static constexpr const char* name = "network";
  static constexpr double norm = 0.5;
  static constexpr double widest_norm = 1000;
  static constexpr double rate_without_privacy = 4;

  explicit NetworkModel(const PrivateTask& task)
      : scale_(std::sqrt(static_cast<double>(task.train.cols()))),
        network_(task.train.cols(), {16}, Activation::tanh, Link::logistic),
        losses_(network_, scale_ * task.train, task.train_outcome),
        test_(scale_ * task.test) {}
  NetworkModel(const NetworkModel&) = delete;  // losses_ refers to network_
  NetworkModel& operator=(const NetworkModel&) = delete;

  /// Like rate_without_privacy, what was best or nearly so of 1/4, 1/2, 1, …, 8 for the accuracy over all people of
  /// Adult divided with seeds 1000 and 1001, without a look at groups.
  static double learning_rate(double ease) { return std::clamp(ease / 2, 1.0, 8.0); }

  Eigen::VectorXd start(std::uint32_t seed) const {
    return network_.initial_parameters(RandomStream({.seed = seed, .purpose = Purpose::initialisation}));
  }
  auto gradient_sum() const { return RoundedGradientSum(network_, losses_); }
  Eigen::VectorXd test_scores(const Eigen::VectorXd& parameters) const {
    Eigen::VectorXd scores(test_.rows());
    network_.forward(parameters, test_, scores);
    return scores;
  }

 private:
  double scale_;
  MultilayerPerceptron network_;
  NetworkLosses losses_;
  Eigen::MatrixXd test_;
};

/// What training at an epsilon takes, whatever the model.
struct PrivatePlan {
  double epsilon, people, rate, noise_multiplier;
  std::size_t steps;
};

inline PrivatePlan plan_for(double epsilon, const PrivateTask& task) {
  const double people = static_cast<double>(task.train.rows()), rate = 6 / std::sqrt(people);
  const auto steps = static_cast<std::size_t>(std::ceil(20 / rate));
  const double noise_multiplier = noise_multiplier_for(
      {.epsilon = epsilon, .delta = 1e-5, .rate = rate, .steps = static_cast<std::int64_t>(steps)});
  return {epsilon, people, rate, noise_multiplier, steps};
}

/// Trainings of a model with one seed's start and noise; each returns the scores of the task's test rows.
template <class Model>
class PrivateTraining {
 public:
  PrivateTraining(const PrivateTask& task, std::uint32_t seed) : model_(task), seed_(seed) {}

  Eigen::VectorXd without_privacy(const PrivatePlan& plan) {
    auto random = noise(0);
    return scores(
        PrivateGradient(model_.gradient_sum(),
                        {.l2_clipping_norm = Model::widest_norm, .noise_multiplier = 1e-6, .sampling_rate = plan.rate},
                        random),
        plan.steps, Model::rate_without_privacy);
  }

  Eigen::VectorXd with_one_norm(const PrivatePlan& plan) {
    auto random = noise(1);
    return scores(
        PrivateGradient(
            model_.gradient_sum(),
            {.l2_clipping_norm = Model::norm, .noise_multiplier = plan.noise_multiplier, .sampling_rate = plan.rate},
            random),
        plan.steps, learning_rate(plan));
  }

  Eigen::VectorXd with_norms_by_group(const PrivatePlan& plan, std::vector<std::uint32_t> group_of_person,
                                      std::size_t groups) {
    auto random = noise(2);
    return scores(GroupClippedGradient(model_.gradient_sum(), std::move(group_of_person),
                                       {.first_norms = std::vector<double>(groups, Model::norm / 2),
                                        .noise_multiplier = plan.noise_multiplier,
                                        .sampling_rate = plan.rate},
                                       random),
                  plan.steps, learning_rate(plan));
  }

 private:
  static constexpr double momentum = 0.9;

  SeededForResearch noise(std::uint32_t point) const {
    return SeededForResearch(RandomStream({.seed = seed_, .purpose = Purpose::noise, .point = point}));
  }
  double learning_rate(const PrivatePlan& plan) const {
    return Model::learning_rate(plan.epsilon * plan.people / static_cast<double>(model_.start(seed_).size()));
  }
  /// learning_rate: in steps of plain descent; momentum makes ten of one.
  template <class Gradient>
  Eigen::VectorXd scores(Gradient&& gradient, std::size_t steps, double learning_rate) const {
    return model_.test_scores(
        descend(gradient, model_.start(seed_),
                {.steps = steps, .learning_rate = learning_rate * (1 - momentum), .momentum = momentum}));
  }

  Model model_;
  std::uint32_t seed_;
};

}  // namespace equipoise::bench
