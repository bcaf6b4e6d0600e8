#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/scm/formula_inverse.hpp>

using namespace equipoise;

TEST_CASE("an inverse undoes the operations from the root to the noise and tells its slope") {
  const std::vector<std::string> names{"X", "N"};
  const Formula formula("X - 2 * N", names);
  const auto inverse = FormulaInverse::of(formula, 1, formula.steps().size() - 1);
  REQUIRE(inverse);
  CHECK(inverse->is_affine());
  const double x = 5;
  double y = 1, log_slope = 0, direction = 0;
  inverse->solve(formula, std::vector<const double*>{&x, nullptr}, 1, &y, &log_slope, &direction);
  CHECK(y == 2);
  CHECK(log_slope == Approx(std::log(0.5)));
  CHECK(direction == -1);
}

TEST_CASE("only shifts and scales are affine") {
  const std::vector<std::string> names{"X", "N"};
  for (const auto& [text, affine] :
       {std::pair{"exp(N) + X", false}, {"X / N", false}, {"N ^ 3", false}, {"-N / (1 + X)", true}}) {
    const Formula formula(text, names);
    const auto inverse = FormulaInverse::of(formula, 1, formula.steps().size() - 1);
    REQUIRE(inverse);
    CHECK(inverse->is_affine() == affine);
  }
  const Formula twice("N + N", names), never("X", names);
  CHECK_FALSE(FormulaInverse::of(twice, 1, twice.steps().size() - 1));
  CHECK_FALSE(FormulaInverse::of(never, 1, never.steps().size() - 1));
}
