#include <equipoise/testing/gradient_checker.hpp>

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

namespace {

/// Rosenbrock's valley and its gradient, in any number of dimensions.
double valley(const Eigen::VectorXd& x) {
  double sum = 0;
  for (Eigen::Index i = 0; i + 1 < x.size(); ++i)
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  return sum;
}
Eigen::VectorXd slope_of_valley(const Eigen::VectorXd& x) {
  Eigen::VectorXd g = Eigen::VectorXd::Zero(x.size());
  for (Eigen::Index i = 0; i + 1 < x.size(); ++i) {
    g[i] += -400 * x[i] * (x[i + 1] - x[i] * x[i]) - 2 * (1 - x[i]);
    g[i + 1] += 200 * (x[i + 1] - x[i] * x[i]);
  }
  return g;
}

Eigen::VectorXd random_point(RowStream& random, Eigen::Index size, double scale) {
  Eigen::VectorXd x(size);
  for (double& each : x) each = scale * (2 * random.uniform() - 1);
  return x;
}

}  // namespace

TEST_CASE("a right gradient passes at every scale of its arguments and values", "[testing]") {
  RowStream random = RandomStream({.seed = 1, .purpose = Purpose::test}).row(0);
  for (const double scale : {0.01, 1.0, 50.0})
    for (const double factor : {1e-9, 1.0, 1e9})
      for (int trial = 0; trial < 50; ++trial) {
        const Eigen::VectorXd x = random_point(random, 6, scale);
        const auto function = [&](const Eigen::VectorXd& at) { return factor * valley(at); };
        const GradientCheck check = check_gradient(function, x, factor * slope_of_valley(x));
        CAPTURE(scale, factor, check.text(), check.largest_error, check.allowed);
        CHECK(check.passed());
      }
}

TEST_CASE("one wrong entry is found and named, however small the mistake", "[testing]") {
  RowStream random = RandomStream({.seed = 2, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 200; ++trial) {
    const Eigen::VectorXd x = random_point(random, 6, 1);
    Eigen::VectorXd wrong = slope_of_valley(x);
    const auto at = static_cast<Eigen::Index>(random() % 6);
    wrong[at] += 1e-5 * wrong.cwiseAbs().maxCoeff();
    const GradientCheck check = check_gradient(valley, x, wrong);
    CHECK_FALSE(check.passed());
    CHECK(check.worst == at);
    CHECK(check.stated == wrong[at]);
    CHECK(check.difference == Approx(slope_of_valley(x)[at]).margin(1e-4));
  }
}

TEST_CASE("a gradient or a function that is not finite fails", "[testing]") {
  const Eigen::VectorXd x = Eigen::VectorXd::Ones(2);
  Eigen::VectorXd gradient = slope_of_valley(x);
  gradient[1] = std::numeric_limits<double>::quiet_NaN();
  const GradientCheck check = check_gradient(valley, x, gradient);
  CHECK_FALSE(check.passed());
  CHECK(check.worst == 1);
  const auto undefined = [](const Eigen::VectorXd& at) { return std::log(at[0] - 1); };
  CHECK_FALSE(check_gradient(undefined, x, Eigen::VectorXd::Zero(2)).passed());
  const auto infinite = [](const Eigen::VectorXd&) { return std::numeric_limits<double>::infinity(); };
  CHECK_FALSE(check_gradient(infinite, x, Eigen::VectorXd::Zero(2)).passed());
}

TEST_CASE("the text names the entry and both numbers", "[testing]") {
  const GradientCheck check{.worst = 3, .stated = 0.5, .difference = 0.25, .largest_error = 0.25, .allowed = 0};
  CHECK(check.text() == "entry 3 is 0.5, but central differences give 0.25");
}
