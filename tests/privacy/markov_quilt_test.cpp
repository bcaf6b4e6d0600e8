#include <equipoise/privacy/markov_quilt.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>
#include <equipoise/privacy/chain_quilt.hpp>

#include "privacy/binary_models.hpp"
#include "privacy/laplace_release.hpp"

using namespace equipoise;
using testing::binary_network;

namespace {

QuiltNoise found(const Scm& model, double epsilon, const QuiltSearchOptions& options = {}) {
  return std::get<QuiltNoise>(markov_quilt_noise(std::span(&model, 1), epsilon, options));
}

std::vector<std::pair<Node, Node>> path(std::size_t size) {
  std::vector<std::pair<Node, Node>> edges;
  for (Node v = 1; v < size; ++v) edges.emplace_back(v - 1, v);
  return edges;
}

}  // namespace

TEST_CASE("independent variables need 1 / epsilon, copies of one n / epsilon") {
  const Scm apart = binary_network(6, {}, [](Node, unsigned) { return 0.3; });
  const Scm copies = binary_network(6, path(6), [](Node v, unsigned parents) {
    return v == 0 ? 0.3 : parents == 1 ? 1.0 : 0.0;
  });
  for (const double epsilon : {0.5, 1.0, 4.0}) {
    CHECK(found(apart, epsilon).scale == Approx(1 / epsilon).epsilon(1e-13));
    CHECK(found(copies, epsilon).scale == Approx(6 / epsilon).epsilon(1e-13));
    CHECK(found(copies, epsilon).active[2].quilt.empty());
  }
}

TEST_CASE("on a chain the search finds what the closed form has") {
  for (std::uint64_t trial = 0; trial < 12; ++trial) {
    RowStream random = RandomStream({.seed = 54, .purpose = Purpose::test}).row(trial);
    const double start = random.uniform(), one_after_zero = random.uniform(), one_after_one = random.uniform();
    const double epsilon = 0.5 + 2 * random.uniform();
    const Scm model = binary_network(9, path(9), [&](Node v, unsigned parents) {
      return v == 0 ? start : parents == 1 ? one_after_one : one_after_zero;
    });
    MarkovChain chain{Eigen::Vector2d(1 - start, start), Eigen::MatrixXd(2, 2)};
    chain.transition << 1 - one_after_zero, one_after_zero, 1 - one_after_one, one_after_one;
    const QuiltNoise searched = found(model, epsilon, {.most_variables = 2});
    const ChainQuiltNoise closed = chain_quilt_noise(std::span(&chain, 1), 9, epsilon);
    CHECK(searched.complete);
    REQUIRE(searched.active.size() == 9);
    for (std::size_t i = 0; i < 9; ++i) CHECK(searched.active[i].scale == Approx(closed.active[i].scale).epsilon(1e-9));
  }
}

TEST_CASE("a count with that noise tells at most epsilon of any variable, whatever the graph") {
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    RowStream random = RandomStream({.seed = 55, .purpose = Purpose::test}).row(trial);
    constexpr std::size_t size = 6;
    std::vector<std::pair<Node, Node>> edges;
    for (Node to = 1; to < size; ++to)
      for (Node from = 0; from < to; ++from)
        if (random.uniform() < 0.3) edges.emplace_back(from, to);
    std::vector<double> rows(size * 32);
    for (double& p : rows) p = 0.3 + 0.4 * random.uniform();
    const Scm model = binary_network(size, edges, [&](Node v, unsigned parents) { return rows[32 * v + parents]; });
    const double epsilon = 0.3 + 2 * random.uniform();
    QuiltSearchOptions options;
    for (Node v = 0; v < size; ++v) options.lipschitz.push_back(static_cast<double>(draw_below(random, 4)));
    const QuiltNoise noise = found(model, epsilon, options);
    double most = 0;
    for (const double bound : options.lipschitz) most = std::max(most, bound);
    CHECK(noise.scale >= most / epsilon * (1 - 1e-12));
    if (noise.scale == 0) continue;
    // The statistic: the sum of Lipschitz bounds where a variable is 1.
    std::vector<double> values;
    for (double s = 0; s <= 3 * size; ++s) values.push_back(s);
    for (Node secret = 0; secret < size; ++secret) {
      std::vector<double> law[2] = {std::vector<double>(values.size()), std::vector<double>(values.size())};
      for (unsigned state = 0; state < (1u << size); ++state) {
        double p = 1, statistic = 0;
        for (Node v = 0; v < size; ++v) {
          unsigned parents = 0, place = 0;
          for (const auto& [from, to] : edges)
            if (to == v) parents |= (state >> from & 1u) << place++;
          const bool one = (state >> v & 1u) != 0;
          p *= one ? rows[32 * v + parents] : 1 - rows[32 * v + parents];
          statistic += one ? options.lipschitz[v] : 0.0;
        }
        law[state >> secret & 1u][static_cast<std::size_t>(statistic)] += p;
      }
      for (auto& each : law) {
        double total = 0;
        for (const double p : each) total += p;
        for (double& p : each) p /= total;
      }
      CHECK(testing::release_epsilon(values, law[0], law[1], noise.scale) <= epsilon * (1 + 1e-9));
    }
  }
}

