// Wrong studies: every key misspelt and of the wrong type, and what fits no table, graph or model.
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/wrong_command.hpp"

namespace {

using namespace equipoise::testing;
using Json = nlohmann::ordered_json;

/// A study that says everything that a study can say of a CSV file.
const std::string full_study = R"({
  "name": "small",
  "data": {"csv": "table.csv", "weight": "count", "missing": "error"},
  "columns": {"dept": {"type": "categorical", "levels": ["A", "B"]}},
  "graph": {"nodes": ["gender", "dept", "admit"],
            "directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]]},
  "scm": {"fit": "auto", "coupling": "gumbel-max"},
  "outcome": {"column": "admit", "positive": "Admitted"},
  "features": ["dept", "gender"],
  "protected": [{"column": "gender", "baseline": "Male"}],
  "environment": "dept",
  "predictor": {"kind": "logistic", "l2": 0.001},
  "objectives": [{"kind": "log-loss", "train": true},
                 {"kind": "demographic-parity", "protected": "gender", "sharpness": 1},
                 {"kind": "counterfactual-fairness", "name": "gap", "fair_paths": ["gender -> dept -> admit"]}],
  "frontier": {"method": "weighted-sum", "points": 2, "replicates": 1, "bootstrap": 20},
  "arms": ["causal", "correlational"],
  "split": {"validation": 0.2, "test": 0.2, "seed": 1},
  "seed": 3})";

const std::string model =
    R"({"graph": {"directed": [["G", "Y"]]}, "variables": {"G": {"type": "binary"}, "Y": {"type": "binary"}},
        "mechanisms": {"G": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
                       "Y": {"kind": "logistic", "intercept": -1, "coefficients": {"G": 2}, "coupling": "inverse-cdf"}}})";

const std::string study_of_model =
    R"({"data": {"scm": "model.json", "rows": 60}, "outcome": {"column": "Y", "positive": "1"},
  "protected": [{"column": "G"}], "objectives": [{"kind": "log-loss"}, {"kind": "counterfactual-fairness"}],
  "frontier": {"points": 2, "replicates": 1, "bootstrap": 20}})";

Case from_text(const std::string& name, std::string text, const std::string& place, const std::string& fragment = "") {
  return {.name = name,
          .command = "frontier study.json --out out",
          .files = {{"study.json", std::move(text)}, {"table.csv", table}, {"model.json", model}},
          .fragment = fragment,
          .place = place};
}

Case with(const std::string& name, const std::string& from, const std::string& to, const std::string& place,
          const std::string& fragment = "") {
  return from_text(name, replaced(full_study, from, to), place, fragment);
}

Case with_table_cells(const std::string& name, const std::string& from, const std::string& to, const std::string& place,
                      const std::string& fragment = "") {
  Case made = from_text(name, full_study, place, fragment);
  made.files["table.csv"] = replaced(table, from, to);
  return made;
}

Case with_model(const std::string& name, const std::string& from, const std::string& to, const std::string& place,
                const std::string& fragment = "") {
  Case made = from_text(name, study_of_model, place, fragment);
  made.files["model.json"] = replaced(model, from, to);
  return made;
}

Case drawn(const std::string& name, const std::string& from, const std::string& to, const std::string& place,
           const std::string& fragment = "") {
  return from_text(name, replaced(study_of_model, from, to), place, fragment);
}

/// Every member of every object of the document, by its pointer.
void visit_members(Json& json, const std::string& pointer,
                   const std::function<void(Json&, std::string, std::string)>& f) {
  if (json.is_object()) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) keys.push_back(key);
    for (const std::string& key : keys) {
      f(json, key, pointer);
      visit_members(json[key], pointer + '/' + key, f);
    }
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) visit_members(json[i], pointer + '/' + std::to_string(i), f);
  }
}

/// A value of none of the types that the key could have.
Json of_another_type(const Json& value) {
  if (value.is_string() || value.is_object()) return 7;
  return "text";
}

}  // namespace

TEST_CASE("the study that the cases break is whole") {
  for (const std::string& text : {full_study, study_of_model}) {
    const Case whole = from_text("whole", text, "");
    const Outcome outcome = run(whole.command, whole.files);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
  }
}

