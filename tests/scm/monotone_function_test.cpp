#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/monotone_function.hpp>

using namespace equipoise;

TEST_CASE("every step and their composition are undone by the inverse, with the slope of differences") {
  const MonotoneSpline spline({-1, 0, 2}, {-2, 1, 2}, {1, 0.5, 3});
  const std::vector<std::vector<MonotoneStep>> functions{
      {},
      {AffineStep{1, -2}},
      {PowerStep{3}},
      {PowerStep{0.5}},
      {ExpStep{}},
      {LogStep{}},
      {SinhStep{}},
      {AsinhStep{}},
      {SigmoidStep{}},
      {spline},
      {AffineStep{2, 0.5}, ExpStep{}, AffineStep{-1, 3}, AsinhStep{}}};
  for (const auto& steps : functions) {
    const MonotoneFunction f(steps);
    const auto value = [&](double x) {
      f.apply({&x, 1});
      return x;
    };
    for (const double x : {0.1, 0.7, 1.9, 3.0}) {
      double y = value(x), log_slope = 0;
      f.invert({&y, 1}, {&log_slope, 1});
      CHECK(y == Approx(x).epsilon(1e-12));
      const double h = 1e-6 * x, difference = (value(x + h) - value(x - h)) / (2 * h);
      CHECK(log_slope == Approx(-std::log(std::abs(difference))).margin(1e-7));
    }
  }
}

TEST_CASE("what no number gives has an inverse that is not finite, and infinite values are not hidden") {
  const auto inverse = [](MonotoneStep step, double y) {
    MonotoneFunction({step}).invert({&y, 1});
    return y;
  };
  CHECK_FALSE(std::isfinite(inverse(ExpStep{}, -1)));
  CHECK_FALSE(std::isfinite(inverse(ExpStep{}, 0)));
  CHECK_FALSE(std::isfinite(inverse(SigmoidStep{}, 1)));
  CHECK_FALSE(std::isfinite(inverse(SigmoidStep{}, -0.1)));
  CHECK(inverse(PowerStep{3}, -8) == Approx(-2));
  double zero = 0, log_slope = 0;
  MonotoneFunction({PowerStep{3}}).invert({&zero, 1}, {&log_slope, 1});
  CHECK(zero == 0);
  CHECK(std::isfinite(log_slope));
}

TEST_CASE("steps that are not monotone are refused") {
  CHECK_THROWS_AS(MonotoneFunction({AffineStep{0, 0}}), Error);
  CHECK_THROWS_AS(MonotoneFunction({AffineStep{std::nan(""), 1}}), Error);
  CHECK_THROWS_AS(MonotoneFunction({PowerStep{0}}), Error);
  CHECK_THROWS_AS(MonotoneFunction({PowerStep{-1}}), Error);
}