TEST_CASE("a quilt separates its secret from all but what it leaves nearby, and a collider is opened by it") {
  // V0 -> V2 <- V1: conditioning on V2 would join V0 and V1; without it they are apart.
  const Scm collider = binary_network(
      3, {{0, 2}, {1, 2}}, [](Node v, unsigned parents) { return v == 2 ? (parents == 3 ? 0.8 : 0.4) : 0.5; });
  const QuiltNoise noise = found(collider, 2.0);
  for (const MarkovQuilt& each : noise.active) {
    CHECK(each.nearby.contains(each.secret));
    const NodeSet beyond = collider.graph().all() - each.nearby - each.quilt;
    CHECK(separated(collider.graph(), NodeSet(3, {each.secret}), beyond, each.quilt));
    CHECK(each.influence < 2.0);
  }
}

TEST_CASE("of several models the worst decides, and a search cut short still gives noise that holds") {
  const auto chain = [](double stay) {
    return binary_network(8, path(8), [stay](Node v, unsigned parents) {
      return v == 0 ? 0.5 : parents == 1 ? stay : 1 - stay;
    });
  };
  const std::vector<Scm> models{chain(0.55), chain(0.7)};
  const double both = std::get<QuiltNoise>(markov_quilt_noise(models, 1.5)).scale;
  CHECK(both == Approx(std::max(found(models[0], 1.5).scale, found(models[1], 1.5).scale)));
  const QuiltNoise cut = found(models[0], 1.5, {.most_quilts = 3});
  CHECK_FALSE(cut.complete);
  CHECK(cut.scale >= found(models[0], 1.5).scale);
  CHECK(found(models[0], 1.5, {.radius = 0}).scale == Approx(8 / 1.5));
  const NodeSet last(8, {7});
  CHECK(std::get<QuiltNoise>(markov_quilt_noise(models, last, 1.5)).active.size() == 1);
}

TEST_CASE("bounds, models and epsilons that do not fit are refused, and what is not exact is told") {
  const Scm two = binary_network(2, {{0, 1}}, [](Node, unsigned) { return 0.5; });
  const Scm three = binary_network(3, {}, [](Node, unsigned) { return 0.5; });
  const std::vector<Scm> mixed{two, three};
  CHECK_THROWS_AS(markov_quilt_noise(mixed, 1.0), Error);
  CHECK_THROWS_AS(markov_quilt_noise({}, 1.0), Error);
  CHECK_THROWS_AS(found(two, 0.0), Error);
  CHECK_THROWS_AS(found(two, 1.0, {.lipschitz = {1.0}}), Error);
  CHECK_THROWS_AS(found(two, 1.0, {.lipschitz = {1.0, -1.0}}), Error);
  const QuiltSearchOptions small{.inference = {.most_cells = 1}};
  CHECK(std::holds_alternative<NotExact>(markov_quilt_noise(std::span(&two, 1), 1.0, small)));
}
