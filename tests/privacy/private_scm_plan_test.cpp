#include <equipoise/privacy/private_scm_plan.hpp>

#include <cmath>
#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/privacy/accountant.hpp>

#include "privacy/declared_variables.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

CausalGraph two() { return graph_of({"A", "B"}, {{"A", "B"}}); }

/// Of the plan's shares: what they are to make small.
double expected_error(const PrivateScmPlan& plan) {
  double error = 0;
  for (const ScmRelease& release : plan.releases) error += release.weight / std::sqrt(release.share);
  return error;
}

/// A DAG on four or five variables, each of 2 to 6 levels or, if so wanted, now and then a number.
PrivateScmPlan random_plan(std::uint64_t seed, bool numbers) {
  RowStream random = RandomStream({.seed = 31, .purpose = Purpose::test}).row(seed);
  const auto size = static_cast<std::size_t>(4 + seed % 2);
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<DeclaredVariable> variables;
  for (std::size_t v = 0; v < size; ++v) {
    names.push_back("V" + std::to_string(v));
    for (std::size_t p = 0; p < v; ++p)
      if (random.uniform() < 0.5) edges.push_back({names[p], names[v]});
    variables.push_back(numbers && random.uniform() < 0.3
                            ? number(names[v], -3, 5)
                            : with_levels(names[v], 2 + static_cast<std::size_t>(5 * random.uniform())));
  }
  return private_scm_plan(CausalGraph(names, edges), variables, 1.0, {.cells = 4});
}

std::string refusal_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a cause is read off its effect's counts where that leaves less error", "[private scm]") {
  const PrivateScmPlan small = private_scm_plan(two(), {with_levels("A", 2), with_levels("B", 2)}, 1.0);
  REQUIRE(small.releases.size() == 1);
  CHECK(small.source == std::vector<std::size_t>{0, 0});
  CHECK(small.releases[0].size == 4);
  CHECK(small.releases[0].weight == Approx(std::sqrt(0.5) * (4 + std::sqrt(8))));
  CHECK(small.releases[0].share == 1);
  // Summing 500 noisy counts into each of two: sqrt(1000) a count more; a table of its own is cheaper.
  const PrivateScmPlan large = private_scm_plan(two(), {with_levels("A", 2), with_levels("B", 500)}, 1.0);
  CHECK(large.releases.size() == 2);
}

TEST_CASE("the split is the best of all splits, and sharing tables never adds to the error", "[private scm]") {
  const RandomStream stream({.seed = 32, .purpose = Purpose::test});
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    PrivateScmPlan plan = random_plan(seed, true);
    const double least = expected_error(plan);
    double closed_form = 0, shares = 0;
    for (const ScmRelease& release : plan.releases) {
      closed_form += std::pow(release.weight, 2.0 / 3);
      shares += release.share;
    }
    CHECK(shares == Approx(1));
    CHECK(least == Approx(std::pow(closed_form, 1.5)));
    RowStream random = stream.row(seed);
    for (int other = 0; other < 30; ++other) {
      double total = 0;
      for (ScmRelease& release : plan.releases) total += release.share = 0.01 + random.uniform();
      for (ScmRelease& release : plan.releases) release.share /= total;
      CHECK(expected_error(plan) >= least * (1 - 1e-12));
    }
  }
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const PrivateScmPlan plan = random_plan(seed, false);
    double apart = 0;  // (cells sqrt(1 - 1/k))^(2/3) of every table by itself
    for (Node v = 0; v < plan.graph.size(); ++v) {
      double cells = static_cast<double>(plan.variables[v].variable.levels.size());
      const double spread = std::sqrt(1 - 1 / cells);
      for (const Node parent : plan.graph.parents(v))
        cells *= static_cast<double>(plan.variables[parent].variable.levels.size());
      apart += std::pow(spread * cells, 2.0 / 3);
    }
    CHECK(expected_error(plan) <= std::pow(apart, 1.5) * (1 + 1e-12));
  }
}

TEST_CASE("a plan keeps within its budget, and uses it", "[private scm]") {
  const CausalGraph graph = graph_of({"G", "X", "Y"}, {{"G", "X"}, {"G", "Y"}, {"X", "Y"}});
  for (const double epsilon : {0.05, 0.5, 2.0, 10.0}) {
    const PrivateScmPlan plan =
        private_scm_plan_within(graph, {with_levels("G", 3), number("X", 0, 10), with_levels("Y", 2)}, epsilon, 1e-6);
    const double spent = epsilon_of(plan.event(), 1e-6).upper;
    CHECK(spent <= epsilon);
    CHECK(spent > 0.999 * epsilon);
    // Of normal noise 1 / multiplier^2 adds up, however the budget is split.
    double sum = 0;
    for (const ScmRelease& release : plan.releases) sum += std::pow(plan.noise_multiplier_of(release), -2);
    CHECK(sum == Approx(std::pow(plan.noise_multiplier, -2)).epsilon(1e-5));
  }
}

