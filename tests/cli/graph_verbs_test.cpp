// What the verbs that read a graph answer, through the binary.
#include <cmath>
#include <map>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"

namespace {

using equipoise::testing::Folder;
using nlohmann::json;

// Bickel, Hammel, O'Connell 1975.
std::string berkeley() {
  constexpr int counts[2][2][6] = {{{512, 353, 120, 138, 53, 22}, {313, 207, 205, 279, 138, 351}},
                                   {{89, 17, 202, 131, 94, 24}, {19, 8, 391, 244, 299, 317}}};
  std::string text = "gender,dept,admit,count\n";
  for (int g = 0; g < 2; ++g)
    for (int a = 0; a < 2; ++a)
      for (int d = 0; d < 6; ++d)
        text += std::string(g == 0 ? "Male," : "Female,") + static_cast<char>('A' + d) +
                (a == 0 ? ",Admitted," : ",Rejected,") + std::to_string(counts[g][a][d]) + "\n";
  return text;
}

const std::map<std::string, std::string> files{
    {"t.csv", berkeley()},
    {"g.json", R"({"directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]]})"},
    {"g.dot", "digraph { gender -> {dept admit}; dept -> admit }"},
    {"g.txt", "dag { admit <- gender -> dept -> admit\n U [latent]\n dept <- U -> admit }"}};
const std::string question = " --protected 'gender=Female vs Male' --outcome admit=Admitted --format json";

}  // namespace

TEST_CASE("the gap in Berkeley's admissions decomposes by the graph as by enumeration", "[cli]") {
  const Folder folder(files);
  for (const std::string graph : {"g.json", "g.dot"}) {
    const json answer = json::parse(folder.run("decompose --data t.csv --weight count --graph " + graph + question));
    const std::map<std::string, double> expected{
        {"tv", -0.14164542824654186}, {"ctf_de", 0.07096917575817248}, {"ctf_ie", 0.21261460400471435}, {"ctf_se", 0}};
    for (const auto& [part, value] : expected) {
      CHECK(answer.at(part).at("value").get<double>() == Approx(value).margin(1e-9).epsilon(0));
      CHECK(answer.at(part).at("licence") == "identified");
    }
  }
  const json confounded = json::parse(folder.run("decompose --data t.csv --weight count --graph g.txt" + question));
  CHECK(confounded.at("ctf_de").at("licence") == "bounded");
  CHECK(confounded.at("ctf_se").at("licence") == "identified");
}

TEST_CASE("a model is fitted to a graph and a table, and answers questions", "[cli]") {
  const Folder folder(files);
  const json answer =
      json::parse(folder.run("fit --graph g.json --data t.csv --weight count --out scm.json --format json"));
  REQUIRE(answer.at("nodes").size() == 3);
  CHECK(answer.at("nodes")[0].at("node") == "gender");
  CHECK(answer.at("nodes")[1].at("mechanism") == "table");
  CHECK(answer.at("nodes")[2].at("held_out").get<double>() < answer.at("nodes")[2].at("log_likelihood").get<double>());
  CHECK(answer.at("warnings").empty());
  // The log-likelihood of the frequencies of 2691 men and 1835 women.
  const double men = 2691.0 / 4526, women = 1 - men;
  CHECK(answer.at("nodes")[0].at("log_likelihood").get<double>() ==
        Approx(men * std::log(men) + women * std::log(women)).epsilon(1e-12));

  // A prior of one person a table's row moves the parts by less than a hundredth.
  const json parts = json::parse(folder.run("decompose --scm scm.json" + question));
  CHECK(parts.at("ctf_de").at("value").get<double>() == Approx(0.07096917575817248).margin(0.01));
  CHECK(folder.run("fit --graph g.json --data t.csv --weight count --out other.json --jobs 2").find("dept: table\n") !=
        std::string::npos);
  CHECK(folder.read("other.json") == folder.read("scm.json"));
  CHECK(folder.run("fit --graph g.dot --data t.csv --weight count --out -") == folder.read("scm.json"));
}

TEST_CASE("a fit warns of hidden causes and of rows left out", "[cli]") {
  std::map<std::string, std::string> with_gaps = files;
  with_gaps["t.csv"] += "Male,,Admitted,3\n";
  const Folder folder(with_gaps);
  const Folder::Answer fitted =
      folder.attempt("fit --graph g.txt --data t.csv --weight count --missing drop --out scm.json");
  REQUIRE(fitted.status == 0);
  CHECK(fitted.err.find("rows with a missing cell that are left out: 1") != std::string::npos);
  CHECK(fitted.err.find("'admit' is fitted as a variable of 2 levels") != std::string::npos);
  const json model = json::parse(folder.read("scm.json"));
  CHECK(model.at("graph").at("bidirected") == json::parse(R"([["admit", "dept"]])"));
  CHECK(model.at("exogenous").size() == 1);
}

TEST_CASE("a fit says what the data deny of its graph, where it is asked to") {
  std::map<std::string, std::string> without = files;
  // Departments that do not depend on gender: as wrong as can be.
  without["g.json"] = R"({"nodes": ["gender", "dept", "admit"], "directed": [["gender", "admit"], ["dept", "admit"]]})";
  const Folder folder(without);
  const json answer =
      json::parse(folder.run("fit --graph g.json --data t.csv --weight count --out scm.json --diagnose --format json"));
  const json& diagnostics = answer.at("diagnostics");
  CHECK(diagnostics.at("denied") == true);
  REQUIRE(diagnostics.at("claims").size() == 1);
  CHECK(diagnostics.at("claims")[0].at("denied") == true);
  CHECK(diagnostics.at("claims")[0].at("holm_p_value").get<double>() < 1e-6);
}

TEST_CASE("separate says whether a graph blocks every path, and shows one that it does not") {
  const Folder folder(
      equipoise::testing::Files{{"g.dot", "digraph { A -> B; C -> B; B -> D; A -> C [dir=both]; E -> D }"}});
  CHECK(json::parse(folder.run("separate --graph g.dot --x A,C --y E --format json")) == json({{"separated", true}}));
  const json open = json::parse(folder.run("separate --graph g.dot --x A --y E --given D --format json"));
  CHECK(open == json({{"separated", false}, {"path", {"A", "B", "D", "E"}}, {"edges", {"->", "->", "<-"}}}));
  CHECK(folder.run("separate --graph g.dot --x A --y D --given B,C") ==
        "The graph separates A and D given B, C: every path is blocked, so they are independent.\n");
  CHECK(folder.run("separate --graph g.dot --x A --y D --given B") ==
        "The graph separates A and D given B: every path is blocked, so they are independent.\n");
  CHECK(folder.run("separate --graph g.dot --x C --y A --given B,D") ==
        "The graph does not separate C and A given B, D: this path is open.\n  C <-> A\n");
}
