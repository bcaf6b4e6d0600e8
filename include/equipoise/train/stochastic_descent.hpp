// First-order training on noisy gradients: steps of a fixed number, no line search, no test of convergence.
//
// What it does with the gradients is post-processing of them: private gradients make a private predictor.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>

namespace equipoise::inline v0 {

/// How steps are made from gradients.
enum class StepRule {
  momentum,  ///< the heavy ball (Polyak 1964); plain descent at momentum 0
  adam,      ///< steps in units of each gradient's size (Kingma, Ba 2015, algorithm 1)
};

struct DescentOptions {
  std::size_t steps = 1000;
  double learning_rate = 0.1;  ///< above 0
  StepRule rule = StepRule::momentum;
  double momentum = 0;          ///< in [0, 1); Adam's first decay
  double second_decay = 0.999;  ///< of Adam, in [0, 1)
  double stabiliser = 1e-8;     ///< of Adam, above 0
  double averaged_share = 0.5;  ///< the last parameters whose mean is the result (Polyak, Juditsky 1992); 0: the last
  bool learning_rate_falls = false;  ///< along half a cosine to 0
};

/// The parameters after `steps` steps from `start`; gradient(parameters, out) writes each gradient. Throws
/// value_out_of_range for options out of their ranges.
template <class Gradient>
Eigen::VectorXd descend(Gradient&& gradient, Eigen::VectorXd start, const DescentOptions& options = {}) {
  const char* place = "descent";
  check_positive(place, "learning rate", options.learning_rate);
  check_positive(place, "stabiliser", options.stabiliser);
  const auto is_decay = [](double decay) { return decay >= 0 && decay < 1; };
  detail::check_number(place, "momentum", options.momentum, "at least 0 and below 1", is_decay);
  detail::check_number(place, "second decay", options.second_decay, "at least 0 and below 1", is_decay);
  check_probability(place, "averaged share", options.averaged_share);
  const Eigen::Index size = start.size();
  const auto averaged = static_cast<std::size_t>(options.averaged_share * static_cast<double>(options.steps));
  const std::size_t first_averaged = options.steps - std::min(std::max<std::size_t>(averaged, 1), options.steps);
  Eigen::VectorXd& parameters = start;
  Eigen::VectorXd found(size), velocity = Eigen::VectorXd::Zero(size), squares = velocity, sum = velocity;
  for (std::size_t step = 0; step < options.steps; ++step) {
    gradient(parameters, found);
    constexpr double half_turn = 3.14159265358979323846;
    const double progress = static_cast<double>(step) / static_cast<double>(options.steps);
    const double rate =
        options.learning_rate * (options.learning_rate_falls ? (1 + std::cos(half_turn * progress)) / 2 : 1);
    if (options.rule == StepRule::momentum) {
      velocity = options.momentum * velocity + found;
      parameters -= rate * velocity;
    } else {
      const auto count = static_cast<double>(step + 1);
      velocity = options.momentum * velocity + (1 - options.momentum) * found;
      squares = options.second_decay * squares + (1 - options.second_decay) * found.cwiseAbs2();
      const double first = 1 / (1 - std::pow(options.momentum, count));
      const double second = 1 / (1 - std::pow(options.second_decay, count));
      parameters.array() -= rate * first * velocity.array() / ((second * squares.array()).sqrt() + options.stabiliser);
    }
    if (step >= first_averaged) sum += parameters;
  }
  if (options.steps > 0) parameters = sum / static_cast<double>(options.steps - first_averaged);
  return start;
}

}  // namespace equipoise::inline v0