TEST_CASE("every misspelt key of a study is answered with the one that was meant, at its place") {
  std::vector<Case> cases;
  Json document = Json::parse(full_study);
  visit_members(document, "", [&](Json& object, const std::string& key, const std::string& pointer) {
    if (pointer == "/columns") return;  // names of columns: see below
    Json original = object;
    object = Json::object();
    for (const auto& [each, value] : original.items()) object[each == key ? key + "q" : each] = value;
    const std::string place = "study.json" + (pointer.empty() ? "" : "#" + pointer);
    cases.push_back(
        from_text("misspelt " + pointer + '/' + key, document.dump(), place, "did you mean '" + key + "'?"));
    object = std::move(original);
  });
  CHECK(cases.size() > 40);
  check(cases);
}

TEST_CASE("every value of a study that is of the wrong type is answered with its place") {
  std::vector<Case> cases;
  Json document = Json::parse(full_study);
  visit_members(document, "", [&](Json& object, const std::string& key, const std::string& pointer) {
    const Json original = object[key];
    object[key] = of_another_type(original);
    cases.push_back(
        from_text("wrong type of " + pointer + '/' + key, document.dump(), "study.json#" + pointer + '/' + key));
    object[key] = original;
  });
  check(cases);
}

TEST_CASE("what a study needs and lacks is named") {
  check({with("no data", R"("data": {"csv": "table.csv", "weight": "count", "missing": "error"},)", "",
              "study.json: ", "'data'"),
         with("no source of rows", R"("csv": "table.csv", )", "", "study.json#/data: no source of rows"),
         with("two sources of rows", R"("csv": "table.csv", )", R"("csv": "table.csv", "text": "a\n1\n", )",
              "study.json#/data: more than one"),
         with("no outcome", R"("outcome": {"column": "admit", "positive": "Admitted"},)", "",
              "study.json: ", "'outcome'"),
         with("no column of the outcome", R"("column": "admit", )", "", "study.json#/outcome: ", "'column'"),
         with("no column that is protected", R"({"column": "gender", "baseline": "Male"})", R"({"baseline": "Male"})",
              "study.json#/protected/0: ", "'column'"),
         with("no kind of predictor", R"("kind": "logistic", )", "", "study.json#/predictor: ", "'kind'"),
         with("no kind of objective", R"({"kind": "log-loss", "train": true})", R"({"train": true})",
              "study.json#/objectives/0: ", "'kind'"),
         with("no graph", R"("graph": {"nodes": ["gender", "dept", "admit"],
            "directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]]},)",
              "", "study.json: neither 'graph' nor"),
         with("a model without a fit", R"({"fit": "auto", "coupling": "gumbel-max"})", R"({"coupling": "gumbel-max"})",
              "study.json#/scm: ", "'fit'"),
         with("nobody protected, where a goal compares groups",
              R"("protected": [{"column": "gender", "baseline": "Male"}],)", "",
              "study.json#/objectives/1/protected: 'gender'"),
         with("no fold that is test", R"("split": {"validation": 0.2, "test": 0.2, "seed": 1})",
              R"("split": {"column": "dept"})", "study.json#/split: no 'test'"),
         with("a fold column and no folds", R"("test": 0.2, "seed": 1)", R"("column": "dept", "test": [])",
              "study.json#/split/test: no fold"),
         from_text("an empty object", "{}", "study.json: ", "'data'"), from_text("null", "null", "study.json: "),
         from_text("a number", "1", "study.json: ")});
}

