#include <equipoise/core/error.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("an error is one line: the place, what was found, what was expected, the hint") {
  const Error error(ErrorCode::json_unknown_key, "study.json#/nmae", "an unknown key", "a key of a study",
                    "did you mean 'name'?");
  CHECK(error.what() == std::string("study.json#/nmae: an unknown key; a key of a study (did you mean 'name'?)"));
  CHECK(error.code() == ErrorCode::json_unknown_key);
  CHECK(error.place() == "study.json#/nmae");
  CHECK(error.found() == "an unknown key");
  CHECK(error.expected() == "a key of a study");
  CHECK(error.hint() == "did you mean 'name'?");
}

TEST_CASE("parts that an error has not leave no trace in its line") {
  CHECK(Error(ErrorCode::usage, "", "wrong").what() == std::string("wrong"));
  CHECK(Error(ErrorCode::usage, "--x", "wrong").what() == std::string("--x: wrong"));
}

TEST_CASE("text from a user's file cannot break an error's line") {
  const Error error(ErrorCode::table_syntax, "a\nb.csv", std::string("x\0y\x1b[31m\x7f", 9), "p\r\nq");
  CHECK(error.what() == std::string("a b.csv: x y [31m ; p  q"));
}

TEST_CASE("a code tells who can mend it") {
  CHECK(kind_of(ErrorCode::usage) == ErrorKind::usage);
  CHECK(kind_of(ErrorCode::graph_cycle) == ErrorKind::input);
  CHECK(kind_of(ErrorCode::file_missing) == ErrorKind::input);
  CHECK(kind_of(ErrorCode::no_positivity) == ErrorKind::computation);
  CHECK(kind_of(ErrorCode::train_not_converged) == ErrorKind::computation);
}

TEST_CASE("an error of a row says which, from 1, and in which column") {
  const RowError error(ErrorCode::table_type, "x", 2, "'7'", "0 or 1");
  CHECK(error.what() == std::string("column 'x', row 3: '7'; 0 or 1"));
  CHECK(error.column() == "x");
  CHECK(error.row() == 2);
  CHECK(RowError(ErrorCode::table_type, "", 0, "wrong").what() == std::string("row 1: wrong"));
}
