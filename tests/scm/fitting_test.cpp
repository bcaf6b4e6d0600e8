#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

Column categories(std::string name, std::vector<std::string> levels, std::vector<double> values) {
  const ColumnType type = levels.size() == 2 ? ColumnType::binary : ColumnType::categorical;
  return {std::move(name), type, std::move(levels), std::move(values)};
}

// Bickel, Hammel, O'Connell 1975: men and women admitted and rejected, departments A to F.
Table berkeley() {
  const double counts[6][4] = {{512, 313, 89, 19},   {353, 207, 17, 8},  {120, 205, 202, 391},
                               {138, 279, 131, 244}, {53, 138, 94, 299}, {22, 351, 24, 317}};
  std::vector<double> gender, dept, admit, weights;
  for (int d = 0; d < 6; ++d)
    for (int cell = 0; cell < 4; ++cell) {
      gender.push_back(cell / 2);
      dept.push_back(d);
      admit.push_back(cell % 2 == 0 ? 1 : 0);
      weights.push_back(counts[d][cell]);
    }
  Table table({categories("gender", {"Male", "Female"}, gender),
               categories("dept", {"A", "B", "C", "D", "E", "F"}, dept),
               categories("admit", {"Rejected", "Admitted"}, admit)});
  table.set_weights(weights);
  return table;
}

CausalGraph berkeley_graph() {
  const std::vector<NamedEdge> edges{{"gender", "dept"}, {"gender", "admit"}, {"dept", "admit"}};
  return CausalGraph({"gender", "dept", "admit"}, edges);
}

}  // namespace

TEST_CASE("fitted tables are the weighted shares of the rows") {
  const ScmFit fit = fit_scm(berkeley_graph(), berkeley(), {.table_prior = 0});
  const auto* gender = fit.scm.mechanism(0).get_if<NoiseMechanism>();
  REQUIRE(gender != nullptr);
  CHECK(gender->noise().get_if<BernoulliNoise>()->p == Approx(1835.0 / 4526).epsilon(1e-14));
  const auto* dept = fit.scm.mechanism(1).get_if<TableMechanism>();
  REQUIRE(dept != nullptr);
  CHECK(dept->kernel().table()[0] == Approx(825.0 / 2691).epsilon(1e-14));
  CHECK(dept->kernel().table()[6 + 5] == Approx(341.0 / 1835).epsilon(1e-14));
  const auto* admit = fit.scm.mechanism(2).get_if<TableMechanism>();
  REQUIRE(admit != nullptr);
  CHECK(admit->kernel().table()[1] == Approx(512.0 / 825).epsilon(1e-14));
  CHECK(fit.nodes[2].mechanism == "table");
  CHECK(fit.nodes[2].runner_up == "logistic");
  CHECK(fit.nodes[2].margin > 0);
  CHECK(fit.nodes[2].margin_standard_error > 0);
  CHECK(fit.nodes[2].held_out < fit.nodes[2].log_likelihood);
}

TEST_CASE("a logistic mechanism is chosen where the levels' log-odds add up") {
  // Two causes of seven levels each, additive on the logit scale: 49 cells of a table learn less from 3,000 rows.
  const std::vector<NamedEdge> edges{{"A", "Y"}, {"B", "Y"}};
  const CausalGraph graph({"A", "B", "Y"}, edges);
  std::vector<VariableSpec> variables{equipoise::testing::levels_variable("A", 7),
                                      equipoise::testing::levels_variable("B", 7),
                                      equipoise::testing::levels_variable("Y", 2)};
  const Noise seven = CategoricalNoise{std::vector<double>(7, 1.0 / 7)};
  const LinearPredictor score{-0.5, {{0, {0, 0.5, -0.5, 1, -1, 0.2, 0.7}}, {0, {0, -0.3, 0.6, 0.9, -0.8, 0.1, -0.4}}}};
  const Scm truth(graph, variables,
                  {{NoiseMechanism(seven), {}},
                   {NoiseMechanism(seven), {}},
                   {LogisticMechanism(LogisticProbabilities(2, {score}), Coupling::gumbel_max), {"A", "B"}}});
  const ScmFit fit = fit_scm(graph, table_of(truth, sample(truth, 3000)));
  CHECK(fit.nodes[2].mechanism == "logistic");
  CHECK(fit.nodes[2].converged);
}

