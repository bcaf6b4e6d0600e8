#include <equipoise/data/people.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

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

TEST_CASE("people beyond the most rows share them, every row kept and nobody lost") {
  const Table people = one_row_a_person(counts({1e9, 1, 3e9 + 7}), 1000);
  CHECK(people.weights_are_counts());
  CHECK(people.rows() > 990);
  CHECK(people.rows() <= 1003);
  double of_value[3] = {}, least = 1e12, most = 0;
  for (std::size_t row = 0; row < people.rows(); ++row) {
    const double weight = people.weights()[row], value = people.column("x").values[row];
    of_value[static_cast<int>(value - 1.5)] += weight;
    if (value == 2.5) continue;
    least = std::min(least, weight);
    most = std::max(most, weight);
  }
  CHECK(of_value[0] == 1e9);
  CHECK(of_value[1] == 1);
  CHECK(of_value[2] == 3e9 + 7);
  CHECK(most < 1.01 * least);
}
