#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <equipoise/data/csv.hpp>

using namespace equipoise;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::string error_of(std::string_view text, const CsvOptions& options = {}) {
  try {
    parse_csv(text, "f.csv", options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Table table_of(std::string_view text, const CsvOptions& options = {}) {
  return parse_csv(text, "f.csv", options).table;
}

}  // namespace

TEST_CASE("column types follow from the cells", "[data]") {
  const Table table = table_of("x,n,b,g,d\n1.5,2,0,Male,B\n-2e3,7,1,Female,A\n3,9,1,Male,C\n");
  CHECK(table.rows() == 3);
  CHECK(table.column("x").type == ColumnType::continuous);
  CHECK(table.column("x").values == std::vector<double>{1.5, -2000, 3});
  CHECK(table.column("n").type == ColumnType::integer);
  CHECK(table.column("b").type == ColumnType::binary);
  CHECK(table.column("b").levels == std::vector<std::string>{"0", "1"});
  CHECK(table.column("g").type == ColumnType::binary);
  CHECK(table.column("g").levels == std::vector<std::string>{"Female", "Male"});
  CHECK(table.column("g").values == std::vector<double>{1, 0, 1});
  CHECK(table.column("d").type == ColumnType::categorical);
}

TEST_CASE("quotes, line ends, a byte order mark and blank lines are read as RFC 4180 has them", "[data]") {
  const Table table = table_of("\xEF\xBB\xBF\"a, b\",c\r\n\"say \"\"hi\"\"\",\"two\nlines\"\r\nx,y\r\n\r\nz,\"\"\"\"");
  CHECK(table.columns()[0].name == "a, b");
  CHECK(table.column("a, b").levels == std::vector<std::string>{"say \"hi\"", "x", "z"});
  CHECK(table.column("c").levels == std::vector<std::string>{"\"", "two\nlines", "y"});
  CHECK(table_of("a\n1\n2").column("a").values == std::vector<double>{1, 2});
}

TEST_CASE("decimals of every length are read to the nearest double", "[data]") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 20000; ++trial) {
    char text[64];
    const double value = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 120) - 110);
    std::snprintf(text, sizeof text, trial % 2 ? "%.*g" : "%.*f", 1 + static_cast<int>(random() % 20), value);
    REQUIRE(table_of(std::string("x\n0.5\n") + text).column("x").values[1] == std::strtod(text, nullptr));
  }
  CHECK(table_of("x\n+1.5\n.5\n5.\n-0.25\n").column("x").values == std::vector<double>{1.5, 0.5, 5, -0.25});
}

TEST_CASE("numbers are read alike wherever they stand and whatever follows them", "[data]") {
  std::mt19937_64 random(4);
  const char* const ends[] = {"\n", "\r\n"};
  for (int trial = 0; trial < 2000; ++trial) {
    const std::size_t columns = 1 + random() % 5, rows = 1 + random() % 6;
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) text += (i == 0 ? "c" : ",c") + std::to_string(i);
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < rows; ++row) {
      text += ends[trial % 2];
      for (std::size_t i = 0; i < columns; ++i) {
        std::string cell = random() % 2 ? "-" : random() % 5 ? "" : "+";
        for (std::size_t digits = random() % 18; digits > 0; --digits) cell += static_cast<char>('0' + random() % 10);
        if (random() % 3 != 0) cell += '.';
        for (std::size_t digits = 1 + random() % 18; digits > 0; --digits)
          cell += static_cast<char>('0' + random() % 10);
        if (random() % 8 == 0) cell += random() % 2 ? "e-7" : "E+3";
        text += (i == 0 ? "" : ",") + (random() % 8 == 0 ? '"' + cell + '"' : cell);
        cells.push_back(cell);
      }
    }
    const Table table = table_of(trial % 3 ? text : text + ends[trial % 2]);
    REQUIRE(table.rows() == rows);
    for (std::size_t i = 0; i < columns; ++i) {
      const Column& column = table.columns()[i];
      REQUIRE(column.levels.size() <= 2);
      for (std::size_t row = 0; row < rows; ++row)
        REQUIRE(column.values[row] == std::strtod(cells[row * columns + i].c_str(), nullptr));
    }
  }
}

