#include <equipoise/scm/decomposition.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

// Bickel, Hammel, O'Connell 1975: admitted and rejected, men and women, departments A to F.
constexpr double counts[2][2][6] = {{{512, 353, 120, 138, 53, 22}, {313, 207, 205, 279, 138, 351}},
                                    {{89, 17, 202, 131, 94, 24}, {19, 8, 391, 244, 299, 317}}};

Table berkeley() {
  Column gender{"gender", ColumnType::binary, {"Male", "Female"}, {}},
      admit{"admit", ColumnType::binary, {"Admitted", "Rejected"}, {}},
      dept{"dept", ColumnType::categorical, {"A", "B", "C", "D", "E", "F"}, {}};
  std::vector<double> weights;
  for (int g = 0; g < 2; ++g)
    for (int a = 0; a < 2; ++a)
      for (int d = 0; d < 6; ++d) {
        gender.values.push_back(g);
        admit.values.push_back(a);
        dept.values.push_back(d);
        weights.push_back(counts[g][a][d]);
      }
  Table table({gender, admit, dept});
  table.set_weights(weights);
  return table;
}

CausalGraph graph_of(std::vector<std::string> names, std::vector<NamedEdge> directed,
                     std::vector<NamedEdge> bidirected = {}) {
  return CausalGraph(std::move(names), directed, bidirected);
}

const DecompositionQuery women_against_men{"gender", "Female", "Male", "admit", "Admitted"};

// Every column but `count` as levels by first appearance, which is all that a decomposition reads.
Table read_counts(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file);
  const auto split = [](std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    return cells;
  };
  std::string line;
  std::getline(file, line);
  std::vector<Column> columns;
  for (const std::string& name : split(line)) columns.push_back({name, ColumnType::categorical, {}, {}});
  std::vector<double> weights;
  while (std::getline(file, line)) {
    const auto cells = split(line);
    for (std::size_t j = 0; j + 1 < columns.size(); ++j) {
      auto& levels = columns[j].levels;
      const auto at = std::find(levels.begin(), levels.end(), cells[j]);
      columns[j].values.push_back(static_cast<double>(at - levels.begin()));
      if (at == levels.end()) levels.push_back(cells[j]);
    }
    weights.push_back(std::stod(cells.back()));
  }
  columns.pop_back();
  Table table(columns);
  table.set_weights(weights);
  return table;
}

void check_values(const DecompositionValues& found, double tv, double de, double ie, double se) {
  CHECK(found.tv == Approx(tv).margin(1e-12));
  CHECK(found.ctf_de == Approx(de).margin(1e-12));
  CHECK(found.ctf_ie == Approx(ie).margin(1e-12));
  CHECK(found.ctf_se == Approx(se).margin(1e-12));
  CHECK(found.tv == Approx(found.ctf_de - found.ctf_ie - found.ctf_se).margin(1e-15));
}

}  // namespace

TEST_CASE("the gap in Berkeley's admissions is the department's, not the gender's", "[decomposition]") {
  // By independent enumeration of the 24 published counts.
  const DecompositionValues found = decomposition_values(berkeley(), women_against_men, roles_as_listed({}, {"dept"}));
  check_values(found, -0.14164542824654186, 0.07096917575817248, 0.21261460400471435, 0);
  CHECK(found.ctf_se == 0);
}

TEST_CASE("decompositions of counts tables equal independent enumeration", "[decomposition]") {
  const char* data = std::getenv("EQUIPOISE_DATA");
  if (!data) {
    WARN("EQUIPOISE_DATA is not set: the tables are skipped");
    return;
  }
  const std::string folder = data;
  check_values(
      decomposition_values(read_counts(folder + "/compas_discretised.csv"), {"race", "other", "white", "recid", "1"},
                           roles_as_listed({"age", "sex"}, {"priors", "charge"})),
      0.09745618466614941, 0.01252530006086231, -0.052351576448088875, -0.032579308157198256);
  check_values(
      decomposition_values(read_counts(folder + "/adult_discretised.csv"), {"sex", "Female", "Male", "income", "1"},
                           roles_as_listed({"age", "native_us"}, {"married", "education", "hours"})),
      -0.19451574596420296, -0.005908732826161187, 0.17500433574973143, 0.013602677388310358);
}

TEST_CASE("a combination that only the baseline group takes is named", "[decomposition]") {
  Table table = berkeley();
  std::vector<double> weights(table.weights().begin(), table.weights().end());
  weights[12 + 1] = weights[18 + 1] = 0;  // no women in department B
  table.set_weights(weights);
  CHECK_THROWS_WITH(decomposition_values(table, women_against_men, roles_as_listed({}, {"dept"})),
                    Catch::Contains("no one with gender=Female, dept=B"));
  for (std::size_t row = 12; row < 24; ++row) weights[row] = 0;
  table.set_weights(weights);
  CHECK_THROWS_WITH(decomposition_values(table, women_against_men, roles_as_listed({}, {})),
                    Catch::Contains("no one with gender=Female"));
}

