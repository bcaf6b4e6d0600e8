#include <equipoise/objective/world_request.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("the rows as observed are the request that changes nothing", "[objective]") {
  CHECK(WorldRequest{}.is_factual());
  CHECK_FALSE(WorldRequest{.variable = "sex", .shift = 1}.is_factual());
}

TEST_CASE("requests are equal where they ask for the same world, held paths included", "[objective]") {
  const WorldRequest shifted{.variable = "sex", .shift = 1};
  WorldRequest held = shifted;
  held.held = {{"sex", "dept", "admit"}};
  CHECK(shifted == WorldRequest{.variable = "sex", .shift = 1});
  CHECK_FALSE(shifted == held);
  CHECK_FALSE(shifted == WorldRequest{.variable = "sex", .shift = 2});
  CHECK_FALSE(shifted == WorldRequest{.variable = "sex", .value = "1"});
}
