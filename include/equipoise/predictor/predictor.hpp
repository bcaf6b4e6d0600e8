// What a predictor is: a differentiable map from encoded features to one score a row.
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <equipoise/core/special_functions.hpp>  // sigmoid, the inverse of the logistic link

namespace equipoise::inline v0 {

using ConstVectorRef = Eigen::Ref<const Eigen::VectorXd>;
using ConstMatrixRef = Eigen::Ref<const Eigen::MatrixXd>;
using VectorRef = Eigen::Ref<Eigen::VectorXd>;
using MatrixRef = Eigen::Ref<Eigen::MatrixXd>;

/// What a score means.
enum class Link {
  identity,  ///< it is the predicted number
  logistic,  ///< it is the log-odds of the positive outcome, whose probability is sigmoid(score)
};

/// A family of predictors, its parameters held apart from it as one flat vector, so that an optimiser sees nothing
/// else. X: rows x inputs(), encoded; scores and d_scores (the derivative of a loss by the scores): one a row.
///
/// - forward writes every score, and reads parameters and X alone.
/// - backward adds to `gradient` (parameter_count()) the derivative of the loss by the parameters; linear in d_scores.
/// - input_gradient writes the derivative by the inputs: d_X, rows x inputs.
/// - add_row_gradient_products adds to products[i] the scalar product of row i's two gradients by the parameters,
///   those that (X_a, d_a) and (X_b, d_b) give, without forming either: what clipping a person's gradient, summed over
///   their worlds, needs.
template <class P>
concept Predictor = std::copy_constructible<P> && requires(const P& p, ConstVectorRef parameters, ConstMatrixRef X,
                                                           ConstVectorRef d_scores, VectorRef out, MatrixRef d_X) {
  { p.inputs() } -> std::convertible_to<Eigen::Index>;
  { p.parameter_count() } -> std::convertible_to<Eigen::Index>;
  { p.link() } -> std::same_as<Link>;
  p.forward(parameters, X, out);
  p.backward(parameters, X, d_scores, out);
  p.input_gradient(parameters, X, d_scores, d_X);
  p.add_row_gradient_products(parameters, X, d_scores, X, d_scores, out);
};

}  // namespace equipoise::inline v0
