#include <equipoise/graph/consistent_extension.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

TEST_CASE("an extension is found where there is one, and is one by definition", "[consistent extension]") {
  std::mt19937_64 random(5);
  int none = 0;
  for (int trial = 0; trial < trials(5000); ++trial) {
    const Pdag graph = testing::some_pdag(random);
    const auto expected = testing::extensions(graph);
    const auto found = consistent_extension(graph);
    REQUIRE(found.has_value() == !expected.empty());
    if (found) REQUIRE(std::find(expected.begin(), expected.end(), *found) != expected.end());
    none += !found;
  }
  CHECK(none > trials(200));
}

TEST_CASE("a cycle of four without a chord has no extension", "[consistent extension]") {
  const Pdag square({"A", "B", "C", "D"}, {}, Edges{{"A", "B"}, {"B", "C"}, {"C", "D"}, {"D", "A"}});
  CHECK_FALSE(consistent_extension(square));
  CHECK(consistent_extension(Pdag({"A", "B", "C"}, {}, Edges{{"A", "B"}, {"B", "C"}, {"C", "A"}})));
}
