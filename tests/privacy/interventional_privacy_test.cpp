#include <equipoise/privacy/interventional_privacy.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

#include "privacy/binary_models.hpp"

using namespace equipoise;
using testing::binary_network;

namespace {

// Flips a fair coin with probability `noise`: epsilon = ln((1 - noise / 2) / (noise / 2)).
double epsilon_of(double noise) { return std::log((1 - noise / 2) / (noise / 2)); }

PopulationEpsilons found(const Scm& population, const std::vector<Node>& points, std::size_t outputs,
                         const auto& mechanism) {
  return std::get<PopulationEpsilons>(population_epsilons(population, points, outputs, mechanism));
}

std::vector<Node> first(std::size_t count) {
  std::vector<Node> nodes;
  for (Node v = 0; v < count; ++v) nodes.push_back(v);
  return nodes;
}

}  // namespace

TEST_CASE("identical twins keep the interventional epsilon and multiply the observational one by their number") {
  for (const std::size_t n : {1u, 2u, 3u, 5u, 7u})
    for (const double noise : {0.1, 0.5, 0.9}) {
      // Hidden U; D_1 = … = D_n = U. The common cause stands last and is no data point.
      std::vector<std::pair<Node, Node>> edges;
      for (Node v = 0; v < n; ++v) edges.emplace_back(n, v);
      const Scm twins = binary_network(n + 1, edges, [&](Node v, unsigned parents) {
        return v == n ? 0.3 : parents == 1 ? 1.0 : 0.0;
      });
      const auto epsilons = found(twins, first(n), std::size_t{1} << n, RandomisedResponseProbabilities(2, noise));
      const double epsilon = epsilon_of(noise);
      CHECK(epsilons.differential_privacy == Approx(epsilon).epsilon(1e-13));
      REQUIRE(epsilons.points.size() == n);
      for (const DataPointEpsilons& point : epsilons.points) {
        CHECK(point.intervened == Approx(epsilon).epsilon(1e-13));
        CHECK(point.attribute == Approx(epsilon).epsilon(1e-13));  // the hidden cause moves them, not each other
        CHECK(point.observed == Approx(static_cast<double>(n) * epsilon).epsilon(1e-12));
      }
    }
}

TEST_CASE("a person whose attribute causes the others' is protected as a data point, not as an attribute") {
  const std::size_t n = 4;
  std::vector<std::pair<Node, Node>> edges;
  for (Node v = 1; v < n; ++v) edges.emplace_back(0, v);
  const Scm family = binary_network(n, edges, [](Node v, unsigned parents) {
    return v == 0 ? 0.5 : parents == 1 ? 1.0 : 0.0;
  });
  const double epsilon = epsilon_of(0.4);
  const auto epsilons = found(family, first(n), 16, RandomisedResponseProbabilities(2, 0.4));
  CHECK(epsilons.points[0].intervened == Approx(epsilon).epsilon(1e-13));
  CHECK(epsilons.points[0].attribute == Approx(4 * epsilon).epsilon(1e-12));
  CHECK(epsilons.points[0].observed == Approx(4 * epsilon).epsilon(1e-12));
  CHECK(epsilons.points[1].intervened == Approx(epsilon).epsilon(1e-13));
  CHECK(epsilons.points[1].attribute == Approx(epsilon).epsilon(1e-13));  // a child moves nobody
  CHECK(epsilons.points[1].observed == Approx(4 * epsilon).epsilon(1e-12));
}

TEST_CASE("independent data points have one epsilon, however it is asked") {
  const Scm people = binary_network(5, {}, [](Node v, unsigned) { return 0.1 + 0.15 * static_cast<double>(v); });
  const auto epsilons = found(people, first(5), 32, RandomisedResponseProbabilities(2, 0.3));
  for (const DataPointEpsilons& point : epsilons.points) {
    CHECK(point.intervened == Approx(epsilon_of(0.3)).epsilon(1e-12));
    CHECK(point.attribute == Approx(epsilon_of(0.3)).epsilon(1e-12));
    CHECK(point.observed == Approx(epsilon_of(0.3)).epsilon(1e-12));
  }
}

