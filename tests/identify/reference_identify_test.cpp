// Verdicts that other tools agree on, and effects whose true values enumeration gave.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/graph/graph_file.hpp>
#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/idc.hpp>

using namespace equipoise;
using nlohmann::json;

namespace {

CausalGraph graph_of(const json& each) { return causal_graph(parse_graph(each.at("graph").dump(), "graph.json")); }

NodeSet nodes(const CausalGraph& graph, const json& names) {
  NodeSet set = graph.none();
  for (const std::string name : names) set.insert(graph.node(name));
  return set;
}

// Rows of {assignment, p} for binary variables, added to a table over every node; what was fixed is in `action`.
void add_rows(const CausalGraph& graph, const json& rows, const json& action, Factor& table) {
  for (const auto& row : rows) {
    std::size_t index = 0;
    for (Node v = 0; v < graph.size(); ++v) {
      const json& owner = row.at("assignment").contains(graph.name(v)) ? row.at("assignment") : action;
      index = 2 * index + owner.at(graph.name(v)).get<std::size_t>();
    }
    table.values[index] = row.at("p");
  }
}

struct Knowledge {
  std::vector<Source> sources;
  std::vector<KnownDistribution> known;
};

// An experiment as it stands in `verdicts` (a list of names) or, with its tables, elsewhere.
void add_experiment(const CausalGraph& graph, std::size_t population, const NodeSet& selection, const json& experiment,
                    Knowledge& knowledge) {
  const NodeSet intervened = nodes(graph, experiment.is_array() ? experiment : experiment.at("intervened"));
  knowledge.sources.push_back({population, intervened, selection});
  if (experiment.is_array()) return;
  Factor table = zero_factor(symbols_of(graph.all()), Cardinalities(graph.size(), 2));
  for (const auto& distribution : experiment.at("distributions"))
    add_rows(graph, distribution.at("table"), distribution.at("do"), table);
  knowledge.known.push_back({population, intervened, std::move(table)});
}

// What is known, by the `holder` of experiments or domains; else the observed joint, where it is given.
Knowledge knowledge_of(const CausalGraph& graph, const json& holder, const json& each) {
  Knowledge knowledge;
  if (holder.contains("domains")) {
    std::size_t population = 0;
    for (const auto& domain : holder.at("domains")) {
      for (const auto& experiment : domain.at("experiments"))
        add_experiment(graph, population, nodes(graph, domain.at("selection")), experiment, knowledge);
      ++population;
    }
  } else if (holder.contains("experiments")) {
    for (const auto& experiment : holder.at("experiments"))
      add_experiment(graph, 0, graph.none(), experiment, knowledge);
  } else {
    knowledge.sources.push_back(observation(graph));
    if (each.contains("joint")) {
      Factor table = zero_factor(symbols_of(graph.all()), Cardinalities(graph.size(), 2));
      add_rows(graph, each.at("joint"), json::object(), table);
      knowledge.known.push_back({0, graph.none(), std::move(table)});
    }
  }
  return knowledge;
}

Identification answer(const CausalGraph& graph, const json& query, const std::vector<Source>& sources) {
  return identify_conditional_effect(graph, nodes(graph, query.at("outcome")), nodes(graph, query.at("treatment")),
                                     nodes(graph, query.at("given")), sources);
}

std::optional<json> reference_file() {
  const char* reference = std::getenv("EQUIPOISE_REFERENCE");
  if (reference) return json::parse(std::ifstream(std::string(reference) + "/identify.json"));
  WARN("EQUIPOISE_REFERENCE is not set: the reference identifications are skipped");
  return std::nullopt;
}

}  // namespace

TEST_CASE("effects are identifiable where the reference says they are", "[identify]") {
  const auto all = reference_file();
  if (!all) return;
  std::map<std::string, int> cases;
  for (const auto& each : all->at("verdicts")) {
    const auto& query = each.at("query");
    const std::string kind = query.at("kind");
    if (kind != "effect" && kind != "conditional-effect" && kind != "zid" && kind != "transport") continue;
    const CausalGraph graph = graph_of(each);
    const auto& expected = each.at("expected");
    CAPTURE(each.at("id").dump());
    CHECK(is_identified(answer(graph, query, knowledge_of(graph, query, each).sources)) ==
          expected.at("identifiable").get<bool>());
    for (const char* without : {"identifiable_without_experiments", "identifiable_without_sources"})
      if (expected.contains(without))
        CHECK(is_identified(answer(graph, query, {observation(graph)})) == expected.at(without).get<bool>());
    ++cases[kind];
  }
  CHECK(cases.size() == 4);
}

TEST_CASE("estimands give the effects of the reference to 1e-9", "[identify]") {
  const auto all = reference_file();
  if (!all) return;
  int numbers = 0;
  for (const char* part : {"effect", "zid", "transport"})
    for (const auto& each : all->at(part)) {
      const CausalGraph graph = graph_of(each);
      const Knowledge knowledge = knowledge_of(graph, each, each);
      const Identification found = answer(graph, each, knowledge.sources);
      CAPTURE(each.at("id").dump());
      REQUIRE(is_identified(found));
      const auto& estimand = std::get<Identified>(found).estimand;
      Evaluation evaluation(knowledge.known);
      for (const auto& query : each.at("queries")) {
        std::map<Symbol, std::size_t> at;
        for (const Symbol s : free_symbols(estimand)) at[s] = 0;  // where it is arbitrary, any level serves
        for (const char* role : {"outcome", "do", "given"})
          for (const auto& [name, level] : query.at(role).items()) at[{graph.node(name), 0}] = level;
        const auto value = evaluation.value(estimand, at);
        REQUIRE(std::holds_alternative<double>(value));
        CHECK(std::get<double>(value) == Approx(query.at("p").get<double>()).margin(1e-9).epsilon(0));
        ++numbers;
      }
    }
  CHECK(numbers > 0);
}