TEST_CASE("a value of a study that is out of its range or none of its choices is answered with its place") {
  check({with("negative ridge", "0.001", "-1", "study.json#/predictor/l2: "),
         with("a ridge beyond numbers", "0.001", "1e999", "study.json:"),
         with("sharpness of 0", R"("sharpness": 1)", R"("sharpness": 0)", "study.json#/objectives/1/sharpness: "),
         with("too few resamples", R"("bootstrap": 20)", R"("bootstrap": 2)", "study.json#/frontier/bootstrap: "),
         with("points beyond counting", R"("points": 2)", R"("points": 1e18)", "study.json#/frontier/points: "),
         with("no replicates", R"("replicates": 1)", R"("replicates": 0)", "study.json#/frontier/replicates: "),
         with("a share of 1", R"("validation": 0.2)", R"("validation": 1)", "study.json#/split/validation: "),
         with("a share of 0", R"("test": 0.2)", R"("test": 0)", "study.json#/split/test: "),
         with("a negative seed", R"("seed": 3)", R"("seed": -3)", "study.json#/seed: "),
         with("a seed that is a fraction", R"("seed": 3)", R"("seed": 3.5)", "study.json#/seed: "),
         with("a seed beyond 64 bits", R"("seed": 3)", R"("seed": 18446744073709551616)", "study.json#/seed: "),
         with("an unknown coupling", "gumbel-max", "gumbel-mx",
              "study.json#/scm/coupling: ", "did you mean 'gumbel-max'?"),
         with("an unknown fit", R"("fit": "auto")", R"("fit": "aut")", "study.json#/scm/fit: ", "did you mean 'auto'?"),
         with("an unknown policy", R"("missing": "error")", R"("missing": "erorr")",
              "study.json#/data/missing: ", "did you mean 'error'?"),
         with("an unknown type", R"("type": "categorical")", R"("type": "catgorical")",
              "study.json#/columns/dept/type: ", "did you mean 'categorical'?"),
         with("an unknown kind of objective", "demographic-parity", "demografic-parity",
              "study.json#/objectives/1/kind: ", "did you mean 'demographic-parity'?"),
         with("an unknown predictor", R"("kind": "logistic")", R"("kind": "logistc")",
              "study.json#/predictor/kind: ", "did you mean 'logistic'?"),
         with("no arm", R"(["causal", "correlational"])", "[]", "study.json#/arms: no arm"),
         with("an arm twice", R"(["causal", "correlational"])", R"(["causal", "causal"])",
              "study.json#/arms/1: 'causal' twice"),
         with("a name twice", R"("name": "gap")", R"("name": "log-loss")",
              "study.json#/objectives/2: the name 'log-loss' twice"),
         with("an empty name", R"("name": "gap")", R"("name": "")", "study.json#/objectives/2/name: "),
         with("a key of another kind", R"("train": true)", R"("sharpness": 1)", "study.json#/objectives/0/sharpness: "),
         with("error rate to train on", R"({"kind": "log-loss", "train": true})",
              R"({"kind": "log-loss"}, {"kind": "error-rate", "train": true})", "study.json#/objectives/1/train: "),
         with("nothing to train on", R"("train": true)", R"("train": false)",
              "study.json#/objectives: no goal of accuracy"),
         with("a linear predictor of chances", R"("kind": "logistic")", R"("kind": "linear")",
              "study.json#/objectives/0/kind: 'log-loss' of a linear predictor"),
         with("an empty path", R"("csv": "table.csv")", R"("csv": "")", "study.json#/data/csv: "),
         with("an empty table", R"("csv": "table.csv")", R"("text": "")", "study.json#/data/text: "),
         with("rows without a model", R"("missing": "error")", R"("rows": 100)", "study.json#/data/rows: "),
         drawn("weights of a model's rows", R"("rows": 60)", R"("weight": "G")", "study.json#/data/weight: "),
         drawn("too few rows", R"("rows": 60)", R"("rows": 9)", "study.json#/data/rows: "),
         drawn("a fold of no column", R"("frontier")", R"("split": {"column": "fold", "test": ["a"]}, "frontier")",
               "study.json#/split/column: no column 'fold'")});
}

