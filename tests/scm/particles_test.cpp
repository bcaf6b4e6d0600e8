#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <equipoise/scm/model_query.hpp>
#include <equipoise/scm/particles.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

namespace {

Scm chain() {
  return parse_scm(R"({
    "graph": {"directed": [["X", "Y"], ["Y", "Z"]]},
    "mechanisms": {
      "X": {"kind": "noise", "noise": {"kind": "normal"}},
      "Y": {"kind": "linear", "coefficients": {"X": 1}, "noise": {"kind": "normal"}},
      "Z": {"kind": "linear", "coefficients": {"Y": 1}, "noise": {"kind": "normal", "scale": 0.1}}}})",
                   "chain.json");
}

}  // namespace

TEST_CASE("a copy whose value is known is drawn before its likenesses in other worlds") {
  const WorldQuestion question = bind_query(chain(), parse_query("P(Y_{X=1} > 0 | Y = 2)"));
  const WorldTerm& term = question.terms.front();
  const std::size_t wanted = term.of.front().left, known = term.given.front().left;
  const std::vector<std::size_t> copies{wanted};
  const detail::ParticlePlan plan(question.worlds, term.given, copies);
  const auto order = plan.order();
  CHECK(std::find(order.begin(), order.end(), known) < std::find(order.begin(), order.end(), wanted));
  CHECK(plan.known(known) == 2.0);
  CHECK(plan.sharers(question.worlds[known].noise) == 2);

  // Each unit's noise follows from its own X and the known Y.
  const detail::Particles units(plan, 1, {0, 64});
  const std::size_t x = question.worlds[known].inputs.front().index;
  for (std::size_t i = 0; i < 64; ++i)
    CHECK(units.values(wanted)[i] == Approx(1 + 2 - units.values(x)[i]).margin(1e-12));
}

TEST_CASE("units that resampling draws anew have the conditional distribution, and the scale the density") {
  // Z = 3 leaves few of the units of a block before Y is known too; then X given Y = 2 is normal(1, 1/2).
  const WorldQuestion question = bind_query(chain(), parse_query("P(X > 1 | Z = 3, Y = 2)"));
  const WorldTerm& term = question.terms.front();
  const std::vector<std::size_t> copies{term.of.front().left};
  const detail::ParticlePlan plan(question.worlds, term.given, copies);
  double weights = 0, above = 0, scale = 0;
  for (std::size_t b = 0; b < 64; ++b) {
    const detail::Particles units(plan, 7, {b * 1024, 1024});
    for (std::size_t i = 0; i < 1024; ++i) {
      const double weight = std::exp(units.log_weights()[i] + units.log_scale());
      weights += weight;
      above += units.is_true(term.of.front(), i) ? weight : 0;
    }
    scale += 1024;
  }
  // Fewer than 65,536 draws count; 0.02 is over eight standard errors of ten thousand.
  CHECK(above / weights == Approx(0.5).margin(0.02));
  // p(Y = 2, Z = 3) = phi(2; 0, 2) phi(1; 0, 0.01)
  const double density =
      std::exp(-1.0) / std::sqrt(2 * std::numbers::pi * 2) * std::exp(-50.0) / std::sqrt(2 * std::numbers::pi * 0.01);
  CHECK(weights / scale == Approx(density).epsilon(0.05));
}

TEST_CASE("a block of units of which none meets the condition is dead") {
  const WorldQuestion question = bind_query(chain(), parse_query("P(Z > 0 | X > 100)"));
  const WorldTerm& term = question.terms.front();
  const std::vector<std::size_t> copies{term.of.front().left};
  const detail::ParticlePlan plan(question.worlds, term.given, copies);
  CHECK(detail::Particles(plan, 1, {0, 256}).is_dead());
}
