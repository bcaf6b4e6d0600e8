// What `equipoise identify` answers, through the binary.
#include <map>
#include <string>
#include <utility>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"

namespace {

using equipoise::testing::Folder;
using nlohmann::json;

const std::map<std::string, std::string> identify_files{
    {"back.dot", "digraph { Z -> X; Z -> Y; X -> Y }"},
    {"bow.dot", "digraph { X -> Y; X -> Y [dir=both] }"},
    {"iv.dagitty", "dag { Z -> X -> Y; X <-> Y }"},
    {"med.dot", "digraph { X -> M -> Y; X -> Y }"},
    // P(Z=1) = 0.5; P(X=1 | Z) = 0.25, 0.75; P(Y=1 | X, Z) = 0.2 + 0.4 X + 0.2 Z.
    {"back.csv",
     "Z,X,Y,p\n0,0,0,0.3\n0,0,1,0.075\n0,1,0,0.05\n0,1,1,0.075\n1,0,0,0.075\n1,0,1,0.05\n1,1,0,0.075\n1,1,1,0.3\n"},
    {"bow.csv", "X,Y,count\n0,0,30\n0,1,20\n1,0,10\n1,1,40\n"},
    {"queries.txt", "# effects\nP(Y | do(X))\n\n  E[Y | do(X=1)] - E[Y | do(X=0)]\r\n"}};

json asked(const Folder& folder, const std::string& words) {
  return json::parse(folder.run("identify " + words + " --format json"));
}

}  // namespace

TEST_CASE("an identifiable effect comes with its estimand, its derivation and its value") {
  const Folder folder(identify_files);
  const json answer = asked(folder, "--graph back.dot --query 'P(Y=1 | do(X=1))' --joint back.csv");
  CHECK(answer.at("identifiable") == true);
  CHECK(answer.at("estimand") == "sum_{Z} P(Z) P(Y=1 | Z, X=1)");
  CHECK(answer.at("latex") == "\\sum_{Z} P(Z)\\,P(Y {=} \\text{1} \\mid Z, X {=} \\text{1})");
  CHECK(answer.at("method") == "ID");
  CHECK(answer.at("expression").at("kind") == "sum");
  REQUIRE(answer.at("derivation").size() >= 3);
  for (const json& step : answer.at("derivation")) CHECK(step.contains("rule"));
  CHECK(answer.at("value").get<double>() == Approx(0.5 * 0.6 + 0.5 * 0.8));
}

TEST_CASE("contrasts, expectations and named effects have one value") {
  const Folder folder(identify_files);
  CHECK(asked(folder, "--graph back.dot --query 'ATE(X -> Y)' --joint back.csv").at("value").get<double>() ==
        Approx(0.4));
  const json untreated = asked(folder, "--graph back.dot --query 'E[Y_{X=1} - Y_{X=0} | X = 0]' --joint back.csv");
  CHECK(untreated.at("value").get<double>() == Approx(0.4));
  CHECK(untreated.at("method") == "IDC*");
  const json nothing = asked(folder, "--graph back.dot --query 'NIE(X -> Y)' --joint back.csv");
  CHECK(nothing.at("value") == 0);
  CHECK(nothing.at("method") == "definition");
  const json symbolic = asked(folder, "--graph back.dot --query 'ATE(X -> Y)'");
  CHECK(symbolic.at("estimand") == "sum_{Y} Y [sum_{Z} P(Z) P(Y | Z, X=1)] - sum_{Y} Y [sum_{Z} P(Z) P(Y | Z, X=0)]");
  CHECK_FALSE(symbolic.contains("value"));
  // Terms that differ in their levels alone share a derivation.
  CHECK(symbolic.at("derivation").size() ==
        asked(folder, "--graph back.dot --query 'P(Y | do(X))'").at("derivation").size());
}

TEST_CASE("what is not identifiable comes with a witness, and with bounds from a table") {
  const Folder folder(identify_files);
  const json hedge = asked(folder, "--graph bow.dot --query 'P(Y=1 | do(X=1))' --joint bow.csv");
  CHECK(hedge.at("identifiable") == false);
  CHECK(hedge.at("witness").at("kind") == "hedge");
  CHECK(hedge.at("witness").at("larger") == json({"X", "Y"}));
  CHECK(hedge.at("lower").get<double>() == Approx(0.4));
  CHECK(hedge.at("upper").get<double>() == Approx(0.9));
  CHECK(hedge.at("sharp") == true);
  const json worlds = asked(folder, "--graph med.dot --query 'PNS(X -> Y)'");
  CHECK(worlds.at("witness").at("kind") == "conflicting-worlds");
  const Folder hidden(equipoise::testing::Files{{"g.dot", "digraph { X -> M; X -> Y; M -> Y; M -> Y [dir=both] }"}});
  CHECK(asked(hidden, "--graph g.dot --query 'PSE(X -> Y; X -> M)'").at("witness").at("kind") == "recanting-district");
}

TEST_CASE("every query of a file is answered in an array") {
  const Folder folder(identify_files);
  const json answers = asked(folder, "--graph back.dot --queries queries.txt");
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].at("query") == "P(Y | do(X))");
  CHECK(answers[1].at("identifiable") == true);
}

