// The conformance suite of a predictor: what the concept of predictor.hpp promises, checked on drawn inputs.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include <Eigen/Core>

#include <equipoise/core/number.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/predictor/predictor.hpp>
#include <equipoise/testing/conformance_report.hpp>
#include <equipoise/testing/gradient_checker.hpp>

namespace equipoise::inline v0 {

struct PredictorConformanceOptions {
  Eigen::Index rows = 7;
  std::size_t draws = 20;
  std::uint64_t seed = 1;
  double parameter_scale = 1;  ///< standard deviation of parameters and inputs
  double tolerance = 1e-9;     ///< of numbers that should be equal but for rounding, relative to the largest or to 1
  GradientCheckOptions gradient = {};
};

namespace detail {

template <Predictor P>
class PredictorSuite {
 public:
  PredictorSuite(const P& predictor, const PredictorConformanceOptions& options, ConformanceReport& report,
                 std::uint64_t number)
      : predictor_(predictor),
        options_(options),
        report_(report),
        random_(RandomStream({.seed = options.seed, .purpose = Purpose::test}).row(number)),
        parameters_(drawn(predictor.parameter_count(), 1)),
        X_(drawn(options.rows, predictor.inputs())) {}

  void check() {
    check_forward();
    check_backward();
    check_input_gradient();
    check_row_gradient_products();
  }

 private:
  Eigen::MatrixXd drawn(Eigen::Index rows, Eigen::Index columns) {
    Eigen::MatrixXd values(rows, columns);
    for (Eigen::Index j = 0; j < columns; ++j)
      for (Eigen::Index i = 0; i < rows; ++i)
        values(i, j) = options_.parameter_scale * std::sqrt(12.0) * (random_.uniform() - 0.5);
    return values;
  }
  void expect_near(const Eigen::MatrixXd& found, const Eigen::MatrixXd& expected, const std::string& sentence) {
    const double error = (found - expected).cwiseAbs().sum(), scale = std::max(1.0, expected.cwiseAbs().sum());
    report_.expect(error <= options_.tolerance * scale, sentence, "off by " + shortest(error) + " in sum");
  }

  Eigen::VectorXd scores(ConstVectorRef parameters, ConstMatrixRef X, double held_before = 0) const {
    Eigen::VectorXd result = Eigen::VectorXd::Constant(X.rows(), held_before);
    predictor_.forward(parameters, X, result);
    return result;
  }
  Eigen::VectorXd gradient(ConstMatrixRef X, ConstVectorRef d_scores) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(predictor_.parameter_count());
    predictor_.backward(parameters_, X, d_scores, result);
    return result;
  }

  void check_forward() {
    const Eigen::VectorXd all = scores(parameters_, X_);
    report_.expect(all.allFinite(), "a score is not finite");
    Eigen::VectorXd alone(all.size());
    for (Eigen::Index i = 0; i < all.size(); ++i) alone[i] = scores(parameters_, X_.middleRows(i, 1))[0];
    expect_near(alone, all, "a row's score depends on other rows");
    expect_near(scores(parameters_, X_, 7), all, "forward adds to what the scores held, and does not write them");
  }

  void check_backward() {
    const Eigen::VectorXd d = drawn(X_.rows(), 1), other = drawn(X_.rows(), 1), found = gradient(X_, d);
    const auto loss = [&](const Eigen::VectorXd& parameters) { return d.dot(scores(parameters, X_)); };
    const GradientCheck check = check_gradient(loss, parameters_, found, options_.gradient);
    report_.expect(check.passed(), "backward is not the derivative by the parameters", check.text());
    Eigen::VectorXd added = Eigen::VectorXd::Constant(found.size(), 1.5);
    predictor_.backward(parameters_, X_, d, added);
    expect_near(added.array() - 1.5, found, "backward writes over the gradient, and does not add to it");
    expect_near(gradient(X_, 2 * d - 3 * other), 2 * found - 3 * gradient(X_, other),
                "backward is not linear in the derivative by the scores");
  }

  void check_input_gradient() {
    const Eigen::VectorXd d = drawn(X_.rows(), 1);
    Eigen::MatrixXd found = Eigen::MatrixXd::Constant(X_.rows(), X_.cols(), 7);
    predictor_.input_gradient(parameters_, X_, d, found);
    const auto loss = [&](const Eigen::VectorXd& inputs) {
      return d.dot(scores(parameters_, Eigen::Map<const Eigen::MatrixXd>(inputs.data(), X_.rows(), X_.cols())));
    };
    const GradientCheck check = check_gradient(loss, X_.reshaped(), found.reshaped(), options_.gradient);
    report_.expect(check.passed(), "input_gradient is not the derivative by the inputs", check.text());
  }

  /// Against each row's gradient, formed explicitly, of two worlds that differ in inputs and derivatives, so that the
  /// cross terms of a person's worlds are checked too.
  void check_row_gradient_products() {
    const Eigen::MatrixXd X_other = drawn(X_.rows(), X_.cols());
    const Eigen::VectorXd d = drawn(X_.rows(), 1), d_other = drawn(X_.rows(), 1);
    const auto of_row = [&](const Eigen::MatrixXd& X, const Eigen::VectorXd& derivatives, Eigen::Index i) {
      return gradient(X.middleRows(i, 1), derivatives.segment(i, 1));
    };
    Eigen::VectorXd norms(X_.rows()), cross(X_.rows());
    for (Eigen::Index i = 0; i < X_.rows(); ++i) {
      norms[i] = of_row(X_, d, i).squaredNorm();
      cross[i] = of_row(X_, d, i).dot(of_row(X_other, d_other, i));
    }
    const auto products = [&](const Eigen::MatrixXd& X_b, const Eigen::VectorXd& d_b, double begin_with) {
      Eigen::VectorXd result = Eigen::VectorXd::Constant(X_.rows(), begin_with);
      predictor_.add_row_gradient_products(parameters_, X_, d, X_b, d_b, result);
      return result;
    };
    expect_near(products(X_, d, 0), norms, "row gradient products are not the rows' squared gradient norms");
    expect_near(products(X_other, d_other, 0), cross,
                "row gradient products across two worlds are not the products of the rows' gradients");
    expect_near(products(X_, d, 1.5).array() - 1.5, norms, "row gradient products are written over, not added to");
  }

  const P& predictor_;
  const PredictorConformanceOptions& options_;
  ConformanceReport& report_;
  RowStream random_;
  Eigen::VectorXd parameters_;
  Eigen::MatrixXd X_;
};

}  // namespace detail

/// Checks what the concept promises on drawn parameters and inputs: a score depends on its own row alone; backward is
/// the derivative of the scores by the parameters, is linear in the derivative by the scores, and adds;
/// input_gradient is the derivative by the inputs; row gradient products equal those of gradients formed row by row,
/// within a world and across two, and add. A failure is a sentence.
template <Predictor P>
ConformanceReport check_predictor(const P& predictor, const PredictorConformanceOptions& options = {}) {
  ConformanceReport report;
  for (std::size_t number = 0; number < options.draws; ++number)
    detail::PredictorSuite<P>(predictor, options, report, number).check();
  return report;
}

}  // namespace equipoise::inline v0
