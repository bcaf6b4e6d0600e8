// Linear and logistic regression: a score that is affine in the encoded features.
#pragma once

#include <algorithm>
#include <cassert>

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

  void forward(ConstVectorRef parameters, ConstMatrixRef X, VectorRef scores) const {
    assert(parameters.size() == parameter_count() && X.cols() == inputs_);
    scores.setConstant(parameters[inputs_]);
    scores.noalias() += X * parameters.head(inputs_);
  }
  void backward(ConstVectorRef, ConstMatrixRef X, ConstVectorRef d_scores, VectorRef gradient) const {
    gradient.head(inputs_).noalias() += X.transpose() * d_scores;
    gradient[inputs_] += d_scores.sum();
  }
  void input_gradient(ConstVectorRef parameters, ConstMatrixRef, ConstVectorRef d_scores, MatrixRef d_X) const {
    for (Eigen::Index column = 0; column < inputs_; ++column) d_X.col(column) = parameters[column] * d_scores;
  }
  void add_row_gradient_products(ConstVectorRef, ConstMatrixRef X_a, ConstVectorRef d_a, ConstMatrixRef X_b,
                                 ConstVectorRef d_b, VectorRef products) const {
    constexpr Eigen::Index block = 512;  // rows whose sums stay in the nearest cache while the columns go by
    double sums[block];
    for (Eigen::Index first = 0; first < products.size(); first += block) {
      const Eigen::Index count = std::min(block, products.size() - first);
      std::fill_n(sums, count, 1.0);  // the intercept's part
      for (Eigen::Index column = 0; column < inputs_; ++column) {
        const double* const a = &X_a.coeffRef(first, column);
        const double* const b = &X_b.coeffRef(first, column);
        for (Eigen::Index i = 0; i < count; ++i) sums[i] += a[i] * b[i];
      }
      for (Eigen::Index i = 0; i < count; ++i) products[first + i] += d_a[first + i] * d_b[first + i] * sums[i];
    }
  }

  friend bool operator==(const AffinePredictor&, const AffinePredictor&) = default;

 private:
  Eigen::Index inputs_;
  Link link_;
};

static_assert(Predictor<AffinePredictor>);

}  // namespace equipoise::inline v0
