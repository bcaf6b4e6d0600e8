#include <equipoise/identify/response_types.hpp>

#include <array>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("every pair of functions is one response type") {
  const std::array<NamedEdge, 2> edges{{{"Z", "X"}, {"X", "Y"}}};
  const std::array<NamedEdge, 1> hidden{{{"X", "Y"}}};
  const CausalGraph graph({"Z", "X", "Y"}, edges, hidden);
  NodeSet district = graph.none();
  district.insert(1), district.insert(2);
  const auto types = ResponseTypes::of_district(graph, district, {2, 3, 2}, 1000);
  REQUIRE(types);
  // X answers to Z in 3^2 ways, Y to X in 2^3.
  CHECK(types->count() == 72);
  std::set<std::vector<std::size_t>> functions;
  for (std::size_t type = 0; type < types->count(); ++type) {
    std::vector<std::size_t> function;
    for (std::size_t z = 0; z < 2; ++z) function.push_back(types->response(type, 1, std::array{z}));
    for (std::size_t x = 0; x < 3; ++x) function.push_back(types->response(type, 2, std::array{x}));
    functions.insert(function);
    std::vector<std::size_t> levels{1, 0, 0};
    types->respond(type, graph.none(), levels);
    CHECK(levels[1] == function[1]);
    CHECK(levels[2] == function[2 + levels[1]]);
    NodeSet x = graph.none();
    x.insert(1);
    levels = {0, 2, 0};
    types->respond(type, x, levels);
    CHECK(levels == std::vector<std::size_t>{0, 2, function[4]});
  }
  CHECK(functions.size() == 72);
  CHECK_FALSE(ResponseTypes::of_district(graph, district, {2, 3, 2}, 71));
  CHECK_FALSE(ResponseTypes::of_district(graph, district, {1000000, 1000000, 1000000}, 1000));
}