TEST_CASE("blank lines take no room, however many columns there are", "[data]") {
  constexpr std::size_t columns = 5000;
  std::string header, row;
  for (std::size_t i = 0; i < columns; ++i) {
    header += (i == 0 ? "c" : ",c") + std::to_string(i);
    row += i == 0 ? "1" : ",1";
  }
  const Table table = table_of(header + std::string(2'000'000, '\n') + row);
  CHECK(table.rows() == 1);
  CHECK(table.columns().back().values.capacity() < 1000);
}

TEST_CASE("what only resembles a number is a text", "[data]") {
  for (const char* text :
       {"inf", "-inf", "nan", "+-5", "--5", "-", "+", ".", "-.", "1.5.2", "1e", "0x10", "1 ", "1_0"}) {
    INFO(text);
    const Column column = table_of(std::string("x\n") + text + "\n1\n").column("x");
    CHECK(column.type == ColumnType::binary);
    CHECK(std::find(column.levels.begin(), column.levels.end(), text) != column.levels.end());
    const Column late = table_of(std::string("x\n1\n") + text + "\n").column("x");
    CHECK(std::find(late.levels.begin(), late.levels.end(), text) != late.levels.end());
  }
}

TEST_CASE("missing cells follow the policy named", "[data]") {
  const std::string text = "a,b\n1,x\nNA,y\n3,\n4,x\n";
  CHECK_THAT(error_of(text), StartsWith("f.csv:3:1: a missing value in column 'a'"));
  const CsvFile dropped = parse_csv(text, "f.csv", {.missing = MissingPolicy::drop});
  CHECK(dropped.dropped_rows == 2);
  CHECK(dropped.table.column("a").values == std::vector<double>{1, 4});
  CHECK(dropped.table.column("b").levels == std::vector<std::string>{"x"});
  CHECK_THAT(error_of(text, {.missing = MissingPolicy::level}), Contains("'a' holds numbers and has missing cells"));
  const Table kept = table_of(text, {.missing = MissingPolicy::level, .wanted = {"b"}});
  CHECK(kept.column("b").levels == std::vector<std::string>{"missing", "x", "y"});
  CHECK(kept.columns().size() == 1);
}

TEST_CASE("declared types and weights override what the cells suggest", "[data]") {
  const Table table =
      table_of("z,n\n10,3\n9,1\n10,2\n",
               {.columns = {{.name = "z", .type = ColumnType::categorical, .levels = {}}}, .weight = "n"});
  CHECK(table.column("z").levels == std::vector<std::string>{"9", "10"});
  CHECK(table.weights_are_counts());
  CHECK(std::vector<double>(table.weights().begin(), table.weights().end()) == std::vector<double>{3, 1, 2});
  CHECK_FALSE(table.find("n"));
  const Table ordered = table_of("g\nb\na\n", {.columns = {{.name = "g", .type = {}, .levels = {"b", "a", "c"}}}});
  CHECK(ordered.column("g").values == std::vector<double>{0, 1});
}

TEST_CASE("a malformed file is one clear line that names its place", "[data]") {
  const std::string binary(
      "\x7f"
      "ELF\x02\x01\x00\x00\x00",
      9);
  const struct {
    std::string text;
    const char* message;
  } cases[] = {
      {"", "an empty file"},
      {"\n\n", "an empty file"},
      {"a,b\n", "a header and no rows"},
      {"a,b", "a header and no rows"},
      {"a,,c\n1,2,3\n", "f.csv:1:3: an empty column name"},
      {"a,b,a\n1,2,3\n", "f.csv:1:5: the column name 'a' stands twice"},
      {"a,b\n1\n", "f.csv:2:1: a row of 1 cells"},
      {"a,b\n1,2\n1,2,3\n", "f.csv:3:5: more cells than the header's 2"},
      {"a,b\n1,\"2\n", "f.csv:2:3: a quote that is never closed"},
      {"a,b\n1,x\"y\n", "f.csv:2:3: a quote within a cell"},
      {"a,b\n\"1\"x,2\n", "f.csv:2:1: text after the closing quote"},
      {"a,b\n1,\xff\n", "f.csv:2:3: bytes that are no UTF-8"},
      {"a,\xc0\xaf\n1,2\n", "f.csv:1:3: bytes that are no UTF-8"},
      {binary, "no UTF-8"},
      {"a\n" + std::string((std::size_t{64} << 20) + 1, '1'), "f.csv:2: a line of more than 64 MiB"},
  };
  for (const auto& [text, message] : cases) CHECK_THAT(error_of(text), Contains(message));
  CHECK_THAT(error_of("a\nx\n", {.columns = {{.name = "b", .type = {}}}}), Contains("no column 'b'"));
  CHECK_THAT(error_of("gender\nx\n", {.wanted = {"gendre"}}), Contains("did you mean 'gender'?"));
  CHECK_THAT(error_of("a\nx\n", {.columns = {{.name = "a", .type = ColumnType::continuous, .levels = {}}}}),
             Contains("f.csv:2:1: 'x' in column 'a'; a number"));
  CHECK_THAT(error_of("a\n1.5\n", {.columns = {{.name = "a", .type = ColumnType::integer, .levels = {}}}}),
             Contains("not whole"));
  CHECK_THAT(error_of("a\nx\ny\nz\n", {.columns = {{.name = "a", .type = ColumnType::binary, .levels = {}}}}),
             Contains("3 levels; two"));
  CHECK_THAT(error_of("a\nx\n", {.columns = {{.name = "a", .type = {}, .levels = {"y"}}}}),
             Contains("none of its declared levels"));
  CHECK_THAT(error_of("a,w\n1,-2\n", {.weight = "w"}), Contains("f.csv:2:3: the negative weight -2"));
  CHECK_THAT(error_of("a,w\n1,\n", {.weight = "w", .missing = MissingPolicy::drop}),
             Contains("missing value in column 'w'"));
  CHECK_THAT(error_of("a,w\n1,0\n", {.weight = "w"}), Contains("no weight above 0"));
}

