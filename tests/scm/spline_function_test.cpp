#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/spline_function.hpp>

using namespace equipoise;

TEST_CASE("a spline function is the intercept plus a curve, a slope or a level's effect for each input") {
  const NaturalSpline curve({-1, 0, 2}, {1, 0, 3});
  const SplineFunction f(0.5, {curve, LinearTerm{-2, {}}, LinearTerm{0, {0, 10, 20}}});
  const std::vector<double> x{-3, 0.7, 5}, z{1, 2, 3}, level{2, 0, 1};
  std::vector<double> out(3);
  f.add_to(std::vector<const double*>{x.data(), z.data(), level.data()}, {0, 3}, out.data());
  const double effects[] = {0, 10, 20};
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(out[i] == Approx(0.5 + curve(x[i]) - 2 * z[i] + effects[static_cast<std::size_t>(level[i])]).epsilon(1e-14));
  const std::vector<double> beyond{3, 0, 0};
  CHECK_THROWS_AS(f.add_to(std::vector<const double*>{x.data(), z.data(), beyond.data()}, {0, 3}, out.data()), Error);
}
