#include <catch2/catch.hpp>

#include <cmath>
#include <string>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/formula.hpp>

using namespace equipoise;

namespace {

const std::vector<std::string> names{"X", "Y", "income"};

double value_of(const std::string& text, double x = 0, double y = 0, double income = 0) {
  const Formula formula(text, names);
  const double* columns[] = {&x, &y, &income};
  double out = 0;
  formula.evaluate(columns, {0, 1}, &out);
  return out;
}

std::string error_of(const std::string& text, double x = 0) {
  try {
    value_of(text, x);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("formulas follow the precedence of arithmetic") {
  CHECK(value_of("1 + 2 * 3") == 7);
  CHECK(value_of("(1 + 2) * 3") == 9);
  CHECK(value_of("10 - 4 - 3") == 3);
  CHECK(value_of("2 ^ 3 ^ 2") == 512);
  CHECK(value_of("-2 ^ 2") == -4);
  CHECK(value_of("2 ^ -1") == 0.5);
  CHECK(value_of("8 / 4 / 2") == 1);
  CHECK(value_of("1 + 1 > 1") == 1);
  CHECK(value_of("1.5e1 - .5") == 14.5);
  CHECK(value_of("X * Y - 'income'", 2, 3, 4) == 2);
  CHECK(value_of("- - X", 2) == 2);
}

TEST_CASE("formulas know their functions") {
  CHECK(value_of("exp(X)", 1) == std::exp(1.0));
  CHECK(value_of("log(X)", 2) == std::log(2.0));
  CHECK(value_of("sqrt(X) + abs(Y)", 4, -3) == 5);
  CHECK(value_of("min(X, Y, 1)", 4, -3) == -3);
  CHECK(value_of("max(X, Y, 1)", 4, -3) == 4);
  CHECK(value_of("tanh(X)", 0.3) == std::tanh(0.3));
  CHECK(value_of("sigmoid(X)", 0) == 0.5);
  CHECK(value_of("sigmoid(X)", -1000) == 0);
  CHECK(value_of("sin(X) + cos(X)", 0.3) == std::sin(0.3) + std::cos(0.3));
  CHECK(value_of("sgn(X) + sign(Y)", -2, 0) == -1);
  CHECK(value_of("floor(X)", -1.5) == -2);
  CHECK(value_of("pow(X, 3)", 2) == 8);
  CHECK(value_of("if(X > 0, log(X), -1)", -2) == -1);
  CHECK(value_of("where(X == Y, 1, 2)", 1, 1) == 1);
  CHECK(value_of("(X <= Y) + (X >= Y) + (X != Y) + (X < Y)", 1, 1) == 2);
}

TEST_CASE("formulas run over blocks as they run over rows") {
  const Formula formula("if(X > 0.5, X * Y - 2, exp(-Y) / (1 + X^2)) + 3 * max(X, Y)", names);
  std::vector<double> x(1000), y(1000), out(1000);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::sin(static_cast<double>(i));
    y[i] = std::cos(3.0 * static_cast<double>(i));
  }
  const double* columns[] = {x.data(), y.data(), nullptr};
  formula.evaluate(columns, {0, x.size()}, out.data());
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK(out[i] ==
          Approx((x[i] > 0.5 ? x[i] * y[i] - 2 : std::exp(-y[i]) / (1 + x[i] * x[i])) + 3 * std::max(x[i], y[i])));
}

TEST_CASE("an error in a formula says where it is") {
  CHECK(error_of("X + incme") ==
        "formula:5: unknown name 'incme'; a cause of the variable or its noise (did you mean 'income'?)");
  CHECK(error_of("sigmod(X)").find("formula:1: unknown function 'sigmod'") == 0);
  CHECK(error_of("sigmod(X)").find("did you mean 'sigmoid'?") != std::string::npos);
  CHECK(error_of("exp + 1").find("it takes arguments") != std::string::npos);
  CHECK(error_of("X +").find("formula:4: the end of the formula") == 0);
  CHECK(error_of("(X").find("formula:3: the end of the formula; ')'") == 0);
  CHECK(error_of("X Y").find("formula:3: 'Y'; an operator") == 0);
  CHECK(error_of("2X").find("formula:2:") == 0);
  CHECK(error_of("X ** 2").find("'^' for a power") != std::string::npos);
  CHECK(error_of("if(X, 1)").find("'if' with 2 arguments; 3") != std::string::npos);
  CHECK(error_of("min(X)").find("'min' with 1 argument; two or more") != std::string::npos);
  CHECK(error_of("'X").find("a quote that is not closed") != std::string::npos);
  CHECK(error_of("").find("the end of the formula") != std::string::npos);
  CHECK(error_of(std::string(5000, '(') + "X").find("nested too deep") != std::string::npos);
  CHECK(error_of(std::string(5000, '-') + "X").find("nested too deep") != std::string::npos);
  CHECK(error_of(std::string(70000, ' ')).find("at most 64 KiB") != std::string::npos);
}

TEST_CASE("a result that is not finite is an error that names its cause and row, even where it would be swallowed") {
  CHECK(error_of("1 / X") == "row 1: a division by zero at column 3 of '1 / X'; a finite value");
  CHECK(error_of("1 / (1 / X)").find("a division by zero at column 8") != std::string::npos);
  CHECK(error_of("1 / X > 0").find("a division by zero") != std::string::npos);
  CHECK(error_of("sigmoid(exp(800 + X))").find("a number too large") != std::string::npos);
  CHECK(error_of("log(X) * 0").find("the logarithm") != std::string::npos);
  CHECK(error_of("sqrt(X)", -1).find("the square root") != std::string::npos);
  CHECK(error_of("pow(X, 0.5)", -1).find("a power") != std::string::npos);
  CHECK(error_of("min(1, exp(X))", 1000).find("a number too large") != std::string::npos);
  CHECK(error_of("if(X > 0, 1 / X, 0)") == "no error");
}
