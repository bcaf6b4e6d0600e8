#include <equipoise/core/interval.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("intervals and estimates are compared by their numbers") {
  CHECK(Interval{.low = 1, .high = 2} == Interval{.low = 1, .high = 2});
  CHECK_FALSE(Interval{.low = 1, .high = 2} == Interval{.low = 1, .high = 3});
  CHECK(Estimate{.value = 1, .low = 0, .high = 2} == Estimate{.value = 1, .low = 0, .high = 2});
  CHECK_FALSE(Estimate{.value = 1, .low = 0, .high = 2} == Estimate{});
}
