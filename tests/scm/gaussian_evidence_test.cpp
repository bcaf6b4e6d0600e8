#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

#include <equipoise/scm/gaussian_evidence.hpp>

using namespace equipoise;

namespace {

AffineForm form(double mean, double a, double b) {
  return {mean, Eigen::Vector2d(a, b), std::abs(mean), std::abs(a) + std::abs(b)};
}

}  // namespace

TEST_CASE("a sum observed splits between its parts by their variances") {
  GaussianEvidence known(2);
  REQUIRE(known.add(form(1, 3, 4), 11));  // 10 above its mean, variance 25
  CHECK(known.rank() == 1);
  CHECK(known.log_density() == Approx(-2 - std::log(5) - 0.5 * std::log(2 * std::numbers::pi)));
  const AffineForm first = known.given(form(0, 3, 0));
  CHECK(first.mean == Approx(10 * 9 / 25.0));
  CHECK(first.loadings.squaredNorm() == Approx(9 - 81 / 25.0));
  CHECK(known.given(AffineForm::constant(2)).mean == 2);
}

TEST_CASE("a form that evidence implies is a constant, and another value of it is impossible") {
  GaussianEvidence known(2);
  REQUIRE(known.add(form(1, 1e-3, 1), 0.5));
  REQUIRE(known.add(form(0, 1e6, 1), -2e6));
  const AffineForm implied = known.given(form(5, 1, 1));
  REQUIRE(implied.is_constant());
  CHECK(known.add(form(5, 1, 1), implied.mean));
  CHECK(known.rank() == 2);
  CHECK_FALSE(known.add(form(5, 1, 1), implied.mean + 1e-6));
}