TEST_CASE("a name of a study that fits no column, level or path is answered with its place and what is near") {
  check(
      {with("a feature that is no column", R"(["dept", "gender"])", R"(["dpt", "gender"])", "table.csv: no column",
            "did you mean 'dept'?"),
       with("a feature twice", R"(["dept", "gender"])", R"(["dept", "dept"])", "study.json#/features/1: 'dept' twice"),
       with("the outcome as a feature", R"(["dept", "gender"])", R"(["dept", "admit"])",
            "study.json#/features/1: the outcome 'admit'"),
       with("the weights as a feature", R"(["dept", "gender"])", R"(["dept", "count"])",
            "study.json#/features/1: ", "'count'"),
       with("an outcome that is no column", R"({"column": "admit",)", R"({"column": "admitt",)", "table.csv: no column",
            "did you mean 'admit'?"),
       with("a positive value that never occurs", R"("positive": "Admitted")", R"("positive": "Admittd")",
            "study.json#/outcome/positive: ", "did you mean 'Admitted'?"),
       with("no positive value", R"(, "positive": "Admitted")", "", "study.json#/outcome: no 'positive'"),
       with("a protected column that is none", R"({"column": "gender",)", R"({"column": "gendr",)",
            "study.json#/objectives/1/protected: 'gender'", "did you mean 'gendr'?"),
       with("a baseline that never occurs", R"("baseline": "Male")", R"("baseline": "Mle")",
            "study.json#/protected/0/baseline: ", "did you mean 'Male'?"),
       with("a protected attribute twice", R"([{"column": "gender", "baseline": "Male"}])",
            R"([{"column": "gender"}, {"column": "gender"}])", "study.json#/protected/1: 'gender' twice"),
       with("an environment that is no column", R"("environment": "dept")", R"("environment": "dpt")",
            "table.csv: no column", "did you mean 'dept'?"),
       with("a declared column that is none", R"("columns": {"dept":)", R"("columns": {"dpt":)", "table.csv: no column",
            "did you mean 'dept'?"),
       with("declared levels that are not all", R"(["A", "B"])", R"(["A", "C"])", "table.csv: ", "'B'"),
       with("a weight that is no column", R"("weight": "count")", R"("weight": "cont")", "table.csv: no column",
            "did you mean 'count'?"),
       with("a weight that is text", R"("weight": "count")", R"("weight": "dept")", "table.csv:"),
       with("a fold that never occurs", R"("test": 0.2, "seed": 1)", R"("column": "dept", "test": ["A", "b"])",
            "study.json#/split/test/1: 'b'", "did you mean 'B'?"),
       with("a protected column of the objective that the study does not protect", R"("protected": "gender")",
            R"("protected": "gendr")", "study.json#/objectives/1/protected: ", "did you mean 'gender'?"),
       with("a fair path through no variable", "gender -> dept -> admit", "gender -> dpt -> admit",
            "study.json#/objectives/2/fair_paths/0", "did you mean 'dept'?"),
       with("a fair path without an edge", "gender -> dept -> admit", "gender -> admit -> dept",
            "study.json#/objectives/2/fair_paths/0"),
       with("a fair path from elsewhere", "gender -> dept -> admit", "dept -> admit",
            "study.json#/objectives/2/fair_paths/0"),
       with("half a fair path", "gender -> dept -> admit", "gender ->", "study.json#/objectives/2/fair_paths/0"),
       with("a feature that the outcome affects", R"(["dept", "admit"])", R"(["admit", "dept"])",
            "study.json#/features: 'dept', which the outcome affects"),
       with("an outcome that the graph lacks", R"("nodes": ["gender", "dept", "admit"],
            "directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]])",
            R"("directed": [["gender", "dept"]])", "study.json#/outcome/column: 'admit', which the graph lacks"),
       with_table_cells("a missing cell", "Male,A", "Male,", "table.csv:2:6: "),
       with_table_cells("one group alone",
                        "Male,A,Admitted,30\nMale,A,Rejected,20\nMale,B,Admitted,10\nMale,B,Rejected,25\n", "",
                        "study.json#/protected/0"),
       drawn("an outcome that is no variable", R"({"column": "Y",)", R"({"column": "y",)",
             "study.json#/outcome/column: no column 'y'", "did you mean 'Y'?"),
       drawn("a protected variable that is none", R"({"column": "G"})", R"({"column": "g"})",
             "study.json#/protected/0/column: no column 'g'", "did you mean 'G'?")});
}

