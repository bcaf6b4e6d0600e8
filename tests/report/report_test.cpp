#include <equipoise/report/report.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/assets.hpp"
#include "report/example_study.hpp"
#include "report/html.hpp"
#include "report/sections.hpp"

using namespace equipoise;
using Catch::Contains;
using testing::hostile;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Without printing a page where it does not hold.
bool says(const std::string& page, const std::string& text) { return page.find(text) != std::string::npos; }

// The page without what is the same in every report: its style, its scripts and others' licences.
std::string body(const std::string& html) {
  const std::size_t from = html.find("<body>"), to = html.find("<script type=\"text/plain\"");
  return html.substr(from, (to == std::string::npos ? html.rfind("<script>") : to) - from);
}

std::string example() { return render_report(testing::example_frontier(), testing::example_study()); }

// The page as lines of text: what a reader sees, without its markup.
std::string as_text(std::string html) {
  html = std::regex_replace(html, std::regex("<script[^>]*>[^<]*</script>"), "");
  html = std::regex_replace(html, std::regex("<title>[^<]*</title>"), "");
  html = std::regex_replace(html, std::regex("</(p|h[1-3]|li|dt|dd|tr|text|summary|a)>"), "\n");
  html = std::regex_replace(html, std::regex("</t[hd]>"), " | ");
  html = std::regex_replace(html, std::regex("<[^>]*>"), "");
  html = std::regex_replace(html, std::regex("[ ]*\n\\s*"), "\n");
  return html.substr(html.find_first_not_of('\n'));
}

