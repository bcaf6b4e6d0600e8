#include <catch2/catch.hpp>

#include <limits>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/polynomial_function.hpp>

using namespace equipoise;

TEST_CASE("a polynomial adds powers, products and indicators of levels") {
  const PolynomialFunction f(
      3, 1, {{2, {{0, 2, {}}}}, {-1, {{0, 1, {}}, {1, 3, {}}}}, {5, {{2, 1, 2}}}, {0.5, {{2, 1, 1}, {0, 1, {}}}}});
  const std::vector<double> x{1, 2, -3}, z{0, -1, 0.5}, level{0, 1, 2};
  std::vector<double> out{10, 0, 0};
  f.add_to(std::vector<const double*>{x.data(), z.data(), level.data()}, {0, 3}, out.data());
  for (std::size_t i = 0; i < 3; ++i) {
    const double expected = (i == 0 ? 10 : 0) + 1 + 2 * x[i] * x[i] - x[i] * z[i] * z[i] * z[i] +
                            (level[i] == 2 ? 5 : 0) + (level[i] == 1 ? 0.5 * x[i] : 0);
    CHECK(out[i] == Approx(expected).epsilon(1e-14));
  }
}

TEST_CASE("powers of one input become one power") {
  const PolynomialFunction f(2, 0, {{3, {{0, 1, {}}, {1, 1, {}}, {0, 2, {}}}}});
  CHECK(f.terms()[0].factors == std::vector<PolynomialFactor>{{0, 3, {}}, {1, 1, {}}});
  CHECK(f == PolynomialFunction(2, 0, {{3, {{0, 3, {}}, {1, 1, {}}}}}));
}

TEST_CASE("a polynomial of numbers that are not finite, without factors or with a power of 0 is refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(PolynomialFunction(1, infinity, {}), Error);
  CHECK_THROWS_AS(PolynomialFunction(1, 0, {{infinity, {{0, 1, {}}}}}), Error);
  CHECK_THROWS_AS(PolynomialFunction(1, 0, {{1, {}}}), Error);
  CHECK_THROWS_AS(PolynomialFunction(1, 0, {{1, {{0, 0, {}}}}}), Error);
  CHECK_THROWS_AS(PolynomialFunction(1, 0, {{1, {{0, 40, {}}, {0, 40, {}}}}}), Error);
}
