// What `adjust` answers, through the binary.
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/wrong_command.hpp"

using equipoise::testing::check;
using equipoise::testing::run;
using nlohmann::json;

namespace {

const std::map<std::string, std::string> files{
    // Pearl 2009, figure 3.4.
    {"pearl.dot",
     "digraph { Z1 -> Z3; Z2 -> Z3; Z1 -> W1; Z2 -> W2; Z3 -> X; Z3 -> Y; W1 -> X; W2 -> Y; X -> W3; W3 -> Y }"},
    {"door.txt", "dag { X -> M -> Y; U [latent]; X <- U -> Y; Z -> X; C -> Z; C -> Y }"},
    {"class.json", R"({"directed": [["C", "D"], ["E", "D"]], "undirected": [["A", "B"], ["B", "C"]]})"},
    {"square.json", R"({"undirected": [["A", "B"], ["B", "C"], ["C", "D"], ["D", "A"]]})"},
    {"noise.txt", "dag { X -> Y <-> Z }"},
    {"pair.json", R"({"directed": [["X", "Y"]]})"},
    {"fork.json", R"({"directed": [["Z", "X"], ["Z", "Y"]]})"}};

std::string text_of(const std::string& words) {
  const auto outcome = run("adjust " + words, files);
  CAPTURE(words, outcome.err);
  REQUIRE(outcome.status == 0);
  return outcome.out;
}
json answer_of(const std::string& words) { return json::parse(text_of(words + " --format json")); }

}  // namespace

TEST_CASE("adjust lists the sets of each kind, sorted", "[cli]") {
  const std::string effect = "--graph pearl.dot --treatment X --outcome Y";
  const auto sets = [&](const std::string& words) { return answer_of(effect + words).at("sets").dump(); };
  CHECK(sets("") == R"([["W1","Z3"],["W2","Z3"],["Z1","Z3"],["Z2","Z3"]])");
  CHECK(answer_of(effect).at("exists") == true);
  CHECK(answer_of(effect).at("complete") == true);
  CHECK(sets(" --kind minimum") == R"([["W2","Z3"]])");
  CHECK(sets(" --kind minimum --costs 'W2=3, Z1=0.5'") == R"([["Z1","Z3"]])");
  CHECK(text_of(effect + " --kind minimum") ==
        "The effect of X on Y is known by adjusting for this set, and by no smaller one:\n  W2, Z3\n");
  CHECK(sets(" --kind optimal") == R"([["W2","Z3"]])");
  CHECK(sets(" --forbidden W1,W2") == R"([["Z1","Z3"],["Z2","Z3"]])");
  CHECK(answer_of(effect + " --kind all").at("sets").size() == 15);
  CHECK(text_of(effect + " --forbidden W2,Z1,Z2") ==
        "The effect of X on Y is known by adjusting for this set, no part of which is enough:\n  W1, Z3\n");
}

TEST_CASE("adjust tells that nothing need be adjusted for from that nothing helps", "[cli]") {
  const json free = answer_of("--graph pair.json --treatment X --outcome Y");
  CHECK(free.at("exists") == true);
  CHECK(free.at("sets") == json::array({json::array()}));
  const json hidden = answer_of("--graph door.txt --treatment X --outcome Y");
  CHECK(hidden.at("exists") == false);
  CHECK(hidden.at("sets") == json::array());
  CHECK(hidden.at("path") == json({"X", "Y"}));
  CHECK(hidden.at("edges") == json({"<->"}));
  CHECK(text_of("--graph door.txt --treatment X --outcome Y") ==
        "No adjustment gives the effect of X on Y: no set of variables that may be adjusted for blocks every path that "
        "is not causal; given all that could help, this one is open.\n  X <-> Y\n");
}

TEST_CASE("adjust says why no set is the best", "[cli]") {
  const json answer = answer_of("--graph fork.json --treatment X --outcome Y --kind optimal");
  CHECK(answer.at("exists") == false);
  CHECK(answer.at("reason") == "an outcome is no descendant of a treatment: its effect is 0, whatever is adjusted for");
  // Here Z is the best whatever the parameters are: that none need be is all that may be said of a hidden cause.
  CHECK(answer_of("--graph noise.txt --treatment X --outcome Y --kind optimal").at("reason") ==
        "a variable on a causal path has a hidden cause, so that which set is best may depend on more than the graph");
}

