#include <equipoise/predictor/predictor.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

/// A user's own predictor, with no base class: one coefficient for every feature.
struct SharedCoefficient {
  Eigen::Index width;
  Eigen::Index inputs() const { return width; }
  Eigen::Index parameter_count() const { return 1; }
  Link link() const { return Link::identity; }
  void forward(ConstVectorRef parameters, ConstMatrixRef X, VectorRef scores) const {
    scores = parameters[0] * X.rowwise().sum();
  }
  void backward(ConstVectorRef, ConstMatrixRef X, ConstVectorRef d_scores, VectorRef gradient) const {
    gradient[0] += X.rowwise().sum().dot(d_scores);
  }
  void input_gradient(ConstVectorRef parameters, ConstMatrixRef, ConstVectorRef d_scores, MatrixRef d_X) const {
    d_X.colwise() = parameters[0] * d_scores;
  }
  void add_row_gradient_products(ConstVectorRef, ConstMatrixRef X_a, ConstVectorRef d_a, ConstMatrixRef X_b,
                                 ConstVectorRef d_b, VectorRef products) const {
    products.array() += X_a.rowwise().sum().array() * d_a.array() * X_b.rowwise().sum().array() * d_b.array();
  }
};

struct WithoutInputGradient {
  Eigen::Index inputs() const { return 1; }
  Eigen::Index parameter_count() const { return 1; }
  Link link() const { return Link::identity; }
  void forward(ConstVectorRef, ConstMatrixRef, VectorRef) const {}
  void backward(ConstVectorRef, ConstMatrixRef, ConstVectorRef, VectorRef) const {}
  void add_row_gradient_products(ConstVectorRef, ConstMatrixRef, ConstVectorRef, ConstMatrixRef, ConstVectorRef,
                                 VectorRef) const {}
};

}  // namespace

TEST_CASE("a predictor of a user's own needs no base class, and each face that it lacks is noticed", "[predictor]") {
  STATIC_REQUIRE(Predictor<SharedCoefficient>);
  STATIC_REQUIRE_FALSE(Predictor<WithoutInputGradient>);
  STATIC_REQUIRE_FALSE(Predictor<int>);
}
