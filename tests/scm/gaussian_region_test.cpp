#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/gaussian_region.hpp>

using namespace equipoise;

namespace {

AffineForm form(double mean, double a, double b, double c) {
  return {mean, Eigen::Vector3d(a, b, c), std::abs(mean), std::abs(a) + std::abs(b) + std::abs(c)};
}
using enum Comparison;

}  // namespace

TEST_CASE("independent inequalities multiply, parallel ones meet") {
  GaussianRegion region(3);
  region.add(form(0, 2, 0, 0), greater, -1);
  region.add(form(1, -1, 0, 0), greater_or_equal, 0);  // the first source at most 1
  region.add(form(0, 0, 3, 0), less, 3);
  region.add(form(0, 0, 0, 1), less_or_equal, 0);
  const auto moments = region.moments();
  REQUIRE(moments);
  const double first = normal_cdf(1) - normal_cdf(-0.5), second = normal_cdf(1);
  CHECK(moments->probability == Approx(first * second / 2).epsilon(1e-13));
  CHECK(moments->mean_of(form(7, 0, 0, 1)) ==
        Approx(first * second * (3.5 - detail::normal_density(0))).epsilon(1e-13));
}

TEST_CASE("correlated inequalities are answered in two dimensions and refused in three") {
  GaussianRegion region(3);
  region.add(form(0, 1, 0, 0), greater, 0);
  region.add(form(0, 1, 1, 0), greater, 0);
  region.add(form(0, 0, 1, 0), greater, -100);
  REQUIRE(region.moments());
  CHECK(region.moments()->probability == Approx(3.0 / 8).epsilon(1e-12));
  region.add(form(0, 1, 1, 1), less, 0);
  CHECK_FALSE(region.moments());
}

TEST_CASE("contradictions, equalities and constants are told at once") {
  GaussianRegion apart(3), equality(3), constant(3), all(3);
  apart.add(form(0, 1, 1, 0), less, 0);
  apart.add(form(0, -1, -1, 0), less, 0);
  CHECK(apart.is_empty());
  CHECK(apart.moments()->probability == 0);
  equality.add(form(0, 1, 0, 0), equal, 0);
  CHECK(equality.is_empty());
  constant.add(AffineForm::constant(1), less, 1);
  CHECK(constant.is_empty());
  all.add(form(0, 1, 0, 0), not_equal, 0);
  all.add(AffineForm::constant(1), equal, 1 + 1e-13);
  CHECK(all.moments()->probability == 1);
}
