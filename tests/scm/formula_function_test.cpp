#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/formula_function.hpp>

using namespace equipoise;

TEST_CASE("a formula function adds the formula's value, and names the row where there is none") {
  const FormulaFunction f("log(X) + A^2", {"A", "X"});
  const std::vector<double> a{1, 2, 3}, x{1, 4, -1};
  std::vector<double> out{5, 0, 0};
  f.add_to(std::vector<const double*>{a.data(), x.data()}, {0, 2}, out.data());
  CHECK(out[0] == 6);
  CHECK(out[1] == Approx(std::log(4.0) + 4));
  try {
    f.add_to(std::vector<const double*>{a.data(), x.data()}, {7, 3}, out.data());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.place() == "row 10");
  }
}
