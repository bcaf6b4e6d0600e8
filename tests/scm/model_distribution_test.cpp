#include <equipoise/scm/model_distribution.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/identify/identify_query.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "identify/random_models.hpp"

using namespace equipoise;

namespace {

/// The same model with named exogenous variables and lookups.
Scm as_scm(const CausalGraph& graph, const DiscreteModel& model) {
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  std::vector<ExogenousVariable> exogenous;
  for (std::size_t u = 0; u < model.exogenous.size(); ++u)
    exogenous.push_back({"U" + std::to_string(u), CategoricalNoise{model.exogenous[u].probabilities}});
  for (Node v = 0; v < graph.size(); ++v) {
    variables.push_back({graph.name(v), ColumnType::binary, {"no", "yes"}});
    const DiscreteModel::Function& function = model.functions[v];
    std::vector<std::size_t> levels;
    std::vector<std::string> inputs;
    for (const Node parent : function.parents) levels.push_back(2), inputs.push_back(graph.name(parent));
    for (const std::size_t u : function.exogenous) {
      levels.push_back(model.exogenous[u].probabilities.size());
      inputs.push_back(exogenous[u].name);
    }
    mechanisms.push_back({LookupMechanism(levels, 2, function.values), inputs});
  }
  return {graph, variables, mechanisms, exogenous};
}

const char* const front_door = R"({
  "graph": {"nodes": ["X", "M", "Y"], "directed": [["X", "M"], ["M", "Y"]], "bidirected": [["X", "Y"]]},
  "exogenous": {"U": {"kind": "bernoulli", "p": 0.4}},
  "variables": {"X": {"type": "binary"}, "M": {"type": "binary"}, "Y": {"type": "binary"}},
  "mechanisms": {
    "X": {"kind": "logistic", "intercept": -1, "coefficients": {"U": 2}, "coupling": "inverse-cdf"},
    "M": {"kind": "logistic", "intercept": -0.5, "coefficients": {"X": 1.5}, "coupling": "inverse-cdf"},
    "Y": {"kind": "logistic", "intercept": -1, "coefficients": {"M": 1, "U": 2}, "coupling": "inverse-cdf"}}})";

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("the distributions of a discrete model are those of its exogenous states, under every intervention") {
  std::mt19937_64 random(12);
  for (int round = 0; round < 60; ++round) {
    const CausalGraph graph = testing::to_causal_graph(testing::random_judge_graph(random, 4, 0.6, 0.4));
    const DiscreteModel model = testing::random_model(random, graph);
    const Scm scm = as_scm(graph, model);
    for (unsigned mask = 0; mask < 16; ++mask) {
      NodeSet intervened = graph.none();
      for (Node v = 0; v < 4; ++v)
        if (mask >> v & 1) intervened.insert(v);
      const KnownDistribution found = model_distribution(scm, intervened, 3);
      const Factor expected = model.distribution(intervened);
      CHECK(found.population == 3);
      CHECK(found.intervened == intervened);
      REQUIRE(found.table.symbols == expected.symbols);
      for (std::size_t cell = 0; cell < expected.values.size(); ++cell)
        REQUIRE(found.table.values[cell] == Approx(expected.values[cell]).margin(1e-12));
    }
  }
}

TEST_CASE("an estimand evaluated on a model is what the model does under the intervention") {
  const Scm scm = parse_scm(front_door, "front_door.json");
  const BoundQuery query = bind_query(scm.graph(), parse_query("E[Y | do(X = 1)] - E[Y | do(X = 0)]"), levels_of(scm));
  const QueryIdentification answer = identify_query(scm.graph(), query, observational_knowledge(scm.graph()));
  REQUIRE(answer.is_identified());
  const std::vector<KnownDistribution> known{model_distribution(scm, scm.graph().none())};
  Evaluation evaluation(known);
  double truth = 0;
  for (int u = 0; u < 2; ++u)
    for (int m = 0; m < 2; ++m) {
      const double p_m1 = sigmoid(1.0), p_m0 = sigmoid(-0.5);  // P(M=1 | X=1), P(M=1 | X=0)
      truth += (u == 1 ? 0.4 : 0.6) * (m == 1 ? p_m1 - p_m0 : p_m0 - p_m1) * sigmoid(-1 + m + 2 * u);
    }
  CHECK(std::get<double>(evaluate_query(answer, query, evaluation)) == Approx(truth).margin(1e-12));
}

TEST_CASE("a model that is not discrete has no table of its distribution") {
  const Scm continuous = parse_scm(R"({
    "graph": {"nodes": ["X"]},
    "mechanisms": {"X": {"kind": "noise", "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})",
                                   "normal.json");
  try {
    model_distribution(continuous, continuous.graph().none());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_missing_rung);
    CHECK(error.place() == "variable 'X'");
  }
}

TEST_CASE("a variable without causes has the distribution of its noise") {
  const Scm model(CausalGraph({"X"}, {}), {{"X", ColumnType::categorical, {"a", "b", "c"}}},
                  {{NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.5, 0.3}})), {}}});
  CHECK(model_distribution(model, model.graph().none()).table.values == std::vector<double>{0.2, 0.5, 0.3});
  // Noise that gives no level gives no table.
  const Scm other(CausalGraph({"X"}, {}), {{"X", ColumnType::binary, {"a", "b"}}},
                  {{NoiseMechanism(Noise(ConstantNoise{0.5})), {}}});
  CHECK_THROWS_AS(model_distribution(other, other.graph().none()), Error);
}
