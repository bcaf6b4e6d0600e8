#include <equipoise/core/number.hpp>

#include <bit>
#include <cmath>
#include <cstdint>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

TEST_CASE("a number's text reads back to the same double") {
  RowStream random = RandomStream({.seed = 1, .purpose = Purpose::test}).row(0);
  for (int i = 0; i < 20000; ++i) {
    const double x = std::bit_cast<double>(random());
    if (!std::isfinite(x)) continue;
    const auto back = parse_number(shortest(x));
    REQUIRE(back);
    REQUIRE(std::bit_cast<std::uint64_t>(*back) == std::bit_cast<std::uint64_t>(x));
  }
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(-0.0) == "-0");
  CHECK(shortest(1e300) == "1e+300");
  CHECK(parse_number("5e-324") == 5e-324);
}

TEST_CASE("text that is no decimal number alone is refused") {
  for (const char* text : {"",      " ",   "+1",  " 1",   "1 ",       "0x10", "1e", "1e999", "-1e999", "1,5",
                           "1.5.2", "nan", "inf", "-inf", "infinity", "NaN",  "1f", "--1",   "e5",     "."})
    CHECK_FALSE(parse_number(text));
  CHECK(parse_number(".5") == 0.5);
  CHECK(parse_number("5.") == 5.0);
  CHECK(parse_number("-1E3") == -1000.0);
  CHECK(parse_number("007") == 7.0);
}
