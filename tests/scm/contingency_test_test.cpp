#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <vector>

#include <equipoise/scm/contingency_test.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

/// A table in which person i has level a[i] of the one variable and b[i] of the other.
ContingencyTable of_people(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> ones(a.size(), 1.0);
  return contingency_tables(a, b, {}, ones).at(0);
}

double pearson(const ContingencyTable& table) {
  double sum = 0;
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t j = 0; j < table.columns(); ++j)
      sum += std::pow(table.count(i, j) - table.expected(i, j), 2) / table.expected(i, j);
  return sum;
}

}  // namespace

TEST_CASE("Pearson's mean and variance are those over all permutations of the people") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 60; ++round) {
    const std::size_t people = 2 + random() % 6;
    std::vector<double> a(people), b(people);
    for (std::size_t i = 0; i < people; ++i) {
      a[i] = static_cast<double>(random() % 3);
      b[i] = static_cast<double>(random() % 3);
    }
    std::sort(b.begin(), b.end());
    if (std::count(a.begin(), a.end(), a[0]) == static_cast<long>(people) || b.front() == b.back()) continue;
    const Moments exact = pearson_moments(of_people(a, b));
    // Every distinct arrangement of b is as likely as any other.
    double count = 0, sum = 0, squares = 0;
    do {
      const double x = pearson(of_people(a, b));
      ++count;
      sum += x;
      squares += x * x;
    } while (std::next_permutation(b.begin(), b.end()));
    CHECK(exact.mean == Approx(sum / count).epsilon(1e-10));
    CHECK(exact.variance == Approx(squares / count - sum * sum / count / count).margin(1e-9));
  }
}

TEST_CASE("the G statistic and its degrees of freedom are those of the formula, within strata") {
  // One stratum of 2 x 2 counts 10 20 / 30 40, another that shows one level of b alone.
  std::vector<double> a{0, 0, 1, 1, 0, 1}, b{0, 1, 0, 1, 1, 1}, z{0, 0, 0, 0, 1, 1};
  const std::vector<double> weights{10, 20, 30, 40, 7, 9};
  const std::span<const double> given[] = {z};
  const auto tables = contingency_tables(a, b, given, weights);
  REQUIRE(tables.size() == 1);
  const auto g = g_statistic(tables);
  const double expected =
      2 * (10 * std::log(10 / 12.0) + 20 * std::log(20 / 18.0) + 30 * std::log(30 / 28.0) + 40 * std::log(40 / 42.0));
  CHECK(g.statistic == Approx(expected));
  CHECK(g.degrees_of_freedom == 1);
  CHECK(is_well_filled(tables));
}

TEST_CASE("the common association of 2 x 2 strata is that of Mantel and Haenszel") {
  std::vector<double> a, b, z, weights;
  const double counts[2][4] = {{12, 5, 7, 9}, {3, 8, 2, 11}};
  double off = 0, variance = 0;
  for (int s = 0; s < 2; ++s) {
    for (int cell = 0; cell < 4; ++cell) {
      a.push_back(cell / 2);
      b.push_back(cell % 2);
      z.push_back(s);
      weights.push_back(counts[s][cell]);
    }
    const double n = counts[s][0] + counts[s][1] + counts[s][2] + counts[s][3];
    const double row = counts[s][0] + counts[s][1], column = counts[s][0] + counts[s][2];
    off += counts[s][0] - row * column / n;
    variance += row * (n - row) * column * (n - column) / (n * n * (n - 1));
  }
  const std::span<const double> given[] = {z};
  const auto tables = contingency_tables(a, b, given, weights);
  const std::size_t places[] = {0, 1};
  const auto score = common_association(tables, places, 1, places, 1);
  CHECK(score.statistic == Approx(off * off / variance));
  CHECK(score.degrees_of_freedom == 1);
}

