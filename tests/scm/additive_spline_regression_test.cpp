#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/additive_spline_regression.hpp>

using namespace equipoise;
using detail::AdditiveSplineRegression;
using detail::NodeData;

namespace {

std::vector<double> normals(std::uint32_t point, std::size_t rows) {
  std::vector<double> x(rows);
  fill_normal(RandomStream({.seed = 71, .purpose = Purpose::test, .point = point}), 0, x);
  return x;
}

std::vector<double> fitted_values(const SplineFunction& function, const NodeData& data) {
  std::vector<double> out(data.rows);
  function.add_to(data.inputs, {0, data.rows}, out.data());
  return out;
}

}  // namespace

TEST_CASE("a sum of curves is recovered to within its noise") {
  const std::size_t rows = 4000;
  const std::vector<double> x = normals(0, rows), z = normals(1, rows), e = normals(2, rows);
  std::vector<double> a(rows), y(rows), mean(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    a[i] = static_cast<double>(i % 3);
    mean[i] = 3 + std::sin(2 * x[i]) + 0.5 * z[i] + (a[i] == 2 ? -1 : 0);
    y[i] = mean[i] + 0.5 * e[i];
  }
  NodeData data;
  data.rows = rows;
  data.inputs = {x.data(), z.data(), a.data()};
  data.input_levels = {0, 0, 3};
  const auto fit = AdditiveSplineRegression(data).fit(y, std::vector<double>(rows, 1.0), static_cast<double>(rows));
  const std::vector<double> fitted = fitted_values(fit.function, data);
  double error = 0;
  for (std::size_t i = 0; i < rows; ++i)
    error += (fitted[i] - mean[i]) * (fitted[i] - mean[i]) / static_cast<double>(rows);
  // At most 2 x 9 + 3 parameters of variance 0.25 / rows each, and ten knots' bias of a sine.
  CHECK(std::sqrt(error) < 0.08);
  CHECK(fit.effective_parameters > 8);
  CHECK(fit.effective_parameters < 22);
}

TEST_CASE("a straight line is fitted as least squares fits it, for about two parameters") {
  const std::size_t rows = 2000;
  const std::vector<double> x = normals(3, rows), e = normals(4, rows);
  std::vector<double> y(rows);
  double xy = 0, xx = 0, mx = 0, my = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    y[i] = 1 - 2 * x[i] + e[i];
    mx += x[i] / static_cast<double>(rows), my += y[i] / static_cast<double>(rows);
  }
  for (std::size_t i = 0; i < rows; ++i) xy += (x[i] - mx) * (y[i] - my), xx += (x[i] - mx) * (x[i] - mx);
  NodeData data;
  data.rows = rows;
  data.inputs = {x.data()};
  data.input_levels = {0};
  const auto fit = AdditiveSplineRegression(data).fit(y, std::vector<double>(rows, 1.0), static_cast<double>(rows));
  CHECK(fit.effective_parameters < 4);
  const std::vector<double> fitted = fitted_values(fit.function, data);
  double apart = 0;
  for (std::size_t i = 0; i < rows; ++i)
    apart += std::pow(fitted[i] - (my + xy / xx * (x[i] - mx)), 2) / static_cast<double>(rows);
  CHECK(std::sqrt(apart) < 0.05);  // the standard error of one and a half parameters is 0.03
}

TEST_CASE("the residuals of a spline fit are orthogonal to everything that no roughness pays for") {
  const std::size_t rows = 500;
  const std::vector<double> x = normals(5, rows), e = normals(6, rows);
  std::vector<double> a(rows), y(rows), weights(rows), shifted(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    a[i] = static_cast<double>(i % 2);
    shifted[i] = 1e4 + 100 * x[i];  // units do not matter
    weights[i] = static_cast<double>(i % 4);
    y[i] = 1e3 * (std::abs(x[i]) + a[i] + e[i]);
  }
  NodeData data;
  data.rows = rows;
  data.inputs = {shifted.data(), a.data()};
  data.input_levels = {0, 2};
  const auto fit = AdditiveSplineRegression(data).fit(y, weights, 750);
  const std::vector<double> fitted = fitted_values(fit.function, data);
  double sum = 0, with_x = 0, with_a = 0, size = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double residual = weights[i] * (y[i] - fitted[i]);
    sum += residual, with_x += residual * x[i], with_a += residual * a[i], size += std::abs(residual);
  }
  CHECK(std::abs(sum) < 1e-6 * size);
  CHECK(std::abs(with_x) < 1e-6 * size);
  CHECK(std::abs(with_a) < 1e-6 * size);
}

TEST_CASE("numbers of few values and constants have linear terms") {
  const std::vector<double> x{0, 1, 2, 0, 1, 2, 0, 1}, c(8, 5.0), y{1, 3, 5, 1, 3, 5, 1, 3};
  NodeData data;
  data.rows = 8;
  data.inputs = {x.data(), c.data()};
  data.input_levels = {0, 0};
  const AdditiveSplineRegression regression(data);
  CHECK_FALSE(regression.has_curves());
  const auto fitted = fitted_values(regression.fit(y, std::vector<double>(8, 1.0), 8).function, data);
  for (std::size_t i = 0; i < 8; ++i) CHECK(fitted[i] == Approx(y[i]).margin(1e-6));
}