TEST_CASE("a text in a column of numbers is refused at its cell, unless the column is declared or has few values",
          "[data]") {
  const auto column_of = [](int numbers, int values, const std::vector<std::string>& others) {
    std::string text = "g,x\n";
    for (int row = 0; row < numbers; ++row) text += "a," + std::to_string(row % values) + "\n";
    for (const std::string& other : others) text += "\"b\nb\"," + other + "\n";
    return text;
  };
  CHECK(
      error_of(column_of(30, 21, {"1.2.3"})) ==
      "f.csv:33:4: '1.2.3' in column 'x', whose other cells are numbers; a number, or the column declared categorical");
  CHECK_THAT(error_of(column_of(30, 30, {"1", "nan", "inf"})),
             StartsWith("f.csv:35:4: 'nan' in column 'x', of whose 33 cells 31 are numbers"));
  CHECK_THAT(error_of(column_of(30, 30, {" 1"})), Contains("' 1' in column 'x'"));
  CHECK_THAT(error_of(column_of(30, 30, {"y", "NA", "NA"}), {.missing = MissingPolicy::drop}),
             Contains("'y' in column 'x', whose other cells are numbers"));
  CHECK(table_of(column_of(30, 20, {"X"})).column("x").levels.size() == 21);                 // codes
  CHECK(table_of(column_of(30, 30, {"p", "q", "r", "s"})).column("x").levels.size() == 34);  // names of mixed kinds
  CHECK(table_of(column_of(30, 30, {"X"}), {.columns = {{.name = "x", .type = ColumnType::categorical, .levels = {}}}})
            .column("x")
            .levels.size() == 31);
  CHECK(table_of(column_of(30, 30, {"X"}), {.wanted = {"g"}}).rows() == 31);
}

TEST_CASE("a number that no double can hold is refused at its cell, and so is one beyond what is asked for", "[data]") {
  CHECK_THAT(error_of("x\n1\n1e999\n"),
             StartsWith("f.csv:3:1: '1e999' in column 'x'; a number that a double can hold"));
  CHECK_THAT(error_of("x\n1\n-1e999\n", {.columns = {{.name = "x", .type = ColumnType::continuous, .levels = {}}}}),
             StartsWith("f.csv:3:1: '-1e999' in column 'x'; a number that a double can hold"));
  CHECK(table_of("hash\n7e999\na1b2\nc3d4\n").column("hash").levels.size() == 3);
  CHECK_THAT(error_of("a,x\n0,1\n0,-2e100\n", {.largest = 1e60}),
             StartsWith("f.csv:3:3: -2e+100 in column 'x'; at most 1e+60 in size"));
  CHECK(table_of("x\n1\n-2e100\n").rows() == 2);
}

TEST_CASE("a missing cell's error tells of policies where the reader can choose one", "[data]") {
  CHECK(error_of("a\n1\nNA\n") == "f.csv:3:1: a missing value in column 'a'; a value");
  CHECK(error_of("a\n1\nNA\n", {.missing_can_be_chosen = true}) ==
        "f.csv:3:1: a missing value in column 'a'; a value, or a policy for missing values (drop or level)");
}

