#include <equipoise/scm/world_factors.hpp>

#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "scm/random_discrete_worlds.hpp"

using namespace equipoise;
using detail::WorldFactors;

namespace {

/// X -> Y -> W, tables; Y in two worlds.
Scm chain() {
  const std::vector<NamedEdge> edges{{"X", "Y"}, {"Y", "W"}};
  const TableMechanism effect(ProbabilityTable({2}, 2, {0.75, 0.25, 0.5, 0.5}), Coupling::inverse_cdf);
  return {CausalGraph({"X", "Y", "W"}, edges),
          {testing::levels_variable("X", 2), testing::levels_variable("Y", 2), testing::levels_variable("W", 2)},
          {{NoiseMechanism(BernoulliNoise{0.5}), {}}, {effect, {"X"}}, {effect, {"Y"}}}};
}

WorldFactors made(const ParallelWorlds& worlds, const std::vector<WorldEvent>& events,
                  const std::vector<std::size_t>& targets = {}) {
  auto factors = WorldFactors::of(worlds, events, 0, targets, 1000);
  REQUIRE(std::holds_alternative<WorldFactors>(factors));
  return std::get<WorldFactors>(std::move(factors));
}

}  // namespace

TEST_CASE("only what a question rests on has a table") {
  ParallelWorlds worlds(chain());
  const std::size_t w = worlds.copy(2), y1 = worlds.copy(1, {{0, 1.0}}), x = worlds.copy(0);
  CHECK(made(worlds, {}, {x}).factors().size() == 2);  // X is its noise
  WorldFactors one = made(worlds, {{.left = y1, .value = 1}});
  REQUIRE(one.factors().size() == 1);
  CHECK(one.factors().front().values == std::vector<double>{0.5});
  CHECK(one.values(w).empty());
}

TEST_CASE("what is known has no symbol") {
  ParallelWorlds worlds(chain());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
  WorldFactors factors = made(worlds, {{.left = x, .value = 0}, {.left = y, .value = 1}}, {y1});
  CHECK(factors.values(x) == std::vector<double>{0});
  CHECK(factors.values(y) == std::vector<double>{1});
  CHECK(factors.values(y1) == std::vector<double>{0, 1});
  for (const Factor& factor : factors.factors())
    for (const Symbol symbol : factor.symbols) CHECK(symbol.variable != y);
}

TEST_CASE("events that leave a copy no value cannot be") {
  ParallelWorlds worlds(chain());
  const std::size_t y = worlds.copy(1);
  CHECK(made(worlds, {{.left = y, .value = 0}, {.left = y, .value = 1}}).is_impossible());
  CHECK(made(worlds, {{.left = y, .right = y, .comparison = Comparison::not_equal}}).is_impossible());
  CHECK_FALSE(made(worlds, {{.left = y, .right = y}}).is_impossible());
}

TEST_CASE("a table too large is told before it is made") {
  ParallelWorlds worlds(chain());
  const std::vector<WorldEvent> events{{.left = worlds.copy(1), .value = 1}};
  const auto factors = WorldFactors::of(worlds, events, 0, {}, 3);
  REQUIRE(std::holds_alternative<NotExact>(factors));
  CHECK(std::get<NotExact>(factors).reason == "it takes a table of 4 cells, more than 3");
}
