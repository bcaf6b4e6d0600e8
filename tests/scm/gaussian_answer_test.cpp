#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/gaussian_answer.hpp>
#include <equipoise/scm/linear_mechanism.hpp>

#include "scm/mixed_gaussian_model.hpp"
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

namespace {

using equipoise::testing::InWorld;
using equipoise::testing::MixedGaussianModel;
using equipoise::testing::MixedQuestion;

MixedGaussianModel::Action random_action(RowStream& random) {
  const std::size_t level = random() % 3;
  switch (random() % 5) {
    case 0: return {};
    case 1: return {.d0 = level};
    case 2: return {.v1 = 2 * random.uniform() - 1};
    case 3: return {.d0 = level, .v1_under = random() % 3};
    default: return {.v1_shift = 1.5};
  }
}

MixedQuestion random_question(RowStream& random) {
  MixedQuestion asked;
  const auto number = [&] { return InWorld{random_action(random), static_cast<Node>(2 + random() % 3)}; };
  const auto level = [&] { return InWorld{random_action(random), static_cast<Node>(random() % 2)}; };
  const std::size_t kind = random() % 4;
  if (kind == 0) asked.mean_of = number();
  if (kind == 1 || kind == 2) asked.level = level();
  if (kind >= 2) asked.above = number();
  if (kind == 3) asked.below = number();
  asked.level_value = random() % 2;
  asked.threshold = 4 * random.uniform() - 2;
  if (random() % 2 == 0) asked.given_levels.emplace_back(level(), random() % 2);
  const std::size_t seen = random() % 3;
  for (std::size_t k = 0; k < seen; ++k) {  // of variables apart, each with a noise of its own
    const auto shift = MixedGaussianModel::Action{.v1_shift = 1.5};
    const auto set = MixedGaussianModel::Action{.d0 = random() % 3};
    asked.given_numbers.emplace_back(InWorld{k == 0              ? set
                                             : random() % 2 == 0 ? shift
                                                                 : MixedGaussianModel::Action{},
                                             static_cast<Node>(2 + 2 * k)},
                                     4 * random.uniform() - 2);
  }
  return asked;
}

/// The same as worlds of the library.
class MixedWorlds {
 public:
  explicit MixedWorlds(Scm scm) : worlds_(std::move(scm)), shift_noise_(worlds_.fresh_noise()) {}

  std::size_t copy(const InWorld& at) {
    WorldAction action;
    if (at.action.d0) action[MixedGaussianModel::d0] = static_cast<double>(*at.action.d0);
    if (at.action.v1) action[MixedGaussianModel::v1] = *at.action.v1;
    if (at.action.v1_under)
      action[MixedGaussianModel::v1] =
          worlds_.copy(MixedGaussianModel::v1, {{MixedGaussianModel::d0, static_cast<double>(*at.action.v1_under)}});
    if (at.action.v1_shift != 0)
      action[MixedGaussianModel::v1] =
          WorldRule{LinearMechanism({at.action.v1_shift, {{1, {}}}}, Noise(ConstantNoise{0})),
                    {MixedGaussianModel::v1},
                    shift_noise_};
    return worlds_.copy(at.variable, action);
  }

  WorldEvent level(const InWorld& at, std::size_t value) {
    const std::size_t made = copy(at);
    std::vector<unsigned char> allowed(worlds_.variable(made).levels.size());
    allowed[value] = 1;
    return {made, {}, equal, 0, allowed};
  }

  WorldQuestion question(const MixedQuestion& asked) {
    WorldTerm term;
    for (const auto& [at, value] : asked.given_levels) term.given.push_back(level(at, value));
    for (const auto& [at, value] : asked.given_numbers) term.given.push_back(event(copy(at), equal, value));
    if (asked.mean_of) term.mean_of.push_back({1, copy(*asked.mean_of), {}});
    if (asked.level) term.of.push_back(level(*asked.level, asked.level_value));
    if (asked.above && asked.below)
      term.of.push_back({copy(*asked.above), copy(*asked.below), greater, 0, {}});
    else if (asked.above)
      term.of.push_back(event(copy(*asked.above), greater, asked.threshold));
    return {worlds_, {term}};
  }

 private:
  ParallelWorlds worlds_;
  std::size_t shift_noise_;
};

}  // namespace

TEST_CASE("answers about numbers and levels in nested, shifted and set worlds are those of enumeration and matrices") {
  RowStream random = RandomStream({.seed = 404, .purpose = Purpose::test}).row(0);
  std::size_t impossible = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const MixedGaussianModel model(random);
    for (int asked = 0; asked < 4; ++asked) {
      const MixedQuestion question = random_question(random);
      const auto expected = enumerated_answer(model, question);
      const ExactAnswer answer = gaussian_answer(MixedWorlds(model.scm()).question(question));
      if (const auto* reason = std::get_if<NotExact>(&answer)) FAIL(reason->reason);
      CAPTURE(trial, asked);
      if (!expected) {
        ++impossible;
        CHECK(std::holds_alternative<ImpossibleCondition>(answer));
        continue;
      }
      REQUIRE(std::holds_alternative<double>(answer));
      CHECK(std::abs(std::get<double>(answer) - *expected) <= 1e-9 * (1 + std::abs(*expected)));
    }
  }
  CHECK(impossible < 300);
}

TEST_CASE("configurations of levels beyond the budget are declined, and those that contradict a value do not count") {
  RowStream random = RandomStream({.seed = 405, .purpose = Purpose::test}).row(0);
  const MixedGaussianModel model(random);
  const MixedQuestion question{.mean_of = InWorld{{}, MixedGaussianModel::v2}};
  const ExactAnswer declined = gaussian_answer(MixedWorlds(model.scm()).question(question), {.most_configurations = 5});
  REQUIRE(std::holds_alternative<NotExact>(declined));
  CHECK(std::get<NotExact>(declined).reason == "it takes 6 configurations of levels, more than 5");

  // Y is A.
  const Scm scm(CausalGraph({"A", "X", "Y"}, std::vector<NamedEdge>{{"A", "Y"}, {"X", "Y"}}),
                {equipoise::testing::levels_variable("A", 2),
                 {"X", ColumnType::continuous, {}},
                 {"Y", ColumnType::continuous, {}}},
                {{NoiseMechanism(Noise(BernoulliNoise{0.75})), {}},
                 {NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
                 {LinearMechanism({0, {{0, {0, 1}}, {0, {}}}}, Noise(ConstantNoise{0})), {"A", "X"}}});
  ParallelWorlds worlds(scm);
  const std::size_t a = worlds.copy(0), x = worlds.copy(1), y = worlds.copy(2);
  const WorldEvent is_one{a, {}, equal, 0, {0, 1}};
  CHECK(value_of(worlds, {1, {}, {is_one}, {event(y, equal, 1), event(x, equal, 0.5)}}) == 1);
  CHECK(value_of(worlds, {1, {}, {is_one}, {{y, x, less, 0, {}}}}) ==
        Approx(0.75 * normal_cdf(-1) / (0.75 * normal_cdf(-1) + 0.25 * 0.5)).epsilon(1e-12));
}
