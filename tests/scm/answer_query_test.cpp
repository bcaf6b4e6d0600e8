#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

namespace {

/// A drug, its recovery and an age that confounds them; `coupling` is text as a file has it, or empty.
Scm drug(const std::string& coupling) {
  const std::string stated = coupling.empty() ? "" : R"(, "coupling": ")" + coupling + "\"";
  return parse_scm(R"({
    "graph": {"directed": [["age", "drug"], ["age", "recovery"], ["drug", "recovery"]]},
    "variables": {"age": {"type": "binary", "levels": ["young", "old"]}},
    "mechanisms": {
      "age": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.4}},
      "drug": {"kind": "table", "parents": ["age"], "probabilities": {"0": [0.7, 0.3], "1": [0.2, 0.8]})" +
                       stated + R"(},
      "recovery": {"kind": "table", "parents": ["age", "drug"], "probabilities":
        {"0,0": [0.4, 0.6], "0,1": [0.2, 0.8], "1,0": [0.7, 0.3], "1,1": [0.5, 0.5]})" +
                       stated + "}}}",
                   "drug.json");
}

QueryAnswer ask(const Scm& model, const std::string& query, std::vector<Assignment> evidence = {},
                const AnswerOptions& options = {}) {
  return answer_query(model, parse_query(query), evidence, options);
}

}  // namespace

TEST_CASE("an effect that the graph identifies is exact and carries its estimand, whatever the coupling") {
  // P(Y=1 | do(1)) - P(Y=1 | do(0)) = 0.6 (0.8 - 0.6) + 0.4 (0.5 - 0.3)
  for (const char* coupling : {"", "gumbel-max", "inverse-cdf", "independent"}) {
    const QueryAnswer answer = ask(drug(coupling), "ATE(drug -> recovery)");
    CHECK(*answer.value == Approx(0.2).margin(1e-12));
    CHECK(answer.licence.kind == LicenceKind::identified);
    CHECK(answer.licence.basis.find("sum_{age}") != std::string::npos);
    CHECK(answer.method == AnswerMethod::exact);
  }
}

TEST_CASE("the coupling changes what would have been, and not what an intervention does") {
  // Of the old, recovery rises from 0.3 to 0.5, of the young from 0.6 to 0.8. One uniform read through both rows:
  // all who recover untreated recover treated. Independent draws: they do not.
  const QueryAnswer monotone = ask(drug("inverse-cdf"), "PNS(drug -> recovery)");
  CHECK(*monotone.value == Approx(0.2).margin(1e-12));
  const QueryAnswer apart = ask(drug("independent"), "PNS(drug -> recovery)");
  CHECK(*apart.value == Approx(0.6 * 0.8 * 0.4 + 0.4 * 0.5 * 0.7).margin(1e-12));
  CHECK(monotone.licence.kind == LicenceKind::assumed);
  CHECK(monotone.licence.basis == "coupling inverse-cdf of recovery");
}

TEST_CASE("a coupling that the model leaves open gives bounds that hold those of every coupling") {
  const QueryAnswer open = ask(drug(""), "PNS(drug -> recovery)");
  CHECK_FALSE(open.value);
  REQUIRE(open.bounds);
  CHECK(open.licence.kind == LicenceKind::bounded);
  for (const char* coupling : {"gumbel-max", "inverse-cdf", "independent"}) {
    const QueryAnswer stated = ask(drug(coupling), "PNS(drug -> recovery)");
    CHECK(*stated.value >= open.bounds->low - 1e-9);
    CHECK(*stated.value <= open.bounds->high + 1e-9);
  }
  // Frechet's bounds within each age group: max(0, p1 - p0) and min(p1, 1 - p0).
  CHECK(open.bounds->low == Approx(0.2).margin(1e-9));
  CHECK(open.bounds->high == Approx(0.6 * 0.4 + 0.4 * 0.5).margin(1e-9));
}

TEST_CASE("what is known of one unit is a condition of every term") {
  const Scm model = drug("gumbel-max");
  const CausalGraph& graph = model.graph();
  const QueryAnswer without = ask(model, "P(recovery_{drug=1} = 1 | age=old, drug=0, recovery=0)");
  const QueryAnswer with = ask(model, "P(recovery_{drug=1} = 1)",
                               {{graph.node("age"), 1}, {graph.node("drug"), 0}, {graph.node("recovery"), 0}});
  CHECK(*with.value == Approx(*without.value).margin(1e-14));
  // Under its own action a unit stays what it is.
  const QueryAnswer same =
      ask(model, "P(recovery_{drug=0} = 1)", {{graph.node("drug"), 0}, {graph.node("recovery"), 1}});
  CHECK(*same.value == Approx(1).margin(1e-12));
}

