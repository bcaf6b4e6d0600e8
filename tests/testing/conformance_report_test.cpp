#include <equipoise/testing/conformance_report.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("a report passes where something was checked and nothing failed", "[testing]") {
  ConformanceReport report;
  CHECK_FALSE(report.passed());
  report.expect(true, "never said");
  CHECK(report.passed());
  CHECK(report.text().empty());
}

TEST_CASE("a failure is told once, with the details of its first time", "[testing]") {
  ConformanceReport report;
  report.expect(false, "the loss is wrong at large scores", "2");
  report.expect(false, "the loss is wrong", "3");
  report.expect(false, "the loss is wrong", "4");
  report.expect(false, "the name is missing");
  report.expect(false, "the name is missing");
  CHECK(report.checks == 5);
  CHECK_FALSE(report.passed());
  CHECK(report.text() == "the loss is wrong at large scores: 2\nthe loss is wrong: 3\nthe name is missing\n");
}
