#include <equipoise/objective/worlds.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using equipoise::testing::error_of;

namespace {

/// An objective that asks for worlds and nothing else.
struct Asking {
  std::vector<WorldRequest> asked;
  std::string name() const { return "asking"; }
  std::vector<WorldRequest> worlds() const { return asked; }
  double measure(const Predictions&) const { return 0; }
  MeasureInfo info() const { return {.unit = "none", .label = "", .description = ""}; }
};

/// home (rent, own, free) -> wealth, home -> debt -> wealth, all -> repaid.
///   debt = 10 own - 4 free + u_d, wealth = 2 own + 7 free - 0.5 debt + u_w
Scm homes() {
  const std::vector<NamedEdge> edges{{"home", "debt"},   {"home", "wealth"}, {"debt", "wealth"},
                                     {"home", "repaid"}, {"debt", "repaid"}, {"wealth", "repaid"}};
  const Noise noise(NormalNoise{0, 1});
  return Scm(CausalGraph({"home", "debt", "wealth", "repaid"}, edges),
             {{"home", ColumnType::categorical, {"rent", "own", "free"}},
              {"debt", ColumnType::continuous, {}},
              {"wealth", ColumnType::continuous, {}},
              {"repaid", ColumnType::continuous, {}}},
             {{NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.3, 0.5}})), {}},
              {LinearMechanism({0, {{0, {0, 10, -4}}}}, noise), {"home"}},
              {LinearMechanism({0, {{0, {0, 2, 7}}, {-0.5, {}}}}, noise), {"home", "debt"}},
              {LinearMechanism({0, {{1, {}}, {1, {}}}}, noise), {"debt", "wealth"}}});
}
const std::vector<double> debt_of{0, 10, -4}, wealth_of{0, 2, 7};

/// Levels in another order than the model's, a column that the model has not, and no outcome.
Table people() {
  return Table({{"age", ColumnType::continuous, {}, {30, 40, 50, 60}},
                {"home", ColumnType::categorical, {"free", "rent", "own"}, {0, 1, 2, 1}},
                {"debt", ColumnType::continuous, {}, {1, 2, 3, 4}},
                {"wealth", ColumnType::continuous, {}, {5, 6, 7, 8}}});
}
const std::vector<std::size_t> home_of_row{2, 0, 1, 0};  // in the model's order

/// Features as they are: numbers with mean 0 and scale 1.
Encoding plain(const Table& table, const std::vector<std::string>& features) {
  Encoding encoding = fit_encoding(table, features);
  for (EncodedFeature& feature : encoding.features) feature.mean = 0, feature.scale = 1;
  return encoding;
}

}  // namespace

TEST_CASE("worlds that objectives share are listed once, the factual one first", "[objective]") {
  const WorldRequest factual, one{.variable = "sex", .shift = 1}, two{.variable = "sex", .shift = 2};
  WorldRequest held = one;
  held.held = {{"sex", "admit"}};
  const WorldCatalogue catalogue = catalogue_worlds(
      std::vector<Asking>{{{one, factual}}, {{factual}}, {{factual, one, two}}, {{held, one}}, {{one, one}}});
  CHECK(catalogue.requests == std::vector<WorldRequest>{factual, one, two, held});
  CHECK(catalogue.of_objective == std::vector<std::vector<std::size_t>>{{1, 0}, {0}, {0, 1, 2}, {3, 1}, {1, 1}});
  CHECK(catalogue_worlds(std::vector<Asking>{}).requests == std::vector<WorldRequest>{factual});
}

TEST_CASE("the factual world needs no model", "[objective]") {
  const Table table = people();
  const WorldSource source{plain(table, {"debt", "age"}), "repaid"};
  const Eigen::MatrixXd world = build_world(source, table, {});
  CHECK(world.col(0) == Eigen::Vector4d(1, 2, 3, 4));
  CHECK(world.col(1) == Eigen::Vector4d(30, 40, 50, 60));
}

TEST_CASE("a shift visits every other level once, by the model's order and the levels' texts", "[objective]") {
  const Table table = people();
  const WorldSource source{plain(table, {"home", "debt", "age", "wealth"}), "repaid", homes()};
  const std::vector<std::string> encoded{"home=rent", "home=own", "debt", "age", "wealth"};
  REQUIRE(source.encoding.column_names() == encoded);
  for (const std::size_t shift : {0u, 1u, 2u, 3u, 4u}) {
    const Eigen::MatrixXd world = build_world(source, table, {.variable = "home", .shift = shift});
    for (Eigen::Index row = 0; row < 4; ++row) {
      const std::size_t before = home_of_row[static_cast<std::size_t>(row)], after = (before + shift) % 3;
      CHECK(world(row, 0) == (after == 0 ? 1 : 0));
      CHECK(world(row, 1) == (after == 1 ? 1 : 0));
      const double debt_moved = debt_of[after] - debt_of[before];
      CHECK(world(row, 2) == Approx(static_cast<double>(row + 1) + debt_moved).margin(1e-9));
      CHECK(world(row, 3) == 30 + 10 * static_cast<double>(row));  // the model knows nothing of age
      const double wealth_moved = wealth_of[after] - wealth_of[before] - 0.5 * debt_moved;
      CHECK(world(row, 4) == Approx(static_cast<double>(row + 5) + wealth_moved).margin(1e-9));
    }
  }
}

