// Separations that other tools agree on.
#include <cstdlib>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/open_path.hpp>

using namespace equipoise;

TEST_CASE("graphs separate what the reference says they do", "[graph]") {
  const char* reference = std::getenv("EQUIPOISE_REFERENCE");
  if (!reference) {
    WARN("EQUIPOISE_REFERENCE is not set: the reference separations are skipped");
    return;
  }
  const auto all = nlohmann::json::parse(std::ifstream(std::string(reference) + "/identify.json"));
  int cases = 0;
  for (const auto& each : all.at("verdicts")) {
    const auto& query = each.at("query");
    if (query.at("kind") != "dsep") continue;
    const CausalGraph graph = causal_graph(parse_graph(each.at("graph").dump(), "graph.json"));
    const auto nodes = [&](const char* key) {
      NodeSet set = graph.none();
      for (const std::string name : query.at(key)) set.insert(graph.node(name));
      return set;
    };
    CAPTURE(each.at("id").dump());
    const bool expected = each.at("expected").at("separated");
    CHECK(separated(graph, nodes("treatment"), nodes("outcome"), nodes("given")) == expected);
    CHECK(open_path(graph, nodes("treatment"), nodes("outcome"), nodes("given")).has_value() != expected);
    ++cases;
  }
  CHECK(cases > 0);
}
