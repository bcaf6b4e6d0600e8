#include <equipoise/train/whitening.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/testing/gradient_checker.hpp>
#include <equipoise/train/lbfgs.hpp>
#include <equipoise/train/weighted_sum.hpp>

using namespace equipoise;

namespace {

Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t name) {
  Eigen::MatrixXd x(rows, columns);
  fill_normal(RandomStream({.seed = 41, .purpose = Purpose::test, .point = name}), 0,
              {x.data(), static_cast<std::size_t>(x.size())});
  return x;
}

/// Columns whose scales differ by a thousand, each but the first mostly a copy of the one before it.
Eigen::MatrixXd badly_scaled(Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd x = normal_matrix(rows, columns, 1);
  for (Eigen::Index j = 1; j < columns; ++j) x.col(j) = x.col(j - 1) + 0.1 * x.col(j);
  for (Eigen::Index j = 0; j < columns; ++j)
    x.col(j) = std::pow(10.0, static_cast<double>(j % 4) - 2) * x.col(j).array() + 3;
  return x;
}

std::vector<double> uneven_weights(Eigen::Index rows) {
  std::vector<double> weights;
  for (Eigen::Index i = 0; i < rows; ++i) weights.push_back(static_cast<double>(i % 5));
  return weights;
}

}  // namespace

TEST_CASE("whitened coordinates are those in which the weighted second moments are the identity", "[whitening]") {
  constexpr Eigen::Index n = 1300, d = 4;  // more than two blocks of rows
  const Eigen::MatrixXd x = badly_scaled(n, d);
  const std::vector<double> weights = uneven_weights(n);
  const double ridge = 1e-3;
  const Whitening white(x, weights, ridge);
  double total = 0;
  for (const double weight : weights) total += weight;
  Eigen::MatrixXd lower_transposed(d + 1, d + 1);
  for (Eigen::Index j = 0; j <= d; ++j) lower_transposed.col(j) = white.whitened(Eigen::VectorXd::Unit(d + 1, j));
  for (Eigen::Index a = 0; a <= d; ++a)
    for (Eigen::Index b = 0; b <= d; ++b) {
      double moment = a == b ? ridge : 0;
      for (Eigen::Index i = 0; i < n; ++i)
        moment += weights[static_cast<std::size_t>(i)] / total * (a < d ? x(i, a) : 1) * (b < d ? x(i, b) : 1);
      CHECK(lower_transposed.col(a).dot(lower_transposed.col(b)) == Approx(moment).epsilon(1e-12).margin(1e-12));
    }
}

TEST_CASE("there and back again is where it began", "[whitening]") {
  const Whitening white(badly_scaled(200, 6), uneven_weights(200), 1e-4);
  const Eigen::VectorXd parameters = normal_matrix(7, 1, 2);
  const Eigen::VectorXd back = white.parameters(white.whitened(parameters));
  for (Eigen::Index j = 0; j < 7; ++j) CHECK(back[j] == Approx(parameters[j]).epsilon(1e-9).margin(1e-9));
}

TEST_CASE("columns that are constant, repeated or more than the rows are whitened all the same", "[whitening]") {
  Eigen::MatrixXd x = normal_matrix(3, 6, 3);
  x.col(1).setZero();
  x.col(2).setConstant(5);
  x.col(4) = x.col(3);
  const Whitening white(x, std::vector<double>{1, 1, 1}, 1e-9);
  const Eigen::VectorXd there = white.whitened(Eigen::VectorXd::Ones(7));
  CHECK(there.allFinite());
  CHECK(white.parameters(there).allFinite());
}

TEST_CASE("a gradient by whitened coordinates is what central differences give", "[whitening]") {
  const Eigen::MatrixXd x = badly_scaled(50, 3);
  const Whitening white(x, uneven_weights(50), 1e-4);
  const Eigen::MatrixXd curvature = normal_matrix(4, 4, 4);
  const auto f = [&](const Eigen::VectorXd& p) { return std::sin((curvature * p).sum()) + p.squaredNorm(); };
  const Eigen::VectorXd there = normal_matrix(4, 1, 5), p = white.parameters(there);
  const Eigen::VectorXd by_parameters = std::cos((curvature * p).sum()) * curvature.colwise().sum().transpose() + 2 * p;
  const GradientCheck check = check_gradient([&](const Eigen::VectorXd& w) { return f(white.parameters(w)); }, there,
                                             white.gradient(by_parameters));
  CAPTURE(check.text());
  CHECK(check.passed());
}

TEST_CASE("a logistic regression on badly scaled columns has the same minimum in whitened coordinates, in fewer steps",
          "[whitening]") {
  constexpr Eigen::Index n = 2000, d = 6;
  constexpr double ridge = 1e-4;
  const AffinePredictor predictor(d, Link::logistic);
  PreparedRows rows{
      .table = {}, .outcome = {}, .weights = uneven_weights(n), .requests = {}, .features = {badly_scaled(n, d)}};
  const Eigen::MatrixXd noise = normal_matrix(n, 1, 6);
  for (Eigen::Index i = 0; i < n; ++i)
    rows.outcome.push_back(
        40 * (rows.features[0](i, 0) - 3) - 0.2 * (rows.features[0](i, 2) - 3) + noise(i, 0) > 0 ? 1 : 0);
  WeightedSum problem(predictor, rows, {{LogLoss{}, {0}, 1}}, ridge);
  const LbfgsOptions to_the_end{.most_iterations = 100'000, .gradient_tolerance = 1e-8, .value_tolerance = 0};
  const Minimum plain = minimise(problem, Eigen::VectorXd::Zero(d + 1), to_the_end);
  const Whitening white(rows.features[0], rows.weights, ridge);
  const Minimum whitened = minimise(
      [&](const Eigen::VectorXd& w, Eigen::VectorXd& gradient) {
        const double value = problem(white.parameters(w), gradient);
        gradient = white.gradient(gradient);
        return value;
      },
      white.whitened(Eigen::VectorXd::Zero(d + 1)), to_the_end);
  CHECK(whitened.value == Approx(plain.value).epsilon(1e-10));
  CAPTURE(plain.evaluations, whitened.evaluations);
  CHECK(4 * whitened.evaluations < plain.evaluations);
}
