#include <catch2/catch.hpp>

#include <string>

#include "core/json_reader.hpp"

using namespace equipoise;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::string error_of(
    const std::string& text, void (*use)(const JsonValue&) = [](const JsonValue&) {}) {
  try {
    const auto document = parse_json(text, "f.json");
    use(document.root());
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("text that is no JSON is one clear line with its place", "[core]") {
  CHECK_THAT(error_of(""), StartsWith("f.json: an empty file"));
  CHECK_THAT(error_of("  \n "), StartsWith("f.json: an empty file"));
  CHECK_THAT(error_of("{\"a\": 1,\n \"b\": }"), StartsWith("f.json:2:"));
  CHECK_THAT(error_of("{\"a\": 1} x"), StartsWith("f.json:1:10"));
  CHECK_THAT(error_of("{\"a\": 1, \"a\": 2}"), Contains("'a' stands twice"));
  CHECK_THAT(error_of("[{\"a\": 1}, {\"a\": 2}]"), StartsWith("no error"));
  CHECK_THAT(error_of("{\"a\": {\"a\": 1}, \"b\": {\"a\": 1}}"), StartsWith("no error"));
  CHECK_THAT(error_of(std::string(5000, '[')), Contains("nested deeper"));
  CHECK_THAT(error_of(std::string("\x00\xff\xfe\x01", 4)), StartsWith("f.json:1:"));
  CHECK_THAT(error_of("[1e999]"), StartsWith("f.json"));
  CHECK_THAT(error_of("\"\xff\""), StartsWith("f.json:1:"));
}

TEST_CASE("a value of the wrong kind is named by its JSON pointer", "[core]") {
  const std::string text = R"({"objectives": [{"kind": "log-loss"}, {"epsilon": "one", "a/b": 3}]})";
  CHECK_THAT(error_of(text, [](const JsonValue& v) { v.at("objectives").items()[1].at("epsilon").number(); }),
             StartsWith("f.json#/objectives/1/epsilon: \"one\"; a number"));
  CHECK_THAT(error_of(text, [](const JsonValue& v) { v.at("objectives").items()[1].at("a/b").string(); }),
             StartsWith("f.json#/objectives/1/a~1b: 3"));
  CHECK_THAT(error_of(text, [](const JsonValue& v) { v.at("objectives").items()[0].at("delta"); }),
             Contains("'delta' is missing"));
  CHECK_THAT(error_of(R"({"objectivs": 1})",
                      [](const JsonValue& v) {
                        v.allow_keys({"objectives", "name"});
                      }),
             Contains("unknown key 'objectivs'") && Contains("did you mean 'objectives'?"));
  CHECK_THAT(error_of("[1.5]", [](const JsonValue& v) { v.items()[0].integer_within(0, 5); }),
             Contains("a whole number from 0 to 5"));
  CHECK_THAT(error_of("[1e300]", [](const JsonValue& v) { v.items()[0].integer_within(0, 5); }),
             Contains("whole number"));
  CHECK_THAT(error_of("[2]", [](const JsonValue& v) { v.items()[0].number_within(0, 1); }), Contains("a number from"));
  constexpr std::string_view choices[] = {"drop", "error"};
  CHECK(parse_json("\"error\"", "f").root().choice(choices) == 1);
}

TEST_CASE("numbers print so that they read back to the same double", "[core]") {
  for (const double x : {0.1, 1.0 / 3, 1e-308, 5e-324, 1.7976931348623157e308, 123456789.123456789}) {
    const auto document = parse_json(to_text(Json{{"x", x}}), "f");
    CHECK(document.root().at("x").number() == x);
  }
}

TEST_CASE("a document that stands in another is named by one pointer", "[core]") {
  const auto document = parse_json("{\"nodes\": 7}", "study.json#/graph");
  CHECK(document.root().place() == "study.json#/graph");
  CHECK(document.root().at("nodes").place() == "study.json#/graph/nodes");
  CHECK(parse_json("{\"nodes\": 7}", "a#b.json").root().at("nodes").place() == "a#b.json#/nodes");
}
