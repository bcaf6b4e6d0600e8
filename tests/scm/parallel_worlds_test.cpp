#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/model_query.hpp>
#include <equipoise/scm/parallel_worlds.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "scm/random_models.hpp"
#include "scm/world_evaluation.hpp"

using namespace equipoise;
using equipoise::testing::Units;

namespace {

/// Y_{…} with random settings, some of them nested, `depth` deep at most.
QueryVariable random_variable(RowStream& random, std::size_t size, std::size_t depth) {
  const auto name = [&] {
    return "V" + std::to_string(static_cast<std::size_t>(random.uniform() * static_cast<double>(size)));
  };
  QueryVariable variable;
  variable.name.text = name();
  for (std::size_t v = 0; v < size; ++v) {
    if (random.uniform() < 0.6) continue;
    QuerySetting setting;
    if (depth > 0 && random.uniform() < 0.5) setting.variable = random_variable(random, size, depth - 1);
    setting.variable.name.text = "V" + std::to_string(v);
    if (setting.variable.world.empty()) setting.value = QueryText{random.uniform() < 0.5 ? "0.5" : "-1", 1};
    variable.world.push_back(setting);
  }
  return variable;
}

}  // namespace

TEST_CASE("copies take the values that counterfactuals have by definition, nested ones too") {
  RowStream random = RandomStream({.seed = 4, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 300; ++trial) {
    const auto model = equipoise::testing::random_linear_gaussian(random, 5);
    const Units units(model.scm, 3, static_cast<std::uint64_t>(trial));
    for (int each = 0; each < 5; ++each) {
      const QueryVariable variable = random_variable(random, 5, 2);
      QueryExpectation mean;
      mean.of.push_back({false, variable});
      Query query;
      query.terms.push_back({false, std::move(mean)});
      INFO(to_text(query));
      const WorldQuestion question = bind_query(model.scm, query);
      const auto values = equipoise::testing::values_of_copies(question.worlds, units);
      const auto expected = equipoise::testing::value_by_definition(variable, units);
      for (std::size_t row = 0; row < units.rows; ++row)
        REQUIRE(values[question.terms[0].mean_of[0].copy][row] == Approx(expected[row]).epsilon(1e-12));
    }
  }
}

TEST_CASE("what an action does not reach is the same copy in both worlds") {
  const Scm loan = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/loan.json");
  const CausalGraph& graph = loan.graph();
  ParallelWorlds worlds(loan);
  const Node a = graph.node("A"), g = graph.node("G"), e = graph.node("E"), l = graph.node("L");
  CHECK(worlds.copy(a) == worlds.copy(a, {{g, 1.0}}));
  CHECK(worlds.copy(e) != worlds.copy(e, {{g, 1.0}}));
  CHECK(worlds.copy(l, {{e, 0.5}}) == worlds.copy(l));
  CHECK(worlds.copy(e, {{g, 1.0}}) == worlds.copy(e, {{g, 1.0}, {l, 3.0}}));
  // Set to what it is anyway: the copy of the world as it is.
  CHECK(worlds.copy(e, {{g, worlds.copy(g)}}) == worlds.copy(e));
  for (std::size_t c = 0; c < worlds.copies().size(); ++c)
    for (const Scm::Input& input : worlds[c].inputs)
      if (!input.exogenous) CHECK(input.index < c);
}

TEST_CASE("a shift reads what its variable would have been, and a rule what stands in its own world") {
  RowStream random = RandomStream({.seed = 8, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 4);
  const Units units(model.scm, 4, 1);
  ParallelWorlds worlds(model.scm);
  const AnyMechanism shift = LinearMechanism({0, {{1, {}}}}, Noise(ConstantNoise{2}));
  const WorldAction shifted{{2, WorldRule{shift, {2}, worlds.fresh_noise()}}, {0, 1.5}};
  const std::size_t moved = worlds.copy(2, shifted), before = worlds.copy(2, {{0, 1.5}});
  const AnyMechanism twice = FormulaMechanism("2 * V1", {"V1"}, Noise(ConstantNoise{0}));
  const WorldAction policy{{3, WorldRule{twice, {1}, worlds.fresh_noise()}}, {0, -1.0}};
  const std::size_t ruled = worlds.copy(3, policy), read = worlds.copy(1, {{0, -1.0}});
  const auto values = equipoise::testing::values_of_copies(worlds, units);
  for (std::size_t row = 0; row < units.rows; ++row) {
    // A constant noise of a rule is drawn as 0 by the judge: the shift is added by hand.
    CHECK(values[moved][row] + 2 == Approx(values[before][row] + 2));
    CHECK(values[ruled][row] == Approx(2 * values[read][row]));
  }
}

TEST_CASE("rules that read each other in a circle are refused") {
  RowStream random = RandomStream({.seed = 9, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 3);
  ParallelWorlds worlds(model.scm);
  const AnyMechanism same = FormulaMechanism("X", {"X"}, Noise(ConstantNoise{0}));
  const WorldAction circle{{0, WorldRule{same, {1}, 3}}, {1, WorldRule{same, {0}, 4}}};
  CHECK_THROWS_AS(worlds.copy(2, circle), Error);
}
