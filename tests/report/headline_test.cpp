// What the first sentences say: from the balance that predicts best to those with less of a gap.
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "report/example_study.hpp"
#include "report/sections.hpp"

using namespace equipoise;

namespace {

/// The example with these balances of one arm on its front: log-loss, error rate, direct gap, whole gap. On test rows
/// each is a thousandth more than on validation rows.
Frontier with_balances(const std::vector<std::vector<double>>& balances) {
  Frontier frontier = testing::example_frontier();
  frontier.points.clear();
  frontier.trade_offs.clear();
  frontier.knee.clear();
  for (const std::vector<double>& values : balances) {
    FrontierPoint& made = frontier.points.emplace_back();
    made.id = "causal-" + std::to_string(frontier.points.size() - 1);
    made.arm = "causal";
    made.validation = values;
    for (const double value : values) made.test.push_back({value + 0.001, value - 0.0002, value + 0.0022});
  }
  return frontier;
}

std::string plain(const std::string& html) { return std::regex_replace(html, std::regex("<[^>]*>"), ""); }

std::vector<std::string> findings(const Frontier& frontier) {
  const StudyFacts facts = read_study_facts(testing::example_study(), "study.json");
  const std::string html = headline_section(view_of(frontier, facts));
  std::vector<std::string> found;
  const std::regex paragraph("<p class=\"finding\">(.*?)</p>");
  for (std::sregex_iterator each(html.begin(), html.end(), paragraph), end; each != end; ++each)
    found.push_back(plain((*each)[1]));
  return found;
}

}  // namespace

TEST_CASE("the headline begins at the balance that predicts best by the goal trained on, however errors tie",
          "[report]") {
  // The first three decide alike, as thresholded chances do; the third has the least gaps among them.
  const auto found = findings(with_balances({{0.57, 0.29, 0.017, 0.17},
                                             {0.573, 0.29, 0.0006, 0.16},
                                             {0.58, 0.29, 0.0004, 0.11},
                                             {0.62, 0.38, 0.0005, 0.03}}));
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "The balance that predicts best, judged by Log-loss, has Error rate 29.10% [28.98, 29.22].");
  CHECK(found[1] ==
        "Its Gap of gender itself is 1.80% [1.68, 1.92]. It can be taken down to 0.14% [0.02, 0.26], the least found, "
        "with Error rate still 29.10% [28.98, 29.22].");
  CHECK(found[2] ==
        "Its Gap of gender and through department is 17.10% [16.98, 17.22]. It can be taken down to 11.10% [10.98, "
        "11.22] with Error rate still 29.10% [28.98, 29.22], and down to 3.10% [2.98, 3.22], the least found, with "
        "Error rate 38.10% [37.98, 38.22].");
}

TEST_CASE("the headline says what the least gap costs where none of it is free, and where there is no less",
          "[report]") {
  const auto found = findings(with_balances({{0.57, 0.29, 0.017, 0.03}, {0.62, 0.38, 0.0004, 0.05}}));
  REQUIRE(found.size() == 3);
  CHECK(found[1] ==
        "Its Gap of gender itself is 1.80% [1.68, 1.92]. It can be taken down to 0.14% [0.02, 0.26], the least found, "
        "with Error rate 38.10% [37.98, 38.22].");
  CHECK(found[2] == "Its Gap of gender and through department is 3.10% [2.98, 3.22]; no balance found has less.");
}

TEST_CASE("the headline chooses on validation rows and says what test rows measure", "[report]") {
  Frontier frontier = with_balances({{0.57, 0.29, 0.017, 0.17}, {0.573, 0.29, 0.0006, 0.16}});
  frontier.points[1].test[1] = {0.295, 0.28, 0.31};   // as many errors on validation rows, not on test rows
  frontier.points[1].test[2] = {0.02, 0.012, 0.028};  // nor less of the gap
  const auto found = findings(frontier);
  REQUIRE(found.size() == 3);
  CHECK(found[1] ==
        "Its Gap of gender itself is 1.80% [1.68, 1.92]. It can be taken to 2.00% [1.20, 2.80], the least found, with "
        "Error rate 29.5% [28.0, 31.0].");
}

TEST_CASE("the headline names no second measure where the one that is shown was trained on", "[report]") {
  Frontier frontier = with_balances({{0.57, 0.29, 0.017, 0.17}, {0.573, 0.30, 0.0003, 0.16}});
  frontier.objectives.erase(frontier.objectives.begin() + 1);
  for (FrontierPoint& point : frontier.points) {
    point.test.erase(point.test.begin() + 1);
    point.validation.erase(point.validation.begin() + 1);
  }
  const auto found = findings(frontier);
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "The balance that predicts best has Log-loss 0.5710 nats [0.5698, 0.5722].");
}
