#include "cli/values.hpp"

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

using namespace equipoise;
using namespace equipoise::cli;

namespace {

std::string message(const auto& parse) {
  try {
    parse();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::query_syntax);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a list is split at commas, trimmed, and may quote a name that holds one") {
  CHECK(parse_list("--x", "A") == std::vector<std::string>{"A"});
  CHECK(parse_list("--x", " A ,B,  C D ") == std::vector<std::string>{"A", "B", "C D"});
  CHECK(parse_list("--x", "'A, B',C") == std::vector<std::string>{"A, B", "C"});
  CHECK(parse_list("--x", "'it''s' , ''") == std::vector<std::string>{"it's", ""});
}

TEST_CASE("an assignment's name runs to the first equals sign and its value to the next comma") {
  CHECK(parse_assignments("--do", "X=1, Z=0.5") == std::vector<Assignment>{{"X", "1"}, {"Z", "0.5"}});
  CHECK(parse_assignments("--do", "income=>50K") == std::vector<Assignment>{{"income", ">50K"}});
  CHECK(parse_assignments("--do", "a=b=c") == std::vector<Assignment>{{"a", "b=c"}});
  CHECK(parse_assignments("--do", "x==1") == std::vector<Assignment>{{"x", "=1"}});
  CHECK(parse_assignments("--do", "'a=b' = 'c, d' , e= f g ") ==
        std::vector<Assignment>{{"a=b", "c, d"}, {"e", "f g"}});
  CHECK(parse_assignments("--do", "X=-1e-3") == std::vector<Assignment>{{"X", "-1e-3"}});
}

TEST_CASE("a contrast names the value compared and, after vs, the reference") {
  using Contrasts = std::vector<Contrast>;
  CHECK(parse_contrasts("--protected", "gender=Female vs Male") == Contrasts{{"gender", "Female", "Male"}});
  CHECK(parse_contrasts("--outcome", "admit=Admitted") == Contrasts{{"admit", "Admitted", ""}});
  CHECK(parse_contrasts("--protected", "g='a vs b' vs 'c, d'") == Contrasts{{"g", "a vs b", "c, d"}});
  CHECK(parse_contrasts("--protected", "income=>50K vs <=50K") == Contrasts{{"income", ">50K", "<=50K"}});
  CHECK(parse_contrasts("--protected", "race=Black vs White,sex=Female vs 'Male' , age=old") ==
        Contrasts{{"race", "Black", "White"}, {"sex", "Female", "Male"}, {"age", "old", ""}});
}

TEST_CASE("a wrong value names the option, the column, what was found and what was expected") {
  CHECK(message([] { parse_list("--x", ""); }) == "--x:1: the end of the text; expected a name");
  CHECK(message([] { parse_list("--x", "A,,B"); }) == "--x:3: ','; expected a name");
  CHECK(message([] { parse_list("--x", "A,B,A"); }) == "--x:5: 'A' is listed twice; expected each name once");
  CHECK(message([] { parse_list("--x", "'A"); }) == "--x:1: a quote that is not closed; expected a closing '");
  CHECK(message([] { parse_list("--x", "'A' B"); }) == "--x:5: 'B' after a quoted text; expected the end of the value");
  CHECK(message([] { parse_assignments("--do", "X"); }) == "--do:2: 'X' without a value; expected NAME=VALUE");
  CHECK(message([] { parse_assignments("--do", "X="); }) == "--do:3: the end of the text; expected a value after 'X='");
  CHECK(message([] { parse_assignments("--do", "=1"); }) == "--do:1: '='; expected NAME=VALUE");
  CHECK(message([] { parse_assignments("--do", "X=1,X=2"); }) ==
        "--do:5: 'X' is given two values; expected each name once");
  CHECK(message([] { parse_contrasts("--protected", "g"); }) ==
        "--protected:2: 'g' without a value; expected NAME=VALUE or NAME=VALUE vs REFERENCE");
  CHECK(message([] { parse_contrasts("--protected", "g=a vs a"); }) ==
        "--protected:8: 'a' on both sides; expected two different values");
  CHECK(message([] { parse_contrasts("--protected", "g=a vs "); }) ==
        "--protected:8: the end of the text; expected a reference after 'vs'");
  CHECK(message([] { parse_contrasts("--protected", "g=a vs b, c"); }) ==
        "--protected:12: 'c' without a value; expected NAME=VALUE or NAME=VALUE vs REFERENCE");
  CHECK(message([] { parse_contrasts("--protected", "g=a vs b, g=c vs d"); }) ==
        "--protected:10: 'g' is compared twice; expected each name once");
}
