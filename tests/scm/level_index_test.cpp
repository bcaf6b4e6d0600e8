#include <catch2/catch.hpp>

#include <limits>

#include <equipoise/scm/level_index.hpp>

using namespace equipoise;

TEST_CASE("a whole number below the number of levels is a level, and nothing else is") {
  for (std::size_t level = 0; level < 4; ++level) {
    CHECK(detail::level_index(static_cast<double>(level), 4, {0, 1}, 0) == level);
  }
  CHECK(detail::level_index(-0.0, 4, {0, 1}, 0) == 0);
  for (const double wrong : {-1.0, 4.0, 0.5, 1e300, -1e300, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    try {
      detail::level_index(wrong, 4, {10, 5}, 2);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::scm_no_support);
      CHECK(error.place() == "row 13");
    }
  }
}
