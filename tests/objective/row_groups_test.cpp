#include <equipoise/objective/row_groups.hpp>

#include <numeric>

#include <catch2/catch.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using equipoise::testing::error_of;

TEST_CASE("levels are groups in their order, those without rows too", "[objective]") {
  const RowGroups groups = group_rows({"sex", ColumnType::categorical, {"f", "m", "x"}, {1, 0, 1}});
  CHECK(groups.of_row == std::vector<std::size_t>{1, 0, 1});
  CHECK(groups.count == 3);
}

TEST_CASE("distinct numbers are groups in their order", "[objective]") {
  const RowGroups groups = group_rows({"year", ColumnType::integer, {}, {1974, 1973, -2, 1974}});
  CHECK(groups.of_row == std::vector<std::size_t>{2, 1, 0, 2});
  CHECK(groups.count == 3);
}

TEST_CASE("a column of a thousand numbers groups, one of more does not", "[objective]") {
  Column column{"income", ColumnType::continuous, {}, std::vector<double>(1000)};
  std::iota(column.values.begin(), column.values.end(), 0.5);
  CHECK(group_rows(column).count == 1000);
  column.values.push_back(-1);
  CHECK(error_of([&] { group_rows(column); }) ==
        "column 'income': 1001 distinct numbers; at most 1000 in a column that groups people");
}
