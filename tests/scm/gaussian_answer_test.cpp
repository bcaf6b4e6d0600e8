#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>
#include <vector>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/gaussian_answer.hpp>
#include <equipoise/scm/linear_mechanism.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

/// X ~ N(0, 1), Y = 2 X + N(0, 1).
Scm pair_model() {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  return Scm(CausalGraph({"X", "Y"}, edges), {{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
             {{NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
              {LinearMechanism({0, {{2, {}}}}, Noise(NormalNoise{0, 1})), {"X"}}});
}

double value_of(const ParallelWorlds& worlds, WorldTerm term) {
  const ExactAnswer answer = gaussian_answer({worlds, {std::move(term)}});
  if (const auto* not_exact = std::get_if<NotExact>(&answer)) FAIL(not_exact->reason);
  REQUIRE(std::holds_alternative<double>(answer));
  return std::get<double>(answer);
}

WorldEvent event(std::size_t copy, Comparison comparison, double value) { return {copy, {}, comparison, value, {}}; }
double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }
using enum Comparison;

}  // namespace

TEST_CASE("means given values and given inequalities are the closed forms") {
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
  CHECK(value_of(worlds, {1, {{1, x, {}}}, {}, {event(y, equal, 3)}}) == Approx(2 * 3 / 5.0).epsilon(1e-12));
  // Y_{X=1} = 2 + N, and N given Y = 3 has mean 3/5.
  CHECK(value_of(worlds, {2, {{1, y1, {}}, {-1, y, {}}}, {}, {event(y, equal, 3)}}) == Approx(2 * (2.6 - 3)));
  CHECK(value_of(worlds, {1, {{1, x, {}}}, {}, {event(x, greater, 0.5)}}) ==
        Approx(density(0.5) / normal_cdf(-0.5)).epsilon(1e-12));
  CHECK(value_of(worlds, {1, {{1, y, {}}}, {}, {event(x, less, -1)}}) ==
        Approx(-2 * density(1) / normal_cdf(-1)).epsilon(1e-12));
}

TEST_CASE("probabilities of one, two and three inequalities are the closed forms") {
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y0 = worlds.copy(1, {{0, 0.0}}),
                    y1 = worlds.copy(1, {{0, 1.0}});
  CHECK(value_of(worlds, {1, {}, {event(y, less_or_equal, 1)}, {}}) == Approx(normal_cdf(1 / std::sqrt(5))));
  // PNS: Y_0 = N <= 1 < Y_1 = 2 + N.
  CHECK(value_of(worlds, {1, {}, {event(y1, greater, 1), event(y0, less_or_equal, 1)}, {}}) ==
        Approx(normal_cdf(1) - normal_cdf(-1)).epsilon(1e-13));
  const double r = 2 / std::sqrt(5);
  const double quadrant = 0.25 + std::asin(r) / (2 * std::numbers::pi);
  CHECK(value_of(worlds, {1, {}, {event(x, greater, 0), event(y, greater, 0)}, {}}) == Approx(quadrant).epsilon(1e-12));
  CHECK(value_of(worlds, {1, {}, {event(x, greater, 0)}, {event(y, greater, 0)}}) ==
        Approx(2 * quadrant).epsilon(1e-12));
  // Besides Y > X, that is N > -X: the wedge between the angles of N = -X and X = 0, less nothing, as Y > X > 0 gives Y
  // > 0.
  CHECK(value_of(worlds, {1, {}, {event(x, greater, 0), event(y, greater, 0), {y, x, greater, 0, {}}}, {}}) ==
        Approx(3.0 / 8).epsilon(1e-12));
  CHECK(value_of(worlds, {1, {}, {{y1, y0, greater, 0, {}}}, {}}) == 1);
  CHECK(value_of(worlds, {1, {}, {event(y, equal, 1)}, {}}) == 0);
  CHECK(value_of(worlds, {1, {}, {event(y, not_equal, 1)}, {}}) == 1);
}

TEST_CASE("what is implied is certain, and what contradicts is impossible") {
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
  const std::vector<WorldEvent> unit{event(x, equal, 0.1), event(y, equal, 0.7)};  // N = 0.5, Y_1 = 2.5
  CHECK(value_of(worlds, {1, {}, {event(y1, equal, 2.5)}, unit}) == 1);
  CHECK(value_of(worlds, {1, {}, {event(y1, less_or_equal, 2.5)}, unit}) == 1);
  CHECK(value_of(worlds, {1, {}, {event(y1, less, 2.5)}, unit}) == 0);
  std::vector<WorldEvent> contradictory = unit;
  contradictory.push_back(event(y1, equal, 2.6));
  const ExactAnswer impossible =
      gaussian_answer({worlds, {{1, {{1, y, {}}}, {}, {}}, {1, {{1, y, {}}}, {}, contradictory}}});
  REQUIRE(std::holds_alternative<ImpossibleCondition>(impossible));
  CHECK(std::get<ImpossibleCondition>(impossible).term == 1);
  CHECK(std::holds_alternative<ImpossibleCondition>(
      gaussian_answer({worlds, {{1, {{1, y, {}}}, {}, {event(x, less, 0), event(x, greater, 1)}}}})));
}

TEST_CASE("a nested world that shares a hidden normal with the evidence is the closed form") {
  // X = U + N_X, M = 2 X + N_M, Y = 3 X + M / 2 + U + N_Y, all of variance 1: Y = 5 U + 4 N_X + N_M / 2 + N_Y.
  const std::vector<NamedEdge> edges{{"X", "M"}, {"X", "Y"}, {"M", "Y"}};
  const Noise unit(NormalNoise{0, 1});
  ParallelWorlds worlds(
      Scm(CausalGraph({"X", "M", "Y"}, edges),
          {{"X", ColumnType::continuous, {}}, {"M", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
          {{LinearMechanism({0, {{1, {}}}}, unit), {"U"}},
           {LinearMechanism({0, {{2, {}}}}, unit), {"X"}},
           {LinearMechanism({0, {{3, {}}, {0.5, {}}, {1, {}}}}, unit), {"X", "M", "U"}}},
          {{"U", unit}}));
  const std::size_t y = worlds.copy(2), m0 = worlds.copy(1, {{0, 0.0}});
  const std::size_t nested = worlds.copy(2, {{0, 1.0}, {1, m0}});  // 3 + N_M / 2 + U + N_Y
  CHECK(value_of(worlds, {1, {{1, nested, {}}}, {}, {event(y, equal, 13)}}) == Approx(64 / 13.0).epsilon(1e-12));
  CHECK(value_of(worlds, {1, {}, {event(nested, greater, 4.5)}, {}}) == Approx(normal_cdf(-1)).epsilon(1e-12));
  CHECK(value_of(worlds, {1, {}, {event(nested, less, 3)}, {event(y, equal, 0)}}) == Approx(0.5).epsilon(1e-12));
}
