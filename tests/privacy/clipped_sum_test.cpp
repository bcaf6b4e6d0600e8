#include <equipoise/privacy/clipped_sum.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>

using namespace equipoise;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
using Sum = ClippedSum<Adjacency::add_or_remove_one>;

long double norm_of(const Sum& sum) {
  long double square = 0;
  for (const std::int64_t steps : sum.sum())
    square += static_cast<long double>(steps) * static_cast<long double>(steps);
  return std::sqrt(square) * static_cast<long double>(sum.grid().step());
}

}  // namespace

TEST_CASE("no row whatever has a norm above the bound on the grid", "[clipped_sum]") {
  RowStream random = RandomStream({.seed = 8, .purpose = Purpose::test}).row(0);
  const double odd[] = {0.0,    -0.0,   infinity, -infinity, nan_value, 1e308, -1.7e308,
                        1e-308, 5e-324, 1e154,    1e155,     1e-160,    1.0,   1e17};
  for (int i = 0; i < 4000; ++i) {
    const auto columns = static_cast<std::size_t>(1 + draw_below(random, 40));
    const double clip = std::exp(20 * (random.uniform() - 0.5));
    const Grid grid(std::ilogb(clip) - static_cast<int>(6 + draw_below(random, 40)));
    Sum sum(columns, clip, grid);
    std::vector<double> row(columns);
    for (double& x : row)
      x = random.uniform() < 0.1 ? odd[draw_below(random, std::size(odd))] : clip * std::exp(4 * draw_normal(random));
    sum.add(row);
    CHECK(norm_of(sum) <= static_cast<long double>(clip));
    const bool finite = std::all_of(row.begin(), row.end(), [](double x) { return std::isfinite(x); });
    if (!finite) CHECK(norm_of(sum) == 0);
  }
}

TEST_CASE("rows within the bound are kept and longer ones keep their direction", "[clipped_sum]") {
  Sum sum(2, 1.0, Grid(-40));
  sum.add(std::vector{0.25, -0.5});
  CHECK(sum.grid().value(sum.sum()[0]) == 0.25);
  CHECK(sum.grid().value(sum.sum()[1]) == -0.5);
  for (const double size : {3.0, 3e200, 1.5e308}) {
    Sum clipped(2, 1.0, Grid(-40));
    clipped.add(std::vector{size, -size / 3});
    CHECK(clipped.grid().value(clipped.sum()[0]) == Approx(3 / std::sqrt(10)).epsilon(1e-11));
    CHECK(clipped.grid().value(clipped.sum()[1]) == Approx(-1 / std::sqrt(10)).epsilon(1e-11));
  }
  for (const double size : {3e-200, 3e-310}) {  // kept, though on this grid it is nothing
    Sum tiny(2, 1.0, Grid(-40));
    tiny.add(std::vector{size, size});
    CHECK(norm_of(tiny) == 0);
  }
}

TEST_CASE("the sum does not depend on the order of rows", "[clipped_sum]") {
  RowStream random = RandomStream({.seed = 9, .purpose = Purpose::test}).row(0);
  std::vector<std::vector<double>> rows(500, std::vector<double>(7));
  for (auto& row : rows)
    for (double& x : row) x = 1e3 * draw_normal(random) * std::exp(10 * draw_normal(random));
  Sum one(7, 2.0, Grid(-33)), other(7, 2.0, Grid(-33));
  for (const auto& row : rows) one.add(row);
  shuffle(random, std::span(rows));
  for (const auto& row : rows) other.add(row);
  CHECK(std::equal(one.sum().begin(), one.sum().end(), other.sum().begin()));
}

TEST_CASE("a clipped sum's sensitivity is its bound, or twice that", "[clipped_sum]") {
  CHECK(Sum(3, 1.5, Grid(-30)).sensitivity().value() == 1.5);
  CHECK(ClippedSum<Adjacency::replace_one>(3, 1.5, Grid(-30)).sensitivity().value() == 3);
}

TEST_CASE("a grid without room is refused beforehand, too many rows when they come", "[clipped_sum]") {
  CHECK_THROWS_AS(Sum(1, 1.0, Grid(-53)), Error);
  CHECK_THROWS_AS(Sum(100, 1.0, Grid(-1)), Error);
  Sum sum(1, 1.0, Grid(-52));
  for (int i = 0; i < 1023; ++i) sum.add(std::vector{1.0});
  CHECK_THROWS_AS(sum.add(std::vector{nan_value}), Error);
}
