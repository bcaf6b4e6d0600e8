// Bounds against published reference numbers; skipped where EQUIPOISE_REFERENCE is not set.
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/identify/bounds.hpp>
#include <equipoise/identify/tian_pearl_bounds.hpp>
#include <nlohmann/json.hpp>

using namespace equipoise;

namespace {

using nlohmann::json;

void check(const Bounds& found, const json& expected) {
  CHECK(found.low == Approx(expected[0].get<double>()).margin(1e-8));
  CHECK(found.high == Approx(expected[1].get<double>()).margin(1e-8));
}

void check_causation(const json& entry) {
  double p[2][2] = {};
  for (const auto& cell : entry.at("observational"))
    p[cell.at("X").get<int>()][cell.at("Y").get<int>()] = cell.at("p").get<double>();
  const BinaryJoint joint{p[0][0], p[0][1], p[1][0], p[1][1]};
  const auto& experiment = entry.at("experimental");
  const CausationBounds bounds =
      tian_pearl_bounds(joint, {experiment.at("P(Y=1|do(X=0))"), experiment.at("P(Y=1|do(X=1))")});
  check(bounds.pns, entry.at("expected").at("PNS"));
  check(*bounds.pn, entry.at("expected").at("PN"));
  check(*bounds.ps, entry.at("expected").at("PS"));
  check(tian_pearl_bounds(joint).pns, entry.at("expected").at("PNS_observational_only"));
}

void check_instrument(const json& entry) {
  const std::vector<NamedEdge> directed{{"Z", "X"}, {"X", "Y"}}, hidden{{"X", "Y"}};
  const CausalGraph graph({"Z", "X", "Y"}, directed, hidden);
  KnownDistribution known{0, graph.none(), zero_factor(symbols_of(graph.all()), {2, 2, 2})};
  for (const auto& cell : entry.at("p_xy_given_z"))
    known.table.values[cell.at("Z").get<std::size_t>() * 4 + cell.at("X").get<std::size_t>() * 2 +
                       cell.at("Y").get<std::size_t>()] = cell.at("p").get<double>() / 2;
  const auto found = bounds_of_query(graph, bind_query(graph, parse_query("ATE(X -> Y)"), {}),
                                     observational_knowledge(graph), {known});
  REQUIRE(std::holds_alternative<Bounds>(found));
  CHECK(std::get<Bounds>(found).is_sharp);
  check(std::get<Bounds>(found), entry.at("expected").at("ATE"));
}

}  // namespace

TEST_CASE("bounds agree with the reference to 1e-8") {
  const char* folder = std::getenv("EQUIPOISE_REFERENCE");
  if (folder == nullptr) {
    WARN("skipped: EQUIPOISE_REFERENCE is not set");
    return;
  }
  std::ifstream file(std::string(folder) + "/scm.json");
  REQUIRE(file);
  const json reference = json::parse(file);
  for (const auto& entry : reference.at("bounds")) {
    INFO(entry.at("id"));
    if (entry.at("kind") == "pns-bounds")
      check_causation(entry);
    else
      check_instrument(entry);
  }
}
