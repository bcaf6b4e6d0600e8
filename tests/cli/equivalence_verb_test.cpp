// What `equivalence` answers, through the binary.
#include <map>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"

namespace {

using equipoise::testing::Folder;
using nlohmann::json;

Folder::Answer equivalence(const std::string& words, const std::map<std::string, std::string>& files) {
  return Folder(files).attempt("equivalence " + words);
}

const std::map<std::string, std::string> graphs{
    {"chain.dot", "digraph { A -> B; B -> C; C -> D; E -> D }"},
    {"fork.dot", "digraph { D; E; C -> D; E -> D; B -> A; B -> C }"},
    {"class.json", R"({"directed": [["C", "D"], ["E", "D"]], "undirected": [["A", "B"], ["B", "C"]]})"},
    {"open.json", R"({"directed": [["A", "B"]], "undirected": [["B", "C"]]})"},
    {"square.json", R"({"undirected": [["A", "B"], ["B", "C"], ["C", "D"], ["D", "A"]]})"},
    {"hidden.dot", "dag { A <-> B }"},
    {"other.dot", "dag { A -> B; B -> C; C -> D; F -> D }"}};

json answer_of(const std::string& words) {
  const Folder::Answer answer = equivalence(words + " --format json", graphs);
  CAPTURE(words, answer.err);
  REQUIRE(answer.status == 0);
  return json::parse(answer.out);
}

}  // namespace

TEST_CASE("equivalence shows the class of a graph", "[cli]") {
  const json answer = answer_of("--graph chain.dot");
  CHECK(answer == json::parse(R"({"cpdag": {"nodes": ["A", "B", "C", "D", "E"], "directed": [["C", "D"], ["E", "D"]],
      "bidirected": [], "undirected": [["A", "B"], ["B", "C"]]}, "members": 3})"));
  CHECK(answer_of("--graph class.json").at("members") == 3);
  CHECK(equivalence("--graph chain.dot", graphs).out ==
        "3 DAGs have the independences of the graph. What is the same in each is directed:\n"
        "  C -> D\n  E -> D\n  A -- B\n  B -- C\n");
}

TEST_CASE("equivalence compares two graphs, the first being the truth", "[cli]") {
  const json answer = answer_of("--graph chain.dot --graph2 fork.dot");
  CHECK(answer.at("equivalent") == true);
  CHECK(answer.at("shd") == 1);
  CHECK(answer.at("sid") == 4);  // of A on B, C and D, which the fork takes to be none, and of B on A
  CHECK(answer_of("--graph fork.dot --graph2 chain.dot").at("sid") == 4);
  const json with_class = answer_of("--graph chain.dot --graph2 class.json");
  CHECK(with_class.at("equivalent") == true);
  CHECK(with_class.at("shd") == 2);
  CHECK(with_class.at("sid").at("low") == 0);
  CHECK(with_class.at("sid").at("high").get<int>() >= 4);
  CHECK(answer_of("--graph class.json --graph2 class.json --budget 1").at("sid") == nullptr);
  CHECK(equivalence("--graph chain.dot --graph2 fork.dot", graphs)
            .out.find("\nThe second graph is Markov equivalent to the first.\n"
                      "Structural Hamming distance: 1 pair of nodes whose edge differs.\n"
                      "Structural intervention distance, the first being the truth: 4 effects wrong.\n") !=
        std::string::npos);
}

TEST_CASE("a graph whose edges direct others is completed, with a warning", "[cli]") {
  const Folder::Answer answer = equivalence("--graph open.json --format json", graphs);
  CHECK(json::parse(answer.out).at("members") == 3);
  CHECK(answer.err.find("open.json: its directed edges direct others too") != std::string::npos);
}

TEST_CASE("equivalence refuses what stands for no class of DAGs", "[cli]") {
  const auto refused = [](const std::string& words, const std::string& line) {
    const Folder::Answer answer = equivalence(words, graphs);
    CHECK(answer.status == 3);
    CHECK(answer.out.empty());
    CHECK(answer.err.find("equipoise: error: " + line) == 0);
  };
  refused("--graph square.json", "square.json: undirected edges that no DAG can direct;");
  refused("--graph hidden.dot", "hidden.dot: the bidirected edge A <-> B;");
  refused("--graph chain.dot --graph2 other.dot", "other.dot: no node 'E', which chain.dot has;");
  refused("--graph chain.dot --graph2 missing.dot", "missing.dot: ");
}