TEST_CASE("in every population the interventional epsilon is at most the mechanism's, and in some it is that") {
  // Outputs by a random table: no symmetry helps. Populations: random networks of four binary variables, three of which
  // are data points in an order of their own.
  double closest = 0;
  for (std::uint64_t trial = 0; trial < 150; ++trial) {
    RowStream random = RandomStream({.seed = 51, .purpose = Purpose::test}).row(trial);
    std::vector<double> table(8 * 3);
    for (std::size_t x = 0; x < 8; ++x) {
      double total = 0;
      for (std::size_t o = 0; o < 3; ++o) total += table[3 * x + o] = 0.05 + random.uniform();
      for (std::size_t o = 0; o < 3; ++o) table[3 * x + o] /= total;
    }
    const auto mechanism = [&](std::span<const std::size_t> d, std::span<double> out) {
      for (std::size_t o = 0; o < 3; ++o) out[o] = table[3 * (4 * d[0] + 2 * d[1] + d[2]) + o];
    };
    std::vector<std::pair<Node, Node>> edges;
    for (Node to = 1; to < 4; ++to)
      for (Node from = 0; from < to; ++from)
        if (random.uniform() < 0.6) edges.emplace_back(from, to);
    std::vector<double> rows(32);
    for (double& p : rows) p = trial % 2 == 0 ? random.uniform() : random.uniform() < 0.5 ? 0.001 : 0.999;
    const Scm population = binary_network(4, edges, [&](Node v, unsigned parents) { return rows[8 * v + parents]; });
    const std::vector<Node> points{3, 0, 1};
    const auto epsilons = found(population, points, 3, mechanism);

    // By hand: sums over all sixteen states, each weighed by its factors.
    const auto state_probability = [&](unsigned state, int set) {
      double p = 1;
      for (Node v = 0; v < 4; ++v) {
        if (static_cast<int>(v) == set) continue;
        unsigned parents = 0, place = 0;
        for (Node from = 0; from < v; ++from)
          if (std::find(edges.begin(), edges.end(), std::pair(from, v)) != edges.end())
            parents |= (state >> from & 1u) << place++;
        const double one = rows[8 * v + parents];
        p *= (state >> v & 1u) != 0 ? one : 1 - one;
      }
      return p;
    };
    for (std::size_t i = 0; i < 3; ++i) {
      double greatest[3] = {0, 0, 0};
      for (std::size_t o = 0; o < 3; ++o) {
        double handed[2] = {}, set[2] = {}, seen[2] = {}, mass[2] = {};
        for (unsigned state = 0; state < 16; ++state) {
          const auto output = [&](unsigned s) {
            return table[3 * (4 * (s >> 3 & 1u) + 2 * (s & 1u) + (s >> 1 & 1u)) + o];
          };
          const unsigned bit = 1u << points[i], value = (state & bit) != 0 ? 1 : 0;
          const double p = state_probability(state, -1);
          handed[0] += p * output(state & ~bit), handed[1] += p * output(state | bit);
          set[value] += state_probability(state, static_cast<int>(points[i])) * output(state);
          seen[value] += p * output(state), mass[value] += p;
        }
        greatest[0] = std::max(greatest[0], std::abs(std::log(handed[1] / handed[0])));
        greatest[1] = std::max(greatest[1], std::abs(std::log(set[1] / set[0])));
        greatest[2] = std::max(greatest[2], std::abs(std::log(seen[1] / mass[1] / (seen[0] / mass[0]))));
      }
      CHECK(epsilons.points[i].intervened == Approx(greatest[0]).margin(1e-12));
      CHECK(epsilons.points[i].attribute == Approx(greatest[1]).margin(1e-12));
      CHECK(epsilons.points[i].observed == Approx(greatest[2]).margin(1e-12));
      CHECK(epsilons.points[i].intervened <= epsilons.differential_privacy + 1e-12);
      closest = std::max(closest, epsilons.points[i].intervened / epsilons.differential_privacy);
    }
  }
  CHECK(closest > 0.98);  // populations that are almost one dataset come near it
}

TEST_CASE("a mechanism that tells the truth has no finite epsilon, and values that never occur are not compared") {
  const auto truth = [](std::span<const std::size_t> d, std::span<double> out) {
    for (std::size_t o = 0; o < out.size(); ++o) out[o] = o == d[0] ? 1.0 : 0.0;
  };
  const Scm coin = binary_network(1, {}, [](Node, unsigned) { return 0.5; });
  CHECK(std::isinf(found(coin, first(1), 2, truth).points[0].intervened));
  const Scm certain = binary_network(1, {}, [](Node, unsigned) { return 1.0; });
  const auto epsilons = found(certain, first(1), 2, truth);
  CHECK(std::isinf(epsilons.differential_privacy));
  CHECK(epsilons.points[0].observed == 0);
}

TEST_CASE("what cannot be tabulated is told, and what is no mechanism is refused") {
  const Scm people = binary_network(3, {}, [](Node, unsigned) { return 0.5; });
  const std::vector<Node> all = first(3), twice{0, 1, 0};
  const auto answer = population_epsilons(people, all, 8, RandomisedResponseProbabilities(2, 0.5), {.most_cells = 63});
  CHECK(std::get<NotExact>(answer).reason == "datasets times outputs are 64, more than 63");
  CHECK_THROWS_AS(population_epsilons(people, twice, 8, RandomisedResponseProbabilities(2, 0.5)), Error);
  const auto wrong = [](std::span<const std::size_t>, std::span<double> out) { out[0] = out[1] = 0.6; };
  CHECK_THROWS_AS(population_epsilons(people, all, 2, wrong), Error);
  CHECK_THROWS_AS(RandomisedResponseProbabilities(2, 1.5), Error);
}
