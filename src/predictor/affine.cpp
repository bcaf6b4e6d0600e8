#include <equipoise/predictor/affine.hpp>

#include <algorithm>
#include <cassert>

namespace equipoise::inline v0 {

void AffinePredictor::forward(ConstVectorRef parameters, ConstMatrixRef X, VectorRef scores) const {
  assert(parameters.size() == parameter_count() && X.cols() == inputs_);
  scores.setConstant(parameters[inputs_]);
  scores.noalias() += X * parameters.head(inputs_);
}

void AffinePredictor::backward(ConstVectorRef, ConstMatrixRef X, ConstVectorRef d_scores, VectorRef gradient) const {
  gradient.head(inputs_).noalias() += X.transpose() * d_scores;
  gradient[inputs_] += d_scores.sum();
}

void AffinePredictor::add_row_gradient_products(ConstVectorRef, ConstMatrixRef X_a, ConstVectorRef d_a,
                                                ConstMatrixRef X_b, ConstVectorRef d_b, VectorRef products) const {
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

}  // namespace equipoise::inline v0
