#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/regression.hpp>

using namespace equipoise;

TEST_CASE("weighted least squares satisfies its normal equations") {
  RowStream random = RandomStream({.seed = 31, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 50; ++trial) {
    Eigen::MatrixXd x(40, 3);
    Eigen::VectorXd y(40), w(40);
    for (Eigen::Index i = 0; i < 40; ++i) {
      x.row(i) << random.uniform(), 1000 * random.uniform() + 1e5, 1e-3 * random.uniform();
      y[i] = random.uniform();
      w[i] = random.uniform();
    }
    const RegressionFit fit = weighted_least_squares(x, y, w);
    const Eigen::VectorXd residual = y - x * fit.coefficients - Eigen::VectorXd::Constant(40, fit.intercept);
    CHECK(std::abs(w.dot(residual)) < 1e-9);
    for (Eigen::Index j = 0; j < 3; ++j) {
      const Eigen::VectorXd centred = x.col(j).array() - x.col(j).mean();
      CHECK(std::abs(w.cwiseProduct(centred).dot(residual)) < 1e-9 * centred.norm());
    }
  }
}

TEST_CASE("collinear and constant columns leave the prediction alone") {
  Eigen::MatrixXd x(5, 3);
  x << 1, 2, 7, 2, 4, 7, 3, 6, 7, 4, 8, 7, 5, 10, 7;
  Eigen::VectorXd y(5);
  y << 1, 3, 2, 5, 4;
  const RegressionFit fit = weighted_least_squares(x, y, Eigen::VectorXd::Ones(5));
  const RegressionFit simple = weighted_least_squares(x.leftCols(1), y, Eigen::VectorXd::Ones(5));
  CHECK(fit.coefficients[2] == 0);
  CHECK((x * fit.coefficients + Eigen::VectorXd::Constant(5, fit.intercept))
            .isApprox(x.leftCols(1) * simple.coefficients + Eigen::VectorXd::Constant(5, simple.intercept), 1e-8));
}

TEST_CASE("a logistic fit with one binary column has the log-odds of the table") {
  Eigen::MatrixXd x(2, 1), counts(2, 2);
  x << 0, 1;
  counts << 30, 10, 20, 60;
  const LogisticFit fit = multinomial_logistic(x, counts);
  REQUIRE(fit.converged);
  CHECK(fit.intercepts[0] == Approx(std::log(10.0 / 30)).margin(1e-6));
  CHECK(fit.coefficients(0, 0) == Approx(std::log(3.0) - std::log(10.0 / 30)).margin(1e-6));
}

TEST_CASE("a multinomial logistic fit is where the gradient of the likelihood, by differences, vanishes") {
  RowStream random = RandomStream({.seed = 32, .purpose = Purpose::test}).row(0);
  Eigen::MatrixXd x(300, 2), counts = Eigen::MatrixXd::Zero(300, 3);
  for (Eigen::Index i = 0; i < 300; ++i) {
    x.row(i) << random.uniform(), 50 * random.uniform() + 100;
    counts(i, static_cast<Eigen::Index>(random() % 3)) = 0.5 + random.uniform();
  }
  const LogisticFit fit = multinomial_logistic(x, counts);
  REQUIRE(fit.converged);
  const auto log_likelihood = [&](const Eigen::VectorXd& intercepts, const Eigen::MatrixXd& b) {
    double total = 0;
    for (Eigen::Index i = 0; i < 300; ++i) {
      double sum = 1;
      double s[3] = {0, 0, 0};
      for (int k = 0; k < 2; ++k) sum += std::exp(s[k + 1] = intercepts[k] + x.row(i).dot(b.col(k)));
      for (int k = 0; k < 3; ++k) total += counts(i, k) * (s[k] - std::log(sum));
    }
    return total / counts.sum();
  };
  for (int k = 0; k < 2; ++k)
    for (int j = -1; j < 2; ++j) {
      Eigen::VectorXd up = fit.intercepts, down = fit.intercepts;
      Eigen::MatrixXd b_up = fit.coefficients, b_down = fit.coefficients;
      const double h = j == 1 ? 1e-7 : 1e-5;
      (j < 0 ? up[k] : b_up(j, k)) += h;
      (j < 0 ? down[k] : b_down(j, k)) -= h;
      // The ridge of 1e-6 over about 300 units of weight leaves a gradient of about 1e-8 times the column's spread.
      CHECK(std::abs(log_likelihood(up, b_up) - log_likelihood(down, b_down)) / (2 * h) < 1e-5);
    }
}

TEST_CASE("levels and columns that are rare are fitted to the end, to no worse a likelihood than by a longer search") {
  // Two columns of levels, one a hundred times as common as the last; levels that partly follow from them.
  constexpr Eigen::Index rows = 2000, first = 20, second = 10, levels = 8;
  RowStream random = RandomStream({.seed = 56, .purpose = Purpose::test}).row(0);
  const auto skewed = [&](Eigen::Index count) {
    return static_cast<Eigen::Index>(static_cast<double>(count) * std::pow(random.uniform(), 3));
  };
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(rows, first + second), counts = Eigen::MatrixXd::Zero(rows, levels);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Eigen::Index a = skewed(first), b = skewed(second);
    x(i, a) = x(i, first + b) = 1;
    counts(i, std::min(levels - 1, skewed(levels) + (a + b) % 3)) = 1;
  }
  const auto log_likelihood = [&](const LogisticFit& fit) {
    double sum = 0;
    for (Eigen::Index i = 0; i < rows; ++i) {
      Eigen::VectorXd scores = Eigen::VectorXd::Zero(levels);
      scores.tail(levels - 1) = fit.intercepts + fit.coefficients.transpose() * x.row(i).transpose();
      sum += counts.row(i).dot(scores) - std::log(scores.array().exp().sum());
    }
    return sum;
  };
  const LogisticFit fit = multinomial_logistic(x, counts);
  CHECK(fit.converged);
  CHECK(fit.iterations < 400);
  const LogisticFit longer = multinomial_logistic(x, counts, {.least_gain = 0, .max_iterations = 5000});
  CHECK(log_likelihood(fit) > log_likelihood(longer) - 1e-3);
}
