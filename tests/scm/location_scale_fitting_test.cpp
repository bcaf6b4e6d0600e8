#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/location_scale_fitting.hpp>
#include <equipoise/scm/regression.hpp>

using namespace equipoise;
using detail::NodeData;

TEST_CASE("a linear mean and log-scale are fitted where the likelihood is greatest, near the truth") {
  const std::size_t rows = 5000;
  std::vector<double> x(rows), e(rows), y(rows), weights(rows);
  fill_normal(RandomStream({.seed = 81, .purpose = Purpose::test}), 0, x);
  fill_normal(RandomStream({.seed = 82, .purpose = Purpose::test}), 0, e);
  for (std::size_t i = 0; i < rows; ++i) {
    y[i] = 100 * (2 - x[i] + std::exp(-1 + 0.6 * x[i]) * e[i]);
    weights[i] = static_cast<double>(1 + i % 2);
  }
  NodeData data;
  data.rows = rows;
  data.value = y.data();
  data.inputs = {x.data()};
  data.input_levels = {0};
  const Eigen::Map<const Eigen::MatrixXd> design(x.data(), static_cast<Eigen::Index>(rows), 1);
  const detail::Smoother linear = [&](std::span<const double> response, std::span<const double> by) {
    const auto n = static_cast<Eigen::Index>(rows);
    const RegressionFit fit = weighted_least_squares(design, Eigen::Map<const Eigen::VectorXd>(response.data(), n),
                                                     Eigen::Map<const Eigen::VectorXd>(by.data(), n));
    return RegressionFunction(LinearPredictor{fit.intercept, {{fit.coefficients[0], {}}}});
  };
  const detail::LocationScaleFit fit = detail::fit_location_scale(data, weights, linear, linear, 50);
  CHECK(fit.converged);
  const auto& mean = *fit.location.get_if<LinearPredictor>();
  const auto& scale = *fit.log_scale.get_if<LinearPredictor>();
  // Standard errors: of the log-scale's terms 1 / sqrt(2 rows) = 0.01 with weights about 0.011, of the mean's below
  // 0.6 of 100.
  CHECK(std::abs(mean.terms[0].slope + 100) < 1.8);
  CHECK(std::abs(scale.terms[0].slope - 0.6) < 0.035);
  CHECK(std::abs(scale.intercept - (std::log(100.0) - 1)) < 0.035);
  // The gradient of the objective vanishes: sums of (z^2 - 1) and z, by 1 and by x.
  double by_one = 0, by_x = 0, mean_by_one = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double z = fit.standardised[i];
    by_one += weights[i] * (z * z - 1) / static_cast<double>(rows);
    by_x += weights[i] * (z * z - 1) * x[i] / static_cast<double>(rows);
    mean_by_one += weights[i] * z * std::exp(-scale.terms[0].slope * x[i]) / static_cast<double>(rows);
  }
  // Far rows are held back in each step, which moves the end a little.
  CHECK(std::abs(by_one) < 0.05);
  CHECK(std::abs(by_x) < 0.05);
  CHECK(std::abs(mean_by_one) < 1e-6);
}

TEST_CASE("a response without noise has a finite fit") {
  const std::vector<double> x{0, 1, 2, 3, 4}, y{1, 3, 5, 7, 9}, ones(5, 1.0);
  NodeData data;
  data.rows = 5;
  data.value = y.data();
  data.inputs = {x.data()};
  data.input_levels = {0};
  const detail::Smoother exact = [](std::span<const double>, std::span<const double>) {
    return RegressionFunction(LinearPredictor{1, {{2, {}}}});
  };
  const detail::Smoother constant = [](std::span<const double> response, std::span<const double>) {
    return RegressionFunction(LinearPredictor{response[0], {{0, {}}}});
  };
  const detail::LocationScaleFit fit = detail::fit_location_scale(data, ones, exact, constant);
  CHECK(std::isfinite(fit.objective));
  for (const double z : fit.standardised) CHECK(z == 0);
}