TEST_CASE("of one stratum of any levels the common association is Pearson's statistic times (n - 1) / n") {
  const std::vector<double> counts{4, 9, 2, 11, 7, 3, 8, 5, 6, 1, 12, 10};  // 3 x 4
  std::vector<double> a, b;
  for (std::size_t cell = 0; cell < counts.size(); ++cell) {
    a.push_back(static_cast<double>(cell / 4));
    b.push_back(static_cast<double>(cell % 4));
  }
  const auto tables = contingency_tables(a, b, {}, counts);
  const std::size_t rows[] = {1, 2, 0}, columns[] = {0, 3, 1, 2};  // which level is the reference does not matter
  const auto score = common_association(tables, rows, 2, columns, 3);
  CHECK(score.statistic == Approx(pearson(tables.at(0)) * 77 / 78));
  CHECK(score.degrees_of_freedom == 6);
  // Looked at by one level of either alone, it is the table of 2 x 2 that the others make together: level 1 of a has
  // 23 people, level 0 of b 17, and 7 both.
  const std::size_t row[] = {1, 0, 1}, column[] = {0, 1, 1, 1};
  const double variance = 23.0 * 55 * 17 * 61 / (78.0 * 78 * 77);
  CHECK(common_association(tables, row, 1, column, 1).statistic == Approx(std::pow(7 - 23.0 * 17 / 78, 2) / variance));
}

TEST_CASE("strata are the joint configurations of all that is given, and rows of no weight are in none") {
  std::mt19937_64 random(2);
  std::vector<double> a, b, y, z, joint, weights;
  for (int i = 0; i < 400; ++i) {
    a.push_back(static_cast<double>(random() % 3));
    b.push_back(static_cast<double>(random() % 2));
    y.push_back(static_cast<double>(random() % 4));
    z.push_back(static_cast<double>(random() % 3));
    joint.push_back(y.back() * 3 + z.back());
    weights.push_back(static_cast<double>(random() % 4));
  }
  const std::span<const double> both[] = {y, z}, one[] = {joint};
  const auto tables = contingency_tables(a, b, both, weights), alone = contingency_tables(a, b, one, weights);
  CHECK(tables.size() == 12);
  CHECK(g_statistic(tables).statistic == g_statistic(alone).statistic);
  double people = 0, weighed = 0;
  for (const ContingencyTable& table : tables) people += table.total;
  for (const double weight : weights) weighed += weight;
  CHECK(people == weighed);
  CHECK(configuration_numbers(both, 400) == configuration_numbers(one, 400));
  const std::vector<double> levels{0, 0, 1, 1, 2}, others{0, 1, 0, 1, 2}, last_has_none{4, 2, 3, 5, 0};
  CHECK(contingency_tables(levels, others, {}, last_has_none).at(0).rows() == 2);
  CHECK(g_statistic(contingency_tables(levels, others, {}, last_has_none)).degrees_of_freedom == 1);
}

TEST_CASE("a table is well filled up to a fifth of cells that expect less than five, and none less than one") {
  // 2 x 5 with rows alike: columns of total 2 m expect m in each cell.
  const auto filled = [](double smallest, double next) {
    const std::vector<double> expected{smallest, next, 9, 9, 9};
    std::vector<double> a, b, weights;
    for (std::size_t cell = 0; cell < 10; ++cell) {
      a.push_back(static_cast<double>(cell / 5));
      b.push_back(static_cast<double>(cell % 5));
      weights.push_back(expected[cell % 5]);
    }
    return is_well_filled(contingency_tables(a, b, {}, weights));
  };
  CHECK(filled(4, 5));
  CHECK(filled(1, 5));
  CHECK_FALSE(filled(4, 4));
  CHECK_FALSE(filled(0.5, 9));
}

TEST_CASE("sparse strata are judged at their level where the chi-square distribution of G is not", "[rate]") {
  // 300 strata of about 4 people, 3 x 3 levels, independent: 600 tables. At 0.05 a binomial share of 600 is below 0.09
  // but once in 40,000; G against its chi-square distribution rejects far more.
  std::mt19937_64 random(8);
  double moments = 0, likelihood = 0;
  constexpr int tables_drawn = 600;
  for (int round = 0; round < tables_drawn; ++round) {
    std::vector<double> a(1200), b(1200), z(1200), ones(1200, 1.0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      z[i] = static_cast<double>(random() % 300);
      a[i] = static_cast<double>(random() % 4 / 2 + random() % 2);
      b[i] = static_cast<double>(random() % 4 / 2 + random() % 2);
    }
    const std::span<const double> given[] = {z};
    const auto tables = contingency_tables(a, b, given, ones);
    CHECK_FALSE(is_well_filled(tables));
    moments += pearson_statistic(tables).p_value < 0.05 ? 1 : 0;
    likelihood += g_statistic(tables).p_value < 0.05 ? 1 : 0;
  }
  CHECK(moments / tables_drawn < 0.09);
  CHECK(moments / tables_drawn > 0.02);
  CHECK(likelihood / tables_drawn > 0.2);
}
