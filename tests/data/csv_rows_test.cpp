#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/data/csv_rows.hpp>

using namespace equipoise;

TEST_CASE("cells that would read back as something else are quoted") {
  CHECK(csv_cell("plain text") == "plain text");
  CHECK(csv_cell("") == "\"\"");
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("say \"so\"") == "\"say \"\"so\"\"\"");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
}

TEST_CASE("lines hold levels by their texts and numbers that read back") {
  const CsvRows lines({{"x"}, {"d, e", {"rent", "a,b"}}});
  CHECK(lines.header() == "x,\"d, e\"\n");
  const std::vector<double> x{0.1, -0.0, 1e300, std::numeric_limits<double>::denorm_min(),
                              -std::numeric_limits<double>::min()};
  const std::vector<double> d{0, 1, 1, 0, 0};
  const double* const columns[] = {x.data(), d.data()};
  std::string text = "kept\n";
  lines.append(columns, x.size(), text);
  CHECK(text == "kept\n0.1,rent\n-0,\"a,b\"\n1e+300,\"a,b\"\n5e-324,rent\n-2.2250738585072014e-308,rent\n");
  std::string none;
  lines.append(columns, 0, none);
  CHECK(none.empty());
  CHECK(CsvRows({}).header().empty());
}

TEST_CASE("long rows and many rows come out whole") {
  const CsvRows lines({{"x"}, {"d", {std::string(300000, 'l'), "s"}}});
  std::vector<double> x(5), d{0, 1, 0, 1, 0};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i) / 3;
  const double* const columns[] = {x.data(), d.data()};
  std::string text, expected;
  lines.append(columns, x.size(), text);
  for (std::size_t i = 0; i < x.size(); ++i)
    expected += shortest(x[i]) + "," + (d[i] == 0 ? std::string(300000, 'l') : "s") + "\n";
  CHECK(text == expected);
  const CsvRows narrow({{"x"}});
  std::vector<double> many(50000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = std::sin(static_cast<double>(i)) * 1e9;
  const double* const column[] = {many.data()};
  text.clear(), expected.clear();
  narrow.append(column, many.size(), text);
  for (const double each : many) expected += shortest(each) + "\n";
  CHECK(text == expected);
}
