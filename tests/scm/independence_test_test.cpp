#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/independence_test.hpp>

using namespace equipoise;

namespace {

using Names = std::vector<std::string>;

/// Z, and X and Y that read it, each with its own noise: X and Y are independent given Z.
Table fork(std::uint64_t seed, std::size_t rows, double direct, double (*f)(double)) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> x(rows), y(rows), z(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    z[i] = normal(random);
    x[i] = std::tanh(2 * z[i]) + 0.5 * normal(random);
    y[i] = z[i] * z[i] + direct * f(x[i]) + normal(random);
  }
  return Table({{"X", ColumnType::continuous, {}, x},
                {"Y", ColumnType::continuous, {}, y},
                {"Z", ColumnType::continuous, {}, z}});
}

/// The Kolmogorov-Smirnov distance of p-values from the uniform distribution, times the root of their number: above
/// 1.95 by chance once in 1,000, above 2.3 once in 20,000.
double distance_from_uniform(std::vector<double> p) {
  std::sort(p.begin(), p.end());
  double distance = 0;
  const auto n = static_cast<double>(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto rank = static_cast<double>(i);
    distance = std::max({distance, p[i] - rank / n, (rank + 1) / n - p[i]});
  }
  return distance * std::sqrt(n);
}

}  // namespace

TEST_CASE("the G-test of a table of counts is that worked by hand") {
  Table table(
      {{"A", ColumnType::binary, {"no", "yes"}, {0, 0, 1, 1}}, {"B", ColumnType::binary, {"no", "yes"}, {0, 1, 0, 1}}});
  table.set_weights({10, 20, 30, 40});
  const IndependenceTest test = g_test(table, "A", "B");
  CHECK(test.method == "G-test");
  CHECK(test.people == Approx(100));
  REQUIRE(test.strongest() != nullptr);
  CHECK(test.strongest()->statistic == Approx(2 * (10 * std::log(10 / 12.0) + 20 * std::log(20 / 18.0) +
                                                   30 * std::log(30 / 28.0) + 40 * std::log(40 / 42.0))));
  CHECK(test.p_value == Approx(std::erfc(std::sqrt(test.strongest()->statistic / 2))));  // of one degree of freedom
}

TEST_CASE("a partial correlation is that of the formula for one given variable") {
  const Table table = fork(3, 50, 0.5, [](double x) { return x; });
  const auto r = [&](const char* a, const char* b) {
    const auto& x = table.column(a).values;
    const auto& y = table.column(b).values;
    double mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
    for (std::size_t i = 0; i < 50; ++i) {
      mx += x[i] / 50;
      my += y[i] / 50;
    }
    for (std::size_t i = 0; i < 50; ++i) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / std::sqrt(xx * yy);
  };
  const double partial = (r("X", "Y") - r("X", "Z") * r("Y", "Z")) /
                         std::sqrt((1 - std::pow(r("X", "Z"), 2)) * (1 - std::pow(r("Y", "Z"), 2)));
  const IndependenceTest test = partial_correlation_test(table, "X", "Y", Names{"Z"});
  REQUIRE(test.parts.size() == 1);
  CHECK(test.parts[0].degrees_of_freedom == 47);
  CHECK(test.parts[0].statistic == Approx(partial * std::sqrt(47 / (1 - partial * partial))));
}

TEST_CASE("p-values are uniform under the hypothesis: of G, of partial correlations") {
  std::vector<double> g, correlation;
  std::mt19937_64 random(17);
  std::normal_distribution<double> normal;
  for (int seed = 0; seed < 1000; ++seed) {
    std::vector<double> a(400), b(400), c(400), x(60), y(60), z(60);
    for (std::size_t i = 0; i < a.size(); ++i) {
      c[i] = static_cast<double>(random() % 2);
      a[i] = random() % 3 == 0 || (c[i] > 0 && random() % 3 == 0) ? 1 : 0;
      b[i] = random() % 4 < (c[i] > 0 ? 2U : 1U) ? 1 : 0;
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
      z[i] = normal(random);
      x[i] = z[i] + normal(random);
      y[i] = normal(random) - z[i];
    }
    const auto levels = [](const char* name, const std::vector<double>& values) {
      return Column{name, ColumnType::binary, {"0", "1"}, values};
    };
    const auto number = [](const char* name, const std::vector<double>& values) {
      return Column{name, ColumnType::continuous, {}, values};
    };
    g.push_back(g_test(Table({levels("A", a), levels("B", b), levels("C", c)}), "A", "B", Names{"C"}).p_value);
    correlation.push_back(
        partial_correlation_test(Table({number("X", x), number("Y", y), number("Z", z)}), "X", "Y", Names{"Z"})
            .p_value);
  }
  CHECK(distance_from_uniform(g) < 2.3);
  CHECK(distance_from_uniform(correlation) < 2.3);
}

