#include <equipoise/predictor/affine.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <random>
#include <vector>

using namespace equipoise;

namespace {

struct Problem {
  Eigen::MatrixXd X, other_X;
  Eigen::VectorXd parameters, d_scores, other_d_scores;
};

Problem random_problem(std::uint64_t seed, Eigen::Index rows, Eigen::Index inputs) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  const auto draw = [&](double) { return normal(random); };
  return {Eigen::MatrixXd(rows, inputs).unaryExpr(draw), Eigen::MatrixXd(rows, inputs).unaryExpr(draw),
          Eigen::VectorXd(inputs + 1).unaryExpr(draw), Eigen::VectorXd(rows).unaryExpr(draw),
          Eigen::VectorXd(rows).unaryExpr(draw)};
}

/// Row i's gradient by the parameters, by the definition: d_score * (x, 1).
std::vector<double> row_gradient(const Eigen::MatrixXd& X, const Eigen::VectorXd& d_scores, Eigen::Index row) {
  std::vector<double> gradient;
  for (Eigen::Index column = 0; column < X.cols(); ++column) gradient.push_back(d_scores[row] * X(row, column));
  gradient.push_back(d_scores[row]);
  return gradient;
}

constexpr Eigen::Index row_counts[] = {0, 1, 7, 64, 257, 1000};
constexpr Eigen::Index input_counts[] = {0, 1, 5, 60};

template <class Check>
void for_each_shape(Check check) {
  std::uint64_t seed = 0;
  for (const Eigen::Index rows : row_counts)
    for (const Eigen::Index inputs : input_counts) check(random_problem(++seed, rows, inputs), rows, inputs);
}

}  // namespace

TEST_CASE("an affine score is the intercept and every coefficient times its input", "[predictor]") {
  for_each_shape([](const Problem& p, Eigen::Index rows, Eigen::Index inputs) {
    Eigen::VectorXd scores = Eigen::VectorXd::Constant(rows, 99);
    AffinePredictor(inputs, Link::logistic).forward(p.parameters, p.X, scores);
    for (Eigen::Index row = 0; row < rows; ++row) {
      double expected = p.parameters[inputs];
      for (Eigen::Index column = 0; column < inputs; ++column) expected += p.parameters[column] * p.X(row, column);
      CHECK(scores[row] == Approx(expected).margin(1e-12));
    }
  });
}

TEST_CASE("backward adds the sum of the rows' gradients to what is there", "[predictor]") {
  for_each_shape([](const Problem& p, Eigen::Index rows, Eigen::Index inputs) {
    const AffinePredictor affine(inputs, Link::logistic);
    Eigen::VectorXd gradient = Eigen::VectorXd::Constant(inputs + 1, 3);
    affine.backward(p.parameters, p.X, p.d_scores, gradient);
    std::vector<double> expected(static_cast<std::size_t>(inputs) + 1, 3);
    for (Eigen::Index row = 0; row < rows; ++row) {
      const std::vector<double> of_row = row_gradient(p.X, p.d_scores, row);
      for (std::size_t i = 0; i < of_row.size(); ++i) expected[i] += of_row[i];
    }
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(gradient[static_cast<Eigen::Index>(i)] == Approx(expected[i]).margin(1e-10));
  });
}

TEST_CASE("the derivative by an input is the coefficient times the score's derivative", "[predictor]") {
  for_each_shape([](const Problem& p, Eigen::Index rows, Eigen::Index inputs) {
    Eigen::MatrixXd d_X = Eigen::MatrixXd::Constant(rows, inputs, 99);
    AffinePredictor(inputs, Link::identity).input_gradient(p.parameters, p.X, p.d_scores, d_X);
    for (Eigen::Index row = 0; row < rows; ++row)
      for (Eigen::Index column = 0; column < inputs; ++column)
        CHECK(d_X(row, column) == p.parameters[column] * p.d_scores[row]);
  });
}

TEST_CASE("products of a row's gradients are those of the gradients formed", "[predictor]") {
  for_each_shape([](const Problem& p, Eigen::Index rows, Eigen::Index inputs) {
    Eigen::VectorXd products = Eigen::VectorXd::Constant(rows, 2);
    AffinePredictor(inputs, Link::logistic)
        .add_row_gradient_products(p.parameters, p.X, p.d_scores, p.other_X, p.other_d_scores, products);
    for (Eigen::Index row = 0; row < rows; ++row) {
      const std::vector<double> a = row_gradient(p.X, p.d_scores, row);
      const std::vector<double> b = row_gradient(p.other_X, p.other_d_scores, row);
      double expected = 2;
      for (std::size_t i = 0; i < a.size(); ++i) expected += a[i] * b[i];
      CHECK(products[row] == Approx(expected).margin(1e-10));
    }
  });
}

TEST_CASE("a block of rows within a larger matrix is predicted like a matrix of its own", "[predictor]") {
  const Problem p = random_problem(5, 100, 8);
  const AffinePredictor affine(8, Link::logistic);
  Eigen::VectorXd whole(100), block(30), of_copy(30);
  affine.forward(p.parameters, p.X, whole);
  affine.forward(p.parameters, p.X.middleRows(20, 30), block);
  const Eigen::MatrixXd copy = p.X.middleRows(20, 30);
  affine.forward(p.parameters, copy, of_copy);
  CHECK((block - whole.segment(20, 30)).cwiseAbs().maxCoeff() < 1e-13);
  CHECK((block - of_copy).cwiseAbs().maxCoeff() < 1e-13);
}
