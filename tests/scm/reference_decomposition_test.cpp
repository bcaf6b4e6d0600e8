// From files to numbers: a graph's file and a table's give the decompositions that enumeration gave.
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/data/csv.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/scm/decomposition.hpp>

using namespace equipoise;
using Names = std::vector<std::string>;

namespace {

/// The standard fairness model with every edge that the roles allow; the attribute and the confounders share a cause.
std::string standard_model(const std::string& x, const Names& confounders, const Names& mediators,
                           const std::string& y) {
  std::string text = "dag { U [latent]; U -> " + x + "; " + x + " -> " + y + ";";
  for (const std::string& z : confounders) text += " U -> " + z + " -> " + y + ";";
  for (const std::string& w : mediators) {
    text += " " + x + " -> " + w + " -> " + y + ";";
    for (const std::string& z : confounders) text += " " + z + " -> " + w + ";";
  }
  return text + " }";
}

}  // namespace

TEST_CASE("a graph's file and a counts table give the reference decompositions to 1e-9", "[decomposition]") {
  const char* data = std::getenv("EQUIPOISE_DATA");
  const char* reference = std::getenv("EQUIPOISE_REFERENCE");
  if (!data || !reference) {
    WARN("EQUIPOISE_DATA or EQUIPOISE_REFERENCE is not set: the reference decompositions are skipped");
    return;
  }
  const auto all = nlohmann::json::parse(std::ifstream(std::string(reference) + "/decompositions.json"));
  for (const std::string table : {"berkeley.csv", "compas_discretised.csv", "adult_discretised.csv"}) {
    const auto& expected = all.at(table);
    const std::string x = expected["X"], outcome = expected["Y"], y = outcome.substr(0, outcome.find('='));
    const GraphFile file = table == "berkeley.csv"
                               ? read_graph_file(std::string(data) + "/graphs/berkeley.json")
                               : parse_graph(standard_model(x, expected["Z"], expected["W"], y), "graph.dagitty");
    const FairnessRoles roles = roles_in_graph(causal_graph(file), x, y);
    CHECK(roles == roles_as_listed(expected["Z"], expected["W"]));
    const CsvFile counts =
        read_csv(std::string(data) + "/" + table,
                 {.columns = {{x, ColumnType::categorical}, {y, ColumnType::categorical}}, .weight = "count"});
    const DecompositionValues found =
        decomposition_values(counts.table, {x, expected["x1"], expected["x0"], y, outcome.substr(y.size() + 1)}, roles);
    CAPTURE(table);
    CHECK(found.tv == Approx(double(expected["tv"])).margin(1e-9).epsilon(0));
    CHECK(found.ctf_de == Approx(double(expected["ctf_de"])).margin(1e-9).epsilon(0));
    CHECK(found.ctf_ie == Approx(double(expected["ctf_ie"])).margin(1e-9).epsilon(0));
    CHECK(found.ctf_se == Approx(double(expected["ctf_se"])).margin(1e-9).epsilon(0));
  }
}
