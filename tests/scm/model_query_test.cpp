#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/model_query.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

namespace {

Scm model() {
  return parse_scm(R"({
    "graph": {"directed": [["sex", "dept"], ["sex", "admit"], ["dept", "admit"], ["admit", "pay"]],
              "bidirected": [["dept", "admit"]]},
    "exogenous": {"U": {"kind": "bernoulli", "p": 0.5}},
    "variables": {"sex": {"type": "binary", "levels": ["Male", "Female"]}},
    "mechanisms": {
      "sex": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
      "dept": {"kind": "table", "parents": ["sex", "U"], "probabilities":
        {"0,0": [0.2, 0.3, 0.5], "0,1": [0.3, 0.3, 0.4], "1,0": [0.1, 0.1, 0.8], "1,1": [0.6, 0.2, 0.2]},
        "coupling": "inverse-cdf"},
      "admit": {"kind": "table", "parents": ["sex", "dept", "U"], "probabilities":
        {"0,0,0": [0.2, 0.8], "0,0,1": [0.3, 0.7], "0,1,0": [0.1, 0.9], "0,1,1": [0.6, 0.4], "0,2,0": [0.5, 0.5],
         "0,2,1": [0.3, 0.7], "1,0,0": [0.2, 0.8], "1,0,1": [0.3, 0.7], "1,1,0": [0.1, 0.9], "1,1,1": [0.6, 0.4],
         "1,2,0": [0.5, 0.5], "1,2,1": [0.3, 0.7]}, "coupling": "inverse-cdf"},
      "pay": {"kind": "linear", "coefficients": {"admit": 1}, "noise": {"kind": "normal"}}}})",
                   "model.json");
}

std::string refusal(const std::string& query) {
  try {
    bind_query(model(), parse_query(query));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

LicenceKind licence(const std::string& query) { return licence_of(model(), parse_query(query)).kind; }

}  // namespace

TEST_CASE("named effects are written out as what they stand for") {
  const auto written = [](const char* effect) { return to_text(without_named_effects(model(), parse_query(effect))); };
  CHECK(written("ATE(sex -> admit)") == to_text(parse_query("E[admit | do(sex=Female)] - E[admit | do(sex=Male)]")));
  CHECK(written("ETT(sex -> admit)") ==
        to_text(parse_query("E[admit_{sex=Female} | sex=Female] - E[admit_{sex=Male} | sex=Female]")));
  CHECK(written("NDE(sex -> admit)") ==
        to_text(parse_query("E[admit_{sex=Female, dept_{sex=Male}}] - E[admit_{sex=Male}]")));
  CHECK(written("NIE(sex -> admit)") ==
        to_text(parse_query("E[admit_{sex=Male, dept_{sex=Female}}] - E[admit_{sex=Male}]")));
  CHECK(written("PN(sex -> admit)") == to_text(parse_query("P(admit_{sex=Male} = 0 | sex = Female, admit = 1)")));
  CHECK(written("PNS(sex -> admit)") == to_text(parse_query("P(admit_{sex=Female} = 1, admit_{sex=Male} = 0)")));
}

TEST_CASE("a query that a model cannot take is refused at its column, with what would do") {
  CHECK_THAT(refusal("P(admitt=1)"), Catch::Contains("query:3") && Catch::Contains("did you mean 'admit'"));
  CHECK_THAT(refusal("P(admit=1 | do(sex=Femal))"),
             Catch::Contains("query:20") && Catch::Contains("did you mean 'Female'"));
  CHECK_THAT(refusal("P(admit | do(sex=Female))"), Catch::Contains("query:3") && Catch::Contains("a value"));
  CHECK_THAT(refusal("P(admit=1 | do(sex))"), Catch::Contains("do(X = 1)"));
  CHECK_THAT(refusal("P(admit=1 | do(dept += 1))"), Catch::Contains("which has levels"));
  CHECK_THAT(refusal("P(admit=1 | do(dept ~ bernoulli(0.5)))"), Catch::Contains("categorical with 3 probabilities"));
  CHECK_THAT(refusal("P(sex > Male)"), Catch::Contains("no numbers"));
  CHECK_THAT(refusal("P(pay > high)"), Catch::Contains("a finite number"));
  CHECK_THAT(refusal("P(pay > admit)"), Catch::Contains("compared with a number"));
  CHECK_THAT(refusal("PSE(sex -> admit; sex -> pay)"), Catch::Contains("no edge from 'sex' to 'pay'"));
  CHECK_THAT(refusal("E[pay | do(dept = 'admit')]"), Catch::Contains("set by a rule that follows from it"));
}

TEST_CASE("a licence is what identification says of the query, with every value left open") {
  CHECK(licence("P(admit=1 | do(sex=Female))") == LicenceKind::identified);
  CHECK(licence("P(pay > 0.5 | do(admit=1))") == LicenceKind::identified);
  CHECK(licence("E[pay | do(admit ~ bernoulli(0.3))]") == LicenceKind::identified);
  CHECK(licence("P(admit=1 | do(dept=0))") == LicenceKind::assumed);        // the bow of dept and admit
  CHECK(licence("P(admit=1 | do(dept='sex'))") == LicenceKind::assumed);    // so a policy on it
  CHECK(licence("E[pay | do(admit = 'sex')]") == LicenceKind::identified);  // which is sequential backdoor
  CHECK(licence("P(admit_{sex=Female} != admit_{sex=Male})") == LicenceKind::assumed);
  CHECK(licence("E[admit_{sex=Female} | sex=Male]") == LicenceKind::identified);
  CHECK(licence("PN(sex -> admit)") == LicenceKind::assumed);
  CHECK(licence("NDE(sex -> admit)") == LicenceKind::assumed);
  // Only of comparisons that hold by consistency alone: said of nothing.
  CHECK(licence("P(admit_{sex=Female} >= admit, admit_{sex=Male} = 1 | sex=Female)") == LicenceKind::assumed);
}
