#include "report/words.hpp"

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("a number is written with a true minus sign and never as a negative zero", "[report]") {
  CHECK(number_text(1.25, 1) == "1.2");
  CHECK(number_text(-3.5, 2) == "−3.50");
  CHECK(number_text(-0.0001, 2) == "0.00");
  CHECK(number_text(0.5, 1, true) == "+0.5");
  CHECK(number_text(0, 1, true) == "0.0");
  CHECK(number_text(1e300, 2) == "1e+300");
}

TEST_CASE("a count has its thousands separated", "[report]") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(905) == "905");
  CHECK(count_text(4526) == "4,526");
  CHECK(count_text(1234567) == "1,234,567");
  CHECK(count_text(1234.5) == "1,234.5");
}

TEST_CASE("as many decimals are shown as leave the interval's half two digits", "[report]") {
  CHECK(value_text({0.38812, 0.3755, 0.4010}, shown_as("probability")) == "38.8%");
  CHECK(interval_text({0.38812, 0.3755, 0.4010}, shown_as("probability")) == "[37.5, 40.1]");
  CHECK(value_text({0.60412, 0.591, 0.618}, shown_as("nats")) == "0.604 nats");
  CHECK(value_text({1234.5, 1200, 1270}, shown_as("")) == "1234");
  CHECK(value_text({0, 0, 0}, shown_as("probability")) == "0.0%");
  CHECK(value_text({0.071, 0.0272, 0.1131}, difference_shown_as("probability"), true) == "+7.1 points");
}

TEST_CASE("an objective without a label is called by its name", "[report]") {
  CHECK(label_of({.name = "log-loss", .unit = {}, .label = {}, .description = {}, .licence = {}}) == "log-loss");
  CHECK(label_of({.name = "log-loss", .unit = {}, .label = "Log-loss", .description = {}, .licence = {}}) ==
        "Log-loss");
}
