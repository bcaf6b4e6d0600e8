#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/scm/linear_predictor.hpp>

using namespace equipoise;

TEST_CASE("a linear predictor adds a slope for a number and an effect for a level") {
  const LinearPredictor predictor{1, {{2, {}}, {0, {0, 10, 20}}}};
  const std::vector<double> x{1, 2, 3}, level{2, 0, 1};
  std::vector<double> out{0.5, 0, 0};
  predictor.add_to(std::vector<const double*>{x.data(), level.data()}, 3, out.data());
  CHECK(out == std::vector<double>{23.5, 5, 17});
}
