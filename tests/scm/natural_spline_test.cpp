#include <catch2/catch.hpp>

#include <cmath>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/natural_spline.hpp>

using namespace equipoise;

TEST_CASE("a natural spline is the one solved in rational arithmetic") {
  // The five-knot system of second derivatives, solved exactly by fractions and rounded once.
  const NaturalSpline spline({-1.5, -0.25, 0.5, 2, 2.25}, {0.75, -1, 2.5, 0, 1.25});
  const std::vector<double> bend{0, 12.226306306306306, -16.673633633633635, 18.574414414414413, 0};
  for (std::size_t k = 0; k < 5; ++k) CHECK(spline.second_derivatives()[k] == Approx(bend[k]).margin(1e-12));
  const std::pair<double, double> points[] = {{-2.5, 4.697147147147147},
                                              {-1.5, 0.75},
                                              {-1.0, -1.0198018018018018},
                                              {-0.3125, -1.2074118806306307},
                                              {0.125, 0.9063513513513514},
                                              {0.5, 2.5},
                                              {1.25, 0.9827027027027027},
                                              {2.125, 0.5524436936936937},
                                              {2.25, 1.25},
                                              {3.5, 8.467417417417417}};
  for (const auto& [x, y] : points) CHECK(spline(x) == Approx(y).margin(1e-13));
  CHECK(roughness(spline, spline) == Approx(303.60203403403403).epsilon(1e-13));
}

TEST_CASE("a natural spline is linear in its values, and two knots make a line") {
  const std::vector<double> knots{0, 1, 2.5, 3};
  const NaturalSpline whole(knots, {2, -1, 0.5, 4});
  std::vector<NaturalSpline> cardinal;
  for (std::size_t k = 0; k < 4; ++k) {
    std::vector<double> unit(4);
    unit[k] = 1;
    cardinal.emplace_back(knots, unit);
  }
  double total = 0;
  for (std::size_t j = 0; j < 4; ++j)
    for (std::size_t k = 0; k < 4; ++k)
      total += whole.values()[j] * whole.values()[k] * roughness(cardinal[j], cardinal[k]);
  CHECK(total == Approx(roughness(whole, whole)).epsilon(1e-12));
  for (double x = -1; x < 4; x += 0.07) {
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) sum += whole.values()[k] * cardinal[k](x);
    CHECK(sum == Approx(whole(x)).margin(1e-12));
  }
  const NaturalSpline line({1, 3}, {2, -2});
  for (double x = -5; x < 5; x += 0.3) CHECK(line(x) == Approx(4 - 2 * x).margin(1e-12));
}

TEST_CASE("a natural spline and its slope and bend have no jumps, and it bends least") {
  RowStream random = RandomStream({.seed = 81, .purpose = Purpose::test}).row(0);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> knots{-2}, values{random.uniform()};
    for (int k = 0; k < 6; ++k) {
      knots.push_back(knots.back() + 0.2 + random.uniform());
      values.push_back(4 * random.uniform() - 2);
    }
    const NaturalSpline spline(knots, values);
    for (std::size_t k = 0; k < knots.size(); ++k) {
      CHECK(spline(knots[k]) == Approx(values[k]).margin(1e-13));
      const double h = 1e-5;
      const double before = (spline(knots[k]) - spline(knots[k] - h)) / h,
                   after = (spline(knots[k] + h) - spline(knots[k])) / h;
      CHECK(before == Approx(after).margin(1e-2));  // a bend of at most about 500 times h
    }
    // Through one more point off the curve a curve bends more.
    std::vector<double> more_knots = knots, more_values = values;
    more_knots.insert(more_knots.begin() + 3, (knots[2] + knots[3]) / 2);
    more_values.insert(more_values.begin() + 3, spline((knots[2] + knots[3]) / 2) + 0.1);
    const NaturalSpline other(more_knots, more_values);
    CHECK(roughness(other, other) > roughness(spline, spline));
  }
}

TEST_CASE("knots that make no curve are refused") {
  CHECK_THROWS_AS(NaturalSpline({1}, {1}), Error);
  CHECK_THROWS_AS(NaturalSpline({1, 1}, {1, 2}), Error);
  CHECK_THROWS_AS(NaturalSpline({2, 1}, {1, 2}), Error);
  CHECK_THROWS_AS(NaturalSpline({1, 2}, {1, 2, 3}), Error);
  CHECK_THROWS_AS(NaturalSpline({1, std::nan("")}, {1, 2}), Error);
  CHECK_THROWS_AS(NaturalSpline({0, 1e-300, 1}, {0, 1e300, 0}), Error);
}
