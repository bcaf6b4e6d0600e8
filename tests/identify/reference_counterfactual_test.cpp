// Counterfactual and path-specific verdicts that other tools agree on, and values that enumeration gave.
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/graph/graph_file.hpp>
#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/idc_star.hpp>
#include <equipoise/identify/path_specific.hpp>

using namespace equipoise;
using nlohmann::json;

namespace {

CausalGraph graph_of(const json& each) { return causal_graph(parse_graph(each.at("graph").dump(), "graph.json")); }

CounterfactualEvent event_of(const CausalGraph& graph, const json& values) {
  CounterfactualEvent event;
  for (const auto& value : values) {
    CounterfactualVariable variable{graph.node(value.at("var").get<std::string>()), {}};
    for (const auto& [name, level] : value.at("do").items())
      variable.action.push_back({graph.node(name), level.get<std::size_t>(), {}});
    event.push_back({std::move(variable), value.at("val").get<std::size_t>()});
  }
  return event;
}

// The paths that carry the active value: the edges out of the treatment that the case lists.
std::vector<PathBeginning> active_paths(const CausalGraph& graph, const json& edges) {
  std::vector<PathBeginning> paths;
  for (const auto& edge : edges)
    paths.push_back({graph.node(edge.at(0).get<std::string>()), graph.node(edge.at(1).get<std::string>())});
  return paths;
}

PathSpecificIdentification path_specific(const CausalGraph& graph, const json& query) {
  const std::vector sources{observation(graph)};
  const Node treatment = graph.node(query.at("treatment").at(0).get<std::string>());
  NodeSet outcome = graph.none();
  for (const std::string name : query.at("outcome")) outcome.insert(graph.node(name));
  return identify_path_specific(graph, outcome, treatment, active_paths(graph, query.at("active")), sources);
}

std::vector<KnownDistribution> joint_of(const CausalGraph& graph, const json& each) {
  Factor table = zero_factor(symbols_of(graph.all()), Cardinalities(graph.size(), 2));
  for (const auto& row : each.at("joint")) {
    std::size_t index = 0;
    for (Node v = 0; v < graph.size(); ++v)
      index = 2 * index + row.at("assignment").at(graph.name(v)).get<std::size_t>();
    table.values[index] = row.at("p");
  }
  return {{0, graph.none(), std::move(table)}};
}

std::optional<json> reference_file() {
  const char* reference = std::getenv("EQUIPOISE_REFERENCE");
  if (reference) return json::parse(std::ifstream(std::string(reference) + "/identify.json"));
  WARN("EQUIPOISE_REFERENCE is not set: the reference counterfactuals are skipped");
  return std::nullopt;
}

}  // namespace

TEST_CASE("counterfactuals are identifiable where the reference says they are", "[identify]") {
  const auto all = reference_file();
  if (!all) return;
  int cases = 0;
  for (const auto& each : all->at("verdicts")) {
    const auto& query = each.at("query");
    if (query.at("kind") != "counterfactual") continue;
    const CausalGraph graph = graph_of(each);
    const auto event = event_of(graph, query.at("event")), evidence = event_of(graph, query.at("evidence"));
    const auto answer = identify_counterfactual(graph, event, evidence);
    const auto& expected = each.at("expected");
    CAPTURE(each.at("id").dump());
    CHECK(is_identified(answer) == expected.at("identifiable").get<bool>());
    CHECK(std::holds_alternative<ImpossibleEvent>(answer) == expected.at("zero").get<bool>());
    if (expected.contains("identifiable_from_interventions"))
      CHECK(is_identified(identify_counterfactual_from_interventions(graph, event, evidence)) ==
            expected.at("identifiable_from_interventions").get<bool>());
    ++cases;
  }
  CHECK(cases > 0);
}

TEST_CASE("path-specific effects are identifiable where the reference says they are", "[identify]") {
  const auto all = reference_file();
  if (!all) return;
  int cases = 0;
  for (const auto& each : all->at("verdicts")) {
    if (each.at("query").at("kind") != "path-specific") continue;
    CAPTURE(each.at("id").dump());
    CHECK(std::holds_alternative<Identified>(path_specific(graph_of(each), each.at("query"))) ==
          each.at("expected").at("identifiable").get<bool>());
    ++cases;
  }
  CHECK(cases > 0);
}

TEST_CASE("counterfactual estimands give the numbers of the reference to 1e-9", "[identify]") {
  const auto all = reference_file();
  if (!all) return;
  std::map<std::string, int> numbers;
  for (const auto& each : all->at("counterfactual_from_joint")) {
    const CausalGraph graph = graph_of(each);
    const auto known = joint_of(graph, each);
    Evaluation evaluation(known);
    CAPTURE(each.at("id").dump());
    std::variant<double, Undefined> value;
    if (each.at("kind") == "counterfactual") {
      const auto answer =
          identify_counterfactual(graph, event_of(graph, each.at("event")), event_of(graph, each.at("evidence")));
      REQUIRE(std::holds_alternative<CounterfactualIdentified>(answer));
      const auto& identified = std::get<CounterfactualIdentified>(answer);
      value = evaluation.value(identified.estimand, identified.at);
    } else {
      const auto answer = path_specific(graph, each);
      REQUIRE(std::holds_alternative<Identified>(answer));
      const auto& estimand = std::get<Identified>(answer).estimand;
      std::map<Symbol, std::size_t> at;
      for (const Symbol s : free_symbols(estimand)) at[s] = 0;
      const Node treatment = graph.node(each.at("treatment").at(0).get<std::string>());
      at[{treatment, 0}] = each.at("active_value");
      at[{treatment, 1}] = each.at("reference_value");
      at[{graph.node(each.at("outcome").at(0).get<std::string>()), 0}] = 1;
      value = evaluation.value(estimand, at);
    }
    REQUIRE(std::holds_alternative<double>(value));
    CHECK(std::get<double>(value) == Approx(each.at("p").get<double>()).margin(1e-9).epsilon(0));
    ++numbers[each.at("kind").get<std::string>()];
  }
  CHECK(numbers.size() == 2);
}
