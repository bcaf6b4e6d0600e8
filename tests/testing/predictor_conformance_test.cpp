#include <equipoise/testing/predictor_conformance.hpp>

#include <string>

#include <catch2/catch.hpp>

#include <equipoise/predictor/affine.hpp>

using namespace equipoise;

namespace {

/// A small network, score = v . tanh(W x) + b, parameters W by columns, then v, then b: not linear, with inputs that
/// meet parameters in two layers, and with every method open to sabotage.
struct TwoLayers {
  Eigen::Index features = 3, hidden = 2;
  bool forward_adds = false, backward_writes = false, forgets_cross = false, forgets_intercept = false;
  bool halves_input_gradient = false, mixes_rows = false, is_quadratic_in_derivative = false, products_write = false;

  Eigen::Index inputs() const { return features; }
  Eigen::Index parameter_count() const { return hidden * features + hidden + 1; }
  Link link() const { return Link::logistic; }

  Eigen::MatrixXd activations(ConstVectorRef parameters, ConstMatrixRef X) const {
    const Eigen::Map<const Eigen::MatrixXd> W(parameters.data(), hidden, features);
    return (X * W.transpose()).array().unaryExpr([](double x) { return std::tanh(x); });
  }
  Eigen::VectorXd row_gradient(ConstVectorRef parameters, ConstMatrixRef X, Eigen::Index row) const {
    const Eigen::VectorXd a = activations(parameters, X).row(row).transpose();
    const Eigen::VectorXd v = parameters.segment(hidden * features, hidden);
    Eigen::VectorXd gradient(parameter_count());
    const Eigen::MatrixXd of_W = (v.array() * (1 - a.array().square())).matrix() * X.row(row);
    gradient << Eigen::Map<const Eigen::VectorXd>(of_W.data(), of_W.size()), a, forgets_intercept ? 0.0 : 1.0;
    return gradient;
  }

  void forward(ConstVectorRef parameters, ConstMatrixRef X, VectorRef scores) const {
    Eigen::VectorXd found = activations(parameters, X) * parameters.segment(hidden * features, hidden);
    found.array() += parameters[parameter_count() - 1];
    if (mixes_rows) found.array() += found.mean();
    if (forward_adds) found += scores;
    scores = found;
  }
  void backward(ConstVectorRef parameters, ConstMatrixRef X, ConstVectorRef d_scores, VectorRef gradient) const {
    if (backward_writes) gradient.setZero();
    for (Eigen::Index i = 0; i < X.rows(); ++i) {
      const double d = is_quadratic_in_derivative ? d_scores[i] * std::abs(d_scores[i]) : d_scores[i];
      gradient += d * row_gradient(parameters, X, i);
    }
  }
  void input_gradient(ConstVectorRef parameters, ConstMatrixRef X, ConstVectorRef d_scores, MatrixRef d_X) const {
    const Eigen::Map<const Eigen::MatrixXd> W(parameters.data(), hidden, features);
    const Eigen::ArrayXXd a = activations(parameters, X).array();
    const Eigen::VectorXd v = parameters.segment(hidden * features, hidden);
    d_X = d_scores.asDiagonal() * (1 - a.square()).matrix() * v.asDiagonal() * W;
    if (halves_input_gradient) d_X /= 2;
  }
  void add_row_gradient_products(ConstVectorRef parameters, ConstMatrixRef X_a, ConstVectorRef d_a, ConstMatrixRef X_b,
                                 ConstVectorRef d_b, VectorRef products) const {
    if (products_write) products.setZero();
    const ConstMatrixRef X_other = forgets_cross ? X_a : X_b;
    for (Eigen::Index i = 0; i < X_a.rows(); ++i)
      products[i] += d_a[i] * d_b[i] * row_gradient(parameters, X_a, i).dot(row_gradient(parameters, X_other, i));
  }
};

void fails(const TwoLayers& predictor, const std::string& sentence) {
  const ConformanceReport report = check_predictor(predictor);
  INFO("expected: " << sentence << "\nreported:\n" << report.text());
  bool said = false;
  for (const std::string& failure : report.failures) said = said || failure.starts_with(sentence);
  CHECK(said);
}

}  // namespace

TEST_CASE("the shipped predictors conform", "[testing]") {
  for (const Link link : {Link::identity, Link::logistic})
    for (const Eigen::Index inputs : {1, 2, 9}) {
      const ConformanceReport report = check_predictor(AffinePredictor(inputs, link));
      INFO(report.text());
      CHECK(report.passed());
    }
}

TEST_CASE("a user's network conforms", "[testing]") {
  const ConformanceReport report = check_predictor(TwoLayers{});
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("each broken promise of a predictor is found by name", "[testing]") {
  fails({.forward_adds = true}, "forward adds to what the scores held, and does not write them");
  fails({.mixes_rows = true}, "a row's score depends on other rows");
  fails({.backward_writes = true}, "backward writes over the gradient, and does not add to it");
  fails({.forgets_intercept = true}, "backward is not the derivative by the parameters");
  fails({.is_quadratic_in_derivative = true}, "backward is not linear in the derivative by the scores");
  fails({.halves_input_gradient = true}, "input_gradient is not the derivative by the inputs");
  fails({.forgets_cross = true}, "row gradient products across two worlds");
  fails({.products_write = true}, "row gradient products are written over, not added to");
}
