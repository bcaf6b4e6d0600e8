#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <equipoise/data/split.hpp>

using namespace equipoise;

namespace {

// Every row is told apart by its id.
Table random_table(std::mt19937_64& random, std::size_t rows, bool counts) {
  Column id{"id", ColumnType::integer, {}, {}}, g{"g", ColumnType::binary, {"f", "m"}, {}},
      fold{"fold", ColumnType::categorical, {"a", "b", "c"}, {}};
  std::vector<double> weights;
  for (std::size_t row = 0; row < rows; ++row) {
    id.values.push_back(static_cast<double>(row));
    g.values.push_back(static_cast<double>(random() % 2));
    fold.values.push_back(static_cast<double>(random() % 3));
    weights.push_back(counts ? static_cast<double>(random() % 50 + (row == 0)) : 1.0);
  }
  Table table({id, g, fold});
  table.set_weights(weights);
  return table;
}

std::map<double, double> people_by_id(const Table& table) {
  std::map<double, double> people;
  for (std::size_t row = 0; row < table.rows(); ++row) people[table.column("id").values[row]] += table.weights()[row];
  return people;
}

double total(const Table& table, double g = -1) {
  double sum = 0;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (g < 0 || table.column("g").values[row] == g) sum += table.weights()[row];
  return sum;
}

}  // namespace

TEST_CASE("the parts hold every person once and keep their shares within one person a stratum", "[data]") {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 100; ++trial) {
    const Table table = random_table(random, 20 + random() % 200, trial % 2 == 0);
    const Split parts = split(table, {.validation = 0.25, .test = 0.15, .seed = random(), .stratify_by = {"g"}});
    std::map<double, double> people;
    for (const Table* part : {&parts.training, &parts.validation, &parts.test})
      for (const auto& [id, count] : people_by_id(*part)) people[id] += count;
    for (const auto& [id, count] : people_by_id(table)) REQUIRE(people[id] == count);
    for (const double g : {0.0, 1.0}) {
      REQUIRE(std::abs(total(parts.validation, g) - 0.25 * total(table, g)) <= 1);
      REQUIRE(std::abs(total(parts.test, g) - 0.15 * total(table, g)) <= 1);
    }
    REQUIRE(parts.test.column("fold").levels == table.column("fold").levels);
  }
}

TEST_CASE("the same seed divides alike and another replicate does not", "[data]") {
  std::mt19937_64 random(3);
  const Table table = random_table(random, 200, false);
  const auto test_of = [&](std::uint64_t seed, std::uint32_t replicate) {
    return people_by_id(split(table, {.seed = seed, .replicate = replicate}).test);
  };
  CHECK(test_of(1, 0) == test_of(1, 0));
  CHECK(test_of(1, 0) != test_of(1, 1));
  CHECK(test_of(1, 0) != test_of(2, 0));
}

TEST_CASE("every person is as likely to be tested", "[data]") {
  // 400 replicates of one person in four: each count is binomial with mean 100 and deviation 8.7; for 40 people a
  // bound of 5.5 deviations is passed by chance with probability below 40 * 4e-8 < 2e-6.
  std::mt19937_64 random(4);
  const Table table = random_table(random, 40, false);
  std::map<double, double> tested;
  for (std::uint32_t replicate = 0; replicate < 400; ++replicate)
    for (const auto& [id, count] :
         people_by_id(split(table, {.validation = 0.2, .test = 0.25, .replicate = replicate}).test))
      tested[id] += count;
  REQUIRE(tested.size() == 40);
  for (const auto& [id, count] : tested) CHECK(std::abs(count - 100) < 5.5 * 8.7);
}

TEST_CASE("people beyond numbering are divided by the same rule, whole and at random", "[data]") {
  // Three rows of 12, 18 and 30 million. A row's people in the test set are hypergeometric: mean n K / N, variance
  // n K (N - K) (N - n) / (N^2 (N - 1)). Over 400 divisions, six standard errors: false alarms below 1e-7 in all.
  const double people[] = {12e6, 18e6, 30e6}, all = 60e6;
  Table table({{"id", ColumnType::integer, {}, {0, 1, 2}}});
  table.set_weights({people[0], people[1], people[2]});
  constexpr std::uint64_t count = 400;
  const double divisions = count;
  double sum[3] = {}, squares[3] = {};
  const auto mean = [&](int row) { return 0.2 * people[row]; };
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const Split parts = split(table, {.validation = 0.1, .test = 0.2, .seed = seed});
    REQUIRE(total(parts.training) == 42e6);
    REQUIRE(total(parts.validation) == 6e6);
    REQUIRE(total(parts.test) == 12e6);
    for (int row = 0; row < 3; ++row) {
      REQUIRE(people_by_id(parts.training)[row] + people_by_id(parts.validation)[row] + people_by_id(parts.test)[row] ==
              people[row]);
      const double deviation = people_by_id(parts.test)[row] - mean(row);
      sum[row] += deviation;
      squares[row] += deviation * deviation;
    }
  }
  for (int row = 0; row < 3; ++row) {
    const double variance = 0.2 * 0.8 * people[row] * (all - people[row]) / (all - 1);
    CHECK(std::abs(sum[row]) < 6 * std::sqrt(divisions * variance));
    CHECK(std::abs(squares[row] - divisions * variance) < 6 * variance * std::sqrt(2 * divisions));
  }
}

TEST_CASE("a fold column decides the test rows, and validation comes from the rest", "[data]") {
  std::mt19937_64 random(5);
  const Table table = random_table(random, 300, true);
  const Split parts = split(table, {.validation = 0.2, .fold_column = "fold", .test_folds = {"b"}});
  for (const double fold : parts.test.column("fold").values) REQUIRE(fold == 1);
  for (const double fold : parts.training.column("fold").values) REQUIRE(fold != 1);
  CHECK(std::abs(total(parts.validation) - 0.2 * (total(table) - total(parts.test))) <= 1);
}

TEST_CASE("shares and parts that cannot be are refused", "[data]") {
  std::mt19937_64 random(6);
  const Table table = random_table(random, 2, false);
  CHECK_THROWS_AS(split(table, {.validation = 0.5, .test = 0.5}), Error);
  CHECK_THROWS_AS(split(table, {.validation = -0.1}), Error);
  CHECK_THROWS_WITH(split(table, {.validation = 0.01, .test = 0.01}), Catch::Matchers::Contains("no people are left"));
  CHECK_THROWS_WITH(split(table, {.fold_column = "fold", .test_folds = {"z"}}),
                    Catch::Matchers::Contains("no level 'z'"));
}
