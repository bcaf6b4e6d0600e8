// What `equipoise query` answers, through the binary.
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"
#include "cli/wrong_command.hpp"
#include "scm/reference_queries.hpp"

namespace {

using equipoise::testing::Case;
using equipoise::testing::Files;
using equipoise::testing::Folder;
using nlohmann::json;

// Of the young 80 in 100 recover with the drug and 60 without, of the old 50 and 30; no coupling is stated.
const std::string drug = R"({
  "graph": {"directed": [["age", "drug"], ["age", "recovery"], ["drug", "recovery"]]},
  "variables": {"age": {"type": "binary", "levels": ["young", "old"]}, "drug": {"type": "binary"},
                "recovery": {"type": "binary"}},
  "mechanisms": {
    "age": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.4}},
    "drug": {"kind": "table", "parents": ["age"], "probabilities": {"0": [0.7, 0.3], "1": [0.2, 0.8]}},
    "recovery": {"kind": "table", "parents": ["age", "drug"],
                 "probabilities": {"0,0": [0.4, 0.6], "0,1": [0.2, 0.8], "1,0": [0.7, 0.3], "1,1": [0.5, 0.5]}}}})";

const Files files{{"drug.json", drug},
                  // X ~ N(2, 1), Y = 1 + 3 X + N(0, 4), so that Y ~ N(7, 13); B is never 1.
                  {"line.json", R"({
      "graph": {"directed": [["X", "Y"]], "nodes": ["X", "Y", "B"]}, "variables": {"B": {"type": "binary"}},
      "mechanisms": {"X": {"kind": "linear", "intercept": 2, "coefficients": {}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
                     "Y": {"kind": "linear", "intercept": 1, "coefficients": {"X": 3}, "noise": {"kind": "normal", "mean": 0, "scale": 2}},
                     "B": {"kind": "table", "parents": [], "probabilities": {"": [1, 0]}, "coupling": "inverse-cdf"}}})"},
                  {"curve.json", R"({
      "graph": {"directed": [["X", "Y"]]},
      "mechanisms": {"X": {"kind": "noise", "noise": {"kind": "uniform", "low": 0, "high": 1}},
                     "Y": {"kind": "formula", "formula": "X^2", "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})"},
                  {"rain.bif",
                   "network lawn { }\nvariable rain { type discrete [ 2 ] { no, yes }; }\n"
                   "variable wet { type discrete [ 2 ] { no, yes }; }\nprobability ( rain ) { table 0.75, 0.25; }\n"
                   "probability ( wet | rain ) { (no) 0.9, 0.1; (yes) 0.2, 0.8; }\n"},
                  {"queries.txt", "# effects\nP(recovery=1 | do(drug=1))\n\n  ATE(drug -> recovery)\r\n"},
                  {"people.csv", "age,recovery,name\nyoung,1,Ann\nold,0,Bob\nyoung,1,Cleo\n"}};

json asked(const Folder& folder, const std::string& words) {
  return json::parse(folder.run("query " + words + " --format json"));
}

double number(const json& answer, const char* field = "value") { return answer.at(field).get<double>(); }

}  // namespace

TEST_CASE("an effect that the graph identifies is answered exactly, with its estimand as the basis") {
  const Folder folder(files);
  const json answer = asked(folder, "--scm drug.json --query 'P(recovery=1 | do(drug=1))'");
  CHECK(number(answer) == Approx(0.6 * 0.8 + 0.4 * 0.5));
  CHECK(answer.at("licence") == "identified");
  CHECK(answer.at("method") == "exact");
  CHECK(answer.at("basis") == "sum_{age} P(age) P(recovery | age, drug)");
  CHECK_FALSE(answer.contains("standard_error"));
  CHECK_FALSE(answer.contains("lower"));
  CHECK(number(asked(folder, "--scm drug.json --query 'ATE(drug -> recovery)'")) == Approx(0.2));
  CHECK(number(asked(folder, "--scm drug.json --query 'E[recovery | do(drug ~ bernoulli(0.25))]'")) ==
        Approx(0.25 * 0.68 + 0.75 * 0.48));
}

TEST_CASE("what needs a coupling that the model leaves unstated is bounded, and assumed once it is stated") {
  const Folder folder(files);
  const json open = asked(folder, "--scm drug.json --query 'PN(drug -> recovery)'");
  CHECK(open.at("value").is_null());
  CHECK(open.at("licence") == "bounded");
  // For each age between (p1 - p0) / p1 and (1 - p0) / p1, weighted by who took the drug and recovered.
  const double young = 0.6 * 0.3 * 0.8, old = 0.4 * 0.8 * 0.5;
  CHECK(number(open, "lower") == Approx((young * 0.25 + old * 0.4) / (young + old)));
  CHECK(number(open, "upper") == Approx((young * 0.5 + old * 1) / (young + old)));
  CHECK(open.at("sharp") == true);
  folder.write("stated.json",
               equipoise::testing::replaced(drug, "[0.5, 0.5]}}", R"([0.5, 0.5]}, "coupling": "inverse-cdf"})"));
  const json stated = asked(folder, "--scm stated.json --query 'PN(drug -> recovery)'");
  CHECK(stated.at("licence") == "assumed");
  CHECK(stated.at("basis").get<std::string>().find("inverse-cdf of recovery") != std::string::npos);
  CHECK(number(stated) == Approx((young * 0.25 + old * 0.4) / (young + old)));  // recovery is monotone in the drug
}

TEST_CASE("a query that leaves values open is answered for each of them") {
  const Folder folder(files);
  const json answer = asked(folder, "--scm drug.json --query 'P(recovery | do(drug))'");
  REQUIRE(answer.at("values").size() == 4);
  CHECK(answer.at("values")[3].at("query") == "P(recovery = 1 | do(drug = 1))");
  const double expected[] = {0.52, 0.32, 0.48, 0.68};
  for (std::size_t i = 0; i < 4; ++i) CHECK(number(answer.at("values")[i]) == Approx(expected[i]));
}

TEST_CASE("every query of a file has its answer in an array, even one alone") {
  const Folder folder(files);
  const json answers = asked(folder, "--scm drug.json --queries queries.txt");
  REQUIRE(answers.size() == 2);
  CHECK(number(answers[0]) == Approx(0.68));
  CHECK(answers[1].at("query") == "ATE(drug -> recovery)");
  folder.write("one.txt", "E[recovery]");
  CHECK(asked(folder, "--scm drug.json --queries one.txt").size() == 1);
}

TEST_CASE("each row of a table is one unit, known by the columns that there are") {
  const Folder folder(files);
  const json answer = asked(folder, "--scm drug.json --query 'P(drug=1)' --data people.csv");
  REQUIRE(answer.at("rows").size() == 3);
  const double first = 0.24 / (0.24 + 0.42), second = 0.4 / (0.4 + 0.14);
  CHECK(answer.at("rows")[1].at("row") == 2);
  CHECK(number(answer.at("rows")[0]) == Approx(first));
  CHECK(number(answer.at("rows")[1]) == Approx(second));
  CHECK(number(answer.at("rows")[2]) == Approx(first));
  CHECK(number(answer) == Approx((2 * first + second) / 3));
  CHECK(answer.at("method") == "exact");
  // Of a normal variable too: X given Y is 2 + 3 (Y - 7) / 13.
  folder.write("y.csv", "Y\n20\n-6\n");
  const json line = asked(folder, "--scm line.json --query 'E[Y_{X=0}]' --data y.csv");
  CHECK(number(line.at("rows")[0]) == Approx(20 - 3 * (2 + 3.0)));
  CHECK(number(line.at("rows")[1]) == Approx(-6 - 3 * (2 - 3.0)));
}

TEST_CASE("the mean of units that are bounded lies between the means of their bounds") {
  const Folder folder(files);
  const json answer = asked(folder, "--scm drug.json --query 'P(recovery_{drug=1} = 1)' --data people.csv");
  CHECK(answer.at("value").is_null());
  CHECK(answer.at("licence") == "bounded");
  const json& rows = answer.at("rows");
  CHECK(number(rows[0], "lower") == Approx((0.24 + 0.42 * 2 / 3) / 0.66));
  CHECK(number(rows[0], "upper") == Approx(1));
  CHECK(number(rows[1], "lower") == Approx(0.14 * 2 / 7 / 0.54));
  CHECK(number(rows[1], "upper") == Approx(0.14 * 5 / 7 / 0.54));
  CHECK(number(answer, "lower") == Approx((2 * number(rows[0], "lower") + number(rows[1], "lower")) / 3));
  CHECK(number(answer, "upper") == Approx((2 * number(rows[0], "upper") + number(rows[1], "upper")) / 3));
  CHECK(rows[0].at("sharp") == true);
  CHECK(answer.at("sharp") == false);
  CHECK(answer.at("basis").get<std::string>().starts_with("row by row: "));
  // One who took the drug is known to recover with it, which leaves nothing open; the mean is of both kinds of unit.
  folder.write("both.csv", "age,drug,recovery\nyoung,1,1\nyoung,0,1\n");
  const json both = asked(folder, "--scm drug.json --query 'P(recovery_{drug=1} = 1)' --data both.csv");
  CHECK(both.at("licence") == "bounded");
  CHECK(number(both, "lower") == Approx((1 + 2.0 / 3) / 2));
  CHECK(number(both, "upper") == Approx(1));
}

TEST_CASE("a sampled answer comes with its error, for a row, for the mean over rows, at any number of jobs") {
  const Folder folder(files);
  const std::string words = "query --scm curve.json --query 'P(Y > 0.5 | do(X=0.5))' --draws 20000 --format json";
  const json answer = json::parse(folder.run(words + " --method monte-carlo"));
  CHECK(answer.at("method") == "monte-carlo");
  // P(N > 0.25); five standard errors are missed once in two million seeds.
  CHECK(std::abs(number(answer) - 0.4012936743170763) < 5 * number(answer, "standard_error"));
  CHECK(number(answer, "standard_error") == Approx(std::sqrt(0.4013 * 0.5987 / 20000)).epsilon(0.05));
  CHECK(number(answer, "low") < number(answer));
  CHECK(number(answer, "high") > number(answer));
  CHECK(folder.run(words + " --jobs 2") == folder.run(words + " --jobs 1"));
  CHECK(folder.run(words + " --seed 2") != folder.run(words));
  folder.write("x.csv", "X\n0.25\n0.75\n");
  const json rows =
      asked(folder, "--scm curve.json --query 'P(Y_{X=0.5} > 0.5)' --data x.csv --method monte-carlo --draws 20000");
  CHECK(rows.at("method") == "monte-carlo");
  CHECK(number(rows, "standard_error") ==
        Approx((number(rows.at("rows")[0], "standard_error") + number(rows.at("rows")[1], "standard_error")) / 2));
  CHECK(std::abs(number(rows) - 0.4012936743170763) < 5 * number(rows, "standard_error"));
}

TEST_CASE("what conditions on an event of probability 0 is undefined, also for a unit that cannot be") {
  const Folder folder(files);
  const json answer = asked(folder, "--scm line.json --query 'P(B=0 | B_{X=1}=1)'");
  CHECK(answer.at("value").is_null());
  CHECK(answer.at("undefined") == "P(B_{X=1} = 1) = 0");
  folder.write("b.csv", "B\n0\n1\n");
  // The second effect is 0 by definition, since no path leads from X to B.
  for (const std::string query : {"E[Y | do(X=1)]", "NIE(X=1 vs 0 -> B)"}) {
    const json rows = asked(folder, "--scm line.json --data b.csv --query '" + query + "'");
    CAPTURE(query);
    CHECK(rows.at("rows")[0].at("value").is_number());
    CHECK(rows.at("rows")[1].at("value").is_null());
    CHECK(rows.at("rows")[1].at("undefined") == "P(B = 1) = 0");
    CHECK(rows.at("value").is_null());
    CHECK(rows.at("undefined") == "P(B = 1) = 0");
  }
}

TEST_CASE("a Bayesian network answers as a model") {
  const Folder folder(files);
  CHECK(number(asked(folder, "--scm rain.bif --query 'P(rain=yes | wet=yes)'")) == Approx(0.2 / (0.2 + 0.075)));
  CHECK(asked(folder, "--scm rain.bif --query 'PNS(rain -> wet)'").contains("lower"));
}

TEST_CASE("an answer in text says how it is known") {
  const Folder folder(files);
  CHECK(folder.run("query --scm drug.json --query 'ATE(drug -> recovery)'").find("exact; identified: ") !=
        std::string::npos);
  CHECK(folder.run("query --scm drug.json --query 'P(drug=1 | age=young)' --data people.csv")
            .find("\nmean: P(drug = 1") != std::string::npos);
  CHECK(folder.run("query --scm drug.json --query 'PN(drug -> recovery)'").find("= between 0.3289") !=
        std::string::npos);
}

TEST_CASE("published quantities of discrete models are answered from a file of the model") {
  const auto known = equipoise::testing::reference_models();
  if (!known) return;
  for (const json& each : known->at("discrete")) {
    json model{{"graph", {{"nodes", json::array()}, {"directed", json::array()}}}};
    std::map<std::string, std::size_t> levels;
    for (const json& exogenous : each.at("scm").at("exogenous")) {
      model["exogenous"][exogenous.at("name").get<std::string>()] = {{"kind", "categorical"},
                                                                     {"probabilities", exogenous.at("p")}};
      levels[exogenous.at("name")] = exogenous.at("card");
    }
    for (const json& variable : each.at("scm").at("endogenous")) {
      const std::string name = variable.at("name");
      json values = json::object();
      std::vector<std::size_t> input(variable.at("parents").size(), 0);
      for (const json& value : variable.at("table")) {  // the last input turns fastest
        std::string key;
        for (const std::size_t level : input) key += (key.empty() ? "" : ",") + std::to_string(level);
        values[key] = value;
        for (std::size_t i = input.size(); i-- > 0 && ++input[i] == levels.at(variable.at("parents")[i]);) input[i] = 0;
      }
      model["mechanisms"][name] = {{"kind", "lookup"}, {"inputs", variable.at("parents")}, {"values", values}};
      json texts = json::array();
      for (std::size_t k = 0; k < variable.at("card"); ++k) texts.push_back(std::to_string(k));
      model["variables"][name] = {{"type", "categorical"}, {"levels", texts}};
      model["graph"]["nodes"].push_back(name);
      for (const json& parent : variable.at("parents"))
        if (!model["exogenous"].contains(parent.get<std::string>()))
          model["graph"]["directed"].push_back({parent, name});
      levels[name] = variable.at("card");
    }
    std::string queries;
    for (const json& query : each.at("queries")) queries += equipoise::testing::written_query(query) + "\n";
    const Folder folder(Files{{"m.json", model.dump()}, {"q.txt", queries}});
    const json answers = asked(folder, "--scm m.json --queries q.txt");
    REQUIRE(answers.size() == each.at("queries").size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const json& expected = each.at("queries")[i].at("value");
      CAPTURE(each.at("id"), answers[i].at("query"));
      REQUIRE(answers[i].at("value").is_null() == expected.is_null());
      CHECK(answers[i].contains("undefined") == expected.is_null());
      if (!expected.is_null()) CHECK(number(answers[i]) == Approx(expected.get<double>()).margin(1e-10));
    }
  }
}

namespace {

Case wrong(const std::string& name, const std::string& options, const std::string& place, const std::string& fragment,
           int status = 3) {
  Files all = files;
  all["second.txt"] = "P(recovery)\nP(recovry)\n";
  all["none.txt"] = "# none\n";
  all["level.csv"] = "age,drug\nyoung,1\nmiddle,1\n";
  all["gap.csv"] = "age,drug\nyoung,\n";
  all["other.csv"] = "a,b\n1,1\n";
  all["header.csv"] = "age,drug\n";
  all["broken.json"] = "{\"graph\": ";
  all["broken.bif"] = "network lawn { }\nvariable rain { type discrete [ 2 ] { no }; }\n";
  return {.name = name,
          .command = "query " + options,
          .files = all,
          .status = status,
          .fragment = fragment,
          .place = place};
}

}  // namespace

TEST_CASE("a wrong question to a model is answered with its place") {
  const std::string model = "--scm drug.json ", query = "--query 'P(recovery_{drug=1} = 1)' ";
  equipoise::testing::check(
      {wrong("no query", model, "--query: ", "no query", 2),
       wrong("no model", query, "--scm: ", "not given", 2),
       wrong("a query and a file", model + query + "--queries queries.txt", "--queries: ", "both", 2),
       wrong("no draws", model + query + "--draws 0", "--draws: ", "at least 1", 2),
       wrong("draws below 0", model + query + "--draws=-3", "--draws: ", "whole number", 2),
       wrong("draws that are a word", model + query + "--draws many", "--draws: ", "'many'", 2),
       wrong("an unknown method", model + query + "--method fast", "--method: ", "exact or monte-carlo", 2),
       wrong("an unknown variable", model + "--query 'P(recovry)'", "--query:3: ", "did you mean 'recovery'?"),
       wrong("an unknown level", model + "--query 'P(age=youg)'", "--query:7: ", "did you mean 'young'?"),
       wrong("an unknown level in do()", model + "--query 'P(recovery=1 | do(drug=2))'", "--query:24: ", "never '2'"),
       wrong("half a query", model + "--query 'P(recovery'", "--query:11: ", "')'"),
       wrong("a variable both set and given", model + "--query 'P(recovery=1 | drug=0, do(drug=1))'",
             "--query:27: ", "stands twice"),
       wrong("a wrong query on a second line", model + "--queries second.txt", "second.txt:2:3: ", "'recovry'"),
       wrong("a file without a query", model + "--queries none.txt", "none.txt: ", "no query"),
       wrong("no file of queries", model + "--queries gone.txt", "gone.txt: ", "no such file"),
       wrong("no file of the model", "--scm gone.json " + query, "gone.json: ", "no such file"),
       wrong("a broken model", "--scm broken.json " + query, "broken.json:", ""),
       wrong("a broken network", "--scm broken.bif " + query, "broken.bif:2:", ""),
       wrong("no exact answer", "--scm curve.json --query 'E[Y]' --method exact", "--query: ", "'X'"),
       wrong("a table that is not there", model + query + "--data gone.csv", "gone.csv: ", "no such file"),
       wrong("a level that a variable has not", model + query + "--data level.csv", "level.csv:3:1: ", "'middle'"),
       wrong("a missing cell", model + query + "--data gap.csv", "gap.csv:2:7: ", "missing"),
       wrong("no column of the model", model + query + "--data other.csv", "other.csv: ", "no column"),
       wrong("no row", model + query + "--data header.csv", "header.csv: ", "no rows"),
       wrong("an open value for each row", model + "--query 'P(recovery | do(drug))' --data people.csv",
             "--query:17: ", "no value")});
}