TEST_CASE("weights must count somebody, and not more than anybody could", "[data]") {
  CHECK_THAT(error_of("a,w\n1,0\n", {.weight = "w"}), StartsWith("f.csv: no weight above 0 in column 'w'"));
  CHECK_THAT(error_of("a,w\n1,1e300\n1,1e300\n", {.weight = "w"}),
             StartsWith("f.csv: weights in column 'w' that add up to 2e+300; at most 1e+12"));
}

TEST_CASE("the place of a cell is that of its text in the file", "[data]") {
  const std::string text = "\xEF\xBB\xBFg,x\n\"two\nlines\",1\n\n\r\nb,2\n";
  CHECK(csv_place(text, "f.csv", 0, "x") == "f.csv:3:8");
  CHECK(csv_place(text, "f.csv", 1, "x") == "f.csv:6:3");
  CHECK(csv_place(text, "f.csv", 1) == "f.csv:6:1");
}

TEST_CASE("any bytes are read or refused, never worse", "[data]") {
  std::mt19937_64 random(8);
  const std::string alphabet = "ab1.,\"\n\r -NA\xff\xc3\xa9";
  int refused = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::string text;
    for (std::size_t i = random() % 40; i > 0; --i) text += alphabet[random() % alphabet.size()];
    try {
      const Table table = parse_csv(text, "f.csv", {.missing = MissingPolicy::drop}).table;
      REQUIRE(table.rows() > 0);
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 1000);
  CHECK(refused < 20000);
}

TEST_CASE("what is written is read back the same", "[data]") {
  std::mt19937_64 random(5);
  const std::vector<std::string> texts{"plain",    "a,b",     "\"",       "two\nlines", "caf\xc3\xa9",
                                       "cr\rhere", " space ", "<script>", "'q'"};
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t rows = 3 + random() % 20;
    std::vector<Column> columns{{"x, \"y\"", ColumnType::continuous, {}, {}},
                                {"g", ColumnType::categorical, {}, {}},
                                {"n", ColumnType::integer, {}, {}}};
    std::vector<double> weights;
    columns[1].levels = {texts[random() % 3], texts[3 + random() % 3], texts[6 + random() % 3]};
    std::sort(columns[1].levels.begin(), columns[1].levels.end());
    for (std::size_t row = 0; row < rows; ++row) {
      columns[0].values.push_back(
          std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), static_cast<int>(random() % 400) - 300) +
          0.1);
      columns[1].values.push_back(row < 3 ? static_cast<double>(row) : static_cast<double>(random() % 3));
      columns[2].values.push_back(static_cast<double>(random() % 1000) + 2);
      weights.push_back(static_cast<double>(random() % 9) + (row == 0 ? 1 : 0));
    }
    Table table(columns);
    table.set_weights(weights);
    CsvOptions options{.columns = {}, .weight = "w"};
    options.columns.push_back({.name = "x, \"y\"", .type = ColumnType::continuous, .levels = {}});
    const Table back = table_of(csv_text(table, "w"), options);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      REQUIRE(back.columns()[i].name == columns[i].name);
      REQUIRE(back.columns()[i].values == columns[i].values);
      REQUIRE(back.columns()[i].levels == columns[i].levels);
    }
    REQUIRE(std::vector<double>(back.weights().begin(), back.weights().end()) == weights);
  }
}

TEST_CASE("the real files have the rows and levels that are known of them", "[data]") {
  const char* folder = std::getenv("EQUIPOISE_DATA");
  if (folder == nullptr) {
    WARN("skipped: EQUIPOISE_DATA is not set");
    return;
  }
  const std::string data = folder;
  const CsvFile adult = read_csv(data + "/adult.csv", {.missing = MissingPolicy::drop});
  CHECK(adult.table.rows() + adult.dropped_rows == 48842);
  CHECK(adult.dropped_rows == 3620);
  CHECK(read_csv(data + "/compas.csv").table.rows() == 6172);
  CHECK(read_csv(data + "/law.csv").table.rows() == 21790);
  const Table berkeley = read_csv(data + "/berkeley.csv", {.weight = "count"}).table;
  CHECK(berkeley.rows() == 24);
  double people = 0;
  for (const double weight : berkeley.weights()) people += weight;
  CHECK(people == 4526);
}
