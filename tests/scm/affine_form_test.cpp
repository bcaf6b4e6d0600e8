#include <catch2/catch.hpp>

#include <equipoise/scm/affine_form.hpp>

using namespace equipoise;

TEST_CASE("forms add up, and remember the size of what cancelled") {
  AffineForm form = AffineForm::constant(3);
  CHECK(form.is_constant());
  const AffineForm noise{-1, Eigen::Vector2d(2, 0), 1, 2};
  form.add(2, noise);
  CHECK(form.mean == 1);
  CHECK(form.loadings[0] == 4);
  CHECK(form.loadings[1] == 0);
  form.add(-2, noise);
  CHECK(form.mean == 3);
  CHECK(form.loadings.norm() == 0);
  CHECK(form.mean_size == 7);
  CHECK(form.loading_size == 8);
  form.add(0, noise);
  CHECK(form.loading_size == 8);
}
