#include <equipoise/train/study.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions;
using equipoise::testing::admissions_study;
using equipoise::testing::replaced;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal_of(const std::string& text) {
  try {
    parse_study(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Draws studies that say every key in some way or leave it out.
class RandomStudies {
 public:
  explicit RandomStudies(std::uint64_t number)
      : random_(RandomStream({.seed = 5, .purpose = Purpose::test}).row(number)) {}

  std::string study() {
    std::string text =
        "{\"name\": " + one_of({"\"a\"", "\"é \\\"quoted\\\" \\\\ name\"", "\"\""}) + ", \"data\": " + data();
    if (from_model_)
      maybe(text, "graph", one_of({"\"graph.json\"", "{\"directed\": [[\"g\", \"y\"]]}"}));
    else
      text += ", \"graph\": " + one_of({"\"graph.json\"", "{\"directed\": [[\"g\", \"y\"]]}"});
    maybe(text, "columns",
          one_of({"{}", R"({"z": {"type": "integer"}, "a": {"levels": ["2", "1"]}})",
                  R"({"z": {"type": "integer", "range": [-3, 1e9]}, "x": {"range": [0.1, 0.2]}})"}));
    maybe(text, "scm", one_of({R"({"fit": "auto"})", R"({"fit": "auto", "coupling": "inverse-cdf"})", "\"scm.json\""}));
    const bool logistic = flip();
    text += R"(, "outcome": {"column": "y")" + one_of({"", R"(, "positive": "1")", R"(, "positive": "")"}) + "}";
    maybe(text, "features", one_of({"[]", R"(["g", "x"])"}));
    text += R"(, "protected": [{"column": "g"}, {"column": "h", "baseline": "low"}])";
    maybe(text, "environment", "\"year\"");
    text += ", \"predictor\": {\"kind\": " + one_of({logistic ? "\"logistic\"" : "\"linear\""}) +
            one_of({"", ", \"l2\": 0", ", \"l2\": 0.1", ", \"l2\": 1e-300"}) + "}";
    text += ", \"objectives\": [{\"kind\": \"" + std::string(logistic ? "log-loss" : "squared-error") + "\"}";
    if (flip())
      text += R"(, {"kind": "demographic-parity", "protected": "h", "sharpness": 2.5, "name": "gap", "train": false})";
    if (flip())
      text += R"(, {"kind": "counterfactual-fairness", "protected": "g", "fair_paths": ["g -> y", "g -> x"]})";
    if (flip()) text += R"(, {"kind": "counterfactual-fairness", "protected": "h", "name": "other", "fair_paths": []})";
    if (logistic && flip()) text += R"(, {"kind": "error-rate"}, {"kind": "equalized-odds", "protected": "g"})";
    if (flip() && text.find("\"weight\"") == std::string::npos)
      text +=
          R"(, {"kind": "privacy", "epsilon": )" + one_of({"2", "[0.5, 8]"}) +
          one_of({"", R"(, "delta": 1e-9, "noise": "seeded-for-research")"}) +
          one_of({"", R"(, "public": ["scm", "scaling"])", R"(, "scm": {"epsilon": 0.25}, "public": ["measures"])"}) +
          one_of({"", R"(, "clipping_norm": 0.5, "sampling_rate": 0.01, "steps": 100)"}) + "}";
    text += "]";
    maybe(text, "frontier",
          one_of({"{}", R"({"method": "weighted-sum", "points": 3, "replicates": 1})", R"({"bootstrap": 20})"}));
    maybe(text, "arms", one_of({R"(["causal"])", R"(["correlational", "causal"])"}));
    maybe(text, "split",
          one_of({"{}", R"({"validation": 0.1, "test": 0.3, "seed": 0})",
                  R"({"column": "fold", "test": ["a", "b"], "validation": 0.5})"}));
    maybe(text, "seed", one_of({"0", "7", "9223372036854775807", "18446744073709551615"}));
    maybe(text, "versions", R"({"equipoise": "0.0.1", "inputs": "0123456789abcdef"})");
    return text + "}";
  }

 private:
  bool flip() { return random_.uniform() < 0.5; }
  std::string one_of(std::vector<std::string> choices) { return choices[random_() % choices.size()]; }
  void maybe(std::string& text, const std::string& key, const std::string& value) {
    if (flip()) text += ", \"" + key + "\": " + value;
  }
  std::string data() {
    from_model_ = flip();
    if (from_model_) return one_of({R"({"scm": "scm.json"})", R"({"scm": {"graph": {}}, "rows": 77})"});
    return "{" + one_of({R"("csv": "t.csv")", R"("text": "g,y\na,\"1\"\n")"}) + one_of({"", R"(, "weight": "n")"}) +
           one_of({"", R"(, "missing": "drop")", R"(, "missing": "level")"}) + "}";
  }

  RowStream random_;
  bool from_model_ = false;
};

}  // namespace

TEST_CASE("a study written with its defaults reads back to the same text, whatever it says or leaves out", "[study]") {
  for (std::uint64_t number = 0; number < 400; ++number) {
    const std::string text = RandomStudies(number).study();
    CAPTURE(text);
    const std::string written = study_text(parse_study(text));
    REQUIRE(study_text(parse_study(written)) == written);
  }
}

TEST_CASE("the studies that ship read back to the same text", "[study]") {
  for (const std::string name : {"adult", "berkeley", "compas", "law", "loan"}) {
    const Study study = read_study(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/studies/" + name + "/study.json");
    const std::string written = study_text(study);
    CHECK(study_text(parse_study(written)) == written);
    CHECK(written.find(EQUIPOISE_SOURCE_DIR) == std::string::npos);
    CHECK(study.sweep.points >= 20);
  }
}

TEST_CASE("what a study leaves unsaid is filled in as the formats say", "[study]") {
  const Study study = parse_study(R"({"data": {"csv": "t.csv"}, "graph": "g.json", "outcome": {"column": "y"},
                                      "objectives": [{"kind": "log-loss"}, {"kind": "error-rate"}]})");
  CHECK(study.name == "study");
  CHECK(study.data.missing == MissingPolicy::error);
  CHECK_FALSE(study.data.weight);
  CHECK(study.model.fit);
  CHECK(study.model.coupling == Coupling::gumbel_max);
  CHECK(study.predictor.link == Link::logistic);
  CHECK(study.objectives[0].train);
  CHECK_FALSE(study.objectives[1].train);
  CHECK(study.sweep.points == 20);
  CHECK(study.sweep.replicates == 5);
  CHECK(study.arms == std::vector<std::string>{"causal", "correlational"});
  CHECK(study.split.validation == 0.2);
  CHECK(study.split.test == 0.2);
  CHECK(study.seed == 1);
  CHECK(parse_study(study_text(study)).split.seed == std::uint64_t{1});
}

TEST_CASE("every seed that a command takes reads back", "[study]") {
  Study study = admissions();
  for (const std::uint64_t seed :
       {std::uint64_t{0}, std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()}) {
    study.seed = seed;
    CHECK(parse_study(study_text(study)).seed == seed);
  }
}

TEST_CASE("rows drawn from a model are answered by that model unless another is asked for", "[study]") {
  const std::string drawn = R"({"data": {"scm": "loan.json"}, "outcome": {"column": "Y", "positive": "1"},
                                "objectives": [{"kind": "log-loss"}]})";
  CHECK_FALSE(parse_study(drawn).model.fit);
  CHECK(parse_study(drawn).model.source.empty());
  CHECK(parse_study(replaced(drawn, "\"outcome\"", R"("scm": {"fit": "auto"}, "outcome")")).model.fit);
  CHECK(parse_study(replaced(drawn, "\"outcome\"", R"("scm": "other.json", "outcome")")).model.source.path ==
        "other.json");
}

TEST_CASE("paths of a study are kept as written and found beside it", "[study]") {
  const std::string shipped = std::string(EQUIPOISE_SOURCE_DIR) + "/examples/studies/berkeley/study.json";
  const Study study = read_study(shipped);
  CHECK(study.data.csv.path == "berkeley.csv");
  CHECK(study.directory == std::string(EQUIPOISE_SOURCE_DIR) + "/examples/studies/berkeley");
  CHECK(study.place == shipped);
  CHECK(study_text(study) == study_text(parse_study(read(shipped), "elsewhere.json", "/elsewhere")));
}

TEST_CASE("a study without a goal of accuracy to train on is refused, since the others are met by saying nothing",
          "[study]") {
  const auto with = [](const std::string& objectives) {
    return refusal_of(
        replaced(admissions_study, R"([{"kind": "log-loss"}, {"kind": "error-rate"},)", "[" + objectives));
  };
  CHECK(with("").find("study.json#/objectives: no goal of accuracy to train on") == 0);
  CHECK(with(R"({"kind": "log-loss", "train": false},)").find("study.json#/objectives: no goal of accuracy") == 0);
  CHECK(with(R"({"kind": "demographic-parity"},)").find("study.json#/objectives: no goal of accuracy") == 0);
  CHECK(with(R"({"kind": "demographic-parity"}, {"kind": "log-loss"},)").empty());
}

TEST_CASE("a goal that the predictor cannot have is named with the predictor's kind", "[study]") {
  CHECK(refusal_of(replaced(admissions_study, "\"features\"", R"("predictor": {"kind": "linear"}, "features")"))
            .find("study.json#/objectives/0/kind: 'log-loss' of a linear predictor") == 0);
  CHECK(refusal_of(replaced(admissions_study, R"({"kind": "error-rate"})", R"({"kind": "squared-error"})"))
            .find("study.json#/objectives/1/kind: 'squared-error' of a logistic predictor") == 0);
}

TEST_CASE("a key that another kind of objective takes is told from one that is misspelt", "[study]") {
  CHECK(refusal_of(replaced(admissions_study, R"({"kind": "error-rate"})", R"({"kind": "error-rate", "sharpness": 2})"))
            .find("study.json#/objectives/1/sharpness: 'sharpness' in an objective of kind 'error-rate'") == 0);
  CHECK(refusal_of(replaced(admissions_study, R"({"kind": "error-rate"})", R"({"kind": "error-rate", "shrpness": 2})"))
            .find("did you mean 'sharpness'?") != std::string::npos);
}
