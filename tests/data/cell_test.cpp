#include <equipoise/data/cell.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("a cell's text and value are two ways to say the same", "[cell]") {
  const Column levels{"sex", ColumnType::binary, {"Male", "Female"}, {}},
      numbers{"age", ColumnType::continuous, {}, {}};
  CHECK(cell_text(levels, 1) == "Female");
  CHECK(cell_value(levels, "Female") == 1);
  CHECK(cell_text(numbers, 3) == "3");
  CHECK(cell_text(numbers, 0.1) == "0.1");
  for (const double value : {1.0 / 3, -1e300, 5e-324, 0.0})
    CHECK(cell_value(numbers, cell_text(numbers, value)) == value);
}

TEST_CASE("a text that is no cell of the column is refused by name", "[cell]") {
  const Column levels{"sex", ColumnType::binary, {"Male", "Female"}, {}},
      numbers{"age", ColumnType::continuous, {}, {}};
  CHECK_THROWS_WITH(cell_value(levels, "Femal"), Catch::Contains("did you mean 'Female'?"));
  CHECK_THROWS_WITH(cell_value(numbers, "12x"), Catch::Contains("column 'age': the value '12x'; a number"));
  CHECK_THROWS_AS(cell_value(numbers, ""), Error);
}
