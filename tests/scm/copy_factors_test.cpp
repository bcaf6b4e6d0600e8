#include <equipoise/scm/copy_factors.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/scm/variable_elimination.hpp>

#include "scm/random_discrete_worlds.hpp"

using namespace equipoise;
using detail::CopyFactors;

namespace {

const std::vector<double> rows{0.5, 0.3, 0.2, 0.1, 0.6, 0.3, 0.25, 0.25, 0.5};

/// Copies of Y in worlds that set X to 0, 1 and 2, and their joined factors' product, summed over what is hidden.
Factor joint(Coupling coupling, std::size_t worlds_count) {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  ParallelWorlds worlds(Scm(CausalGraph({"X", "Y"}, edges),
                            {testing::levels_variable("X", 3), testing::levels_variable("Y", 3)},
                            {{NoiseMechanism(CategoricalNoise{{0.2, 0.3, 0.5}}), {}},
                             {TableMechanism(ProbabilityTable({3}, 3, rows), coupling), {"X"}}}));
  std::vector<std::size_t> copies;
  for (std::size_t w = 0; w < worlds_count; ++w) copies.push_back(worlds.copy(1, {{0, static_cast<double>(w)}}));
  CopyFactors made(worlds, 1000);
  Symbols kept;
  for (std::size_t w = 0; w < copies.size(); ++w) {
    const std::vector<double> x{static_cast<double>(w)};
    const std::vector<detail::CopyInput> inputs{{{0, 0}, x}};
    made.set_table(copies[w],
                   detail::CopyTableMaker(worlds.variable(copies[w]), worlds[copies[w]])
                       .made(detail::sharing_of(worlds[copies[w]].mechanism), inputs, [](double) { return true; }));
    kept.push_back(CopyFactors::symbol(copies[w]));
  }
  made.join(1, copies);
  REQUIRE_FALSE(made.obstacle());
  return sum_of_products(made.factors(), elimination_order(made.factors(), kept)).factor;
}

}  // namespace

TEST_CASE("joined copies keep the distribution of each") {
  for (const Coupling coupling : {Coupling::inverse_cdf, Coupling::independent, Coupling::gumbel_max}) {
    const Factor table = joint(coupling, 2);
    for (std::size_t k = 0; k < 3; ++k) {
      double first = 0, second = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        first += table.values[3 * k + j];
        second += table.values[3 * j + k];
      }
      CHECK(first == Approx(rows[k]).margin(1e-12));
      CHECK(second == Approx(rows[3 + k]).margin(1e-12));
    }
  }
}

TEST_CASE("three copies under inverse-cdf meet where all their intervals do") {
  const Factor table = joint(Coupling::inverse_cdf, 3);
  // Levels end at 0.5, 0.8; 0.1, 0.7; 0.25, 0.5.
  CHECK(table.values[0] == Approx(0.1));
  CHECK(table.values[9 * 0 + 3 * 1 + 1] == Approx(0.25));
  CHECK(table.values[9 * 1 + 3 * 1 + 2] == Approx(0.2));
  CHECK(table.values[9 * 2 + 3 * 2 + 2] == Approx(0.2));
  CHECK(table.values[9 * 2 + 3 * 1 + 2] == Approx(0).margin(1e-15));
}

TEST_CASE("copies under independent draws are a product where their inputs differ") {
  const Factor table = joint(Coupling::independent, 3);
  for (std::size_t cell = 0; cell < 27; ++cell)
    CHECK(table.values[cell] == Approx(rows[cell / 9] * rows[3 + cell / 3 % 3] * rows[6 + cell % 3]));
}
