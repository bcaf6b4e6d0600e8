#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/scm/variable_features.hpp>

using namespace equipoise;
using namespace equipoise::detail;

TEST_CASE("ranks are the middles of shares of the weight, and a row of several people ranks as they would") {
  const std::vector<double> values{3, 1, 2, 2}, weights{1, 2, 1, 4};
  CHECK(weighted_ranks(values, weights) == std::vector<double>{7.5 / 8, 1.0 / 8, 4.5 / 8, 4.5 / 8});
}

TEST_CASE("a number is standardised by weight and its cosines are orthogonal over the rows") {
  std::vector<double> values, ones(1000, 1.0);
  for (int i = 0; i < 1000; ++i) values.push_back(i * i);
  const VariableFeatures features = variable_features({"x", ColumnType::continuous, {}, values}, ones);
  CHECK(features.value.mean() == Approx(0).margin(1e-12));
  CHECK(features.value.squaredNorm() == Approx(1000));
  for (int j = 1; j < 5; ++j)
    for (int k = 1; k < 5; ++k)
      CHECK(features.cosine(j).dot(features.cosine(k)) == Approx(j == k ? 1000 : 0).margin(1e-8));
  CHECK_FALSE(features.is_constant());
  CHECK(number_features(std::vector<double>(5, 7.0), std::vector<double>(5, 1.0)).is_constant());
}

TEST_CASE(
    "the most frequent level is the reference, unseen levels have no column, rare ones stand with the reference") {
  const std::vector<double> ones(5, 1.0);
  const VariableFeatures few =
      variable_features({"d", ColumnType::categorical, {"a", "b", "c", "d"}, {1, 1, 0, 3, 1}}, ones);
  CHECK(few.distinct == 3);
  REQUIRE(few.indicators.cols() == 2);
  CHECK(few.indicators.col(0) == (Eigen::VectorXd(5) << 0, 0, 1, 0, 0).finished());
  CHECK(few.indicators.col(1) == (Eigen::VectorXd(5) << 0, 0, 0, 1, 0).finished());
  Column many{"m", ColumnType::categorical, {}, {}};
  for (int k = 0; k < 40; ++k) {
    many.levels.push_back(std::to_string(k));
    many.values.push_back(k);
  }
  CHECK(variable_features(many, std::vector<double>(40, 1.0)).indicators.cols() ==
        static_cast<Eigen::Index>(VariableFeatures::most_levels) - 1);
}
