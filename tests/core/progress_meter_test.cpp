#include <equipoise/core/progress_meter.hpp>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/parallel.hpp>

using namespace equipoise;

TEST_CASE("a meter reports each step once, in order, from any number of threads") {
  for (const unsigned threads : {1u, 4u}) {
    std::vector<ProgressEvent> events;
    std::vector<std::string> names;
    ProgressMeter meter(
        [&](const ProgressEvent& event) {
          events.push_back(event);
          names.emplace_back(event.what);
        },
        "points", 200);
    parallel_for(200, Parallelism::exactly(threads), [&](std::size_t) { meter.advance(); });
    REQUIRE(events.size() == 201);
    for (std::size_t i = 0; i < events.size(); ++i) {
      REQUIRE(events[i].done == i);
      REQUIRE(events[i].total == 200);
      REQUIRE(names[i] == "points");
      if (i > 0) REQUIRE(events[i].elapsed_seconds >= events[i - 1].elapsed_seconds);
    }
    CHECK(events.front().remaining_seconds == 0);
    CHECK(events[100].remaining_seconds == Approx(events[100].elapsed_seconds));
    CHECK(events.back().remaining_seconds == 0);
  }
}
