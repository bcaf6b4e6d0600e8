#include <equipoise/data/people.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

Table counts(std::vector<double> weights) {
  Table table({{"x", ColumnType::continuous, {}, {1.5, 2.5, 3.5}}, {"g", ColumnType::binary, {"a", "b"}, {0, 1, 0}}});
  table.set_weights(std::move(weights));
  return table;
}

}  // namespace

TEST_CASE("a row is repeated as often as it counts people") {
  const Table people = one_row_a_person(counts({2, 0, 3}));
  CHECK(people.rows() == 5);
  CHECK(people.column("x").values == std::vector<double>{1.5, 1.5, 3.5, 3.5, 3.5});
  CHECK(people.column("g").levels == std::vector<std::string>{"a", "b"});
  for (const double weight : people.weights()) CHECK(weight == 1);
}

TEST_CASE("weights that do not count people stay as they are") {
  const Table table = one_row_a_person(counts({0.5, 1, 2}));
  CHECK(table.rows() == 3);
  CHECK(table.weights()[0] == 0.5);
}

TEST_CASE("more people than could be rows are refused") {
  CHECK_THROWS_AS(one_row_a_person(counts({1e9, 1, 1})), Error);
}
