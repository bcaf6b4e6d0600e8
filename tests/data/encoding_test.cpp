#include <catch2/catch.hpp>

#include <cmath>

#include <string>
#include <vector>

#include <equipoise/data/encoding.hpp>

using namespace equipoise;

namespace {

const std::vector<std::string> features{"x", "g", "constant"};

Table people() {
  Table table({{"g", ColumnType::categorical, {"a", "b", "c"}, {0, 1, 2, 1}},
               {"x", ColumnType::continuous, {}, {1, 2, 3, 8}},
               {"constant", ColumnType::integer, {}, {5, 5, 5, 5}}});
  table.set_weights({1, 1, 1, 0});
  return table;
}

}  // namespace

TEST_CASE("numbers are standardised by weighted moments and levels are one-hot less their reference", "[data]") {
  const Encoding encoding = fit_encoding(people(), features, std::vector<ReferenceLevel>{{"g", "b"}});
  CHECK(encoding.columns() == 4);
  CHECK(encoding.column_names() == std::vector<std::string>{"x", "g=a", "g=c", "constant"});
  CHECK(encoding.features[0].mean == 2);
  CHECK(encoding.features[0].scale == Approx(std::sqrt(2.0 / 3)));
  const Eigen::MatrixXd encoded = encode(encoding, people());
  Eigen::MatrixXd expected(4, 4);
  const double s = std::sqrt(2.0 / 3);
  expected << -1 / s, 1, 0, 0, 0, 0, 0, 0, 1 / s, 0, 1, 0, 6 / s, 0, 0, 0;
  CHECK((encoded - expected).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE("a matrix of values is encoded like the table it came from", "[data]") {
  const Encoding encoding = fit_encoding(people(), features);
  Eigen::MatrixXd values(4, 3);
  values << 1, 0, 5, 2, 1, 5, 3, 2, 5, 8, 1, 5;
  CHECK(encode(encoding, values) == encode(encoding, people()));
  values(2, 1) = 3;
  CHECK_THROWS_AS(encode(encoding, values), Error);
}

TEST_CASE("levels are matched by their texts, and one not seen is named", "[data]") {
  const Encoding encoding = fit_encoding(people(), std::vector<std::string>{"g"});
  const Table other({{"g", ColumnType::categorical, {"c", "b", "z"}, {0, 1, 0, 1}}});
  const Eigen::MatrixXd encoded = encode(encoding, other);
  CHECK(encoded.col(0) == Eigen::Vector4d(0, 1, 0, 1));
  CHECK(encoded.col(1) == Eigen::Vector4d(1, 0, 1, 0));
  const Table unseen({{"g", ColumnType::categorical, {"c", "bb"}, {0, 1}}});
  CHECK_THROWS_WITH(encode(encoding, unseen), Catch::Matchers::Contains("no level 'bb'"));
}

TEST_CASE("a number is the level that it reads as, and levels that are all numbers are numbers", "[data]") {
  const Table fitted({{"year", ColumnType::categorical, {"2", "10", "0"}, {0, 1, 2}},
                      {"children", ColumnType::integer, {}, {0, 1, 5}}});
  const Encoding encoding = fit_encoding(fitted, std::vector<std::string>{"year", "children"});
  const Table read_again(
      {{"year", ColumnType::integer, {}, {10, 2, -0.0}}, {"children", ColumnType::binary, {"0", "1"}, {1, 0, 1}}});
  const Table as_fitted({{"year", ColumnType::categorical, {"2", "10", "0"}, {1, 0, 2}},
                         {"children", ColumnType::integer, {}, {1, 0, 1}}});
  CHECK(encode(encoding, read_again) == encode(encoding, as_fitted));
  const Table unseen({{"year", ColumnType::integer, {}, {3}}, {"children", ColumnType::integer, {}, {1}}});
  CHECK_THROWS_WITH(encode(encoding, unseen), Catch::Matchers::Contains("column 'year': no level '3'"));
  const Table words({{"year", ColumnType::integer, {}, {2}}, {"children", ColumnType::categorical, {"none"}, {0}}});
  CHECK_THROWS_WITH(encode(encoding, words), Catch::Matchers::Contains("column 'children': the level 'none'; numbers"));
}

TEST_CASE("where an encoding says so, every level that it does not list is the reference", "[data]") {
  const Encoding encoding{
      {{.name = "g", .levels = {"b", "c", ""}, .reference_level = 2, .unlisted_is_reference = true}}};
  CHECK(encoding.column_names() == std::vector<std::string>{"g=b", "g=c"});
  const Eigen::MatrixXd encoded =
      encode(encoding, Table({{"g", ColumnType::categorical, {"a", "c", "b", "z"}, {0, 1, 2, 3}}}));
  CHECK(encoded.col(0) == Eigen::Vector4d(0, 0, 1, 0));
  CHECK(encoded.col(1) == Eigen::Vector4d(0, 1, 0, 0));
}

TEST_CASE("coefficients in feature units give the same scores", "[data]") {
  const Encoding encoding = fit_encoding(people(), features);
  const Eigen::VectorXd encoded = (Eigen::VectorXd(5) << 0.7, -0.2, 0.4, 3, 0.1).finished();
  const Eigen::VectorXd plain = coefficients_in_feature_units(encoding, encoded);
  const Eigen::VectorXd scores =
      encode(encoding, people()) * encoded.head(4) + Eigen::VectorXd::Constant(4, encoded[4]);
  const double x[] = {1, 2, 3, 8};
  const int g[] = {0, 1, 2, 1};
  for (int row = 0; row < 4; ++row) {
    const double level = g[row] == 0 ? 0 : plain[g[row]];
    CHECK(plain[0] * x[row] + level + plain[3] * 5 + plain[4] == Approx(scores[row]).margin(1e-12));
  }
}

TEST_CASE("a column of too many levels or a number too large is refused by its name", "[data]") {
  Column id{"id", ColumnType::categorical, {}, {}};
  for (int i = 0; i < 1001; ++i) {
    id.levels.push_back("p" + std::to_string(i));
    id.values.push_back(i);
  }
  const std::vector<std::string> feature{"id"}, number{"x"};
  CHECK_THROWS_WITH(fit_encoding(Table({id}), feature),
                    Catch::Matchers::StartsWith("column 'id': 1001 levels; at most"));
  const Table large({{"x", ColumnType::continuous, {}, {1, -2e60}}});
  CHECK_THROWS_WITH(fit_encoding(large, number), Catch::Matchers::StartsWith("column 'x', row 2: the number -2e+60"));
  CHECK_NOTHROW(
      check_fitted_column({"x", ColumnType::continuous, {}, {largest_fitted_number, -largest_fitted_number}}));
}