TEST_CASE("a file of a study that is missing, empty, junk or wrong is named") {
  const std::string junk("\x89PNG\r\n\x1a\n\0\xff", 10);
  std::vector<Case> cases;
  const auto add = [&](Case made, const std::string& file, const std::string& text) {
    made.files[file] = text;
    cases.push_back(std::move(made));
  };
  const std::string beside = replaced(full_study, R"({"nodes": ["gender", "dept", "admit"],
            "directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]]})",
                                      "\"files/graph.json\"");
  cases.push_back(from_text("no graph's file", beside, "files/graph.json: ", "no such file"));
  add(from_text("an empty graph", beside, "files/graph.json"), "files/graph.json", "");
  add(from_text("a graph of junk", beside, "files/graph.json"), "files/graph.json", junk);
  add(from_text("a graph with a cycle", beside, "files/graph.json", "gender -> admit -> gender"), "files/graph.json",
      R"({"nodes": ["gender", "dept", "admit"], "directed": [["gender", "admit"], ["admit", "gender"]]})");
  cases.push_back(with("a cycle in the study", R"(["dept", "admit"]])", R"(["dept", "admit"], ["admit", "dept"]])",
                       "study.json#/graph", "dept -> admit -> dept"));
  cases.push_back(with("an unknown node in the study", R"(["dept", "admit"]])", R"(["dpt", "admit"]])",
                       "study.json#/graph/directed/2", "did you mean 'dept'?"));
  cases.push_back(with("no table", "table.csv", "tabel.csv", "tabel.csv: no such file", "did you mean 'table.csv'?"));
  cases.push_back(with("a table that is a folder", "table.csv", ".", ".: a folder"));
  add(from_text("an empty table", full_study, "table.csv"), "table.csv", "");
  add(from_text("a table of junk", full_study, "table.csv"), "table.csv", junk);
  add(from_text("a header alone", full_study, "table.csv: "), "table.csv", "gender,dept,admit,count\n");
  cases.push_back(
      drawn("no model", "model.json", "modle.json", "modle.json: no such file", "did you mean 'model.json'?"));
  add(from_text("an empty model", study_of_model, "model.json"), "model.json", "");
  add(from_text("a model of junk", study_of_model, "model.json"), "model.json", junk);
  cases.push_back(with_model("an unknown mechanism", R"("logistic")", R"("logistik")",
                             "model.json#/mechanisms/Y/kind: ", "did you mean 'logistic'?"));
  cases.push_back(with_model("a mechanism that is missing",
                             R"("G": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},)", "",
                             "model.json#/mechanisms"));
  cases.push_back(with_model("a probability above 1", R"("p": 0.5)", R"("p": 1.5)", "model.json#/mechanisms/G/noise"));
  cases.push_back(with_model("a coefficient of no parent", R"({"G": 2})", R"({"Q": 2})", "model.json#/mechanisms/Y"));
  cases.push_back(drawn("a wrong model in the study", "\"model.json\"", replaced(model, "\"p\"", "\"q\""),
                        "study.json#/data/scm/mechanisms/G/noise", "'q'"));
  cases.push_back(drawn("a graph beside a model of another", R"("outcome")",
                        R"("graph": {"directed": [["Y", "G"]]}, "outcome")", "study.json#/graph: "));
  cases.push_back(with("a model that lacks the columns", R"({"fit": "auto", "coupling": "gumbel-max"})",
                       "\"model.json\"", "study.json#/graph: 'gender', which the model lacks"));
  check(cases);
}

TEST_CASE("a command for a study that is wrong is answered with its option") {
  const std::map<std::string, std::string> files{
      {"study.json", full_study}, {"table.csv", table}, {"here/letter.txt", "dear"}};
  const auto asked = [&](const std::string& name, const std::string& command, const std::string& place, int status) {
    return Case{.name = name, .command = command, .files = files, .status = status, .place = place};
  };
  check(
      {asked("no folder", "frontier study.json", "--out", 2), asked("no study", "frontier --out out", "STUDY", 2),
       asked("no folder but standard output", "frontier study.json --out -", "--out", 2),
       asked("two studies", "frontier study.json study.json --out out", "", 2),
       asked("jobs of none", "frontier study.json --out out --jobs 0", "--jobs", 2),
       asked("a seed of text", "frontier study.json --out out --seed one", "--seed", 2),
       asked("a folder that is a file", "frontier study.json --out table.csv", "table.csv: it is no folder", 3),
       asked("a folder below a file", "frontier study.json --out table.csv/out", "table.csv/out: ", 3),
       asked("a folder with other files", "frontier study.json --out here", "here: a folder that holds other files", 3),
       asked("a folder with other files, to resume", "frontier study.json --out here --resume",
             "here: a folder that holds other files", 3),
       asked("the folder of the study itself", "frontier study.json --out .", ".: a folder that holds other files", 3),
       asked("a misspelt option", "frontier study.json --out out --resum", "--resum: ", 2),
       asked("a study that is a folder", "frontier here --out out", "here: a folder", 3),
       asked("an unknown built-in study", "demo lone --out out", "NAME: no study 'lone'", 2)});
}
