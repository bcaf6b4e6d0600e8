// Counterfactual, interventional and path-specific quantities against published numbers; skipped where
// EQUIPOISE_REFERENCE is not set.
#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/model_query.hpp>

#include "scm/random_models.hpp"
#include "scm/reference_queries.hpp"

using namespace equipoise;
using nlohmann::json;

namespace {

Scm discrete_model(const json& described) {
  std::vector<ExogenousVariable> exogenous;
  for (const json& each : described.at("exogenous"))
    exogenous.push_back({each.at("name"), Noise(CategoricalNoise{each.at("p").get<std::vector<double>>()})});
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  for (const json& each : described.at("endogenous")) {
    const std::string name = each.at("name");
    std::vector<std::size_t> levels;
    const auto parents = each.at("parents").get<std::vector<std::string>>();
    for (const std::string& parent : parents) {
      bool is_exogenous = false;
      for (const json& other : described.at("exogenous"))
        if (other.at("name") == parent) {
          levels.push_back(other.at("card"));
          is_exogenous = true;
        }
      if (is_exogenous) continue;
      edges.emplace_back(parent, name);
      for (const VariableSpec& variable : variables)
        if (variable.name == parent) levels.push_back(variable.levels.size());
    }
    names.push_back(name);
    variables.push_back(equipoise::testing::levels_variable(name, each.at("card")));
    mechanisms.push_back(
        {LookupMechanism(levels, each.at("card"), each.at("table").get<std::vector<std::size_t>>()), parents});
  }
  return Scm(CausalGraph(names, edges), variables, mechanisms, exogenous);
}

}  // namespace

TEST_CASE("published quantities of discrete models are answered exactly, undefined ones as such") {
  const auto known = equipoise::testing::reference_models();
  if (!known) return;
  std::size_t asked = 0;
  for (const json& each : known->at("discrete")) {
    const Scm model = discrete_model(each.at("scm"));
    for (const json& query : each.at("queries")) {
      const std::string text = equipoise::testing::written_query(query);
      INFO(each.at("id") << ": " << text);
      const QueryAnswer answer = answer_query(model, parse_query(text));
      CHECK(answer.method == AnswerMethod::exact);
      if (query.at("value").is_null()) {
        CHECK_FALSE(answer.value);
        CHECK_FALSE(answer.undefined.empty());
      } else {
        REQUIRE(answer.value);
        CHECK(*answer.value == Approx(query.at("value").get<double>()).margin(1e-10));
      }
      ++asked;
    }
  }
  CHECK(asked >= 80);
}

TEST_CASE("published means and variances of linear models are answered exactly, partial evidence included") {
  const auto known = equipoise::testing::reference_models();
  if (!known) return;
  for (const json& each : known->at("linear")) {
    const auto names = each.at("nodes").get<std::vector<std::string>>();
    std::vector<NamedEdge> edges;
    std::vector<VariableSpec> variables;
    std::vector<NodeMechanism> mechanisms;
    for (const std::string& name : names) {
      LinearPredictor predictor{each.at("intercepts").at(name), {}};
      std::vector<std::string> inputs;
      for (const json& edge : each.at("edges"))
        if (edge[1] == name) {
          inputs.push_back(edge[0]);
          predictor.terms.push_back({edge[2].get<double>(), {}});
          edges.emplace_back(edge[0].get<std::string>(), name);
        }
      variables.push_back({name, ColumnType::continuous, {}});
      const double scale = std::sqrt(each.at("noise_variance").at(name).get<double>());
      mechanisms.push_back({LinearMechanism(predictor, Noise(NormalNoise{0, scale})), inputs});
    }
    const Scm model(CausalGraph(names, edges), variables, mechanisms);
    for (const json& query : each.at("queries")) {
      std::string action;
      for (const auto& [name, value] : query.at("do").items())
        action += (action.empty() ? "" : ", ") + name + "=" + value.dump();
      std::vector<Assignment> evidence;
      for (const auto& [name, value] : query.at("evidence").items())
        evidence.push_back({model.graph().node(name), value.get<double>()});
      const std::string outcome = query.at("outcome");
      const QueryAnswer mean = answer_query(model, parse_query("E[" + outcome + "_{" + action + "}]"), evidence);
      INFO(each.at("id") << ": " << query.dump());
      CHECK(mean.method == AnswerMethod::exact);
      CHECK(*mean.value == Approx(query.at("mean").get<double>()).margin(1e-9));
      // The variance, through a probability.
      const double variance = query.at("variance"), deviation = std::sqrt(variance);
      if (variance == 0) continue;
      const QueryAnswer below = answer_query(model, parse_query("P(" + outcome + "_{" + action + "} < 0)"), evidence);
      const double z = (0 - query.at("mean").get<double>()) / deviation;
      CHECK(*below.value == Approx(0.5 * std::erfc(-z / std::sqrt(2.0))).margin(1e-9));
    }
  }
}
