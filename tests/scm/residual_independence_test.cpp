#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <equipoise/scm/residual_independence.hpp>

using namespace equipoise;

namespace {

using Names = std::vector<std::string>;

template <class Cause, class Effect>
Table drawn(std::uint64_t seed, std::size_t rows, Cause cause, Effect effect) {
  std::mt19937_64 random(seed);
  std::vector<double> x(rows), y(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    x[i] = cause(random);
    y[i] = effect(x[i], random);
  }
  return Table({{"X", ColumnType::continuous, {}, x}, {"Y", ColumnType::continuous, {}, y}});
}

double normal(std::mt19937_64& random) { return std::normal_distribution<double>()(random); }
double laplace(std::mt19937_64& random) {
  std::exponential_distribution<double> exponential;
  return exponential(random) - exponential(random);
}
/// Student's t with 4 degrees of freedom.
double student(std::mt19937_64& random) { return std::student_t_distribution<double>(4)(random); }
double uniform(std::mt19937_64& random) { return std::uniform_real_distribution<double>(-1, 1)(random); }

}  // namespace

TEST_CASE("a function that is not linear, and noise that is not normal, tell cause from effect") {
  const auto told = [](const Table& table) {
    return residual_independence(table, Names{"X"}, "Y").p_value > 1e-3 &&
           residual_independence(table, Names{"Y"}, "X").p_value < 1e-6;
  };
  CHECK(told(drawn(1, 5000, normal, [](double x, auto& r) { return std::tanh(2 * x) + 0.5 * normal(r); })));
  CHECK(told(drawn(2, 5000, normal, [](double x, auto& r) { return x * x + normal(r); })));
  CHECK(told(drawn(3, 5000, laplace, [](double x, auto& r) { return x + laplace(r); })));
  CHECK(told(drawn(4, 5000, uniform, [](double x, auto& r) { return x + uniform(r); })));
}

TEST_CASE("a line with normal noise is the same in both directions, and is denied no oftener than the level",
          "[rate]") {
  // 500 tables: a share at 0.05 is above 0.10 by chance once in a million, at 0.01 above 0.034 once in 20,000.
  double there[2] = {}, back[2] = {};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Table table = drawn(seed, 1000, normal, [](double x, auto& r) { return 0.7 * x + normal(r); });
    const double p = residual_independence(table, Names{"X"}, "Y").p_value;
    const double q = residual_independence(table, Names{"Y"}, "X").p_value;
    const double levels[] = {0.05, 0.01};
    for (int k = 0; k < 2; ++k) {
      there[k] += p < levels[k] ? 1 : 0;
      back[k] += q < levels[k] ? 1 : 0;
    }
  }
  for (const double* share : {there, back}) {
    CHECK(share[0] / 500 < 0.10);
    CHECK(share[1] / 500 < 0.034);
  }
}

TEST_CASE(
    "a weak line with heavy-tailed noise tells its direction, and is denied as it stands no oftener than the level",
    "[rate]") {
  // 60 tables: the right direction is below 0.05 more than 10 times by chance once in 4,000.
  double wrong = 0, right = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Table table = drawn(seed, 5000, student, [](double x, auto& r) { return 0.12 * x + student(r); });
    wrong += residual_independence(table, Names{"Y"}, "X").p_value < 0.005 ? 1 : 0;
    right += residual_independence(table, Names{"X"}, "Y").p_value < 0.05 ? 1 : 0;
  }
  CAPTURE(wrong, right);
  CHECK(wrong >= 50);
  CHECK(right <= 10);
}

TEST_CASE("a spread that grows with the cause is seen, and at the right cause") {
  std::mt19937_64 random(6);
  std::vector<double> x(5000), z(5000), y(5000);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = normal(random);
    z[i] = normal(random);
    y[i] = x[i] + z[i] + std::exp(0.2 * z[i]) * normal(random);
  }
  const Table table({{"X", ColumnType::continuous, {}, x},
                     {"Y", ColumnType::continuous, {}, y},
                     {"Z", ColumnType::continuous, {}, z}});
  const ResidualIndependence test = residual_independence(table, Names{"X", "Z"}, "Y");
  REQUIRE(test.tested);
  CHECK(test.by_cause[0] > 1e-3);
  CHECK(test.by_cause[1] < 1e-6);
}

TEST_CASE("levels, constants and few rows are not tested") {
  const Table few = drawn(1, 40, normal, [](double x, auto& r) { return x + normal(r); });
  CHECK_FALSE(residual_independence(few, Names{"X"}, "Y").tested);
  std::vector<double> levels(500), x(500);
  for (std::size_t i = 0; i < 500; ++i) {
    levels[i] = static_cast<double>(i % 2);
    x[i] = static_cast<double>(i * i % 101);
  }
  const Table mixed({{"D", ColumnType::binary, {"0", "1"}, levels}, {"X", ColumnType::continuous, {}, x}});
  CHECK_FALSE(residual_independence(mixed, Names{"X"}, "D").tested);
  CHECK_FALSE(residual_independence(mixed, Names{"D"}, "X").tested);
}