TEST_CASE("events name each release's noise", "[private scm]") {
  const PrivateScmPlan plan =
      private_scm_plan(graph_of({"G", "X"}, {{"G", "X"}}), {with_levels("G", 3), number("X", 0, 10)}, 2.0);
  REQUIRE(plan.releases.size() == 3);
  CHECK(plan.releases[1].kind == ScmRelease::Kind::regression);
  CHECK(plan.releases[1].size == 3);
  const double regression = plan.noise_multiplier_of(plan.releases[1]);
  CHECK(plan.event() ==
        PrivacyEvent(ComposedEvent{{DiscreteGaussianEvent{.sigma = plan.noise_multiplier_of(plan.releases[0])},
                                    RepeatedEvent{3, GaussianEvent{std::sqrt(3.0) * regression}},
                                    GaussianEvent{plan.noise_multiplier_of(plan.releases[2])}}}));
}

TEST_CASE("what was declared public is said", "[private scm]") {
  const PrivateScmPlan plan =
      private_scm_plan(graph_of({"G", "X"}, {{"G", "X"}}), {with_levels("G", 3), number("X", 0, 10)}, 2.0);
  CHECK(declared_public_sentence(plan) ==
        "Declared public, and read off no row: the graph; the levels of G; the ranges of X (0 to 10).");
}

TEST_CASE("what cannot be fitted with noise is refused with the reason", "[private scm]") {
  const auto refused = [&](const CausalGraph& graph, std::vector<DeclaredVariable> variables, double multiplier = 1,
                           const PrivateScmOptions& options = {}) {
    return refusal_of([&] { private_scm_plan(graph, std::move(variables), multiplier, options); });
  };
  const std::vector<DeclaredVariable> fine{with_levels("A", 2), with_levels("B", 2)};
  CHECK(refused(two(), fine).empty());
  CHECK_THAT(
      refused(graph_of({"A", "B"}, {{"A", "B"}}, {{"A", "B"}}), fine),
      Catch::Contains("variable 'A': a hidden common cause with 'B'") && Catch::Contains("declare its fit public"));
  CHECK_THAT(refused(two(), {with_levels("A", 2)}), Catch::Contains("variables has 1 entry"));
  CHECK_THAT(refused(two(), {with_levels("B", 2), with_levels("A", 2)}), Catch::Contains("a declaration of 'B'"));
  CHECK_THAT(refused(two(), {with_levels("A", 2), with_levels("B", 1)}), Catch::Contains("number of levels is 1"));
  CHECK_THAT(refused(two(), {with_levels("A", 2), number("B", 3, 3)}), Catch::Contains("from 3 to 3"));
  CHECK_THAT(refused(two(), {with_levels("A", 2), number("B", 0, INFINITY)}),
             Catch::Contains("end of the declared range"));
  CHECK_THAT(refused(two(), {with_levels("A", 2), number("B", std::nan(""), 1)}), Catch::Contains("'B'"));
  CHECK(refused(two(), {with_levels("A", 1000), with_levels("B", 1000)}).empty());
  const CausalGraph three = graph_of({"A", "B", "C"}, {{"A", "C"}, {"B", "C"}});
  CHECK_THAT(refused(three, {with_levels("A", 1000), with_levels("B", 1000), with_levels("C", 2)}),
             Catch::Contains("variable 'C': 2e+06 counts"));
  DeclaredVariable twice = with_levels("B", 3);
  twice.variable.levels[2] = "0";
  CHECK_THAT(refused(two(), {with_levels("A", 2), twice}), Catch::Contains("the level '0' twice"));
  CHECK_THAT(refused(two(), fine, 0), Catch::Contains("noise multiplier is 0"));
  CHECK_THAT(refused(two(), fine, 1, {.cells = 1}), Catch::Contains("cells is 1"));
  CHECK_THAT(refused(two(), fine, 1, {.table_prior = 0}), Catch::Contains("table_prior is 0"));
  CHECK_THAT(refused(two(), fine, 1, {.logistic_ridge = -1}), Catch::Contains("logistic_ridge is -1"));
}
