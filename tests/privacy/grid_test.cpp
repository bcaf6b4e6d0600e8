#include <equipoise/privacy/grid.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("a noise's grid is a power of two, 2^32 to 2^33 steps to the noise", "[grid]") {
  for (const double scale : {1e-200, 0.3, 1.0, 1.999, 50.0, 1e200}) {
    const Grid grid = Grid::for_noise(scale);
    CHECK(std::ldexp(1.0, grid.exponent()) == grid.step());
    CHECK(scale / grid.step() >= 0x1p32);
    CHECK(scale / grid.step() < 0x1p33);
  }
  CHECK_THROWS_AS(Grid::for_noise(0), Error);
  CHECK_THROWS_AS(Grid::for_noise(std::numeric_limits<double>::infinity()), Error);
  CHECK_THROWS_AS(Grid(901), Error);
}

TEST_CASE("the nearest grid point is found for any double", "[grid]") {
  const Grid quarter(-2);
  CHECK(quarter.nearest(0.374) == 1);
  CHECK(quarter.nearest(0.376) == 2);
  CHECK(quarter.nearest(-0.376) == -2);
  CHECK(quarter.value(-3) == -0.75);
  CHECK(quarter.nearest(std::numeric_limits<double>::quiet_NaN()) == 0);
  CHECK(quarter.nearest(1e300) == std::int64_t{1} << 62);
  CHECK(quarter.nearest(-std::numeric_limits<double>::infinity()) == -(std::int64_t{1} << 62));
}

TEST_CASE("rows clipped for the grid stay within the bound once rounded", "[grid]") {
  // The worst row of all: each entry half a step short of being rounded away from 0.
  const Grid grid(-6);
  for (const int entries : {1, 10, 1000}) {
    const auto columns = static_cast<std::size_t>(entries);
    const double bound = clip_bound_for_rounded_rows(1.0, columns, grid);
    const double p = static_cast<double>(columns), entry = bound / std::sqrt(p);
    const double rounded = (std::floor(entry / grid.step() + 0.5)) * grid.step() * std::sqrt(p);
    CHECK(rounded <= 1.0);
    CHECK(bound >= 1.0 - std::sqrt(p) * grid.step());
    CHECK(bound + std::sqrt(p) * grid.step() / 2 <= 1.0);
  }
  CHECK_THROWS_AS(clip_bound_for_rounded_rows(1.0, 20000, grid), Error);
}

TEST_CASE("neighbouring sums in doubles stay within the bound once rounded", "[grid]") {
  const Grid grid(-20);
  const std::size_t columns = 5;
  const double bound = clip_bound_for_rounded_sum(1.0, columns, grid, 2000);
  CHECK(bound <= 1 - std::sqrt(5.0) * grid.step());
  CHECK(clip_bound_for_rounded_sum(1.0, columns, grid, 0) > bound);
  CHECK_THROWS_AS(clip_bound_for_rounded_sum(1.0, columns, grid, std::size_t{1} << 51), Error);
  for (std::uint32_t point = 0; point < 50; ++point) {
    RowStream random = RandomStream({.seed = 5, .purpose = Purpose::test, .point = point}).row(0);
    std::vector<double> with(columns, 0.0), without(columns, 0.0);
    for (int row = 0; row < 2000; ++row) {
      std::vector<double> x(columns);
      double norm = 0;
      for (double& entry : x) {
        entry = random.uniform() - 0.3;
        norm += entry * entry;
      }
      for (std::size_t j = 0; j < columns; ++j) {
        const double share = x[j] * (bound / std::sqrt(norm) * (1 - 1e-15));
        with[j] += share;
        if (row > 0) without[j] += share;
      }
    }
    double square = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      const auto steps = static_cast<double>(grid.nearest(with[j]) - grid.nearest(without[j]));
      square += steps * grid.step() * (steps * grid.step());
    }
    CHECK(square <= 1);
  }
}
