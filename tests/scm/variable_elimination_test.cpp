#include <equipoise/scm/variable_elimination.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/random.hpp>

#include "scm/random_discrete_worlds.hpp"

using namespace equipoise;
using equipoise::testing::pick;

namespace {

Factor random_factor(RowStream& random, const Cardinalities& cardinalities, std::size_t most_symbols) {
  NodeSet scope(cardinalities.size());
  for (std::size_t i = 0; i < most_symbols; ++i) scope.insert(pick(random, cardinalities.size()));
  Factor factor = zero_factor(symbols_of(scope), cardinalities);
  for (double& value : factor.values) value = random.uniform() < 0.2 ? 0 : random.uniform();
  return factor;
}

/// The product of all, then the sums: over all states at once.
Factor by_enumeration(const std::vector<Factor>& factors, const Symbols& summed) {
  Factor product = Factor::one();
  for (const Factor& factor : factors) product = combine(product, factor, [](double a, double b) { return a * b; });
  return sum_out(product, summed);
}

/// A ring of `size` binary symbols, each table holding two neighbours.
std::vector<Factor> ring(std::size_t size, double value) {
  const Cardinalities cardinalities(size, 2);
  std::vector<Factor> factors;
  for (std::size_t s = 0; s < size; ++s) {
    factors.push_back(zero_factor(symbols_of(NodeSet(size, {s, (s + 1) % size})), cardinalities));
    for (double& each : factors.back().values) each = value;
  }
  return factors;
}

}  // namespace

TEST_CASE("eliminating one symbol after another gives the sum over all states") {
  for (std::size_t round = 0; round < 300; ++round) {
    RowStream random = RandomStream({.seed = 411, .purpose = Purpose::test}).row(round);
    Cardinalities cardinalities;
    for (int s = 0; s < 8; ++s) cardinalities.push_back(2 + pick(random, 2));
    std::vector<Factor> factors;
    const std::size_t count = 1 + pick(random, 9);
    for (std::size_t f = 0; f < count; ++f) factors.push_back(random_factor(random, cardinalities, 3));
    Symbols kept;
    for (Node s = 0; s < 8; ++s)
      if (random.uniform() < 0.25) kept.push_back({s, 0});
    const EliminationOrder order = elimination_order(factors, kept);
    const ScaledFactor found = sum_of_products(factors, order);
    Symbols summed = order.symbols;
    std::sort(summed.begin(), summed.end());
    const Factor expected = by_enumeration(factors, summed);
    REQUIRE(found.factor.symbols == expected.symbols);
    for (std::size_t cell = 0; cell < expected.values.size(); ++cell)
      CHECK(std::ldexp(found.factor.values[cell], static_cast<int>(found.exponent)) ==
            Approx(expected.values[cell]).epsilon(1e-12).margin(1e-300));
  }
}

TEST_CASE("an order's cost is the widest product that it meets") {
  const EliminationOrder order = elimination_order(ring(20, 1));
  CHECK(order.symbols.size() == 20);
  CHECK(order.largest == 8);  // treewidth 2
  const EliminationOrder kept = elimination_order(ring(20, 1), {{0, 0}, {10, 0}});
  CHECK(kept.symbols.size() == 18);
  CHECK(kept.largest == 8);
}

TEST_CASE("a product of many small numbers keeps its digits") {
  const std::vector<Factor> factors = ring(500, 1e-10);
  const ScaledFactor found = sum_of_products(factors, elimination_order(factors));
  const double log2 = std::log2(found.factor.values.front()) + static_cast<double>(found.exponent);
  CHECK(log2 == Approx(500 * (1 + std::log2(1e-10))).epsilon(1e-12));
}

TEST_CASE("the product of nothing is 1, and of a zero 0") {
  CHECK(sum_of_products({}, elimination_order({})).factor.values == std::vector<double>{1});
  const std::vector<Factor> zero = ring(3, 0);
  CHECK(sum_of_products(zero, elimination_order(zero)).factor.values == std::vector<double>{0});
}