TEST_CASE("fitted coefficients of a linear-Gaussian model lie within three standard errors of the truth") {
  RowStream random = RandomStream({.seed = 21, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 5);
  const Eigen::Index rows = 4000;
  const Eigen::MatrixXd world = sample(model.scm, static_cast<std::size_t>(rows), {.seed = 5});
  const ScmFit fit = fit_scm(model.scm.graph(), table_of(model.scm, world));
  for (Node v = 0; v < 5; ++v) {
    const auto* linear = fit.scm.mechanism(v).get_if<LinearMechanism>();
    if (fit.scm.inputs(v).empty()) continue;
    INFO(fit.nodes[v].mechanism);
    REQUIRE(linear != nullptr);
    // Standard errors from (X'X)^-1.
    const auto inputs = fit.scm.inputs(v);
    Eigen::MatrixXd x(rows, static_cast<Eigen::Index>(inputs.size()) + 1);
    x.col(0).setOnes();
    for (std::size_t c = 0; c < inputs.size(); ++c)
      x.col(static_cast<Eigen::Index>(c) + 1) = world.col(static_cast<Eigen::Index>(inputs[c].index));
    const Eigen::MatrixXd inverse = inverse_spd(x.transpose() * x);
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      const auto at = static_cast<Eigen::Index>(c) + 1;
      const double error = model.scales[static_cast<Eigen::Index>(v)] * std::sqrt(inverse(at, at));
      CHECK(std::abs(linear->predictor().terms[c].slope -
                     model.coefficients(static_cast<Eigen::Index>(v), static_cast<Eigen::Index>(inputs[c].index))) <
            3 * error);
    }
    CHECK(linear->noise().get_if<NormalNoise>()->scale ==
          Approx(model.scales[static_cast<Eigen::Index>(v)]).epsilon(0.05));
  }
}

TEST_CASE("the loan model's duration is fitted to its coefficients, and its other forms are recognised") {
  const Scm truth = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/loan.json");
  const std::size_t rows = 4000;
  const ScmFit fit = fit_scm(truth.graph(), table_of(truth, sample(truth, rows, {.seed = 2})));
  const Node d = truth.graph().node("D");
  const auto* linear = fit.scm.mechanism(d).get_if<LinearMechanism>();
  INFO(fit.nodes[d].mechanism);
  REQUIRE(linear != nullptr);
  // D = -1 + 0.1 A + 2 G + L + N(0, 9). Given the other causes, G has variance 1/4 (less what A and L tell), A about
  // 122, L about 4 (its own noise): standard errors 3 / sqrt(4000 v).
  const double truth_of[] = {2, 0.1, 1}, error[] = {0.098, 0.0044, 0.024};
  const std::vector<std::string> order{"G", "A", "L"};
  for (std::size_t c = 0; c < 3; ++c) {
    REQUIRE(fit.scm.input_name(fit.scm.inputs(d)[c]) == order[c]);
    CHECK(std::abs(linear->predictor().terms[c].slope - truth_of[c]) < 3 * error[c]);
  }
  CHECK(fit.nodes[truth.graph().node("L")].mechanism.find("quadratic") == 0);
  CHECK(fit.nodes[truth.graph().node("Y")].mechanism == "logistic");
}

TEST_CASE("separated levels give finite coefficients and a note") {
  std::vector<double> x, y;
  for (int i = 0; i < 100; ++i) {
    x.push_back(i);
    y.push_back(i < 50 ? 0 : 1);
  }
  const std::vector<NamedEdge> edges{{"x", "y"}};
  const ScmFit fit = fit_scm(CausalGraph({"x", "y"}, edges),
                             Table({{"x", ColumnType::integer, {}, x}, categories("y", {"0", "1"}, y)}));
  const auto* logistic = fit.scm.mechanism(1).get_if<LogisticMechanism>();
  REQUIRE(logistic != nullptr);
  CHECK(std::isfinite(logistic->kernel().scores()[0].terms[0].slope));
  bool told = false;
  for (const std::string& note : fit.nodes[1].notes) told = told || note.find("separated") != std::string::npos;
  CHECK(told);
}

