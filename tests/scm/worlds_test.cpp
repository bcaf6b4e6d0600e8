#include <catch2/catch.hpp>

#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

Scm two_variables() {
  return Scm(
      CausalGraph({"D", "X"}, {}),
      {{"D", ColumnType::categorical, {"rent", "own", "free"}}, {"X", ColumnType::continuous, {}}},
      {{NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.3, 0.5}})), {}}, {NoiseMechanism(Noise(NormalNoise{})), {}}});
}

}  // namespace

TEST_CASE("a table becomes a world by column names and level texts, and back") {
  const Scm scm = two_variables();
  const Table table({{"X", ColumnType::continuous, {}, {1.5, 2.5}},
                     {"other", ColumnType::continuous, {}, {0, 0}},
                     {"D", ColumnType::binary, {"free", "rent"}, {0, 1}}});
  const Eigen::MatrixXd world = world_of(scm, table);
  Eigen::MatrixXd expected(2, 2);
  expected << 2, 1.5, 0, 2.5;
  CHECK(world == expected);
  const Table back = table_of(scm, world);
  CHECK(back.column("D").levels == std::vector<std::string>{"rent", "own", "free"});
  CHECK(world_of(scm, back) == world);
}

TEST_CASE("a table that does not fit the model is refused by column and cell") {
  const Scm scm = two_variables();
  const auto error_of = [&](std::vector<Column> columns) -> std::string {
    try {
      world_of(scm, Table(std::move(columns)));
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(
      error_of({{"D", ColumnType::categorical, {"rent", "own", "fre"}, {2}}, {"X", ColumnType::continuous, {}, {1}}}) ==
      "column 'D', row 1: 'fre'; one of the variable's levels (did you mean 'free'?)");
  CHECK(error_of({{"D", ColumnType::categorical, {"rent", "own", "free"}, {2}}}).find("X") != std::string::npos);
  CHECK(error_of({{"D", ColumnType::categorical, {"rent"}, {0}}, {"X", ColumnType::categorical, {"a", "b", "c"}, {1}}})
            .find("numbers") != std::string::npos);
}
