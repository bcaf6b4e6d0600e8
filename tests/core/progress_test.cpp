#include <equipoise/core/progress.hpp>

#include <catch2/catch.hpp>

#include <equipoise/core/progress_meter.hpp>

using namespace equipoise;

TEST_CASE("a listener may be left out") {
  const Progress nobody = {};
  CHECK_FALSE(nobody);
  ProgressMeter meter(nobody, "points", 3);
  CHECK_NOTHROW(meter.advance(5));
}
