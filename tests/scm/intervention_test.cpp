#include <catch2/catch.hpp>

#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("assignments are read by level or number") {
  const Scm scm =
      Scm(CausalGraph({"D", "X"}, {}),
          {{"D", ColumnType::categorical, {"rent", "own", "free"}}, {"X", ColumnType::continuous, {}}},
          {{NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.3, 0.5}})), {}}, {NoiseMechanism(Noise(NormalNoise{})), {}}});
  CHECK(resolve_assignment(scm, "D", "own", "--do") == Assignment{0, 1});
  CHECK(resolve_assignment(scm, "D", "2", "--do") == Assignment{0, 2});
  CHECK(resolve_assignment(scm, "X", "-1.5e1", "--do") == Assignment{1, -15});
  for (const auto& [name, value] :
       {std::pair{"D", "onw"}, {"D", "3"}, {"D", "0.5"}, {"X", "much"}, {"X", "1e999"}, {"Z", "1"}, {"X", ""}})
    CHECK_THROWS_AS(resolve_assignment(scm, name, value, "--do"), Error);
}

TEST_CASE("an intervention cuts what enters a variable and leaves the rest its noise") {
  RowStream random = RandomStream({.seed = 53, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 6);
  const Scm done = intervene(model.scm, Intervention{{2, 1.5}, {4, -1}});
  CHECK(done.graph().parents(2).empty());
  CHECK(done.graph().parents(5) == model.scm.graph().parents(5));
  const Eigen::MatrixXd before = sample(model.scm, 100), after = sample(done, 100);
  CHECK((after.col(2).array() == 1.5).all());
  CHECK((after.col(4).array() == -1).all());
  CHECK(before.leftCols(2) == after.leftCols(2));
}