Frontier small_frontier() {
  Frontier frontier = testing::example_frontier();
  frontier.points.erase(frontier.points.begin() + 26, frontier.points.end());
  frontier.points.erase(frontier.points.begin() + 2, frontier.points.begin() + 24);
  frontier.knee.clear();
  frontier.trade_offs.resize(1);
  return frontier;
}

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class Folder {
 public:
  explicit Folder(const char* name) : path(std::filesystem::temp_directory_path() / name) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("every objective, point, licence, assumption and warning is in the page", "[report]") {
  const std::string page = body(example());
  const Frontier frontier = testing::example_frontier();
  for (const FrontierObjective& objective : frontier.objectives) {
    CHECK(says(page, objective.label));
    CHECK(says(page, escaped(objective.description)));
    CHECK(says(page, objective.licence.basis));
  }
  for (const FrontierPoint& point : frontier.points) CHECK(count(page, ">" + point.id + "</span></th>") == 1);
  CHECK(count(page, "<tr id=\"point-") == frontier.points.size());
  CHECK(count(page, "<g class=\"point arm-") == frontier.points.size());
  for (const Decomposition& each : frontier.decompositions)
    for (const LicensedEstimate* part : {&each.tv, &each.ctf_de, &each.ctf_ie, &each.ctf_se})
      CHECK(says(page, escaped(part->licence.basis)));
  for (const auto* texts : {&frontier.assumptions, &frontier.warnings})
    for (const std::string& text : *texts) CHECK(says(page, "<li>" + text + "</li>"));
  CHECK(says(page, frontier.command));
}

TEST_CASE("every decomposition says by what method it was got, and how far divisions moved it", "[report]") {
  Frontier frontier = testing::example_frontier();
  const auto page = [&] { return body(render_report(frontier, testing::example_study())); };
  CHECK(says(page(), "Method: plug-in. People are counted"));
  Decomposition& gap = frontier.decompositions.at(0);
  gap.method = EstimationMethod::monte_carlo;
  CHECK(says(page(), "Method: monte-carlo. Rows are drawn from the model"));
  CHECK(!says(page(), "What was fitted"));
  gap.method = EstimationMethod::exact;
  CHECK(says(page(), "Method: exact. The distribution is wholly known"));
  gap.method = EstimationMethod::doubly_robust;
  gap.cross_fitting = CrossFittingNotes{
      .folds = 4, .splits = 3, .clipped_share = 0.0125, .nuisances = {"P(gender=Female | <age>): splits"}};
  gap.across_split_deviation = {.tv = 0, .ctf_de = 0.0021, .ctf_ie = 0.0034, .ctf_se = 0};
  const std::string fitted = page();
  CHECK(says(fitted, "Method: doubly-robust. Some confounder or mediator takes too many values"));
  CHECK(says(fitted, "over 3 divisions of the people into 4 folds"));
  CHECK(says(fitted, "standard deviation: direct 0.21 points, indirect 0.34 points."));
  CHECK(says(fitted, "for 1.25% of <em>Male</em>"));
  CHECK(says(fitted, "<li>P(gender=Female | &lt;age&gt;): splits</li>"));
}

TEST_CASE("a part of a disparity that is bounded is shown as what it can be, not as a number", "[report]") {
  Frontier frontier = testing::example_frontier();
  const auto page = [&] { return body(render_report(frontier, testing::example_study())); };
  CHECK(!says(page(), "somewhere between"));
  LicensedEstimate& indirect = frontier.decompositions.at(0).ctf_ie;
  indirect.estimate = {0.05, -0.1, 0.2};
  indirect.licence = {LicenceKind::bounded, "natural bounds"};
  indirect.bounds = Interval{-0.1, 0.2};
  CHECK(says(page(), "somewhere between \u221220 and +10 points"));
  CHECK(says(page(), "Hidden causes keep the graph from deciding"));
}

TEST_CASE("a study's text stays text wherever it stands", "[report]") {
  const std::string html = render_report(testing::hostile_frontier(), testing::hostile_study());
  const std::string page = body(html);
  for (const char* tag : {"<script>", "<img", "<b>alert", "</script><script", "<!--", "onerror=alert(3)>"})
    CHECK(count(page, tag) == 0);
  CHECK(count(page, "<script") == 1);  // the data
  CHECK(count(page, "alert(1)") > 100);
  CHECK(count(page, "</svg>") == count(page, "<svg"));
  // Nothing but our own scripts opens one.
  CHECK(count(html, "<script>") == 1 + chart_scripts().size());
}

TEST_CASE("a page allows its own scripts and style and nothing from anywhere", "[report]") {
  const std::string html = example();
  CHECK(says(html, "content=\"default-src 'none'; script-src 'sha256-"));
  for (const char* loose : {"unsafe-inline", "unsafe-eval", "unsafe-hashes"})
    CHECK(count(html.substr(0, html.find("<style>")), loose) == 0);
  const std::string page = body(html);
  for (const char* fetch : {"src=", "http://", "https://", "@import", "url(http"}) CHECK(count(page, fetch) == 0);
  CHECK(count(page, " style=") == 0);
  CHECK(std::regex_search(page, std::regex(" on[a-z]+=\"")) == false);
}

TEST_CASE("a policy's hash is the digest in base 64", "[report]") {
  // SHA-256 of the empty text (FIPS 180-4), as CSP writes it.
  CHECK(policy_hash({"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}) ==
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
}

TEST_CASE("the data of the chart are the frontier's to the last bit", "[report]") {
  const Frontier frontier = testing::example_frontier();
  const StudyFacts facts = read_study_facts(testing::example_study(), "study.json");
  const auto data = nlohmann::json::parse(chart_data(view_of(frontier, facts)));
  CHECK(data["up"] == 1);      // the error rate
  CHECK(data["across"] == 2);  // the first goal
  REQUIRE(data["points"].size() == frontier.points.size());
  for (std::size_t i = 0; i < frontier.points.size(); ++i)
    for (std::size_t j = 0; j < frontier.objectives.size(); ++j) {
      const Estimate& test = frontier.points[i].test[j];
      CHECK(data["points"][i]["values"][j] == nlohmann::json({test.value, test.low, test.high}));
    }
}

TEST_CASE("the comparison of arms says so where no difference can be told", "[report]") {
  Frontier frontier = testing::example_frontier();
  const auto verdict = [&](Estimate difference) {
    frontier.comparison->hypervolume_difference = difference;
    return body(render_report(frontier, "{}"));
  };
  CHECK(says(verdict({0.002, -0.001, 0.005}), "No difference between"));
  CHECK(says(verdict({0, 0, 0}), "No difference between"));
  CHECK(says(verdict({0.002, 0.001, 0.005}), "causal</span> arm offers better balances than the"));
  CHECK(says(verdict({-0.002, -0.003, -0.001}), "correlational</span> arm offers better balances than the"));
  frontier.comparison.reset();
  CHECK(says(body(render_report(frontier, "{}")), "they were not compared"));
}

TEST_CASE("a step's price is told from nothing only where its interval is", "[report]") {
  Frontier frontier = small_frontier();
  const auto words = [&](Estimate rate) {
    frontier.trade_offs[0].rate = rate;
    return body(render_report(frontier, testing::example_study()));
  };
  CHECK(says(words({0.3, 0.1, 0.5}), "<td>costs <"));
  CHECK(says(words({0.3, -0.1, 0.5}), "no cost can be told from none"));
  CHECK(says(words({-0.3, -0.5, -0.1}), "both improve"));
  CHECK(says(words({0, 0, 0}), "costs nothing: the same at both ends"));
  CHECK(says(words({0.3, 0.1, 0.5}), "+0.30 points"));  // a point of error rate for a point of gap
}

TEST_CASE("a study on a model says that the truth is known, and seeded noise that it protects nobody", "[report]") {
  const Frontier frontier = small_frontier();
  const std::string quiet = body(render_report(frontier, "{}"));
  CHECK_FALSE(says(quiet, "truth is known"));
  CHECK_FALSE(says(quiet, "No privacy is claimed"));
  CHECK(says(body(render_report(frontier, R"({"data": {"scm": "loan.json", "rows": 20000}})")), "the truth is known"));
  CHECK(says(body(render_report(frontier, R"({"objectives": [{"kind": "privacy", "noise": "seeded-for-research"}]})")),
             "No privacy is claimed"));
}

TEST_CASE("a report is written of whatever a frontier lacks", "[report]") {
  CHECK(says(render_report(Frontier{}, "{}"), "No balance was measured"));
  Frontier frontier = testing::example_frontier();
  for (FrontierPoint& point : frontier.points) point.dominated = true;
  CHECK(says(render_report(frontier, "{}"), "No balance of the arm stands on its front"));
  frontier = testing::example_frontier();
  frontier.objectives.resize(1);
  for (FrontierPoint& point : frontier.points) {
    point.test.resize(1);
    point.validation.resize(1);
    point.test[0] = {0, 0, 0};
  }
  const std::string page = body(render_report(frontier, "{}"));
  CHECK_FALSE(says(page, "nan%"));
  CHECK_FALSE(says(page, "inf%"));
  frontier.points[3].test.clear();
  CHECK_THROWS_WITH(render_report(frontier, "{}"), Contains("causal-03"));
}

TEST_CASE("a study that is no JSON object is an error at its place", "[report]") {
  CHECK_THROWS_WITH(render_report(Frontier{}, "[1]", "study.json"), Contains("study.json"));
  CHECK_THROWS_WITH(render_report(Frontier{}, "{", "study.json"), Contains("study.json:1"));
}

TEST_CASE("a report is written beside the files that it reads, with the same bytes each time", "[report]") {
  const Folder folder("equipoise-report-test");
  CHECK_THROWS_WITH(write_report(folder.path.string()), Contains("frontier.json"));
  std::ofstream(folder.path / "frontier.json") << frontier_to_json(testing::example_frontier());
  CHECK_THROWS_WITH(write_report(folder.path.string()), Contains("study.json"));
  CHECK_FALSE(std::filesystem::exists(folder.path / "report.html"));
  std::ofstream(folder.path / "study.json") << testing::example_study();
  write_report(folder.path.string());
  CHECK(read(folder.path / "report.html") == example());
}

TEST_CASE("charts come with their licences", "[report]") {
  CHECK(report_has_charts() == !chart_scripts().empty());
  if (!report_has_charts()) return;
  for (const char* licence :
       {"University of Washington Interactive Data Lab", "Mike Bostock", "Redistributions in binary form"})
    CHECK(says(example(), licence));
}

TEST_CASE("an epsilon is rounded up, so that it stays a bound", "[report]") {
  Frontier frontier = small_frontier();
  frontier.privacy_ledger = {{"training", "training rows", "Gaussian noise"}};
  frontier.privacy_statements = {{"one predictor", 30.7041, 1e-6, {"nothing else is published"}}};
  const std::string html = render_report(frontier, testing::example_study());
  CHECK_THAT(html, Catch::Contains("<td>30.705</td>") && Catch::Contains("href=\"#privacy\""));
  CHECK_THAT(render_report(small_frontier(), testing::example_study()), !Catch::Contains("href=\"#privacy\""));
}

// What a small report says, approved. APPROVE=1 writes it anew, to be read in the diff.
TEST_CASE("a small report reads as approved", "[report]") {
  const std::filesystem::path approved =
      std::filesystem::path(EQUIPOISE_SOURCE_DIR) / "tests/report/approved/small_report.txt";
  const std::string text = as_text(body(render_report(small_frontier(), testing::example_study())));
  if (std::getenv("APPROVE")) std::ofstream(approved) << text;
  CHECK(text == read(approved));
}