TEST_CASE("a decomposition of what the table cannot tell is refused", "[decomposition]") {
  const auto roles = roles_as_listed({}, {"dept"});
  CHECK_THROWS_WITH(decomposition_values(berkeley(), {"gender", "Femle", "Male", "admit", "Admitted"}, roles),
                    Catch::Contains("did you mean 'Female'?"));
  CHECK_THROWS_AS(decomposition_values(berkeley(), {"gender", "Male", "Male", "admit", "Admitted"}, roles), Error);
  CHECK_THROWS_AS(decomposition_values(berkeley(), women_against_men, roles_as_listed({}, {"department"})), Error);
  CHECK_THROWS_AS(decomposition_values(berkeley(), {"gender", "Female", "Male", "dept"}, roles_as_listed({}, {})),
                  Error);
  Column income{"income", ColumnType::continuous, {}, {}}, group{"group", ColumnType::binary, {"a", "b"}, {}},
      y = group;
  y.name = "y";
  for (int i = 0; i < 200; ++i) {
    income.values.push_back(i * 0.5);
    group.values.push_back(i % 2);
    y.values.push_back(i / 2 % 2);
  }
  CHECK_THROWS_WITH(
      decomposition_values(Table({income, group, y}), {"group", "b", "a", "y", "b"}, roles_as_listed({}, {"income"})),
      Catch::Contains("column 'income': 200 different numbers"));
}

TEST_CASE("the mean of a number decomposes as its levels do", "[decomposition]") {
  Column group{"group", ColumnType::binary, {"a", "b"}, {0, 0, 1, 1}}, y{"y", ColumnType::continuous, {}, {1, 2, 3, 7}};
  check_values(decomposition_values(Table({group, y}), {"group", "b", "a", "y"}, roles_as_listed({}, {})), 3.5, 3.5, 0,
               0);
}

TEST_CASE("intervals of a decomposition cover its values and narrow with people", "[decomposition]") {
  const Decomposition few = decompose(berkeley(), women_against_men, roles_as_listed({}, {"dept"}));
  for (const auto* part : {&few.tv, &few.ctf_de, &few.ctf_ie, &few.ctf_se}) {
    CHECK(part->estimate.low <= part->estimate.value);
    CHECK(part->estimate.value <= part->estimate.high);
    CHECK(part->licence.kind == LicenceKind::identified);
  }
  // The difference of two independent proportions: 1.96 standard errors, within a tenth.
  const double men = 1198.0 / 2691, women = 557.0 / 1835;
  const double half_width = 1.959964 * std::sqrt(men * (1 - men) / 2691 + women * (1 - women) / 1835);
  CHECK(few.tv.estimate.high - few.tv.estimate.low == Approx(2 * half_width).epsilon(0.1));
  CHECK(few.ctf_se.estimate.low == 0);
  CHECK(few.ctf_se.estimate.high == 0);
  CHECK(decompose(berkeley(), women_against_men, roles_as_listed({}, {"dept"})) == few);
  CHECK_FALSE(decompose(berkeley(), women_against_men, roles_as_listed({}, {"dept"}), {.seed = 2}) == few);
  Table many = berkeley();
  std::vector<double> weights(many.weights().begin(), many.weights().end());
  for (double& weight : weights) weight *= 100;
  many.set_weights(weights);
  const Decomposition narrow = decompose(many, women_against_men, roles_as_listed({}, {"dept"}));
  CHECK(narrow.ctf_de.estimate.high - narrow.ctf_de.estimate.low ==
        Approx((few.ctf_de.estimate.high - few.ctf_de.estimate.low) / 10).epsilon(0.15));
}

TEST_CASE("what the graph denies is assumed and says so", "[decomposition]") {
  const auto graph = graph_of({"gender", "dept", "admit"}, {{"gender", "dept"}, {"gender", "admit"}, {"dept", "admit"}},
                              {{"dept", "admit"}});
  const Decomposition found = decompose(berkeley(), women_against_men, roles_in_graph(graph, "gender", "admit"));
  CHECK(found.ctf_de.licence.kind == LicenceKind::assumed);
  CHECK_THAT(found.ctf_de.licence.basis, Catch::Contains("not identified"));
  CHECK(found.ctf_se.licence.kind == LicenceKind::identified);
}
