#include <equipoise/privacy/max_influence.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

#include "privacy/binary_models.hpp"

using namespace equipoise;
using testing::binary_network;

namespace {

double influence(const Scm& model, Node secret, std::initializer_list<Node> others) {
  return std::get<double>(max_influence(model, secret, NodeSet(model.size(), others)));
}

}  // namespace

TEST_CASE("nobody tells nothing, a copy tells all, and a noisy copy tells the log odds of its truth") {
  // V0 -> V1 true with probability 0.8, V2 a copy of V0, V3 apart.
  const Scm model = binary_network(4, {{0, 1}, {0, 2}}, [](Node v, unsigned parents) {
    if (v == 1) return parents == 1 ? 0.8 : 0.2;
    if (v == 2) return parents == 1 ? 1.0 : 0.0;
    return 0.3;
  });
  CHECK(influence(model, 0, {}) == 0);
  CHECK(influence(model, 0, {3}) == Approx(0).margin(1e-14));
  CHECK(influence(model, 0, {1}) == Approx(std::log(4)).epsilon(1e-13));
  CHECK(influence(model, 0, {1, 3}) == Approx(std::log(4)).epsilon(1e-13));
  CHECK(std::isinf(influence(model, 0, {2})));
}

TEST_CASE("the influence is that of all states added up by hand, whatever the graph") {
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 52, .purpose = Purpose::test}).row(trial);
    const testing::DrawnNetwork network = testing::drawn_binary_network(random, 0.5);
    const auto& [edges, rows, model] = network;
    const Node secret = trial % 5;
    NodeSet others(5);
    for (Node v = 0; v < 5; ++v)
      if (v != secret && random.uniform() < 0.5) others.insert(v);
    double given[2][32] = {}, mass[2] = {};
    for (unsigned state = 0; state < 32; ++state) {
      double p = 1;
      for (Node v = 0; v < 5; ++v) {
        unsigned parents = 0, place = 0;
        for (const auto& [from, to] : edges)
          if (to == v) parents |= (state >> from & 1u) << place++;
        p *= (state >> v & 1u) != 0 ? rows[16 * v + parents] : 1 - rows[16 * v + parents];
      }
      unsigned seen = 0;
      for (const Node v : others) seen |= state & (1u << v);
      given[state >> secret & 1u][seen] += p;
      mass[state >> secret & 1u] += p;
    }
    double expected = 0;
    for (unsigned seen = 0; seen < 32; ++seen)
      if (given[0][seen] > 0)
        expected = std::max(expected, std::abs(std::log(given[0][seen] / mass[0] / (given[1][seen] / mass[1]))));
    CHECK(std::get<double>(max_influence(model, secret, others)) == Approx(expected).margin(1e-11));
  }
}

TEST_CASE("of several models the one that tells most counts, and a table too large is told") {
  const auto noisy = [](double truth) {
    return binary_network(2, {{0, 1}}, [truth](Node v, unsigned parents) {
      return v == 0 ? 0.5 : parents == 1 ? truth : 1 - truth;
    });
  };
  const std::vector<Scm> models{noisy(0.6), noisy(0.9), noisy(0.7)};
  const NodeSet other(2, {1});
  CHECK(std::get<double>(max_influence(models, 0, other)) == Approx(std::log(9)).epsilon(1e-13));
  CHECK(std::holds_alternative<NotExact>(max_influence(models, 0, other, {.most_cells = 3})));
}