TEST_CASE("a value is given to every row, by its text or as a number", "[objective]") {
  const Table table = people();
  const WorldSource source{plain(table, {"debt", "wealth"}), "repaid", homes()};
  const Eigen::MatrixXd own = build_world(source, table, {.variable = "home", .value = "own"});
  const Eigen::MatrixXd indebted = build_world(source, table, {.variable = "debt", .value = "2.5"});
  for (Eigen::Index row = 0; row < 4; ++row) {
    const std::size_t before = home_of_row[static_cast<std::size_t>(row)];
    CHECK(own(row, 0) == Approx(static_cast<double>(row + 1) + 10 - debt_of[before]).margin(1e-9));
    CHECK(indebted(row, 0) == 2.5);
    CHECK(indebted(row, 1) ==
          Approx(static_cast<double>(row + 5) - 0.5 * (2.5 - static_cast<double>(row + 1))).margin(1e-9));
  }
  CHECK(error_of([&] {
          build_world(source, table, {.variable = "home", .value = "onw"});
        }).find("did you mean 'own'?") != std::string::npos);
}

TEST_CASE("the change does not travel along held paths", "[objective]") {
  const Table table = people();
  const WorldSource source{plain(table, {"home", "debt", "wealth"}), "repaid", homes()};
  const auto built = [&](std::vector<std::vector<std::string>> held) {
    return build_world(source, table, {.variable = "home", .shift = 1, .held = std::move(held)});
  };
  const Eigen::MatrixXd direct = built({{"home", "repaid"}}), through_debt = built({{"home", "debt", "repaid"}}),
                        through_both = built({{"home", "debt", "wealth", "repaid"}});
  for (Eigen::Index row = 0; row < 4; ++row) {
    const std::size_t before = home_of_row[static_cast<std::size_t>(row)], after = (before + 1) % 3;
    const double debt = static_cast<double>(row + 1), wealth = static_cast<double>(row + 5),
                 debt_moved = debt_of[after] - debt_of[before], wealth_moved = wealth_of[after] - wealth_of[before];
    CHECK(direct(row, 0) == (before == 0 ? 1 : 0));
    CHECK(through_debt(row, 0) == (after == 0 ? 1 : 0));
    CHECK(direct(row, 2) == Approx(debt + debt_moved).margin(1e-9));
    CHECK(through_debt(row, 2) == debt);  // to the bit
    CHECK(through_both(row, 2) == Approx(debt + debt_moved).margin(1e-9));
    CHECK(direct(row, 3) == Approx(wealth + wealth_moved - 0.5 * debt_moved).margin(1e-9));
    CHECK(through_debt(row, 3) == Approx(wealth + wealth_moved - 0.5 * debt_moved).margin(1e-9));
    CHECK(through_both(row, 3) == Approx(wealth + wealth_moved).margin(1e-9));
  }
  const std::vector<std::vector<std::string>> unknown{{"home", "dept", "repaid"}};
  CHECK(error_of([&] { built(unknown); }).find("did you mean 'debt'?") != std::string::npos);
}

TEST_CASE("numbers and levels of one variable meet whichever way the table and the model hold them", "[objective]") {
  // sex -> works -> hours; the model holds works as levels and sex as levels, the tables as they like.
  const std::vector<NamedEdge> edges{{"sex", "works"}, {"works", "hours"}};
  const Scm scm(CausalGraph({"sex", "works", "hours"}, edges),
                {{"sex", ColumnType::binary, {"0", "1"}},
                 {"works", ColumnType::binary, {"0", "1"}},
                 {"hours", ColumnType::continuous, {}}},
                {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}},
                 {LookupMechanism({2}, 2, {1, 0}), {"sex"}},
                 {LinearMechanism({0, {{0, {0, 40}}}}, Noise(NormalNoise{0, 1})), {"works"}}});
  const Column levels{"works", ColumnType::binary, {"0", "1"}, {1, 0}},
      texts{"works", ColumnType::binary, {"1", "0"}, {0, 1}}, numbers{"works", ColumnType::integer, {}, {1, 0}};
  const Column sex_levels{"sex", ColumnType::binary, {"0", "1"}, {0, 1}},
      sex_numbers{"sex", ColumnType::integer, {}, {0, 1}};
  for (const Column& sex : {sex_levels, sex_numbers})
    for (const Column& works : {levels, texts, numbers})
      for (const Column& fitted : {levels, texts, numbers}) {
        const Table fitted_on({fitted}), table({sex, works, {"hours", ColumnType::continuous, {}, {41, 2}}});
        const WorldSource source{plain(fitted_on, {"works"}), "hours", scm};
        const Eigen::MatrixXd factual = build_world(source, table, {});
        const Eigen::MatrixXd other = build_world(source, table, {.variable = "sex", .shift = 1});
        CAPTURE(fitted.levels, works.levels);
        CHECK(other.row(0) == factual.row(1));  // the two people have changed places
        CHECK(other.row(1) == factual.row(0));
        CHECK(factual.row(0) != factual.row(1));
      }
}

