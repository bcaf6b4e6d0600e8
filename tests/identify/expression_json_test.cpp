#include <catch2/catch.hpp>

#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/identify/derive.hpp>

#include "identify/expression_json.hpp"

using namespace equipoise;
using Json = nlohmann::ordered_json;

TEST_CASE("an expression is a tree in JSON", "[identify]") {
  const std::vector<std::string> names{"X", "Y", "Z"}, populations{"target", "trial"};
  const Symbol x{0, 0}, y{1, 0}, z{2, 0};
  const Expression inner = sum({x}, product({probability({0, {x}, {}, {}}), probability({0, {y}, {x, z}, {}})}));
  const Expression whole = fraction(product({probability({1, {z}, {}, {x}}), inner}), probability({2, {z}, {}, {}}));
  CHECK(expression_to_json(whole, names, populations) == Json::parse(R"({
    "kind": "fraction",
    "numerator": {"kind": "product", "factors": [
      {"kind": "probability", "of": ["Z"], "do": ["X"], "population": "trial"},
      {"kind": "sum", "over": [{"variable": "X", "copy": 1}], "term": {"kind": "product", "factors": [
        {"kind": "probability", "of": [{"variable": "X", "copy": 1}]},
        {"kind": "probability", "of": ["Y"], "given": [{"variable": "X", "copy": 1}, "Z"]}]}}]},
    "denominator": {"kind": "probability", "of": ["Z"], "population": "2"}})"));
  CHECK(expression_to_json(Expression(), names) == Json::parse(R"({"kind": "product", "factors": []})"));
}

TEST_CASE("a derivation's steps name their rules and the separations that they used", "[identify]") {
  const std::vector<NamedEdge> directed{{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}};
  const CausalGraph graph({"Z", "X", "Y"}, directed);
  const auto answer = derive_effect(graph, NodeSet(3, {2}), NodeSet(3, {1}));
  const Json steps = derivation_to_json(std::get<Derivation>(answer), graph.names());
  REQUIRE(steps.size() == 4);
  CHECK(steps[0].at("rule") == "marginalisation");
  CHECK_FALSE(steps[0].contains("separation"));
  CHECK(steps[3] == Json::parse(R"json({
    "rule": "rule 2",
    "separation": {"left": ["Y"], "right": ["X"], "given": ["Z"], "cut_incoming": [], "cut_outgoing": ["X"]},
    "reason": "rule 2: Y and X are separated given Z in the graph without arrows out of X",
    "before": {"kind": "probability", "of": ["Y"], "given": ["Z"], "do": ["X"]},
    "after": {"kind": "probability", "of": ["Y"], "given": ["Z", "X"]},
    "places": [[0]],
    "line": "sum_{Z} P(Z) P(Y | Z, X)",
    "latex": "\\sum_{Z} P(Z)\\,P(Y \\mid Z, X)"
})json"));
}

TEST_CASE("a transport step says that its right side is selection nodes", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}, {"Y", "W"}}, hidden{{"X", "Y"}};
  const CausalGraph graph({"X", "Y", "W"}, directed, hidden);
  const std::vector<std::string> populations{"target", "trial"};
  const std::vector<Source> sources{{1, NodeSet(3, {0}), NodeSet(3, {0, 2})}};
  const auto answer = derive_effect(graph, NodeSet(3, {1}), NodeSet(3, {0}), sources);
  const Json steps = derivation_to_json(std::get<Derivation>(answer), graph.names(), populations);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].at("rule") == "transport");
  CHECK(steps[0].at("separation").at("right") == Json::array({"X", "W"}));
  CHECK(steps[0].at("separation").at("right_is_selection") == true);
  CHECK(steps[0].at("line") == "P^{trial}(Y | do(X))");
}
