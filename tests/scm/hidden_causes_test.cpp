#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/hidden_causes.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;
using detail::HiddenCauseCells;
using detail::HiddenCauseModel;
using detail::HiddenCauseParameters;
using detail::HiddenCauses;

namespace {

HiddenCauseParameters random_parameters(RowStream& random, const HiddenCauseModel& model) {
  HiddenCauseParameters at;
  for (const std::size_t levels : model.hidden_levels)
    at.hidden.push_back(equipoise::testing::random_distribution(random, levels));
  for (const auto& member : model.members) {
    std::size_t rows = member.configurations;
    for (const std::size_t h : member.hidden) rows *= model.hidden_levels[h];
    at.tables.emplace_back();
    for (std::size_t row = 0; row < rows; ++row)
      for (const double p : equipoise::testing::random_distribution(random, member.levels))
        at.tables.back().push_back(p);
  }
  return at;
}

// A -> B -> C with hidden causes of (A, B) and (B, C), A of three levels; the parent of B is A, of C is B.
HiddenCauseModel chain(std::size_t hidden_levels) {
  return {{{3, 1, {0}}, {2, 3, {0, 1}}, {2, 2, {1}}}, {hidden_levels, hidden_levels}};
}

// All twelve cells of the chain.
HiddenCauseCells chain_cells() {
  HiddenCauseCells cells{std::vector<std::vector<std::uint32_t>>(3), std::vector<std::vector<std::uint32_t>>(3)};
  for (std::uint32_t a = 0; a < 3; ++a)
    for (std::uint32_t b = 0; b < 2; ++b)
      for (std::uint32_t c = 0; c < 2; ++c) {
        const std::uint32_t level[] = {a, b, c}, configuration[] = {0, a, b};
        for (std::size_t m = 0; m < 3; ++m) {
          cells.level[m].push_back(level[m]);
          cells.configuration[m].push_back(configuration[m]);
        }
      }
  return cells;
}

// P(a, b, c, u, w) of the chain, each index by itself.
double chain_joint(const HiddenCauseParameters& at, std::size_t k, std::size_t a, std::size_t b, std::size_t c,
                   std::size_t u, std::size_t w) {
  return at.hidden[0][u] * at.hidden[1][w] * at.tables[0][u * 3 + a] * at.tables[1][((a * k + u) * k + w) * 2 + b] *
         at.tables[2][(b * k + w) * 2 + c];
}

}  // namespace

TEST_CASE("cliques cover every edge and hold nothing that is no edge") {
  RowStream random = RandomStream({.seed = 51, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t n = 2 + random() % 7;
    std::vector<std::vector<bool>> edge(n, std::vector<bool>(n));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) edge[i][j] = edge[j][i] = random.uniform() < 0.5;
    std::vector<std::vector<bool>> seen(n, std::vector<bool>(n));
    for (const auto& clique : detail::edge_clique_cover(n, [&](std::size_t i, std::size_t j) { return edge[i][j]; }))
      for (const std::size_t i : clique)
        for (const std::size_t j : clique)
          if (i != j) seen[i][j] = true;
    CHECK(seen == edge);
  }
}

TEST_CASE("the posterior of the hidden causes is that of their enumerated joint") {
  RowStream random = RandomStream({.seed = 52, .purpose = Purpose::test}).row(0);
  const std::size_t k = 3;
  const HiddenCauseModel model = chain(k);
  const HiddenCauseCells cells = chain_cells();
  const HiddenCauses hidden(model, cells);
  const HiddenCauseParameters at = random_parameters(random, model);
  std::vector<double> posterior(k * k);
  std::vector<std::vector<double>> by_member;
  for (std::size_t m = 0; m < 3; ++m) by_member.push_back(hidden.log_likelihoods(at, m));
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    const std::size_t a = cells.level[0][cell], b = cells.level[1][cell], c = cells.level[2][cell];
    double total = 0;
    for (std::size_t u = 0; u < k; ++u)
      for (std::size_t w = 0; w < k; ++w) total += chain_joint(at, k, a, b, c, u, w);
    CHECK(hidden.posterior(at, cell, posterior) == Approx(total).epsilon(1e-13));
    for (std::size_t u = 0; u < k; ++u)
      for (std::size_t w = 0; w < k; ++w)
        CHECK(posterior[u * k + w] == Approx(chain_joint(at, k, a, b, c, u, w) / total).epsilon(1e-12));
    // Each member's likelihood given those before it: together the cell's.
    CHECK(by_member[0][cell] + by_member[1][cell] + by_member[2][cell] == Approx(std::log(total)).epsilon(1e-12));
  }
}

