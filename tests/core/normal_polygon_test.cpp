#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/normal_polygon.hpp>
#include <equipoise/core/special_functions.hpp>

using namespace equipoise;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// P(X <= h, Y <= k) by the integral over the angle (Plackett 1954; Genz 2004, equation 3): another integrand.
double bivariate_by_angle(double h, double k, double r) {
  const auto integrand = [&](double angle) {
    const double sine = std::sin(angle), cosine = std::cos(angle);
    return std::exp(-(h * h + k * k - 2 * h * k * sine) / (2 * cosine * cosine));
  };
  using boost::math::quadrature::gauss_kronrod;
  const double integral = gauss_kronrod<double, 61>::integrate(integrand, 0.0, std::asin(r), 12, 1e-13);
  return normal_cdf(h) * normal_cdf(k) + integral / (2 * std::numbers::pi);
}

NormalMoments quadrant(double h, double k, double r) {
  const Strip strips[] = {{1, 0, -infinity, h}, {r, std::sqrt((1 - r) * (1 + r)), -infinity, k}};
  return normal_polygon(strips);
}

}  // namespace

TEST_CASE("bivariate normal probabilities agree with the integral over the angle") {
  RowStream random = RandomStream({.seed = 410, .purpose = Purpose::test}).row(0);
  double worst = 0;
  for (int i = 0; i < 3000; ++i) {
    const double h = 3 * draw_normal(random), k = 3 * draw_normal(random);
    // Near 1 too, as far as the other integrand can be trusted.
    const double near = std::pow(10, -8 * random.uniform());
    const double r = (random.uniform() < 0.5 ? -1 : 1) * (random.uniform() < 0.5 ? random.uniform() : 1 - near);
    worst = std::max(worst, std::abs(quadrant(h, k, r).probability - bivariate_by_angle(h, k, r)));
  }
  CHECK(worst < 1e-12);
}

TEST_CASE("an orthant's probability is its angle's share of the turn") {
  for (const double r : {-0.999999, -0.9, -0.5, 0.0, 0.3, 0.7, 0.99, 0.99999999})
    CHECK(quadrant(0, 0, r).probability == Approx(0.25 + std::asin(r) / (2 * std::numbers::pi)).margin(1e-14));
}

TEST_CASE("small probabilities keep their digits") {
  // Independent variables: a product of tails, as small as 1e-200.
  for (const double h : {5.0, 12.0, 21.0}) {
    const Strip corner[] = {{1, 0, h, infinity}, {0, 1, h, infinity}};
    CHECK(normal_polygon(corner).probability == Approx(normal_cdf(-h) * normal_cdf(-h)).epsilon(1e-12));
    const Strip steep[] = {{1, 0, h, infinity}, {1, 1e-7, h, infinity}};  // almost one variable
    const double expected = normal_cdf(-h) - 1e-7 / std::sqrt(2 * std::numbers::pi) * detail::normal_density(h);
    CHECK(normal_polygon(steep).probability == Approx(expected).epsilon(1e-9));  // to the first order in 1e-7
  }
}

TEST_CASE("a polygon's moments turn with it") {
  // The same triangle, turned: its probability stays and its mean turns.
  RowStream random = RandomStream({.seed = 411, .purpose = Purpose::test}).row(0);
  for (int i = 0; i < 300; ++i) {
    std::vector<Strip> triangle;
    for (int side = 0; side < 3; ++side) {
      const double angle = 2 * std::numbers::pi * (side + random.uniform()) / 3;
      triangle.push_back({std::cos(angle), std::sin(angle), -infinity, 2 * random.uniform()});
    }
    const double turn = 2 * std::numbers::pi * random.uniform(), c = std::cos(turn), s = std::sin(turn);
    std::vector<Strip> turned = triangle;
    for (Strip& each : turned) each = {c * each.a - s * each.b, s * each.a + c * each.b, each.low, each.high};
    const NormalMoments before = normal_polygon(triangle), after = normal_polygon(turned);
    CHECK(after.probability == Approx(before.probability).margin(1e-13));
    CHECK(after.first_u == Approx(c * before.first_u - s * before.first_v).margin(1e-13));
    CHECK(after.first_v == Approx(s * before.first_u + c * before.first_v).margin(1e-13));
  }
}

TEST_CASE("a rectangle's moments are products, and a region without points has none") {
  const Strip rectangle[] = {{1, 0, -0.3, 1.2}, {0, 2, -1.0, 5.0}};
  const double p = normal_cdf(1.2) - normal_cdf(-0.3), q = normal_cdf(2.5) - normal_cdf(-0.5);
  const NormalMoments moments = normal_polygon(rectangle);
  CHECK(moments.probability == Approx(p * q).epsilon(1e-14));
  CHECK(moments.first_u == Approx((detail::normal_density(-0.3) - detail::normal_density(1.2)) * q).epsilon(1e-13));
  CHECK(moments.first_v == Approx((detail::normal_density(-0.5) - detail::normal_density(2.5)) * p).epsilon(1e-13));
  const Strip none[] = {{1, 0, 0, infinity}, {0, 1, 0, infinity}, {1, 1, -infinity, -0.1}};
  CHECK(normal_polygon(none).probability == 0);
  const Strip apart[] = {{1, 0, 1, 0}};
  CHECK(normal_polygon(apart).probability == 0);
}

TEST_CASE("narrow and far intervals keep their digits") {
  CHECK(detail::normal_between(1, 1 + 1e-9) == Approx(detail::normal_density(1) * 1e-9).epsilon(1e-7));
  CHECK(detail::normal_between(30, infinity) == Approx(normal_cdf(-30)).epsilon(1e-12));
  CHECK(detail::normal_between(-infinity, infinity) == 1);
  CHECK(detail::normal_mean_between(2, 2 + 1e-9) == Approx(2 * detail::normal_density(2) * 1e-9).epsilon(1e-7));
  CHECK(detail::normal_mean_between(-infinity, infinity) == 0);
  CHECK(detail::normal_mean_between(-3, 1) ==
        Approx(detail::normal_density(3) - detail::normal_density(1)).epsilon(1e-14));
}
