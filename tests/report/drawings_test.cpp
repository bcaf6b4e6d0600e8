// What the drawings mark, and that their lines keep clear of their words.
#include <algorithm>
#include <cmath>
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "report/example_study.hpp"
#include "report/sections.hpp"

using namespace equipoise;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::vector<std::vector<double>> numbers(const std::string& svg, const std::string& pattern) {
  std::vector<std::vector<double>> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator each(svg.begin(), svg.end(), expression), end; each != end; ++each) {
    found.emplace_back();
    for (std::size_t i = 1; i < each->size(); ++i) found.back().push_back(std::stod((*each)[i]));
  }
  return found;
}

struct Drawn {
  std::string drawing, section;
};

Drawn drawn(const Frontier& frontier) {
  const StudyFacts facts = read_study_facts(testing::example_study(), "study.json");
  const ReportView view = view_of(frontier, facts);
  return {frontier_drawing(view), frontier_section(view)};
}

}  // namespace

TEST_CASE("no upright line of a disparity's drawing crosses its words, whatever the signs", "[report]") {
  for (const double sign : {-1.0, 1.0})
    for (const double direct : {-0.05, 0.07, 0.2}) {
      const auto part = [](double value) {
        return LicensedEstimate{{value, value - 0.03, value + 0.03}, {LicenceKind::identified, "a formula"}};
      };
      const Decomposition of{.protected_attribute = "race",
                             .baseline = "Caucasian",
                             .compared = "African-American",
                             .outcome = "recid=1",
                             .tv = part(sign * (direct - 0.2)),
                             .ctf_de = part(sign * direct),
                             .ctf_ie = part(sign * 0.15),
                             .ctf_se = part(sign * 0.05)};
      const std::string svg = disparity_drawing(of);
      const auto lines =
          numbers(svg, "<line class=\"(?:zero|joint)\" x1=\"[^\"]*\" y1=\"([^\"]*)\" x2=\"[^\"]*\" y2=\"([^\"]*)\"");
      const auto texts = numbers(svg, "<text class=\"[a-z ]+\" x=\"[^\"]*\" y=\"([^\"]*)\"");
      CHECK(texts.size() == 8);
      CHECK(lines.size() >= 4 + 3);
      for (const auto& line : lines)
        for (const auto& text : texts) {
          CAPTURE(line[0], line[1], text[0]);
          CHECK((line[1] <= text[0] - 12 || line[0] >= text[0] + 4));  // ascent and descent at 13 pixels
        }
      // The zero line runs beside every bar.
      for (double y = 26; y < 58 * 4; y += 58)
        CHECK(std::any_of(lines.begin(), lines.end(),
                          [&](const auto& line) { return line[0] <= y && line[1] >= y + 18; }));
    }
}

TEST_CASE("labels of knees do not collide, however close the knees are", "[report]") {
  for (const double apart : {0.0, 0.0005, 0.004, -0.004, 0.02}) {
    Frontier frontier = testing::example_frontier();
    const FrontierPoint knee = frontier.points[11];
    FrontierPoint& other = frontier.points[24 + 10];
    for (std::size_t i = 0; i < 4; ++i)
      other.test[i] = {knee.test[i].value + apart, knee.test[i].low + apart, knee.test[i].high + apart};
    const auto shifts = numbers(
        drawn(frontier).drawing,
        "<svg class=\"shift\" x=\"[^\"]*\" y=\"([^\"]*)\"><text class=\"[a-z -]*\" x=\"[^\"]*\" y=\"([^\"]*)\">knee<");
    REQUIRE(shifts.size() == 2);
    CHECK(std::abs(shifts[0][0] + shifts[0][1] - shifts[1][0] - shifts[1][1]) > 15);
  }
}

TEST_CASE("a knee is marked only where at least three balances of its front differ in the picture", "[report]") {
  Frontier frontier = testing::example_frontier();
  CHECK(count(drawn(frontier).drawing, ">knee<") == 2);
  CHECK(count(drawn(frontier).section, ">knee</td>") == 2);
  CHECK(count(drawn(frontier).section, "id=\"knee-about\">") == 1);
  // Of the correlational front two stay, one of them the knee.
  for (FrontierPoint& point : frontier.points)
    if (point.arm == "correlational")
      point.dominated = point.id != "correlational-00" && point.id != "correlational-10";
  CHECK(count(drawn(frontier).drawing, ">knee<") == 1);
  CHECK(count(drawn(frontier).section, ">knee</td>") == 1);
  // A third that differs in a goal that is not shown makes no bend; one that differs in the picture does.
  for (FrontierPoint& point : frontier.points)
    if (point.id == "correlational-05") {
      point.dominated = false;
      point.test = frontier.points[24].test;
      point.test[0].value += 0.001;
    }
  CHECK(count(drawn(frontier).drawing, ">knee<") == 1);
  for (FrontierPoint& point : frontier.points)
    if (point.id == "correlational-05") point.test[1].value += 0.001;
  CHECK(count(drawn(frontier).drawing, ">knee<") == 2);
  // Where none is marked, its explanation is hidden too.
  for (FrontierPoint& point : frontier.points)
    point.dominated = point.id != "causal-11" && point.id != "correlational-10";
  CHECK(count(drawn(frontier).drawing, ">knee<") == 0);
  CHECK(count(drawn(frontier).section, ">knee</td>") == 0);
  CHECK(count(drawn(frontier).section, "id=\"knee-about\" hidden>") == 1);
}
