// Equivalence classes and their adjustment sets that other tools agree on.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/graph/class_size.hpp>
#include <equipoise/graph/equivalence.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/mpdag_adjustment.hpp>

using namespace equipoise;

namespace {

using Names = std::vector<std::string>;

struct Sets {
  std::vector<Names> minimal;
  std::uint64_t valid = 0;
};

Sets sets_of(const Mpdag& graph, const NodeSet& treatment, const NodeSet& outcome, const NodeSet& forbidden) {
  Sets sets;
  const auto answer = adjustment_in_class(graph, treatment, outcome);
  const auto* reduced = std::get_if<ClassAdjustment>(&answer);
  if (!reduced) return sets;
  const AdjustmentProblem problem(reduced->member, treatment, outcome, reduced->forbidden | forbidden);
  auto minimal = minimal_adjustment_sets(problem);
  while (const auto set = minimal.next()) {
    Names& names = sets.minimal.emplace_back();
    for (const Node v : *set) names.push_back(graph.name(v));
    std::sort(names.begin(), names.end());
  }
  std::sort(sets.minimal.begin(), sets.minimal.end());
  for (auto all = adjustment_sets(problem); all.next();) ++sets.valid;
  return sets;
}

}  // namespace

TEST_CASE("classes have the sizes and the adjustment sets that the reference says", "[equivalence]") {
  const char* reference = std::getenv("EQUIPOISE_REFERENCE");
  if (!reference) {
    WARN("EQUIPOISE_REFERENCE is not set: the reference classes are skipped");
    return;
  }
  const auto all = nlohmann::json::parse(std::ifstream(std::string(reference) + "/identify.json"));
  int cases = 0;
  for (const auto& each : all.at("verdicts")) {
    const auto& query = each.at("query");
    if (query.at("kind") != "adjustment" || query.at("type") != "cpdag") continue;
    CAPTURE(each.at("id").dump());
    const Mpdag graph(Pdag(parse_graph(each.at("graph").dump(), "graph.json")));
    CHECK(cpdag(graph) == graph);
    const auto nodes = [&](const char* key) {
      NodeSet set = graph.none();
      for (const std::string name : query.at(key)) set.insert(graph.node(name));
      return set;
    };
    const auto& expected = each.at("expected");
    CHECK(class_size(graph) == BigCount(expected.at("class_size").get<std::uint64_t>()));
    const Sets sets = sets_of(graph, nodes("treatment"), nodes("outcome"), nodes("forbidden"));
    CHECK(!sets.minimal.empty() == expected.at("identifiable").get<bool>());
    CHECK(sets.minimal == expected.at("minimal_sets").get<std::vector<Names>>());
    CHECK(sets.valid == expected.at("valid_count").get<std::uint64_t>());
    ++cases;
  }
  CHECK(cases > 0);
}