TEST_CASE("p-values of each product of residuals are uniform where the conditional means are not linear", "[rate]") {
  std::vector<std::vector<double>> p(4);  // value by value, value by score, functions of the value, interactions
  double at_1 = 0, at_5 = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto test = residual_product_test(fork(seed, 600, 0, [](double x) { return x; }), "X", "Y", Names{"Z"});
    REQUIRE(test.parts.size() > p.size());
    for (std::size_t i = 0; i < p.size(); ++i) p[i].push_back(test.parts[i].p_value);
    at_1 += test.p_value < 0.01 ? 1 : 0;
    at_5 += test.p_value < 0.05 ? 1 : 0;
  }
  for (const std::vector<double>& of_part : p) CHECK(distance_from_uniform(of_part) < 2.3);
  // The parts are dependent: their combination keeps its level, and is nearly uniform, not exactly. Above 25 at 0.01 by
  // chance once in 30,000, above 80 at 0.05 once in 30,000.
  CHECK(at_1 <= 25);
  CHECK(at_5 <= 80);
}

TEST_CASE("dependence is seen through a slope, an even function, an interaction, and the spread alone") {
  const auto denied = [](const Table& table) { return independence_test(table, "X", "Y", Names{"Z"}).p_value < 1e-4; };
  CHECK(denied(fork(1, 5000, 0.3, [](double x) { return x; })));
  CHECK(denied(fork(1, 5000, 0.5, [](double x) { return std::cos(3 * x); })));
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  std::vector<double> x(5000), z(5000), product(5000), spread(5000);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = normal(random);
    z[i] = normal(random);
    product[i] = 0.2 * x[i] * z[i] + normal(random);
    spread[i] = (1 + 0.3 * std::abs(x[i])) * normal(random);
  }
  const auto with = [&](const std::vector<double>& y) {
    return Table({{"X", ColumnType::continuous, {}, x},
                  {"Y", ColumnType::continuous, {}, y},
                  {"Z", ColumnType::continuous, {}, z}});
  };
  CHECK(denied(with(product)));
  CHECK(denied(with(spread)));
}

TEST_CASE("numbers and levels mix, and a row of several people counts as they would one by one") {
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  Column level{"X", ColumnType::categorical, {"a", "b", "c"}, {}}, number{"Y", ColumnType::continuous, {}, {}},
      known{"Z", ColumnType::continuous, {}, {}};
  std::vector<double> counts;
  for (int i = 0; i < 1500; ++i) {
    known.values.push_back(normal(random));
    level.values.push_back(
        static_cast<double>(std::min<std::uint64_t>(2, random() % 2 + (known.values.back() > 0 ? 1 : 0))));
    number.values.push_back(std::sin(known.values.back()) + (level.values.back() == 2 ? 0.4 : 0) + normal(random));
    counts.push_back(static_cast<double>(1 + random() % 3));
  }
  Table weighted({level, number, known});
  weighted.set_weights(counts);
  std::vector<std::size_t> people;
  for (std::size_t i = 0; i < counts.size(); ++i) people.insert(people.end(), static_cast<std::size_t>(counts[i]), i);
  Table single = weighted.select(people);
  single.set_weights(std::vector<double>(people.size(), 1.0));
  const IndependenceTest one = independence_test(weighted, "X", "Y", Names{"Z"}),
                         other = independence_test(single, "X", "Y", Names{"Z"});
  CHECK(one.p_value < 1e-6);
  CHECK(one.people == Approx(other.people));
  REQUIRE(one.parts.size() == other.parts.size());
  for (std::size_t i = 0; i < one.parts.size(); ++i)
    CHECK(one.parts[i].statistic == Approx(other.parts[i].statistic).epsilon(1e-5));
}

TEST_CASE("what cannot be tested has a p-value of 1 and a note; what is no test is refused") {
  const Table table({{"X", ColumnType::continuous, {}, {1, 2, 3, 4}},
                     {"Y", ColumnType::continuous, {}, {5, 5, 5, 5}},
                     {"D", ColumnType::binary, {"0", "1"}, {0, 1, 0, 1}}});
  for (const IndependenceTest& test : {independence_test(table, "X", "Y"), partial_correlation_test(table, "X", "Y"),
                                       independence_test(table, "X", "D", Names{"Y"})}) {
    CHECK(test.p_value <= 1);
    CHECK(test.p_value > 0);
  }
  CHECK(independence_test(table, "X", "Y").p_value == 1);
  CHECK(independence_test(table, "X", "Y").note.find("'Y' is constant") != std::string::npos);
  CHECK_THROWS_AS(g_test(table, "X", "D"), Error);
  CHECK_THROWS_AS(partial_correlation_test(table, "X", "D"), Error);
  CHECK_THROWS_AS(independence_test(table, "X", "X"), Error);
  CHECK_THROWS_AS(independence_test(table, "X", "W"), Error);
  CHECK_THROWS_AS(independence_test(table.select({}), "X", "Y"), Error);
}

TEST_CASE("columns of any scale and offset are tested as they are, and a constant is named one") {
  const Table table = fork(5, 300, 0.5, [](double x) { return x; });
  const auto test = [&](double offset, double scale) {
    std::vector<Column> columns = {table.column("X"), table.column("Y"), table.column("Z")};
    for (double& x : columns[0].values) x = offset + scale * x;
    return independence_test(Table(std::move(columns)), "X", "Y", Names{"Z"});
  };
  const IndependenceTest plain = test(0, 1);
  REQUIRE(plain.note.empty());
  CHECK(test(0, 1e-200).p_value == Approx(plain.p_value).epsilon(1e-6));
  CHECK(test(1e13, 1e3).p_value == Approx(plain.p_value).epsilon(1e-2));
  CHECK(test(0, 0).note == "'X' is constant");
}