TEST_CASE("adjust finds front doors and instruments", "[cli]") {
  const std::string effect = "--graph door.txt --treatment X --outcome Y --kind ";
  CHECK(answer_of(effect + "front-door").at("sets") == json({{"M"}}));
  CHECK(answer_of(effect + "front-door --forbidden M").at("exists") == false);
  CHECK(text_of(effect + "front-door") == "The effect of X on Y is known by the front door through this set:\n  M\n");
  CHECK(answer_of(effect + "instrument") ==
        json({{"exists", true}, {"instruments", {{{"instrument", "Z"}, {"given", {"C"}}}}}, {"complete", true}}));
  CHECK(text_of(effect + "instrument") == "Instruments for the effect of X on Y in a linear model:\n  Z given C\n");
}

TEST_CASE("adjust takes a class of graphs, and shows what it leaves open", "[cli]") {
  CHECK(answer_of("--graph class.json --treatment C --outcome D --kind all").at("sets").size() == 8);
  const json open = answer_of("--graph class.json --treatment A --outcome D");
  CHECK(open.at("exists") == false);
  CHECK(open.at("path") == json({"A", "B", "C", "D"}));
  CHECK(open.at("edges") == json({"--", "--", "->"}));
}

TEST_CASE("adjust says when its budget was spent", "[cli]") {
  const std::string effect = "--graph pearl.dot --treatment X --outcome Y --kind all --budget ";
  const json cut = answer_of(effect + "14");
  CHECK(cut.at("sets").size() == 14);
  CHECK(cut.at("complete") == false);
  CHECK(answer_of(effect + "15").at("complete") == true);
  CHECK(text_of(effect + "2").find("There are more sets than --budget allows.\n") != std::string::npos);
}

TEST_CASE("wrong questions of adjustment are answered with the option or the edge that is wrong") {
  check({{.name = "an adjustment for an unknown treatment",
          .command = "adjust --graph pearl.dot --treatment Z4 --outcome Y",
          .files = files,
          .fragment = "no variable 'Z4' in the graph",
          .place = "--treatment: "},
         {.name = "the effect of a latent variable",
          .command = "adjust --graph door.txt --treatment U --outcome Y",
          .files = files,
          .fragment = "a variable that is observed",
          .place = "--treatment: "},
         {.name = "the effect of a variable on itself",
          .command = "adjust --graph pearl.dot --treatment X,Y --outcome Y",
          .files = files,
          .fragment = "'Y', which stands in --treatment too",
          .place = "--outcome: "},
         {.name = "a kind that is none",
          .command = "adjust --graph pearl.dot --treatment X --outcome Y --kind smallest",
          .files = files,
          .status = 2,
          .fragment = "smallest"},
         {.name = "a budget of nothing",
          .command = "adjust --graph pearl.dot --treatment X --outcome Y --budget 0",
          .files = files,
          .status = 2,
          .fragment = "from 1",
          .place = "--budget: "},
         {.name = "costs of sets that are not the cheapest",
          .command = "adjust --graph pearl.dot --treatment X --outcome Y --costs W1=2",
          .files = files,
          .status = 2,
          .fragment = "--kind minimum",
          .place = "--costs: "},
         {.name = "the cost of an unknown variable",
          .command = "adjust --graph pearl.dot --treatment X --outcome Y --kind minimum --costs W9=2",
          .files = files,
          .fragment = "'W9'",
          .place = "--costs: "},
         {.name = "a cost of nothing",
          .command = "adjust --graph pearl.dot --treatment X --outcome Y --kind minimum --costs W1=0",
          .files = files,
          .fragment = "a positive number",
          .place = "--costs: "},
         {.name = "instruments for two treatments",
          .command = "adjust --graph pearl.dot --treatment X,Z3 --outcome Y --kind instrument",
          .files = files,
          .status = 2,
          .fragment = "2 variables",
          .place = "--treatment: "},
         {.name = "a front door in a class",
          .command = "adjust --graph class.json --treatment A --outcome D --kind front-door",
          .files = files,
          .fragment = "the undirected edge A -- B",
          .place = "class.json: "},
         {.name = "an adjustment in a class that holds no graph",
          .command = "adjust --graph square.json --treatment A --outcome C",
          .files = files,
          .fragment = "undirected edges that no DAG can direct",
          .place = "square.json: "}});
}
