#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/bif.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/table_mechanism.hpp>

using namespace equipoise;

namespace {

const std::string sprinkler = R"(// a lawn
network "the lawn" { property author = someone; }
variable rain { type discrete [ 2 ] { no, yes }; property position = (1, 2) ; }
variable "wet grass" {  /* three
  degrees */ type discrete[3] {dry moist, "very wet"}; }
probability ( "wet grass" | sprinkler, rain ) {
  default 0.2, 0.3, 0.5;
  (on, no) 0.1 0.7 0.2;
  (off, no) 1, 0, 0;
}
variable sprinkler { type discrete [2] { off, on }; }
probability ( rain ) { table 0.8, 0.2; }
probability ( sprinkler | rain ) { table 0.6, 0.99, 0.4, 0.01; }
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  try {
    parse_bif(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void check_says(const std::string& text, const std::string& part) {
  const std::string error = error_of(text);
  INFO(error);
  CHECK(error.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("a network is read with its levels, its rows, its defaults and its tables in one list") {
  const Scm scm = parse_bif(sprinkler);
  REQUIRE(scm.size() == 3);
  CHECK(scm.variable(0).name == "rain");
  CHECK(scm.variable(0).type == ColumnType::binary);
  CHECK(scm.variable(1).levels == std::vector<std::string>{"dry", "moist", "very wet"});
  CHECK(scm.graph().has_directed(scm.graph().node("rain"), scm.graph().node("wet grass")));
  const auto* rain = scm.mechanism(0).get_if<NoiseMechanism>();
  REQUIRE(rain != nullptr);
  CHECK(rain->noise() == Noise(CategoricalNoise{{0.8, 0.2}}));
  const auto* wet = scm.mechanism(1).get_if<TableMechanism>();
  REQUIRE(wet != nullptr);
  CHECK(wet->coupling() == Coupling::unstated);
  // Configurations of (sprinkler, rain): off/no, off/yes, on/no, on/yes.
  const std::vector<double> rows{1, 0, 0, 0.2, 0.3, 0.5, 0.1, 0.7, 0.2, 0.2, 0.3, 0.5};
  for (std::size_t i = 0; i < rows.size(); ++i)
    CHECK(wet->kernel().table()[i] == Approx(rows[i]).epsilon(1e-15).margin(0));
  // In a list the variable's own value changes slowest: P(off | no), P(off | yes), P(on | no), P(on | yes).
  const auto* sprinkled = scm.mechanism(2).get_if<TableMechanism>();
  REQUIRE(sprinkled != nullptr);
  CHECK(sprinkled->kernel().table() == std::vector<double>{0.6, 0.4, 0.99, 0.01});
}

TEST_CASE("a network's tables get the coupling that is asked for, and without one refuse counterfactuals") {
  const Scm bare = parse_bif(sprinkler), coupled = parse_bif(sprinkler, "n.bif", Coupling::gumbel_max);
  const Eigen::MatrixXd world = sample(bare, 100);
  CHECK(sample(coupled, 100) == world);
  CHECK_THROWS_AS(counterfactual_rows(bare, world, Intervention{{0, 1}}), Error);
  CHECK_NOTHROW(counterfactual_rows(coupled, world, Intervention{{0, 1}}));
  CHECK(sample(parse_scm(scm_text(coupled)), 100) == world);
}

TEST_CASE("a wrong network gives one line that says where and what") {
  check_says("", "network.bif:1:1: the end of the file; a variable");
  check_says(replaced(sprinkler, "| sprinkler", "| sprinklr"), "network.bif:6:29: unknown variable 'sprinklr'");
  check_says(replaced(sprinkler, "| sprinkler", "| sprinklr"), "did you mean 'sprinkler'?");
  check_says(replaced(sprinkler, "(on, no)", "(onn, no)"), "network.bif:8:4: 'onn'; a level of 'sprinkler' (did you");
  check_says(replaced(sprinkler, "(on, no)", "(on)"), "1 levels; 2, one a parent");
  check_says(replaced(sprinkler, "(on, no)", "(off, no)"), "stands there twice");
  check_says(replaced(sprinkler, "0.1 0.7 0.2", "0.1 0.7"), "network.bif:8:3: 2 probabilities; 3");
  check_says(replaced(sprinkler, "0.1 0.7 0.2", "0.1 0.7 0.25"), "network.bif:8:3: probabilities that sum to 1.0");
  check_says(replaced(sprinkler, "0.1 0.7 0.2", "0.1 0.7 x"), "network.bif:8:20: 'x'; a probability");
  check_says(replaced(sprinkler, "0.1 0.7 0.2", "0.1 1.7 0.2"), "'1.7'; a probability");
  check_says(replaced(sprinkler, "  default 0.2, 0.3, 0.5;\n", ""), "no probabilities of 'wet grass' given (off, yes)");
  check_says(replaced(sprinkler, "table 0.6, 0.99, 0.4, 0.01", "table 0.6, 0.4, 0.99, 0.01"), "changes slowest");
  check_says(replaced(sprinkler, "discrete [ 2 ]", "discrete [ 3 ]"), "2 levels");
  check_says(replaced(sprinkler, "{ no, yes }", "{ no, no }"), "level 'no' twice");
  check_says(replaced(sprinkler, "variable sprinkler", "variable rain"), "variable 'rain' twice");
  check_says(replaced(sprinkler, "discrete [ 2 ]", "continuous [ 2 ]"), "'continuous'; 'discrete'");
  check_says(replaced(sprinkler, "probability ( rain ) { table 0.8, 0.2; }", ""), "'rain' without probabilities");
  check_says(replaced(sprinkler, "probability ( rain )", "probability ( rain | sprinkler)"), "probabilities; 4");
  check_says(replaced(sprinkler, "probability ( rain ) { table 0.8, 0.2; }",
                      "probability ( rain | sprinkler) { default 0.8, 0.2; }"),
             "network.bif: the cycle rain -> sprinkler -> rain");
  check_says(sprinkler + "/* open", "nothing closes");
  check_says(sprinkler + "utility {}", "'utility'; 'network', 'variable' or 'probability'");
}

TEST_CASE("a file's ending says that it is a network") {
  const std::string path = "bif_test_network.bif";
  std::ofstream(path) << sprinkler;
  CHECK(scm_text(read_scm(path)) == scm_text(parse_bif(sprinkler)));
  std::remove(path.c_str());
}

TEST_CASE("a spoilt network is read or refused, and never anything else") {
  RowStream random = RandomStream({.seed = 131, .purpose = Purpose::test}).row(0);
  const std::string marks = "{}()[];|,\"/*. \n0aé";
  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = sprinkler;
    const auto at = [&] { return static_cast<std::size_t>(random.uniform() * static_cast<double>(text.size())); };
    for (int edit = 0; edit < 1 + round % 4; ++edit) {
      const double kind = random.uniform();
      const char mark = marks[static_cast<std::size_t>(random.uniform() * static_cast<double>(marks.size()))];
      if (kind < 0.3)
        text.erase(at(), 1 + at() % 12);
      else if (kind < 0.6)
        text[at()] = mark;
      else if (kind < 0.8)
        text.insert(at(), 1, mark);
      else
        text.insert(at(), text.substr(at(), at() % 40));
    }
    try {
      const Scm scm = parse_bif(text);
      REQUIRE(scm.size() > 0);
      REQUIRE(sample(scm, 3).rows() == 3);
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 10000);
}

TEST_CASE("the networks of the repository have their published arcs, and sample with their tables' frequencies") {
  const char* data = std::getenv("EQUIPOISE_DATA");
  if (data == nullptr) {
    WARN("skipped: EQUIPOISE_DATA is not set");
    return;
  }
  for (const char* name : {"alarm", "asia", "cancer", "child", "earthquake", "hailfinder", "hepar2", "insurance",
                           "sachs", "survey", "water", "win95pts"}) {
    INFO(name);
    const std::string base = std::string(data) + "/discovery/networks/" + name;
    const Scm scm = read_scm(base + ".bif");
    std::size_t arcs = 0, listed = 0;
    for (Node v = 0; v < scm.size(); ++v) arcs += scm.graph().children(v).size();
    std::ifstream graph(base + ".graph.txt");
    for (std::string line; std::getline(graph, line);) listed += line.find("-->") != std::string::npos;
    CHECK(arcs == listed);
    // Of every variable, the level's share among rows whose parents stand as the first row's do: within 5 standard
    // errors, a false alarm of 6e-7 each.
    const Eigen::MatrixXd world = sample(scm, 20000);
    for (Node v = 0; v < scm.size(); ++v) {
      const AnyMechanism& mechanism = scm.mechanism(v);
      const auto* table = mechanism.get_if<TableMechanism>();
      if (table == nullptr) continue;
      std::vector<const double*> inputs;
      for (const Scm::Input& input : scm.inputs(v)) inputs.push_back(world.data() + input.index * 20000);
      std::vector<double> p(table->level_count()), count(table->level_count());
      std::vector<double*> out;
      for (double& each : p) out.push_back(&each);
      mechanism.probabilities(inputs, {0, 1}, out);
      double rows = 0;
      for (std::size_t i = 0; i < 20000; ++i) {
        bool same = true;
        for (const double* input : inputs) same = same && input[i] == input[0];
        if (!same) continue;
        rows += 1;
        count[static_cast<std::size_t>(world(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(v)))] += 1;
      }
      if (rows < 100) continue;
      for (std::size_t k = 0; k < p.size(); ++k)
        CHECK(std::abs(count[k] / rows - p[k]) <= 5 * std::sqrt(p[k] * (1 - p[k]) / rows) + 5 / rows);
    }
  }
}
