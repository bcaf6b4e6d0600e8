#include <equipoise/predictor/trained_model.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "predictor/random_encodings.hpp"

using namespace equipoise;
using Catch::Matchers::Contains;

namespace {

const std::string outside =
    R"({"kind": "logistic", "features": ["x1", "x2"], "coefficients": {"x1": 0.8, "x2": -0.1}, "intercept": 0.04, "threshold": 0.5})";
const std::string by_level =
    R"({"kind": "logistic", "features": ["age", "dept"], "coefficients": {"age": 0.5, "dept=B": 2, "dept=C": -3}, "intercept": 1})";

Table applicants() {
  return Table({{"dept", ColumnType::categorical, {"A", "B", "C"}, {0, 1, 2, 1, 0, 2}},
                {"age", ColumnType::integer, {}, {20, 30, 40, 50, 60, 70}},
                {"gender", ColumnType::binary, {"Female", "Male"}, {0, 1, 1, 0, 0, 1}}});
}

TrainedModel trained() {
  const std::vector<std::string> features{"age", "dept", "gender"};
  TrainedModel model{.encoding = fit_encoding(applicants(), features, std::vector<ReferenceLevel>{{"dept", "B"}}),
                     .parameters = Eigen::VectorXd(5),
                     .cutoff = -0.25,
                     .outcome = "admit",
                     .positive = "Admitted"};
  model.parameters << 0.1, 0.2, -0.3, 0.4, 1.0 / 3;
  return model;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  INFO(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The text of our own model with one of its values changed.
template <class Change>
std::string changed(Change change) {
  auto json = nlohmann::ordered_json::parse(model_text(trained()));
  change(json);
  return json.dump();
}

std::string error_of(const std::string& text) {
  try {
    parse_model(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a model reads back to the last bit, whatever its names and numbers", "[predictor]") {
  testing::RandomModels random(1);
  std::size_t with_view = 0;
  for (int i = 0; i < 3000; ++i) {
    const TrainedModel model = random.model();
    const std::string text = model_text(model);
    INFO(text);
    const TrainedModel again = parse_model(text);
    REQUIRE(testing::same_bits(again, model));
    REQUIRE(model_text(again) == text);
    with_view += text.find("\"coefficients\"") != std::string::npos ? 1 : 0;
  }
  CHECK(with_view > 300);
  CHECK(with_view < 2700);
}

TEST_CASE("a model goes through a file", "[predictor]") {
  const auto folder = std::filesystem::temp_directory_path() / ("equipoise-model-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "model.json").string();
  write_model(path, trained());
  CHECK(read_model(path) == trained());
  CHECK_THROWS_WITH(read_model((folder / "modle.json").string()), Contains("did you mean 'model.json'?"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a model from elsewhere scores as its formula says", "[predictor]") {
  const TrainedModel model = parse_model(outside);
  CHECK(model.link == Link::logistic);
  CHECK(model.cutoff == 0);
  const Table table({{"x2", ColumnType::continuous, {}, {1, -2, 0}}, {"x1", ColumnType::continuous, {}, {2, 0.5, 0}}});
  const Eigen::VectorXd scores = scores_of(model, table);
  CHECK(scores[0] == Approx(0.8 * 2 - 0.1 * 1 + 0.04));
  CHECK(scores[1] == Approx(0.8 * 0.5 + 0.1 * 2 + 0.04));
  CHECK(scores[2] == 0.04);
}

TEST_CASE("a logistic model decides where its probability reaches the threshold, a linear one at score 0",
          "[predictor]") {
  for (const double threshold : {0.001, 0.3, 0.5, 0.9}) {
    const std::string text = replaced(outside, "\"threshold\": 0.5", "\"threshold\": " + std::to_string(threshold));
    CHECK(1 / (1 + std::exp(-parse_model(text).cutoff)) == Approx(threshold));
  }
  CHECK(parse_model(replaced(outside, ", \"threshold\": 0.5", "")).cutoff == 0);
  const TrainedModel linear =
      parse_model(replaced(replaced(outside, "logistic", "linear"), ", \"threshold\": 0.5", ""));
  CHECK(linear.link == Link::identity);
  CHECK(linear.cutoff == 0);
}

TEST_CASE("a level without a coefficient counts as the reference, known or not", "[predictor]") {
  const TrainedModel model = parse_model(by_level);
  const Table table({{"age", ColumnType::continuous, {}, {10, 10, 10, 10}},
                     {"dept", ColumnType::categorical, {"Z", "C", "B", "A"}, {0, 1, 2, 3}}});
  const Eigen::VectorXd scores = scores_of(model, table);
  CHECK(scores[0] == 6);
  CHECK(scores[1] == 3);
  CHECK(scores[2] == 8);
  CHECK(scores[3] == 6);
  CHECK(testing::same_bits(parse_model(model_text(model)), model));
}

TEST_CASE("a number that a table holds as levels is still a number, and a level that it holds as a number a level",
          "[predictor]") {
  const TrainedModel model = parse_model(
      R"({"kind": "linear", "features": ["male", "floor"], "coefficients": {"male": 4, "floor=2": 0.5}, "intercept": -1})");
  const Table table(
      {{"male", ColumnType::binary, {"0", "1"}, {1, 0, 1}}, {"floor", ColumnType::integer, {}, {2, 2, 3}}});
  CHECK(scores_of(model, table) == Eigen::Vector3d(3.5, -0.5, 3));
  const Table words({{"male", ColumnType::binary, {"no", "yes"}, {1}}, {"floor", ColumnType::integer, {}, {2}}});
  CHECK_THROWS_WITH(scores_of(model, words), Contains("column 'male': the level 'yes'; numbers"));
}

TEST_CASE("a feature whose name holds an equals sign is told from a level by the list of features", "[predictor]") {
  const TrainedModel model = parse_model(
      R"({"kind": "linear", "features": ["a", "a=b", "n=1"], "coefficients": {"a=c": 1, "a=b=c": 2, "n=1": 4}})");
  CHECK(model.encoding.column_names() == std::vector<std::string>{"a=c", "a=b=c", "n=1"});
  CHECK(model.encoding.features[0].levels.front() == "c");
  CHECK(model.encoding.features[1].levels.front() == "c");
  CHECK_FALSE(model.encoding.features[2].has_levels());
  CHECK(model.parameters[3] == 0);
}

TEST_CASE("scores do not depend on the order of a table's columns, rows or levels", "[predictor]") {
  const TrainedModel model = trained();
  const Eigen::VectorXd scores = scores_of(model, applicants());
  const Table shuffled({{"gender", ColumnType::categorical, {"Other", "Male", "Female"}, {1, 2, 2, 1, 1, 2}},
                        {"unread", ColumnType::integer, {}, {1, 2, 3, 4, 5, 6}},
                        {"age", ColumnType::continuous, {}, {70, 60, 50, 40, 30, 20}},
                        {"dept", ColumnType::categorical, {"C", "A", "B"}, {0, 1, 2, 0, 2, 1}}});
  CHECK((scores_of(model, shuffled) - scores.reverse()).cwiseAbs().maxCoeff() < 1e-13);
  const Table unseen({{"gender", ColumnType::categorical, {"Mal"}, {0}},
                      {"age", ColumnType::integer, {}, {70}},
                      {"dept", ColumnType::categorical, {"A"}, {0}}});
  CHECK_THROWS_WITH(scores_of(model, unseen),
                    Contains("column 'gender': no level 'Mal'") && Contains("did you mean 'Male'?"));
  CHECK_THROWS_WITH(scores_of(model, Table({{"aeg", ColumnType::integer, {}, {70}}})), Contains("did you mean 'aeg'?"));
}

TEST_CASE("a score beyond a double's range is refused by row", "[predictor]") {
  const TrainedModel model = parse_model(outside);
  const Table table(
      {{"x1", ColumnType::continuous, {}, {1, 1e308}}, {"x2", ColumnType::continuous, {}, {1, -1.7e308}}});
  CHECK_NOTHROW(scores_of(model, table));
  const Table huge(
      {{"x1", ColumnType::continuous, {}, {1, 1.7e308}}, {"x2", ColumnType::continuous, {}, {1, 1.7e308}}});
  const TrainedModel steep = parse_model(replaced(replaced(outside, "0.8", "80"), "-0.1", "-100"));
  CHECK_THROWS_WITH(scores_of(steep, huge), Contains("row 2: a score beyond a double's range"));
}

TEST_CASE("our own file says the same to a reader of coefficients alone", "[predictor]") {
  const TrainedModel model = trained();
  auto json = nlohmann::ordered_json::parse(model_text(model));
  CHECK(json["features"] == nlohmann::ordered_json{"age", "dept", "gender"});
  CHECK(json["coefficients"].size() == 4);
  CHECK(json["threshold"].get<double>() == Approx(1 / (1 + std::exp(0.25))));
  json.erase("encoding");
  const TrainedModel plain = parse_model(json.dump());
  const Eigen::VectorXd scores = scores_of(model, applicants()), plain_scores = scores_of(plain, applicants());
  CHECK((scores - plain_scores).cwiseAbs().maxCoeff() < 1e-13);
  CHECK(plain.cutoff == Approx(model.cutoff));
  CHECK(plain.outcome == "admit");
  CHECK(plain.positive == "Admitted");

  // By hand, from the file's numbers alone.
  const Table table = applicants();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    double score = json["intercept"].get<double>();
    score += json["coefficients"]["age"].get<double>() * table.column("age").values[row];
    for (const char* name : {"dept", "gender"}) {
      const Column& column = table.column(name);
      const std::string key = std::string(name) + '=' + column.levels[static_cast<std::size_t>(column.values[row])];
      if (json["coefficients"].contains(key)) score += json["coefficients"][key].get<double>();
    }
    CHECK(score == Approx(scores[static_cast<Eigen::Index>(row)]).margin(1e-13));
  }
}

TEST_CASE("the two models of docs/formats.md are one", "[predictor]") {
  std::ifstream document(std::string(EQUIPOISE_SOURCE_DIR) + "/docs/formats.md");
  const std::string text{std::istreambuf_iterator<char>(document), {}}, fence = "```json\n";
  std::vector<TrainedModel> models;
  for (std::size_t at = text.find("## Model files"); models.size() < 2;) {
    const std::size_t begin = text.find(fence, at) + fence.size();
    at = text.find("```", begin) + 1;
    models.push_back(parse_model(text.substr(begin, at - 1 - begin)));
  }
  const Table table({{"age", ColumnType::continuous, {}, {20, 35, 70}},
                     {"dept", ColumnType::categorical, {"A", "C", "B"}, {0, 1, 2}}});
  const Eigen::Vector3d by_hand(-1.2 + 0.04 * 20, -1.2 + 0.04 * 35 - 0.75, -1.2 + 0.04 * 70 - 0.1);
  for (const TrainedModel& model : models) CHECK((scores_of(model, table) - by_hand).cwiseAbs().maxCoeff() < 1e-13);
  CHECK(models[0].outcome.empty());
  CHECK(models[1].outcome == "admit");
}

TEST_CASE("what the plain keys cannot say, a file says by its encoding alone", "[predictor]") {
  const auto has_view = [](const TrainedModel& model) {
    const std::string text = model_text(model);
    REQUIRE(testing::same_bits(parse_model(text), model));
    return nlohmann::ordered_json::parse(text).contains("coefficients");
  };
  TrainedModel model = trained();
  CHECK(has_view(model));
  model.cutoff = 900;  // a threshold that rounds to 1
  CHECK_FALSE(has_view(model));
  model.cutoff = 0.5;
  model.link = Link::identity;  // decides elsewhere than at score 0
  CHECK_FALSE(has_view(model));
  model.cutoff = 0;
  CHECK(has_view(model));
  model.encoding.features[0].scale = 5e-324;
  CHECK_FALSE(has_view(model));
  model.encoding.features[0].scale = 1;
  model.encoding.features[0].name = "dept=A";  // the name of another column
  CHECK_FALSE(has_view(model));
}

TEST_CASE("a model whose numbers mean nothing is not written", "[predictor]") {
  TrainedModel model = trained();
  model.parameters[1] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(model_text(model), Contains("model: parameters[1] is nan; a finite number"));
  model = trained();
  model.cutoff = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH(model_text(model), Contains("model: the cutoff is inf"));
  model = trained();
  model.encoding.features[0].scale = 0;
  CHECK_THROWS_WITH(model_text(model), Contains("feature 'age': its scale is 0; a number above 0"));
  model = trained();
  model.encoding.features[1].levels[2] = "caf\xe9";
  CHECK_THROWS_WITH(model_text(model), Contains("bytes that are no UTF-8 text"));
}

TEST_CASE("a wrong model from elsewhere gives one line that says where and what", "[predictor]") {
  struct Case {
    std::string text, says;
  };
  const std::vector<Case> cases{
      {"", "model.json: an empty file"},
      {"{", "model.json:1:"},
      {"[1]", "model.json: a list; an object"},
      {"\x01\x02\xff", "model.json:1:1"},
      {"{}", "the key 'kind' is missing"},
      {R"({"kind": "linear"})", "the key 'features' is missing"},
      {R"({"kind": "linear", "features": []})", "the key 'coefficients' is missing"},
      {replaced(outside, "\"kind\"", "\"kid\""), "model.json#/kid: unknown key 'kid'"},
      {replaced(outside, "\"kind\"", "\"kid\""), "did you mean 'kind'?"},
      {replaced(outside, "\"intercept\"", "\"intercpt\""), "did you mean 'intercept'?"},
      {replaced(outside, "\"logistic\"", "\"logistik\""),
       "model.json#/kind: \"logistik\"; one of linear, logistic (did you mean 'logistic'?)"},
      {replaced(outside, "\"logistic\"", "3"), "model.json#/kind: 3; a text"},
      {replaced(outside, "[\"x1\", \"x2\"]", "\"x1\""), "model.json#/features: \"x1\"; a list"},
      {replaced(outside, "[\"x1\", \"x2\"]", "[\"x1\", 2]"), "model.json#/features/1: 2; a text"},
      {replaced(outside, "[\"x1\", \"x2\"]", "[\"x1\", \"x1\"]"), "model.json#/features/1: 'x1' twice"},
      {replaced(outside, "[\"x1\", \"x2\"]", "[\"x1\", \"x2\", \"x3\"]"),
       "model.json#/coefficients: no coefficient for 'x3'"},
      {replaced(outside, "{\"x1\": 0.8, \"x2\": -0.1}", "[0.8, -0.1]"), "model.json#/coefficients: a list; an object"},
      {replaced(outside, "\"x1\": 0.8", "\"y1\": 0.8"),
       "model.json#/coefficients/y1: the coefficient 'y1' of no feature"},
      {replaced(outside, "\"x1\": 0.8", "\"y1\": 0.8"), "did you mean 'x1'?"},
      {replaced(by_level, "\"dept=B\"", "\"detp=B\""), "did you mean 'dept'?"},
      {replaced(by_level, "\"dept=B\"", "\"dept\""), "model.json#/coefficients/dept=C: 'dept' by value and by level"},
      {replaced(by_level, "\"dept=C\"", "\"dept\""), "model.json#/coefficients/dept: 'dept' by value and by level"},
      {replaced(by_level, "\"dept=C\"", "\"dept=B\""), "'dept=B' stands twice"},
      {replaced(outside, "0.8", "\"0.8\""), "model.json#/coefficients/x1: \"0.8\"; a number"},
      {replaced(outside, "0.8", "null"), "model.json#/coefficients/x1: null; a number"},
      {replaced(outside, "0.8", "1e999"), "model.json: number overflow"},
      {replaced(outside, "0.8", "NaN"), "model.json:1:"},
      {replaced(outside, "0.04", "true"), "model.json#/intercept: true; a number"},
      {replaced(outside, "0.04", "null"), "the key 'intercept' is missing"},
      {replaced(outside, "\"threshold\": 0.5", "\"threshold\": 0"),
       "model.json#/threshold: 0; a probability above 0 and below 1"},
      {replaced(outside, "\"threshold\": 0.5", "\"threshold\": 1"), "model.json#/threshold: 1; a probability"},
      {replaced(outside, "\"threshold\": 0.5", "\"threshold\": -0.1"), "model.json#/threshold: -0.1"},
      {replaced(outside, "\"threshold\": 0.5", "\"threshold\": 50"), "model.json#/threshold: 50"},
      {replaced(outside, "\"threshold\": 0.5", "\"threshold\": \"0.5\""), "model.json#/threshold: \"0.5\"; a number"},
      {replaced(outside, "logistic", "linear"), "model.json#/threshold: the threshold of a linear model"},
      {replaced(outside, "\"kind\"", "\"outcome\": \"y\", \"kind\""), "model.json#/outcome: \"y\"; an object"},
      {replaced(outside, "\"kind\"", "\"outcome\": {\"positive\": \"1\"}, \"kind\""),
       "model.json#/outcome: the key 'column' is missing"},
      {replaced(outside, "\"kind\"", "\"outcome\": {\"colunm\": \"y\"}, \"kind\""), "did you mean 'column'?"},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    CHECK_THAT(error_of(each.text), Contains(each.says));
  }
}

TEST_CASE("a wrong model of our own gives one line that says where and what", "[predictor]") {
  using Json = nlohmann::ordered_json;
  const auto says = [](auto change, const std::string& expected) {
    const std::string text = changed(change);
    INFO(text);
    CHECK_THAT(error_of(text), Contains(expected));
  };
  CHECK(error_of(changed([](Json&) {})) == "no error");
  says([](Json& j) { j["encoding"] = 1; }, "model.json#/encoding: 1; an object");
  says([](Json& j) { j["encoding"].erase("cutoff"); }, "model.json#/encoding: the key 'cutoff' is missing");
  says([](Json& j) { j["encoding"].erase("parameters"); }, "the key 'parameters' is missing");
  says([](Json& j) { j["encoding"]["parameter"] = 1; }, "did you mean 'parameters'?");
  says([](Json& j) { j["encoding"]["parameters"].push_back(1); },
       "model.json#/encoding/parameters: 6 parameters; 5, one an encoded column");
  says([](Json& j) { j["encoding"]["parameters"][2] = nullptr; }, "model.json#/encoding/parameters/2: null; a number");
  says([](Json& j) { j["encoding"]["features"].erase("dept"); },
       "model.json#/encoding/features: the key 'dept' is missing");
  says([](Json& j) { j["encoding"]["features"]["dpt"] = 1; },
       "model.json#/encoding/features/dpt: 'dpt'; a feature of the model's list (did you mean 'dept'?)");
  says([](Json& j) { j["encoding"]["features"]["age"].erase("mean"); },
       "model.json#/encoding/features/age: the key 'mean' is missing");
  says([](Json& j) { j["encoding"]["features"]["age"]["scale"] = 0; },
       "model.json#/encoding/features/age/scale: 0; a number above 0");
  says([](Json& j) { j["encoding"]["features"]["age"]["scale"] = -2; }, "model.json#/encoding/features/age/scale: -2");
  says([](Json& j) { j["encoding"]["features"]["age"]["sacle"] = 1; }, "did you mean 'scale'?");
  says([](Json& j) { j["encoding"]["features"]["age"]["reference"] = "x"; }, "the reference level of a number");
  says([](Json& j) { j["encoding"]["features"]["dept"]["mean"] = 1; }, "unknown key 'mean'");
  says([](Json& j) { j["encoding"]["features"]["dept"]["levels"] = "A"; },
       "model.json#/encoding/features/dept/levels: \"A\"; a list");
  says([](Json& j) { j["encoding"]["features"]["dept"]["levels"][2] = "A"; },
       "model.json#/encoding/features/dept/levels/2: 'A' twice");
  says([](Json& j) { j["encoding"]["features"]["gender"]["reference"] = "Femal"; },
       "model.json#/encoding/features/gender/reference: 'Femal'; one of the levels (did you mean 'Female'?)");
}

TEST_CASE("plain keys that were edited beside the encoding are refused, not passed over", "[predictor]") {
  using Json = nlohmann::ordered_json;
  const auto says = [](auto change, const std::string& expected) {
    CHECK_THAT(error_of(changed(change)), Contains(expected));
  };
  says([](Json& j) { j["coefficients"]["age"] = 0.7; }, "model.json#/coefficients/age: 0.7;");
  says([](Json& j) { j["coefficients"].erase("age"); }, "model.json#/coefficients: the key 'age' is missing");
  says([](Json& j) { j["coefficients"]["dept=D"] = 0.7; }, "model.json#/coefficients/dept=D: the coefficient 'dept=D'");
  says([](Json& j) { j["intercept"] = 3; }, "model.json#/intercept: 3;");
  says([](Json& j) { j["threshold"] = 0.9; }, "model.json#/threshold: 0.9;");
  says([](Json& j) { j["encoding"]["cutoff"] = 900; },
       "model.json#/coefficients: 'coefficients' for an encoding that it cannot express");
  CHECK(error_of(changed([](Json& j) {
          for (const char* key : {"coefficients", "intercept", "threshold"}) j.erase(key);
        })) == "no error");
}

TEST_CASE("no change of a few bytes of a model file does worse than an error with a place", "[predictor]") {
  testing::RandomModels random(7);
  const std::string ours = model_text(trained());
  for (int i = 0; i < 20000; ++i) {
    std::string text = random.below(2) == 0 ? ours : by_level;
    for (std::size_t edits = 1 + random.below(3); edits > 0; --edits) {
      const std::size_t at = random.below(text.size());
      switch (random.below(3)) {
        case 0: text[at] = static_cast<char>(random.below(256)); break;
        case 1: text.erase(at, 1 + random.below(8)); break;
        default: text.insert(at, text.substr(random.below(text.size()), random.below(12)));
      }
      if (text.empty()) break;
    }
    try {
      const TrainedModel model = parse_model(text);
      REQUIRE(testing::same_bits(parse_model(model_text(model)), model));
    } catch (const Error& error) {
      REQUIRE_FALSE(error.place().empty());
    }
  }
}
