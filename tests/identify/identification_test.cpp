#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/identify/id.hpp>
#include <equipoise/identify/identification.hpp>

using namespace equipoise;

TEST_CASE("an answer names its arbitrary symbols or its hedge", "[identify]") {
  const std::vector<NamedEdge> directed{{"W", "R"}, {"R", "X"}, {"X", "Y"}}, hidden{{"W", "X"}, {"W", "Y"}};
  const CausalGraph napkin({"W", "R", "X", "Y"}, directed, hidden);
  const auto answer = identify_effect(napkin, NodeSet(4, {3}), NodeSet(4, {2}));
  REQUIRE(is_identified(answer));
  CHECK(std::get<Identified>(answer).arbitrary == Symbols{{1, 0}});

  const std::vector<NamedEdge> edge{{"X", "Y"}};
  const CausalGraph bow({"X", "Y"}, edge, edge);
  const auto refused = identify_effect(bow, NodeSet(2, {1}), NodeSet(2, {0}));
  REQUIRE_FALSE(is_identified(refused));
  CHECK(std::get<NotIdentified>(refused).hedge == Hedge{NodeSet(2, {0, 1}), NodeSet(2, {1})});
}
