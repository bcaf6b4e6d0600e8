#include <catch2/catch.hpp>

#include <limits>
#include <vector>

#include <equipoise/data/table.hpp>

using namespace equipoise;
using Catch::Matchers::Contains;

namespace {

Table people() {
  return Table(
      {{"age", ColumnType::integer, {}, {30, 40, 50}}, {"gender", ColumnType::binary, {"Female", "Male"}, {0, 1, 1}}});
}

}  // namespace

TEST_CASE("columns are found by name, and a misspelt one is named with what was meant", "[data]") {
  const Table table = people();
  CHECK(table.rows() == 3);
  CHECK(table.column("age").values[2] == 50);
  CHECK(table.find("gender") == 1u);
  CHECK_FALSE(table.find("Gender"));
  CHECK_THROWS_WITH(table.column("gendre"), Contains("did you mean 'gender'?"));
  CHECK(table.column("gender").level("Male") == 1);
  CHECK_THROWS_WITH(table.column("gender").level("Mal"), Contains("did you mean 'Male'?"));
}

TEST_CASE("a table that cannot be is refused when it is made", "[data]") {
  using Columns = std::vector<Column>;
  CHECK_THROWS_WITH(Table(Columns{{"a", ColumnType::integer, {}, {1}}, {"b", ColumnType::integer, {}, {}}}),
                    Contains("'b': 0 cells; 1"));
  CHECK_THROWS_WITH(Table(Columns{{"a", ColumnType::integer, {}, {1}}, {"a", ColumnType::integer, {}, {1}}}),
                    Contains("stands twice"));
  CHECK_THROWS_WITH(Table(Columns{{"a", ColumnType::binary, {"x", "y"}, {0, 2}}}),
                    Contains("row 2: a value that is no level"));
  CHECK_THROWS_WITH(Table(Columns{{"a", ColumnType::binary, {"x", "y"}, {0.5}}}), Contains("no level"));
  CHECK_THROWS_WITH(Table(Columns{{"a", ColumnType::continuous, {}, {std::numeric_limits<double>::quiet_NaN()}}}),
                    Contains("not finite"));
}

TEST_CASE("weights are checked, and whole ones count people", "[data]") {
  Table table = people();
  CHECK(table.weights_are_counts());
  table.set_weights({1, 0, 2.5});
  CHECK_FALSE(table.weights_are_counts());
  CHECK_THROWS_WITH(table.set_weights({1, 2}), Contains("2 weights; 3"));
  CHECK_THROWS_WITH(table.set_weights({1, -1, 1}), Contains("row 2: a weight that is negative"));
  CHECK_THROWS_WITH(table.set_weights({0, 0, 0}), Contains("no weight above 0"));
  CHECK_THROWS_WITH(table.set_weights({1e12, 1, 0}), Contains("add up to 1000000000001; at most 1e+12"));
  CHECK_THROWS_WITH(table.set_weights({1e308, 1e308, 1e308}), Contains("add up to inf"));
  CHECK(table.weights()[2] == 2.5);
}

TEST_CASE("selected rows keep their weights and every level", "[data]") {
  Table table = people();
  table.set_weights({1, 2, 3});
  const Table chosen = table.select(std::vector<std::size_t>{2, 0, 2});
  CHECK(chosen.column("age").values == std::vector<double>{50, 30, 50});
  CHECK(chosen.column("gender").levels.size() == 2);
  CHECK(std::vector<double>(chosen.weights().begin(), chosen.weights().end()) == std::vector<double>{3, 1, 3});
}