TEST_CASE(
    "a fit is the same at any parallelism, reads back from its file, and says what of hidden causes it cannot tell") {
  const std::vector<NamedEdge> edges{{"gender", "dept"}, {"dept", "admit"}}, hidden{{"gender", "admit"}};
  const CausalGraph graph({"gender", "dept", "admit"}, edges, hidden);
  const ScmFit one = fit_scm(graph, berkeley());
  const ScmFit two = fit_scm(graph, berkeley(), {.parallelism = Parallelism::exactly(3)});
  CHECK(scm_text(one.scm) == scm_text(two.scm));
  CHECK(scm_text(parse_scm(scm_text(one.scm))) == scm_text(one.scm));
  REQUIRE(one.warnings.size() == 1);
  CHECK(one.warnings[0].find("'gender' and 'admit' is fitted as a variable of") != std::string::npos);
  REQUIRE(one.scm.exogenous().size() == 1);
  CHECK(one.scm.exogenous()[0].name == "U_gender_admit");

  const ScmFit apart = fit_scm(graph, berkeley(), {.hidden_causes = false});
  CHECK(apart.scm.exogenous().empty());
  REQUIRE(apart.warnings.size() == 1);
  CHECK(apart.warnings[0].find("'gender' and 'admit' is not modelled: each") != std::string::npos);
}

TEST_CASE("families that suit no variable are told, and unknown ones refused") {
  const ScmFit fit = fit_scm(berkeley_graph(), berkeley(), {.families = {"logistic"}});
  CHECK(fit.nodes[2].mechanism == "logistic");
  CHECK(fit.nodes[2].runner_up.empty());
  CHECK(fit.nodes[0].mechanism == "frequencies");
  const ScmFit none = fit_scm(berkeley_graph(), berkeley(), {.families = {"linear"}});
  CHECK(none.nodes[2].mechanism == "table");
  REQUIRE_FALSE(none.nodes[2].notes.empty());
  CHECK(none.nodes[2].notes.back().find("none of the families asked for suits it") == 0);
  try {
    fit_scm(berkeley_graph(), berkeley(), {.families = {"logistics"}});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("did you mean 'logistic'?") != std::string::npos);
  }
}

TEST_CASE("a table without a node's column, and one without rows, are refused") {
  const std::vector<NamedEdge> edges{{"gender", "admit"}};
  try {
    fit_scm(CausalGraph({"gender", "admitt"}, std::vector<NamedEdge>{{"gender", "admitt"}}), berkeley());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("did you mean 'admit'?") != std::string::npos);
  }
  CHECK_THROWS_AS(fit_scm(CausalGraph({"gender", "admit"}, edges), berkeley().select({})), Error);
}

TEST_CASE("people beyond counting one by one are fitted and told apart like fewer") {
  Table many = berkeley();
  std::vector<double> weights(many.weights().begin(), many.weights().end());
  for (double& weight : weights) weight *= 1e5;
  many.set_weights(weights);
  const ScmFit fit = fit_scm(berkeley_graph(), many, {.table_prior = 0});
  CHECK(fit.nodes[2].mechanism == "table");
  // Folds of 90 million people are alike: what is held out is as likely as what was learnt from.
  CHECK(fit.nodes[2].held_out == Approx(fit.nodes[2].log_likelihood).epsilon(1e-5));
  CHECK(fit.nodes[1].held_out == Approx(fit.nodes[1].log_likelihood).epsilon(1e-5));
}

TEST_CASE("columns that nothing can be fitted to are refused by name") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const CausalGraph graph({"X", "Y"}, edges);
  const auto message = [&](const Table& table) {
    try {
      fit_scm(graph, table);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK(message(Table({{"X", ColumnType::continuous, {}, {1, 2}}, {"Y", ColumnType::continuous, {}, {1, 1e300}}})) ==
        "column 'Y', row 2: the number 1e+300; at most 1e+60 in size, to fit anything to");
  std::vector<std::string> levels;
  std::vector<double> values;
  for (int i = 0; i < 1001; ++i) {
    levels.push_back(std::to_string(i));
    values.push_back(i);
  }
  CHECK(message(Table({categories("X", levels, values), {"Y", ColumnType::continuous, {}, values}})) ==
        "column 'X': 1001 levels; at most 1000, to fit anything to (is it an identifier?)");
}
