#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/gaussian_answer.hpp>
#include <equipoise/scm/model_query.hpp>
#include <equipoise/scm/monte_carlo_answer.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

MonteCarloEstimate sampled(const WorldQuestion& question, std::size_t draws, std::uint64_t seed = 1,
                           Parallelism parallelism = Parallelism::none()) {
  const auto answer = monte_carlo_answer(question, {.draws = draws, .seed = seed, .parallelism = parallelism});
  REQUIRE(std::holds_alternative<MonteCarloEstimate>(answer));
  return std::get<MonteCarloEstimate>(answer);
}

Scm levels(const char* coupling) {
  return parse_scm(R"({
    "graph": {"directed": [["A", "B"], ["A", "C"], ["B", "C"]]},
    "mechanisms": {
      "A": {"kind": "noise", "noise": {"kind": "categorical", "probabilities": [0.2, 0.3, 0.5]}},
      "B": {"kind": "table", "parents": ["A"], "probabilities":
        {"0": [0.1, 0.2, 0.7], "1": [0.4, 0.4, 0.2], "2": [0.3, 0.1, 0.6]}, "coupling": ")" +
                       std::string(coupling) + R"("},
      "C": {"kind": "table", "parents": ["A", "B"], "probabilities":
        {"0,0": [0.5, 0.5], "0,1": [0.1, 0.9], "0,2": [0.7, 0.3], "1,0": [0.4, 0.6], "1,1": [0.8, 0.2],
         "1,2": [0.25, 0.75], "2,0": [0.6, 0.4], "2,1": [0.35, 0.65], "2,2": [0.9, 0.1]}, "coupling": ")" +
                       std::string(coupling) + R"("}}})",
                   "levels.json");
}

}  // namespace

TEST_CASE("99.9% intervals hold the exact answer at their rate over 1,000 runs of random linear questions", "[rate]") {
  RowStream random = RandomStream({.seed = 31, .purpose = Purpose::test}).row(0);
  int missed = 0;
  for (int run = 0; run < 1000; ++run) {
    const auto model = equipoise::testing::random_linear_gaussian(random, 4);
    const char* text = run % 4 == 0   ? "E[V3 | do(V1 = 1)] - E[V3]"
                       : run % 4 == 1 ? "E[V3_{V0 = 2}]"
                       : run % 4 == 2 ? "P(V3_{V1 = 1} > V3)"
                                      : "E[V3_{V1 = 0} | V2 = 0.3]";
    const WorldQuestion question = bind_query(model.scm, parse_query(text));
    const ExactAnswer exact = gaussian_answer(question);
    REQUIRE(std::holds_alternative<double>(exact));
    const MonteCarloEstimate estimate = sampled(question, 8192, static_cast<std::uint64_t>(run + 1));
    // Rounding alone where nothing varies.
    missed += std::abs(estimate.value - std::get<double>(exact)) > 3.2905 * estimate.standard_error + 1e-9;
  }
  // Binomial(1000, 0.001) exceeds 6 with probability 8e-5.
  CHECK(missed <= 6);
}

TEST_CASE("discrete questions of every coupling, in three worlds too, are sampled to their exact answers") {
  for (const char* coupling : {"gumbel-max", "inverse-cdf", "independent"})
    for (const char* text :
         {"P(C_{A=1} = 1 | A = 0, C = 0)", "P(C_{A=0} = 1, C_{A=1} = 1, C_{A=2} = 0)", "P(B_{A=0} != B_{A=2})",
          "E[C_{A=2, B_{A=0}}] - E[C_{A=0}]", "P(C_{B=1} = 1 | B_{A=1} = 0, C = 1)"}) {
      INFO(coupling << ": " << text);
      const WorldQuestion question = bind_query(levels(coupling), parse_query(text));
      const ExactAnswer exact = discrete_answer(question);
      REQUIRE(std::holds_alternative<double>(exact));
      const MonteCarloEstimate estimate = sampled(question, 200'000);
      // 4.5 standard errors, 15 questions: a false alarm in 1e-4.
      CHECK(std::abs(estimate.value - std::get<double>(exact)) < 4.5 * estimate.standard_error);
    }
}

TEST_CASE("a whole row of invertible mechanisms leaves nothing to chance") {
  const Scm model = parse_scm(R"json({
    "graph": {"directed": [["X", "M"], ["M", "Y"], ["X", "Y"]]},
    "mechanisms": {
      "X": {"kind": "noise", "noise": {"kind": "gamma", "shape": 2, "scale": 1}},
      "M": {"kind": "formula", "formula": "tanh(X) + exp(N)", "noise_name": "N", "noise": {"kind": "laplace"}},
      "Y": {"kind": "formula", "formula": "X * M", "noise": {"kind": "student_t", "df": 3}}}})json",
                              "model.json");
  // exp(N) = 1.5 - tanh(1); under X = 2, M = tanh(2) + exp(N) and Y = 2 M + (4 - 1.5).
  const std::vector<Assignment> row{{0, 1}, {1, 1.5}, {2, 4}};
  const MonteCarloEstimate estimate = sampled(bind_query(model, parse_query("E[Y_{X=2}]"), row), 1000);
  CHECK(estimate.value == Approx(2 * (std::tanh(2.0) + 1.5 - std::tanh(1.0)) + 2.5).epsilon(1e-9));
  CHECK(estimate.standard_error < 1e-9);
}

TEST_CASE("a condition that too few draws meet, or none, is refused as a value") {
  RowStream random = RandomStream({.seed = 33, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 3);
  const auto none = monte_carlo_answer(bind_query(model.scm, parse_query("E[V2 | V0 > 1000]")), {.draws = 5000});
  REQUIRE(std::holds_alternative<NoSupport>(none));
  CHECK(std::get<NoSupport>(none).reason.find("none of 5000 draws") != std::string::npos);
  const auto few =
      monte_carlo_answer(bind_query(levels("inverse-cdf"), parse_query("P(A = 0 | B = 1, C = 1)")), {.draws = 50});
  CHECK(std::holds_alternative<NoSupport>(few));
}

TEST_CASE("the same seed gives the same bits at any number of threads, and another seed others") {
  const Scm loan = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/loan.json");
  const WorldQuestion question = bind_query(loan, parse_query("P(Y_{G=1} = 1 | G = 0, Y = 0)"));
  const MonteCarloEstimate one = sampled(question, 30'000),
                           three = sampled(question, 30'000, 1, Parallelism::exactly(3));
  CHECK(one.value == three.value);
  CHECK(one.standard_error == three.standard_error);
  CHECK(one.value != sampled(question, 30'000, 2).value);
}

TEST_CASE("what no draw shows has a standard error above 0") {
  RowStream random = RandomStream({.seed = 34, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 3);
  const MonteCarloEstimate estimate = sampled(bind_query(model.scm, parse_query("P(V2 > 1000)")), 10'000);
  CHECK(estimate.value == 0);
  CHECK(estimate.standard_error == Approx(2e-4));
}
