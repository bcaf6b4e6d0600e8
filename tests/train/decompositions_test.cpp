#include <equipoise/train/decompositions.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/scm/scm_file.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions_csv;
using equipoise::testing::admissions_study;
using equipoise::testing::People;
using equipoise::testing::people_study;
using equipoise::testing::quoted;
using equipoise::testing::replaced;

namespace {

struct Decomposed {
  std::vector<Decomposition> found;
  std::vector<std::string> warnings;
};

Decomposed decomposed(const std::string& text, const std::optional<Scm>& model = {}) {
  const Study study = parse_study(text);
  StudyInputs inputs = load_study_inputs(study);
  if (model) inputs.model = model;
  Decomposed result;
  result.found = decompose_study(study, inputs, Parallelism::none(), result.warnings);
  return result;
}

/// g -> y, g -> x -> y, all numbers but the group: a gap of 0.5 + 2 x 1 along the edge and through x.
const std::string linear_model =
    R"({"graph": {"nodes": ["g", "x", "y"], "directed": [["g", "x"], ["g", "y"], ["x", "y"]]},
    "variables": {"g": {"type": "binary"}},
    "mechanisms": {"g": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.4}},
      "x": {"kind": "linear", "intercept": 0, "coefficients": {"g": 1}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "y": {"kind": "linear", "intercept": 3, "coefficients": {"x": 2, "g": 0.5}, "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})";

}  // namespace

TEST_CASE("the gap of a table of counts is decomposed exactly, from all its rows", "[decompositions]") {
  const Decomposed all = decomposed(admissions_study);
  CHECK(all.warnings.empty());
  REQUIRE(all.found.size() == 1);
  const Decomposition& gap = all.found[0];
  CHECK(gap.compared == "Female");
  CHECK(gap.baseline == "Male");
  CHECK(gap.outcome == "admit=Admitted");
  // By hand from the counts: rates 3/5 and 2/7 of 50 and 35 men, 9/13 and 21/61 of 13 and 61 women.
  const double men_a = 50.0 / 85, men_b = 35.0 / 85, women_a = 13.0 / 74, women_b = 61.0 / 74;
  const double direct = (9.0 / 13 - 3.0 / 5) * men_a + (21.0 / 61 - 2.0 / 7) * men_b;
  const double indirect = 9.0 / 13 * (men_a - women_a) + 21.0 / 61 * (men_b - women_b);
  CHECK(gap.tv.estimate.value == Approx(30.0 / 74 - 40.0 / 85).margin(1e-12));
  CHECK(gap.ctf_de.estimate.value == Approx(direct).margin(1e-12));
  CHECK(gap.ctf_ie.estimate.value == Approx(indirect).margin(1e-12));
  CHECK(gap.ctf_se.estimate.value == Approx(0).margin(1e-12));
  CHECK(gap.ctf_de.licence.kind == LicenceKind::identified);
}

TEST_CASE("every group of every protected attribute is compared with its baseline", "[decompositions]") {
  const std::string csv =
      "g,h,y,n\na,u,0,9\na,v,1,8\nb,u,1,7\nb,v,0,6\nc,u,0,5\nc,v,1,4\na,u,1,3\na,v,0,2\nb,u,0,2\nb,v,1,2\nc,u,1,1\nc,v,"
      "0,3\n";
  const Decomposed all = decomposed(R"({"data": {"text": )" + quoted(csv) +
                                    R"(, "weight": "n"}, "graph": {"directed": [["g", "y"], ["h", "y"]]},
      "outcome": {"column": "y"}, "protected": [{"column": "g", "baseline": "b"}, {"column": "h"}], "objectives": [{"kind": "log-loss"}]})");
  std::vector<std::string> pairs;
  for (const Decomposition& each : all.found)
    pairs.push_back(each.protected_attribute + ": " + each.compared + " vs " + each.baseline);
  CHECK(pairs == std::vector<std::string>{"g: a vs b", "g: c vs b", "h: v vs u"});
}

TEST_CASE("a gap whose variables are numbers of many values is estimated doubly robustly", "[decompositions]") {
  const Decomposed all = decomposed(
      people_study(People(300).number_csv(), R"([{"kind": "squared-error"}])", R"("predictor": {"kind": "linear"})"));
  CHECK(all.warnings.empty());
  REQUIRE(all.found.size() == 1);
  CHECK(all.found[0].method == EstimationMethod::doubly_robust);
  // Of 300 people the direct part, -0.7, has a standard error of some 0.12: five of them.
  CHECK(all.found[0].ctf_de.estimate.value == Approx(-0.7).margin(0.6));
  CHECK(all.found[0].ctf_de.licence.kind == LicenceKind::identified);
}