TEST_CASE("the objective never falls, and ends no lower than at the truth") {
  RowStream random = RandomStream({.seed = 53, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 20; ++trial) {
    const HiddenCauseModel model = chain(2);
    const HiddenCauseCells cells = chain_cells();
    const HiddenCauses hidden(model, cells);
    const HiddenCauseParameters truth = random_parameters(random, model);
    std::vector<double> weights;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      double p = 0;
      for (std::size_t u = 0; u < 2; ++u)
        for (std::size_t w = 0; w < 2; ++w)
          p += chain_joint(truth, 2, cells.level[0][cell], cells.level[1][cell], cells.level[2][cell], u, w);
      weights.push_back(1000 * p);
    }
    for (const double prior : {0.0, 1.0}) {
      const detail::HiddenCauseFit fit = hidden.fit(weights, {.prior = prior, .tolerance = 1e-10});
      for (std::size_t i = 1; i < fit.objective.size(); ++i) CHECK(fit.objective[i] >= fit.objective[i - 1] - 1e-13);
      if (prior > 0) continue;
      // The weights are the truth's own probabilities: its likelihood is the greatest that there is, and what is
      // observed is recovered, whatever the hidden tables are.
      std::vector<double> state(4);
      double truth_likelihood = 0, fitted_likelihood = 0;
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        truth_likelihood += weights[cell] / 1000 * std::log(weights[cell] / 1000);
        fitted_likelihood += weights[cell] / 1000 * std::log(hidden.posterior(fit.parameters, cell, state));
      }
      CHECK(fitted_likelihood <= truth_likelihood + 1e-12);
      CHECK(fitted_likelihood >= truth_likelihood - 2e-5);
    }
  }
}

TEST_CASE("an edge that a hidden cause of two levels makes alone is fitted exactly") {
  // A <-> B, both of two levels: the saturated table of four cells.
  const HiddenCauseModel model{{{2, 1, {0}}, {2, 1, {0}}}, {2}};
  const HiddenCauseCells cells{{{0, 0, 1, 1}, {0, 1, 0, 1}}, {{0, 0, 0, 0}, {0, 0, 0, 0}}};
  const HiddenCauses hidden(model, cells);
  const std::vector<double> weights{50, 10, 5, 35};
  const auto fit = hidden.fit(weights, {.prior = 0, .tolerance = 1e-13});
  std::vector<double> state(2);
  for (std::size_t cell = 0; cell < 4; ++cell)
    CHECK(hidden.posterior(fit.parameters, cell, state) == Approx(weights[cell] / 100).epsilon(1e-4));
}

TEST_CASE("tables that say little of their hidden causes are fitted to the end as well") {
  const HiddenCauseCells cells = chain_cells();
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    RowStream random = RandomStream({.seed = 55, .purpose = Purpose::test}).row(trial);
    std::vector<double> weights(cells.size());
    for (double& each : weights) each = -400 * std::log(random.open_uniform());
    const HiddenCauseModel model = chain(2 + trial % 3);
    const detail::HiddenCauseFit fit = HiddenCauses(model, cells).fit(weights, {.seed = trial});
    CAPTURE(trial, fit.objective.size());
    CHECK(fit.converged);
    for (std::size_t i = 1; i < fit.objective.size(); ++i) REQUIRE(fit.objective[i] >= fit.objective[i - 1] - 1e-12);
  }
}
