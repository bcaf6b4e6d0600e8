#include <equipoise/scm/unit_partition.hpp>

#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {
double length(const UnitInterval& interval) { return distance(interval.low, interval.high); }
}  // namespace

TEST_CASE("levels lie on the unit interval in their order, each as long as it is probable") {
  const std::vector<double> p{0.125, 0, 0.5, 0.375, 0};
  const std::vector<UnitInterval> intervals = level_intervals(p);
  REQUIRE(intervals.size() == 5);
  for (std::size_t k = 0; k < 5; ++k) CHECK(length(intervals[k]) == p[k]);
  CHECK(intervals[2].low.below == 0.125);
  CHECK(intervals[2].high.above == 0.375);
  CHECK(intervals[3].high.below == 1);
}

TEST_CASE("points near both ends keep their digits") {
  const std::vector<double> rare_first{1e-30, 1}, rare_last{1, 1e-30};
  CHECK(length(level_intervals(rare_first)[0]) == 1e-30);
  CHECK(length(level_intervals(rare_last)[1]) == 1e-30);
  const std::vector<double> rarer{1, 2.5e-31};
  const UnitPoint a = level_intervals(rare_last)[1].low, b = level_intervals(rarer)[1].low;
  CHECK(a < b);
  CHECK(distance(a, b) == Approx(7.5e-31).margin(0));
}

TEST_CASE("a partition's cells lie between its points, and points that differ by rounding are one") {
  const double rounded = 0.1 + 0.2;
  REQUIRE(rounded != 0.3);
  const UnitPoint low{0, 1}, a{0.3, 0.7}, b{rounded, 1 - rounded}, c{0.75, 0.25}, high{1, 0};
  const UnitPartition partition({high, b, low, c, a, low});
  REQUIRE(partition.cell_count() == 3);
  CHECK(partition.place(low) == 0);
  CHECK(partition.place(a) == 1);
  CHECK(partition.place(b) == 1);
  CHECK(partition.place(c) == 2);
  CHECK(partition.place(high) == 3);
  CHECK(partition.length(1, 2) == Approx(0.45));
  CHECK(partition.length(0, 3) == 1);
  CHECK(UnitPartition({}).cell_count() == 0);
}