TEST_CASE("a gap between people without peers is decomposed by a model that is given, and by no fitted one",
          "[decompositions]") {
  People people(300);
  for (std::size_t i = 0; i < people.x.size(); ++i)
    if (people.group[i] == "b") people.x[i] += 100;
  const std::string text =
      people_study(people.number_csv(), R"([{"kind": "squared-error"}])", R"("predictor": {"kind": "linear"})");
  const Decomposed without = decomposed(text);
  CHECK(without.found.empty());
  REQUIRE(without.warnings.size() == 1);
  CHECK(without.warnings[0].find("the gap between g=b and a is not decomposed: ") == 0);
  const Decomposed with = decomposed(text, parse_scm(replaced(linear_model, R"({"type": "binary"})",
                                                              R"({"type": "categorical", "levels": ["a", "b"]})"),
                                                     "m.json"));
  CHECK(with.warnings.empty());
  REQUIRE(with.found.size() == 1);
  CHECK(with.found[0].ctf_de.estimate.value == Approx(0.5).margin(0.02));  // of a million rows: ten standard errors
  for (const LicensedEstimate& part : {with.found[0].tv, with.found[0].ctf_de}) {
    CHECK(part.licence.kind == LicenceKind::assumed);
    CHECK(part.licence.basis.starts_with("assumes that the model given is right; of the model: "));
  }
}

TEST_CASE("several gaps that one reason leaves whole are told of once", "[decompositions]") {
  std::string csv = "g,z,y,w\n";  // weights that count nobody allow cells alone, and numbers of many values have none
  for (int i = 0; i < 300; ++i)
    csv += std::string(1, "abc"[i % 3]) + "," + std::to_string(i) + ".5," + std::to_string(i % 2) + ",0.5\n";
  const Decomposed all = decomposed(R"({"data": {"text": )" + quoted(csv) +
                                    R"(, "weight": "w"}, "graph": {"directed": [["g", "z"], ["z", "y"]]},
      "outcome": {"column": "y"}, "protected": [{"column": "g", "baseline": "b"}], "objectives": [{"kind": "log-loss"}]})");
  CHECK(all.found.empty());
  REQUIRE(all.warnings.size() == 1);
  CHECK(all.warnings[0].find("the gaps between g=a, c and b are not decomposed: ") == 0);
}

TEST_CASE("groups whose numbers share no range are not compared by regression", "[decompositions]") {
  std::string csv = "g,z,y\n";
  for (int i = 0; i < 300; ++i)
    csv += std::string(1, "ab"[i % 2]) + "," + std::to_string(i % 2) + ".5," + std::to_string(i % 3 % 2) + "\n";
  const Decomposed all =
      decomposed(R"({"data": {"text": )" + quoted(csv) +
                 R"(}, "graph": {"directed": [["g", "z"], ["z", "y"], ["g", "y"]]}, "outcome": {"column": "y"},
      "protected": [{"column": "g", "baseline": "b"}], "objectives": [{"kind": "log-loss"}]})");
  CHECK(all.found.empty());
  CHECK(all.warnings.size() == 1);
}

TEST_CASE("rows of a known model are decomposed by it, not by their chance", "[decompositions]") {
  const Decomposed all = decomposed(R"({"data": {"scm": )" + linear_model +
                                    R"(, "rows": 50}, "outcome": {"column": "y"}, "predictor": {"kind": "linear"},
      "protected": [{"column": "g", "baseline": "0"}], "objectives": [{"kind": "squared-error"}]})");
  CHECK(all.warnings.empty());
  REQUIRE(all.found.size() == 1);
  CHECK(all.found[0].tv.estimate.value == Approx(2.5).margin(0.05));
  CHECK(all.found[0].ctf_de.estimate.value == Approx(0.5).margin(0.02));
  CHECK(all.found[0].ctf_ie.estimate.value == Approx(-2).margin(0.03));
  CHECK(all.found[0].ctf_se.estimate.value == Approx(0).margin(0.05));
  CHECK(all.found[0].ctf_de.licence.kind == LicenceKind::identified);
}

TEST_CASE("a group that never meets a condition of its baseline is told of, and the others are decomposed",
          "[decompositions]") {
  std::string csv = admissions_csv + "Other,A,Admitted,5\nOther,A,Rejected,5\n";
  const Decomposed all = decomposed(replaced(admissions_study, quoted(admissions_csv), quoted(csv)));
  REQUIRE(all.found.size() == 1);
  CHECK(all.found[0].compared == "Female");
  REQUIRE(all.warnings.size() == 1);
  CHECK(all.warnings[0].find(
            "the gap between gender=Other and Male is not decomposed: no one with gender=Other, dept=B") == 0);
}