TEST_CASE("a condition that never happens is an outcome of its own") {
  const Folder folder(identify_files);
  folder.write("zero.csv", "Z,X,Y,p\n0,0,0,0.5\n1,1,0,0.25\n1,1,1,0.25\n");
  const json answer = asked(folder, "--graph back.dot --query 'P(Y=1 | do(X=1))' --joint zero.csv");
  CHECK(answer.at("identifiable") == true);
  CHECK(answer.at("value").is_null());
  CHECK(answer.at("undefined") == "P(Z=0, X=1) = 0");
  // A table of three rows that sum to 1, and 0.125 in each of its eight cells.
  CHECK(asked(folder, "--graph back.dot --query 'P(Y=1 | do(X=1))' --joint zero.csv --smoothing 0.125")
            .at("value")
            .get<double>() == Approx(0.5));
  // Z does not matter once X and Y are apart from it, and never takes the value 1 beside X=0 all the same.
  folder.write("apart.dot", "digraph { X -> Z; Y }");
  folder.write("apart.csv", "X,Z,Y,p\n0,0,0,0.25\n0,0,1,0.25\n1,0,0,0.125\n1,1,0,0.125\n1,0,1,0.125\n1,1,1,0.125\n");
  const json apart = asked(folder, "--graph apart.dot --query 'P(Y=1 | do(X=0), Z=1)' --joint apart.csv");
  CHECK(apart.at("estimand") == "P(Y=1)");
  CHECK(apart.at("value").is_null());
  CHECK(apart.at("undefined") == "P(Z=1 | X=0) = 0");
  CHECK(asked(folder, "--graph apart.dot --query 'P(Y=1 | do(X=1), Z=1)' --joint apart.csv").at("value") == 0.5);
  folder.write("only.csv", "Y,p\n0,0.25\n1,0.75\n");
  CHECK(asked(folder, "--graph apart.dot --query 'P(Y=1 | do(X=0), Z=1)' --joint only.csv").at("value") == 0.75);
  const json never = asked(folder, "--graph back.dot --query 'P(Y=1 | X_{X=1}=0)'");
  CHECK(never.at("undefined") == "P(X_{X=1} = 0) = 0");
}

TEST_CASE("experiments and other populations are known by a domains file, and nothing else is") {
  const Folder folder(identify_files);
  folder.write("trial.json", R"({"domains": [
      {"name": "target", "selection": [], "experiments": [{"intervened": []}]},
      {"name": "trial", "selection": ["Z"], "experiments": [{"intervened": ["X"], "distributions": [
          {"do": {"X": 0}, "joint": "t0.csv"}, {"do": {"X": 1}, "joint": "t1.csv"}]}]}]})");
  folder.write("t0.csv", "Z,Y,p\n0,0,0.4\n0,1,0.1\n1,0,0.3\n1,1,0.2\n");
  folder.write("t1.csv", "Z,Y,p\n0,0,0.2\n0,1,0.3\n1,0,0.1\n1,1,0.4\n");
  const json answer = asked(folder, "--graph back.dot --query 'P(Y=1 | do(X=1), Z=0)' --domains trial.json");
  CHECK(answer.at("identifiable") == true);
  CHECK(answer.at("method") == "transport");
  folder.write("bow.json", R"({"domains": [{"experiments": [{"intervened": ["X"], "distributions": [
      {"do": {"X": 0}, "joint": "b0.csv"}, {"do": {"X": 1}, "joint": "b1.csv"}]}]}]})");
  folder.write("b0.csv", "Y,count\n0,3\n1,1\n");
  folder.write("b1.csv", "Y,count\n0,1\n1,4\n");
  const json experiment = asked(folder, "--graph bow.dot --query 'ATE(X -> Y)' --domains bow.json");
  CHECK(experiment.at("method") == "gID");
  CHECK(experiment.at("value").get<double>() == Approx(0.8 - 0.25));
  CHECK(asked(folder, "--graph bow.dot --query 'P(Y)' --domains bow.json").at("identifiable") == false);
}

TEST_CASE("the values of a contrast do not depend on the order of tables") {
  const Folder folder(identify_files);
  folder.write("b0.csv", "Y,count\n0,3\n1,1\n");
  folder.write("b1.csv", "Y,count\n0,1\n1,4\n");
  const auto effect = [&](const std::string& first, const std::string& second) {
    folder.write("order.json", R"({"domains": [{"experiments": [{"intervened": ["X"], "distributions": [)" + first +
                                   ", " + second + "]}]}]}");
    return asked(folder, "--graph bow.dot --query 'ATE(X -> Y)' --domains order.json").at("value").get<double>();
  };
  for (const auto& [low, high] : {std::pair{"9", "10"}, {"\"new\"", "\"old\""}}) {
    const std::string a = std::string(R"({"do": {"X": )") + low + R"(}, "joint": "b0.csv"})";
    const std::string b = std::string(R"({"do": {"X": )") + high + R"(}, "joint": "b1.csv"})";
    CHECK(effect(a, b) == Approx(0.8 - 0.25));
    CHECK(effect(b, a) == Approx(0.8 - 0.25));
  }
}

TEST_CASE("with every intervention known, effects are given and joint events across worlds are not") {
  const Folder folder(identify_files);
  CHECK(asked(folder, "--graph bow.dot --query 'P(Y | do(X))' --from interventional").at("estimand") == "P(Y | do(X))");
  CHECK(asked(folder, "--graph bow.dot --query 'PNS(X -> Y)' --from interventional").at("identifiable") == false);
}
