// Training a small perceptron by least squares: deterministic in its seed.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <equipoise/scm/node_data.hpp>
#include <equipoise/scm/perceptron_function.hpp>

namespace equipoise::inline v0::detail {

struct PerceptronOptions {
  std::size_t units = 20;  ///< of the one hidden layer, tanh
  /// Penalty 1/2 weight_decay |weights|^2, biases apart, inputs and response standardised, in units of the mean squared
  /// error.
  double weight_decay = 3e-5;
  std::size_t max_iterations = 300;
  double held_out = 0.15;         ///< share of the rows that say when to stop
  std::size_t most_rows = 8'000;  ///< that are trained on; of more, so many are drawn
  std::uint64_t seed = 1;
};

/// Fits by weighted least squares with L-BFGS from small random weights, and keeps the weights at which the held-out
/// rows are predicted best (early stopping; Prechelt 1998).
PerceptronFunction train_perceptron(const NodeData& data, std::span<const double> weights,
                                    const PerceptronOptions& options = {});

/// The same form without training: the hidden layer is drawn, and the last fitted by ridge regression (random features;
/// Rahimi, Recht 2008). Cheap; says whether there is anything for a perceptron to find.
PerceptronFunction random_perceptron(const NodeData& data, std::span<const double> weights,
                                     const PerceptronOptions& options);

}  // namespace equipoise::inline v0::detail
