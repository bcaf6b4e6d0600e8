#include <equipoise/privacy/nonnegative_counts.hpp>

#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("counts of at least 0 stay as they are", "[counts]") {
  std::vector<double> counts{3, 0, 7, 2};
  make_nonnegative(counts);
  CHECK(counts == std::vector<double>{3, 0, 7, 2});
}

TEST_CASE("a constant is taken off until the sum is right again", "[counts]") {
  std::vector<double> counts{10, 4, -2};  // 12 in all: (10 - t) + (4 - t) = 12 at t = 1
  make_nonnegative(counts);
  CHECK(counts == std::vector<double>{9, 3, 0});
  std::vector<double> less_than_nobody{1, -5};
  make_nonnegative(less_than_nobody);
  CHECK(less_than_nobody == std::vector<double>{0, 0});
  std::vector<double> none;
  make_nonnegative(none);
  CHECK(none.empty());
}

// The nearest point of a convex set is the one at which no other point of the set lies in the direction of what was
// given: (given - nearest) . (other - nearest) <= 0, for each of the simplex's corners.
TEST_CASE("nonnegative counts are the nearest ones of their sum", "[counts]") {
  const RandomStream stream({.seed = 5, .purpose = Purpose::test});
  for (std::uint64_t number = 0; number < 300; ++number) {
    RowStream random = stream.row(number);
    std::vector<double> given(1 + number % 9);
    for (double& each : given) each = 20 * random.uniform() - 8;
    const double total = std::accumulate(given.begin(), given.end(), 0.0);
    if (total <= 0) continue;
    std::vector<double> nearest = given;
    make_nonnegative(nearest);
    CHECK(std::accumulate(nearest.begin(), nearest.end(), 0.0) == Approx(total));
    for (std::size_t corner = 0; corner < given.size(); ++corner) {
      double product = 0;
      for (std::size_t i = 0; i < given.size(); ++i) {
        CHECK(nearest[i] >= 0);
        product += (given[i] - nearest[i]) * ((i == corner ? total : 0.0) - nearest[i]);
      }
      CHECK(product <= 1e-9);
    }
  }
}
