// Linear and logistic regression: a score that is affine in the encoded features.
#pragma once

#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// score = coefficients . x + intercept; the link says whether the score is the number predicted (linear regression)
/// or the log-odds of the positive outcome (logistic regression). Parameters: the coefficients, then the intercept.
class AffinePredictor {
 public:
  AffinePredictor(Eigen::Index inputs, Link link) : inputs_(inputs), link_(link) {}

  Eigen::Index inputs() const noexcept { return inputs_; }
  Eigen::Index parameter_count() const noexcept { return inputs_ + 1; }
  Link link() const noexcept { return link_; }

  void forward(ConstVectorRef parameters, ConstMatrixRef X, VectorRef scores) const;
  void backward(ConstVectorRef, ConstMatrixRef X, ConstVectorRef d_scores, VectorRef gradient) const;
  void input_gradient(ConstVectorRef parameters, ConstMatrixRef, ConstVectorRef d_scores, MatrixRef d_X) const {
    for (Eigen::Index column = 0; column < inputs_; ++column) d_X.col(column) = parameters[column] * d_scores;
  }
  void add_row_gradient_products(ConstVectorRef, ConstMatrixRef X_a, ConstVectorRef d_a, ConstMatrixRef X_b,
                                 ConstVectorRef d_b, VectorRef products) const;

  friend bool operator==(const AffinePredictor&, const AffinePredictor&) = default;

 private:
  Eigen::Index inputs_;
  Link link_;
};

static_assert(Predictor<AffinePredictor>);

}  // namespace equipoise::inline v0