TEST_CASE("a condition that never happens leaves the query undefined, and says which") {
  const Scm model = parse_scm(R"({
    "graph": {"directed": [["X", "Y"]]},
    "mechanisms": {"X": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0}},
                   "Y": {"kind": "lookup", "inputs": ["X"], "values": {"0": 0, "1": 1}}}})",
                              "model.json");
  const QueryAnswer answer = ask(model, "P(Y_{X=0} = 1 | X=1, Y=1)");
  CHECK_FALSE(answer.value);
  CHECK(answer.undefined == "P(X = 1, Y = 1) = 0");
}

TEST_CASE("values left open are asked for one by one") {
  const Scm model = drug("gumbel-max");
  const auto closed = with_every_value(model, parse_query("P(recovery | do(drug), age=old)"));
  REQUIRE(closed.size() == 4);
  double total = 0;
  for (const Query& each : closed) total += *answer_query(model, each).value;
  CHECK(total == Approx(2).margin(1e-12));  // a distribution for each of two actions
  CHECK(with_every_value(model, parse_query("P(recovery=1)")).size() == 1);
  CHECK_THROWS_AS(answer_query(model, parse_query("P(recovery | do(drug=1))")), Error);
}

TEST_CASE("a linear-Gaussian question about one unit is exact, and the same sampled lies within its error") {
  const Scm model = parse_scm(R"({
    "graph": {"directed": [["X", "M"], ["X", "Y"], ["M", "Y"]]},
    "mechanisms": {
      "X": {"kind": "noise", "noise": {"kind": "normal", "mean": 1, "scale": 2}},
      "M": {"kind": "linear", "coefficients": {"X": 0.5}, "noise": {"kind": "normal"}},
      "Y": {"kind": "linear", "intercept": 1, "coefficients": {"X": -1, "M": 2}, "noise": {"kind": "normal"}}}})",
                              "model.json");
  // Y_{X=3} of a unit with X = 1, M = 2, Y = 5: noises 1.5 of M and 1 of Y, so M = 3 and Y = 1 - 3 + 6 + 1.
  const std::vector<Assignment> unit{{0, 1}, {1, 2}, {2, 5}};
  const QueryAnswer exact = ask(model, "E[Y_{X=3}]", unit);
  CHECK(exact.method == AnswerMethod::exact);
  CHECK(*exact.value == Approx(5).margin(1e-9));
  CHECK(exact.licence.kind == LicenceKind::assumed);
  const QueryAnswer shift = ask(model, "E[Y | do(X += 1)] - E[Y]");
  CHECK(*shift.value == Approx(0).margin(1e-9));
  CHECK(shift.licence.kind == LicenceKind::identified);
  const QueryAnswer natural = ask(model, "NDE(X -> Y) + NIE(X -> Y)");
  CHECK(*natural.value == Approx(0).margin(1e-9));
  // 4.5 standard errors: false alarm below 1e-5.
  const QueryAnswer sampled =
      ask(model, "E[Y_{X=3} | X > 2]", {}, {.method = AnswerMethod::monte_carlo, .draws = 200'000});
  CHECK(sampled.method == AnswerMethod::monte_carlo);
  CHECK(std::abs(*sampled.value - (1 - 3 + 2 * 1.5)) < 4.5 * *sampled.standard_error);
}

TEST_CASE("a policy, a distribution and a shift are actions of a query") {
  const Scm loan = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/loan.json");
  const AnswerOptions sampling{.draws = 200'000};
  const QueryAnswer policy = ask(loan, "E[D | do(L = 'A / 2')]", {}, sampling);
  CHECK(std::abs(*policy.value - (-1 + 2 * 0.5)) < 4.5 * *policy.standard_error);  // E[A] = 0
  const QueryAnswer drawn = ask(loan, "E[D | do(L ~ normal(3, 1), G = 1)]", {}, sampling);
  CHECK(std::abs(*drawn.value - (-1 + 0.1 * 0 + 2 + 3)) < 4.5 * *drawn.standard_error);
  const QueryAnswer shift = ask(loan, "E[D | do(L += 2)] - E[D]", {}, sampling);
  CHECK(*shift.value == Approx(2).margin(1e-9));  // the same draws in both
}