TEST_CASE("columns that the predictor's features do not depend on need not be there", "[objective]") {
  const Table table(
      {{"home", ColumnType::categorical, {"rent", "own", "free"}, {0}}, {"debt", ColumnType::continuous, {}, {3}}});
  const WorldSource source{plain(table, {"debt"}), "repaid", homes()};
  CHECK(build_world(source, table, {.variable = "home", .shift = 1})(0, 0) == Approx(13));
  const Table without_cause({{"debt", ColumnType::continuous, {}, {3}}});
  CHECK(error_of([&] { build_world(source, without_cause, {.variable = "home", .shift = 1}); }).find("home") !=
        std::string::npos);
}

TEST_CASE("worlds that cannot be built are refused by name", "[objective]") {
  const Table table = people();
  const WorldSource without{plain(table, {"debt"}), "repaid"}, with{plain(table, {"debt"}), "repaid", homes()};
  CHECK(error_of([&] { build_world(without, table, {.variable = "home", .shift = 1}); }) ==
        "a counterfactual world of 'home' without a structural causal model; a model, or a graph to fit one on");
  CHECK(error_of([&] { build_world(with, table, {.variable = "debt", .shift = 1}); }) ==
        "variable 'debt': a number; a variable with levels, at least two");
  CHECK(error_of([&] { build_world(with, table, {.variable = "hame", .shift = 1}); }).find("did you mean 'home'?") !=
        std::string::npos);
}

TEST_CASE("the licence is observational for the rows as observed and assumed for every other world", "[objective]") {
  const Table table = people();
  const WorldSource source{plain(table, {"home", "wealth", "age"}), "repaid", homes()};
  const auto licence_of = [&](std::vector<WorldRequest> requests) { return world_licence(source, requests); };
  CHECK(licence_of({{}}) == Licence{LicenceKind::observational, "a mean over the rows"});
  const Licence one = licence_of({{}, {.variable = "home", .shift = 1}});
  CHECK(one.kind == LicenceKind::assumed);
  CHECK(one.basis == "had home been another: rests on functional form of debt, wealth");
  CHECK(licence_of({{}, {.variable = "home", .shift = 1}, {.variable = "home", .shift = 2}}) == one);
  CHECK(licence_of({{.variable = "home", .shift = 1, .held = {{"home", "repaid"}}}}).basis ==
        "had home been another, with home -> repaid held as it is: rests on functional form of debt, wealth");
  const WorldSource blind{plain(table, {"age"}), "repaid", homes()};
  const std::vector<WorldRequest> requests{{.variable = "home", .shift = 1}};
  CHECK(world_licence(blind, requests).basis ==
        "had home been another: nothing else that the predictor reads would change");
}

TEST_CASE("the licence names the coupling of a discrete variable that carries the change", "[objective]") {
  const std::vector<NamedEdge> edges{{"sex", "dept"}, {"dept", "admit"}};
  const Scm scm(CausalGraph({"sex", "dept", "admit"}, edges),
                {{"sex", ColumnType::binary, {"f", "m"}},
                 {"dept", ColumnType::binary, {"A", "B"}},
                 {"admit", ColumnType::binary, {"no", "yes"}}},
                {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}},
                 {TableMechanism(ProbabilityTable({2}, 2, {0.5, 0.5, 0.2, 0.8}), Coupling::gumbel_max), {"sex"}},
                 {TableMechanism(ProbabilityTable({2}, 2, {0.5, 0.5, 0.2, 0.8}), Coupling::inverse_cdf), {"dept"}}});
  const Table table({{"dept", ColumnType::binary, {"A", "B"}, {0, 1}}});
  const WorldSource source{fit_encoding(table, std::vector<std::string>{"dept"}), "admit", scm};
  const std::vector<WorldRequest> requests{{.variable = "sex", .shift = 1}};
  CHECK(world_licence(source, requests).basis == "had sex been another: rests on coupling gumbel-max of dept");
}

TEST_CASE("prepared rows hold every world asked for, in its order", "[objective]") {
  Table table = people();
  table.set_weights({1, 2, 3, 4});
  const WorldSource source{plain(table, {"debt"}), "repaid", homes()};
  const std::vector<WorldRequest> requests{{}, {.variable = "home", .value = "own"}};
  const PreparedRows prepared = prepare_rows(source, table, {1, 0, 0, 1}, requests);
  CHECK(prepared.rows() == 4);
  CHECK(prepared.weights == std::vector<double>{1, 2, 3, 4});
  CHECK(prepared.requests == requests);
  REQUIRE(prepared.features.size() == 2);
  CHECK(prepared.features[0] == build_world(source, table, requests[0]));
  CHECK(prepared.features[1] == build_world(source, table, requests[1]));
}
