#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/scm/variable_features.hpp>

using namespace equipoise;
using namespace equipoise::detail;

TEST_CASE("ranks are the middles of shares of the weight, and a row of several people ranks as they would") {
  const std::vector<double> values{3, 1, 2, 2}, weights{1, 2, 1, 4};
  CHECK(weighted_ranks(values, weights) == std::vector<double>{7.5 / 8, 1.0 / 8, 4.5 / 8, 4.5 / 8});
  // Of a row of no weight the rank is that of its place between the others, and it moves none of them.
  CHECK(weighted_ranks(std::vector<double>{3, 1, 2, 2, 2.5}, std::vector<double>{1, 2, 1, 4, 0}) ==
        std::vector<double>{7.5 / 8, 1.0 / 8, 4.5 / 8, 4.5 / 8, 7.0 / 8});
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

TEST_CASE("features of weighted numbers are those of the people one by one, far from 0 and at any scale") {
  const std::vector<double> values{2, 5, 5, -1}, weights{1, 3, 2, 0};
  const std::vector<double> people{2, 5, 5, 5, 5, 5};
  for (const double scale : {1e-50, 1.0, 1e50}) {
    std::vector<double> moved, one_by_one;
    for (const double x : values) moved.push_back((x + 1e6) * scale);
    for (const double x : people) one_by_one.push_back((x + 1e6) * scale);
    const VariableFeatures together = number_features(moved, weights);
    const VariableFeatures apart = number_features(one_by_one, std::vector<double>(6, 1.0));
    CHECK(together.value[0] == Approx(-std::sqrt(5.0)).epsilon(1e-8));  // 2 against a mean of 4.5, deviation sqrt(1.25)
    CHECK(together.value[1] == Approx(std::sqrt(0.2)).epsilon(1e-8));
    CHECK(together.value[1] == Approx(apart.value[1]).epsilon(1e-8));
    CHECK(together.rank[1] == apart.rank[1]);
    CHECK(together.distinct == 2);  // the row of no weight shows none
  }
}

TEST_CASE("normal scores of evenly spread ranks have the moments of a normal variable") {
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) values.push_back(std::exp(0.01 * i));
  const Eigen::ArrayXd score = number_features(values, std::vector<double>(2000, 1.0)).normal_score().array();
  CHECK(score.mean() == Approx(0).margin(1e-9));
  CHECK(score.square().mean() == Approx(1).epsilon(0.005));
  CHECK(score.pow(4).mean() == Approx(3).epsilon(0.03));
}

TEST_CASE("a spread of any size on any offset counts, down to what rounding makes of equal numbers") {
  const std::vector<double> ones(4, 1.0);
  const auto features = [&](double offset, double scale) {
    std::vector<double> values;
    for (const double x : {-3.0, 1.0, 1.0, 5.0}) values.push_back(offset + x * scale);
    return number_features(values, ones);
  };
  for (const auto& [offset, scale] : {std::pair{0.0, 1e-160}, {0.0, 1e-300}, {1e13, 1.0}, {-1e13, 1.0}, {0.0, 3e307}}) {
    CAPTURE(offset, scale);
    const VariableFeatures found = features(offset, scale);
    REQUIRE_FALSE(found.is_constant());
    CHECK(found.distinct == 3);
    CHECK(found.value[0] == Approx(-std::sqrt(2.0)).epsilon(1e-9));
    CHECK(found.value[1] == Approx(0).margin(1e-9));
    CHECK(found.value[3] == Approx(std::sqrt(2.0)).epsilon(1e-9));
  }
  CHECK(features(1, 1e-16).is_constant());
  CHECK(features(0, 0).is_constant());
  // A row of no weight cannot make a constant vary, nor hide that others do.
  CHECK(number_features(std::vector<double>{1e9, 2, 2}, std::vector<double>{0, 1, 1}).is_constant());
  const VariableFeatures small = number_features(std::vector<double>{1e300, 1e-9, 3e-9}, std::vector<double>{0, 1, 1});
  CHECK(small.value[2] == Approx(1));
}
