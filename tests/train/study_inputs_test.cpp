#include <equipoise/train/study_inputs.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions;
using equipoise::testing::admissions_study;
using equipoise::testing::People;
using equipoise::testing::people_graph;
using equipoise::testing::people_study;
using equipoise::testing::replaced;

namespace {

const std::string log_loss = R"([{"kind": "log-loss"}])";
const std::string gaps = R"([{"kind": "log-loss"}, {"kind": "counterfactual-fairness"}])";

std::string refusal_of(const std::string& text) {
  try {
    load_study_inputs(parse_study(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string model_text(const std::string& levels = R"(["a", "b"])") {
  return R"({"graph": )" + people_graph + R"(, "variables": {"g": {"type": "categorical", "levels": )" + levels +
         R"(}, "y": {"type": "binary"}}, "mechanisms": {
           "g": {"kind": "noise", "noise": {"kind": "categorical", "probabilities": )" +
         (levels == R"(["a", "b"])" ? "[0.5, 0.5]" : "[0.5, 0.25, 0.25]") + R"(}},
           "x": {"kind": "linear", "intercept": 0, "coefficients": {}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
           "y": {"kind": "logistic", "intercept": 0, "coefficients": {"x": 1}, "coupling": "inverse-cdf"}}})";
}

}  // namespace

TEST_CASE("what a study says matches a cell's text, whatever the cells look like", "[inputs]") {
  // Groups and outcomes that are numbers are levels all the same, sorted as numbers.
  const Study study = parse_study(
      R"({"data": {"text": "g,y,x\n10,2,1\n9,1,2\n10,1,3\n"}, "graph": {"directed": [["g", "y"], ["x", "y"]]},
          "outcome": {"column": "y", "positive": "2"}, "protected": [{"column": "g", "baseline": "10"}],
          "objectives": [{"kind": "log-loss"}]})");
  const StudyInputs inputs = load_study_inputs(study);
  CHECK(inputs.table.column("g").levels == std::vector<std::string>{"9", "10"});
  CHECK(outcome_values(study.outcome, inputs.table) == std::vector<double>{1, 0, 0});
  CHECK(inputs.features == std::vector<std::string>{"g", "x"});
}

TEST_CASE("an outcome of 0 and 1 needs no positive value, and a number is taken as it is", "[inputs]") {
  const Table table(
      {{"y", ColumnType::binary, {"0", "1"}, {1, 0, 1}}, {"z", ColumnType::continuous, {}, {2.5, -1, 0}}});
  CHECK(outcome_values({.column = "y"}, table) == std::vector<double>{1, 0, 1});
  CHECK(outcome_values({.column = "y", .positive = "0"}, table) == std::vector<double>{0, 1, 0});
  CHECK(outcome_values({.column = "z"}, table) == std::vector<double>{2.5, -1, 0});
  CHECK_THROWS_WITH(outcome_values({.column = "y", .positive = "2"}, table), Catch::Contains("no level '2'"));
}

TEST_CASE("rows are left out for a missing cell only where the study says so, and a warning counts them", "[inputs]") {
  const std::string holes = replaced(People(40).binary_csv(), "b,", "NA,");
  CHECK(refusal_of(people_study(holes, log_loss)).find("study.json#/data/text:2:1") == 0);
  const Study study =
      parse_study(replaced(people_study(holes, log_loss), R"("}, "graph")", R"(", "missing": "drop"}, "graph")"));
  const StudyInputs inputs = load_study_inputs(study);
  CHECK(inputs.table.rows() == 39);
  REQUIRE(inputs.warnings.size() == 1);
  CHECK(inputs.warnings[0] == "rows with a missing cell that are left out: 1");
}

TEST_CASE("a name that fits nothing in the table is named at its place in the study", "[inputs]") {
  const auto with = [](const std::string& from, const std::string& to) {
    return refusal_of(replaced(admissions_study, from, to));
  };
  CHECK(with(R"("column": "admit")", R"("column": "admitt")").find("admit") != std::string::npos);
  CHECK(with(R"("positive": "Admitted")", R"("positive": "admitted")") ==
        "study.json#/outcome/positive: 'admitted', which no cell of 'admit' holds; one of its values (did you mean "
        "'Admitted'?)");
  CHECK(with(R"("baseline": "Male")", R"("baseline": "Mal")").find("study.json#/protected/0/baseline: 'Mal'") == 0);
  CHECK(with(R"(["dept", "gender"])", R"(["dept", "dept"])").find("study.json#/features/1: 'dept' twice") == 0);
  CHECK(with(R"(["dept", "gender"])", R"(["dept", "admit"])").find("study.json#/features/1: the outcome 'admit'") == 0);
  CHECK(with(R"("features": ["dept", "gender"])", R"("split": {"column": "dept", "test": ["A", "C"]})")
            .find("study.json#/split/test/1: 'C'") == 0);
  CHECK(with(R"([{"column": "gender", "baseline": "Male"}])", R"([{"column": "gender"}, {"column": "admit"}])")
            .find("study.json#/") == 0);
}

TEST_CASE("the outcome is no protected attribute", "[inputs]") {
  CHECK(refusal_of(replaced(people_study(People(40).binary_csv(), R"([{"kind": "log-loss"}])",
                                         R"("columns": {"y": {"type": "binary"}})"),
                            R"([{"column": "g", "baseline": "a"}])", R"([{"column": "y"}])"))
            .find("study.json#/protected/0/column: the outcome 'y'") == 0);
}

TEST_CASE("a linear predictor of levels needs the one that counts as 1", "[inputs]") {
  std::string text = people_study("g,x,fold,y\na,1,t,0\nb,2,t,1\na,2,t,2\n", R"([{"kind": "squared-error"}])",
                                  R"("predictor": {"kind": "linear"}, "columns": {"y": {"type": "categorical"}})");
  CHECK(refusal_of(text).find("study.json#/outcome/column: 'y', which has levels") == 0);
  text = replaced(text, R"({"column": "y"})", R"({"column": "y", "positive": "2"})");
  const Study study = parse_study(text);
  CHECK(outcome_values(study.outcome, load_study_inputs(study).table) == std::vector<double>{0, 0, 1});
}

TEST_CASE("a causal goal needs its names in the graph, and features before the outcome", "[inputs]") {
  const std::string text = people_study(People(40).binary_csv(), gaps);
  CHECK(refusal_of(replaced(text, people_graph, R"({"nodes": ["g", "x"]})"))
            .find("study.json#/outcome/column: 'y', which the graph lacks") == 0);
  CHECK(refusal_of(replaced(text, people_graph, R"({"nodes": ["x", "y"]})"))
            .find("study.json#/protected/0/column: 'g', which the graph lacks") == 0);
  CHECK(refusal_of(replaced(text, people_graph, R"({"directed": [["g", "y"], ["y", "x"]]})"))
            .find("study.json#/features: 'x', which the outcome affects") == 0);
  const StudyInputs inputs =
      load_study_inputs(parse_study(replaced(text, people_graph, R"({"directed": [["g", "y"]]})")));
  REQUIRE(inputs.warnings.size() == 1);
  CHECK(inputs.warnings[0] ==
        "feature 'x' is not in the graph: it is taken not to change when a protected attribute does");
  // Without one, the graph plays no part in training.
  CHECK(refusal_of(replaced(people_study(People(40).binary_csv(), log_loss), people_graph, R"({"nodes": ["x"]})"))
            .empty());
}

TEST_CASE("a graph beside a model must be the model's own", "[inputs]") {
  const std::string text = people_study(People(40).binary_csv(), gaps, "\"scm\": " + model_text());
  CHECK(refusal_of(text).empty());
  CHECK(refusal_of(replaced(text, people_graph, R"({"directed": [["y", "x"], ["g", "y"]]})"))
            .find("study.json#/graph: ") == 0);
  CHECK(refusal_of(replaced(text, people_graph, R"({"directed": [["g", "y"]]})"))
            .find("study.json#/graph: no 'x', which the model has") == 0);
  CHECK(refusal_of(replaced(text, people_graph, replaced(people_graph, "\"x\", \"y\"", "\"x\", \"fold\", \"y\"")))
            .find("study.json#/graph: 'fold', which the model lacks") == 0);
  const std::string confounded = replaced(people_graph, "\"directed\"", R"("bidirected": [["x", "y"]], "directed")");
  CHECK(refusal_of(replaced(text, people_graph, confounded)).find("study.json#/graph: the edge x <-> y") == 0);
  // Another order of nodes is the same graph.
  CHECK(refusal_of(replaced(text, people_graph,
                            R"({"nodes": ["y", "x", "g"], "directed": [["g", "y"], ["g", "x"], ["x", "y"]]})"))
            .empty());
  // A model that is fitted follows the graph, whatever the rows were drawn from.
  CHECK(refusal_of(R"({"data": {"scm": )" + model_text() + R"(, "rows": 50}, "scm": {"fit": "auto"},
                       "graph": {"directed": [["g", "y"], ["x", "y"]]}, "outcome": {"column": "y", "positive": "1"},
                       "objectives": [{"kind": "log-loss"}]})")
            .empty());
}

