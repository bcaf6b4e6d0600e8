#include <catch2/catch.hpp>

#include <equipoise/scm/world_question.hpp>

using namespace equipoise;

TEST_CASE("terms with the same events are equal, and differ by any one of them") {
  const WorldEvent event{.left = 1, .comparison = Comparison::less, .value = 2};
  const WorldTerm term{.of = {event}, .given = {{.left = 0, .value = 1}}};
  WorldTerm other = term;
  CHECK(other == term);
  other.given.front().allowed = {0, 1};
  CHECK_FALSE(other == term);
  CHECK(holds(Comparison::less_or_equal, 1, 1));
  CHECK_FALSE(holds(Comparison::greater, 1, 1));
}
