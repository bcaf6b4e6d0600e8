#include <catch2/catch.hpp>

#include <equipoise/scm/node_data.hpp>

using namespace equipoise;

TEST_CASE("regressors are numbers and every level but the first, and a predictor puts their coefficients in place") {
  const std::vector<std::size_t> levels{0, 3, 2, 1};
  const auto regressors = detail::main_regressors(levels);
  REQUIRE(regressors.size() == 4);
  CHECK(regressors[0](7.5) == 7.5);
  CHECK(regressors[1](1) == 1);
  CHECK(regressors[1](2) == 0);
  CHECK(regressors[2](2) == 1);
  CHECK(regressors[3](1) == 1);
  const std::vector<double> coefficients{2, 10, 20, 100};
  const LinearPredictor predictor = detail::predictor_from(1, coefficients, regressors, levels);
  const std::vector<double> x{0.5, -1}, a{2, 0}, b{1, 0}, c{0, 0};
  const double* const inputs[] = {x.data(), a.data(), b.data(), c.data()};
  std::vector<double> out(2);
  predictor.add_to(inputs, {0, 2}, out.data());
  CHECK(out[0] == 1 + 1 + 20 + 100);
  CHECK(out[1] == 1 - 2);
}

TEST_CASE("a node knows whether all its inputs have levels") {
  detail::NodeData data;
  CHECK(data.all_inputs_discrete());
  data.input_levels = {2, 0};
  CHECK_FALSE(data.all_inputs_discrete());
}