TEST_CASE("the truth is known where the model that answers is the one that the rows were drawn from", "[inputs]") {
  const std::string drawn = R"({"data": {"scm": )" + model_text() + R"(, "rows": 50},
                                "outcome": {"column": "y", "positive": "1"}, "objectives": [{"kind": "log-loss"}])";
  const auto inputs_of = [](const std::string& text) { return load_study_inputs(parse_study(text)); };
  const StudyInputs truth = inputs_of(drawn + "}");
  CHECK(truth.truth_known);
  CHECK(truth.model.has_value());
  CHECK(truth.table.rows() == 50);
  CHECK(truth.graph == truth.model->graph());
  const StudyInputs fitted = inputs_of(drawn + R"(, "scm": {"fit": "auto"}})");
  CHECK_FALSE(fitted.truth_known);
  CHECK_FALSE(fitted.model.has_value());
  const StudyInputs other = inputs_of(drawn + ", \"scm\": " + model_text() + "}");
  CHECK_FALSE(other.truth_known);
  CHECK(other.model.has_value());
}

TEST_CASE("a change of any byte of a study's files changes their fingerprint, and a move does not", "[inputs]") {
  namespace fs = std::filesystem;
  const fs::path base = fs::temp_directory_path() / ("equipoise_fingerprint_" + std::to_string(getpid()));
  const auto fingerprint = [&](const std::string& folder, const std::string& table, const std::string& graph) {
    fs::create_directories(base / folder);
    std::ofstream(base / folder / "t.csv") << table;
    std::ofstream(base / folder / "g.json") << graph;
    return inputs_fingerprint(parse_study(
        R"({"data": {"csv": "t.csv"}, "graph": "g.json", "outcome": {"column": "y"}, "objectives": [{"kind": "log-loss"}]})",
        "study.json", (base / folder).string()));
  };
  const std::string whole = fingerprint("a", "x,y\n1,2\n", "{}");
  CHECK(whole.size() == 16);
  CHECK(fingerprint("b", "x,y\n1,2\n", "{}") == whole);
  CHECK(fingerprint("a", "x,y\n1,3\n", "{}") != whole);
  CHECK(fingerprint("a", "x,y\n1,2\n", "{ }") != whole);
  CHECK(fingerprint("a", "x,y\n1,2\n{", "}") != whole);
  CHECK(inputs_fingerprint(admissions()).empty());
  fs::remove_all(base);
}
