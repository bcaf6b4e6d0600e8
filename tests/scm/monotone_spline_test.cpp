#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/monotone_spline.hpp>

using namespace equipoise;

TEST_CASE("a monotone spline passes its knots with its slopes, rises everywhere, and its inverse undoes it") {
  RowStream random = RandomStream({.seed = 111, .purpose = Purpose::test}).row(0);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> knots{-3 * random.uniform()}, values{4 * random.uniform() - 2}, slopes;
    for (int k = 0; k < 4; ++k) {
      knots.push_back(knots.back() + 0.05 + random.uniform());
      values.push_back(values.back() + std::exp(6 * random.uniform() - 4));
    }
    for (int k = 0; k < 5; ++k) slopes.push_back(std::exp(4 * random.uniform() - 2));
    const MonotoneSpline spline(knots, values, slopes);
    for (std::size_t k = 0; k < knots.size(); ++k) {
      CHECK(spline.at(knots[k]).y == Approx(values[k]).margin(1e-14));
      CHECK(spline.at(knots[k]).slope == Approx(slopes[k]).epsilon(1e-12));
      CHECK(spline.where(values[k]).x == Approx(knots[k]).margin(1e-12));
    }
    double last = -1e300;
    for (double x = knots.front() - 1; x < knots.back() + 1; x += 0.013) {
      const auto point = spline.at(x), back = spline.where(point.y);
      CHECK(point.y > last);
      last = point.y;
      CHECK(std::abs(back.x - x) < 1e-9 * (1 + 1 / point.slope));
      CHECK(back.slope == Approx(point.slope).epsilon(1e-6));
      const double h = 1e-6, difference = (spline.at(x + h).y - spline.at(x - h).y) / (2 * h);
      bool near_knot = false;
      for (const double knot : knots) near_knot = near_knot || std::abs(knot - x) < 2 * h;
      if (!near_knot) CHECK(point.slope == Approx(difference).epsilon(1e-4).margin(1e-8));
    }
  }
}

TEST_CASE("equal slopes along a line make the line") {
  const MonotoneSpline line({0, 1, 3}, {1, 3, 7}, {2, 2, 2});
  for (double x = -2; x < 5; x += 0.1) CHECK(line.at(x).y == Approx(1 + 2 * x).margin(1e-13));
}

TEST_CASE("points that do not rise are refused") {
  CHECK_THROWS_AS(MonotoneSpline({0}, {0}, {1}), Error);
  CHECK_THROWS_AS(MonotoneSpline({0, 1}, {1, 1}, {1, 1}), Error);
  CHECK_THROWS_AS(MonotoneSpline({1, 0}, {0, 1}, {1, 1}), Error);
  CHECK_THROWS_AS(MonotoneSpline({0, 1}, {0, 1}, {1, 0}), Error);
  CHECK_THROWS_AS(MonotoneSpline({0, 1}, {0, 1}, {1}), Error);
  CHECK_THROWS_AS(MonotoneSpline({0, 1e-300}, {0, 1e300}, {1, 1}), Error);
}
