#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/scm/regression_function.hpp>

using namespace equipoise;

TEST_CASE("a regression function is any of its forms, and may read some of a mechanism's inputs") {
  const std::vector<double> a{1, 2}, b{10, 20}, c{100, 200};
  const std::vector<const double*> inputs{a.data(), b.data(), c.data()};
  const RegressionFunction linear = LinearPredictor{1, {{2, {}}, {3, {}}}};
  CHECK(linear.input_count() == 2);
  CHECK(linear.get_if<LinearPredictor>() != nullptr);
  CHECK(linear.get_if<SplineFunction>() == nullptr);
  const RegressionFunction crossed = linear.reading({2, 0}, 3);
  CHECK(crossed.input_count() == 3);
  CHECK(crossed.own_input_count() == 2);
  CHECK(crossed.position(0) == 2);
  std::vector<double> out(2);
  crossed.add_to(inputs, {0, 2}, out.data());
  CHECK(out == std::vector<double>{1 + 200 + 3, 1 + 400 + 6});
  CHECK(crossed != linear);
  const RegressionFunction formula = FormulaFunction("A * B", {"A", "B"});
  out = {0, 0};
  formula.add_to({inputs.data(), 2}, {0, 2}, out.data());
  CHECK(out == std::vector<double>{10, 40});
}
