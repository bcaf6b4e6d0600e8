#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/linear_predictor.hpp>

using namespace equipoise;

TEST_CASE("a linear predictor adds a slope for a number and an effect for a level") {
  const LinearPredictor predictor{1, {{2, {}}, {0, {0, 10, 20}}}};
  const std::vector<double> x{1, 2, 3}, level{2, 0, 1};
  std::vector<double> out{0.5, 0, 0};
  predictor.add_to(std::vector<const double*>{x.data(), level.data()}, {0, 3}, out.data());
  CHECK(out == std::vector<double>{23.5, 5, 17});
}

TEST_CASE("terms taken several at a time give the bits of one after another") {
  const std::size_t rows = 37;
  RowStream random = RandomStream({.seed = 14, .purpose = Purpose::test}).row(0);
  for (std::size_t count = 0; count < 12; ++count) {
    std::vector<std::vector<double>> columns(count, std::vector<double>(rows));
    std::vector<const double*> inputs;
    LinearPredictor predictor{0.3, {}};
    std::vector<double> expected(rows, 0.5), out(rows, 0.5);
    for (double& each : expected) each += 0.3;
    for (std::vector<double>& column : columns) {
      for (double& each : column) each = random.uniform() - 0.5;
      inputs.push_back(column.data());
      predictor.terms.push_back({random() % 5 == 0 ? 0 : random.uniform() - 0.5, {}});
      for (std::size_t i = 0; i < rows; ++i) expected[i] += predictor.terms.back().slope * column[i];
    }
    predictor.add_to(inputs, {0, rows}, out.data());
    CHECK(out == expected);
  }
}
