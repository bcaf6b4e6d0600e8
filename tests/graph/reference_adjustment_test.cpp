// Adjustment sets, front doors and instruments that other tools agree on.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/front_door.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/instruments.hpp>
#include <equipoise/graph/minimum_separator.hpp>
#include <equipoise/graph/optimal_adjustment.hpp>

#include "graph/linear_models.hpp"

using namespace equipoise;
using nlohmann::json;

namespace {

struct Case {
  CausalGraph graph;
  const json& query;
  const json& expected;

  NodeSet nodes(const char* key) const {
    NodeSet set = graph.none();
    if (query.contains(key))
      for (const std::string name : query.at(key)) set.insert(graph.node(name));
    return set;
  }
  std::vector<std::string> names(const NodeSet& set) const {
    std::vector<std::string> names;
    for (const Node v : set) names.push_back(graph.name(v));
    std::sort(names.begin(), names.end());
    return names;
  }
  template <class Listing>
  json sets(Listing listing) const {
    std::vector<std::vector<std::string>> sets;
    while (const auto set = listing.next()) sets.push_back(names(*set));
    std::sort(sets.begin(), sets.end());
    return sets;
  }
};

/// Calls check(case) for the reference's cases of a kind, and says how many there were.
template <class Check>
int each_reference_case(const std::string& kind, Check check) {
  const char* reference = std::getenv("EQUIPOISE_REFERENCE");
  if (!reference) {
    WARN("EQUIPOISE_REFERENCE is not set: the reference's cases are skipped");
    return 1;
  }
  const json all = json::parse(std::ifstream(std::string(reference) + "/identify.json"));
  int cases = 0;
  for (const json& each : all.at("verdicts")) {
    const json& query = each.at("query");
    if (query.at("kind") != kind || query.value("type", "admg") != "admg") continue;
    CAPTURE(each.at("id").dump());
    check(Case{causal_graph(parse_graph(each.at("graph").dump(), "graph.json")), query, each.at("expected")});
    ++cases;
  }
  return cases;
}

}  // namespace

TEST_CASE("adjustment sets are those of the reference", "[graph]") {
  const int cases = each_reference_case("adjustment", [](const Case& of) {
    const AdjustmentProblem problem(of.graph, of.nodes("treatment"), of.nodes("outcome"), of.nodes("forbidden"));
    const bool exists = of.expected.at("identifiable");
    CHECK(minimal_adjustment_set(problem).has_value() == exists);
    CHECK(minimum_adjustment_set(problem).has_value() == exists);
    CHECK(of.sets(minimal_adjustment_sets(problem)) == of.expected.at("minimal_sets"));
    CHECK(of.sets(adjustment_sets(problem)).size() == of.expected.at("valid_count"));
    if (!of.expected.contains("optimal_set")) return;
    const auto optimal = optimal_adjustment_set(problem);
    REQUIRE(std::holds_alternative<NodeSet>(optimal));
    CHECK(json(of.names(std::get<NodeSet>(optimal))) == of.expected.at("optimal_set"));
  });
  CHECK(cases > 0);
}

// The reference overlooks a set in some random graphs; one that it overlooks is held against models, whose answer is
// exact.
TEST_CASE("effects are known by adjustment where the reference says so, and elsewhere only by sets that are right",
          "[graph]") {
  std::mt19937_64 random(7);
  const int cases = each_reference_case("effect", [&](const Case& of) {
    const AdjustmentProblem problem(of.graph, of.nodes("treatment"), of.nodes("outcome"));
    const auto set = minimal_adjustment_set(problem);
    if (of.expected.at("adjustment").get<bool>()) CHECK(set.has_value());
    if (!set) return;
    REQUIRE(problem.treatment().size() == 1);
    REQUIRE(problem.outcome().size() == 1);
    const Node x = problem.treatment().front(), y = problem.outcome().front();
    const testing::Mask z = testing::to_mask(*set);
    for (int trial = 0; trial < 20; ++trial) {
      const testing::LinearModel model(random, of.graph);
      CHECK(model.covariance_given(x, y, z) / model.covariance_given(x, x, z) ==
            Approx(model.effects()(static_cast<Eigen::Index>(y), static_cast<Eigen::Index>(x))).margin(1e-9));
    }
  });
  CHECK(cases > 0);
}

TEST_CASE("front-door sets are those of the reference", "[graph]") {
  const int cases = each_reference_case("frontdoor", [](const Case& of) {
    const FrontDoorProblem problem(of.graph, of.nodes("treatment"), of.nodes("outcome"));
    CHECK(of.sets(front_door_sets(problem)) == of.expected.at("valid_sets"));
  });
  CHECK(cases > 0);
}

TEST_CASE("instruments are those of the reference", "[graph]") {
  const int cases = each_reference_case("instrument", [](const Case& of) {
    const AdjustmentProblem problem(of.graph, of.nodes("treatment"), of.nodes("outcome"));
    json found = json::array();
    for (const Instrument& z : conditional_instruments(problem).found)
      found.push_back({{"instrument", of.graph.name(z.node)}, {"given", of.names(z.given)}});
    json expected = of.expected.at("instruments");
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    CHECK(found == expected);
  });
  CHECK(cases > 0);
}
