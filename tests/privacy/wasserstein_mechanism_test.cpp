#include <equipoise/privacy/wasserstein_mechanism.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

#include "privacy/binary_models.hpp"
#include "privacy/laplace_release.hpp"

using namespace equipoise;
using testing::binary_network;

TEST_CASE("the distance is the largest gap between sorted equal shares of mass") {
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    RowStream random = RandomStream({.seed = 56, .purpose = Purpose::test}).row(trial);
    // Two laws of multiples of 1/60, once as laws and once as sixty equal atoms.
    const auto draw = [&](std::vector<double>& atoms) {
      DiscreteLaw law;
      double value = std::floor(10 * random.uniform());
      for (std::size_t left = 60; left > 0; value += 1 + std::floor(4 * random.uniform())) {
        const auto count = static_cast<std::size_t>(1 + draw_below(random, left));
        law.values.push_back(value);
        law.probabilities.push_back(static_cast<double>(count) / 60);
        atoms.insert(atoms.end(), count, value);
        left -= count;
      }
      return law;
    };
    std::vector<double> atoms_a, atoms_b;
    const DiscreteLaw a = draw(atoms_a), b = draw(atoms_b);
    double expected = 0;
    for (std::size_t k = 0; k < 60; ++k) expected = std::max(expected, std::abs(atoms_a[k] - atoms_b[k]));
    CHECK(wasserstein_infinity(a, b) == expected);
    CHECK(wasserstein_infinity(b, a) == expected);
    CHECK(wasserstein_infinity(a, a) == 0);
  }
}

TEST_CASE("sums of probabilities that differ by rounding alone are the same mass") {
  const DiscreteLaw a{{0, 1, 100}, {0.1, 0.2, 0.7}}, b{{0, 1, 100}, {0.1, 0.1 + 0.1, 0.7}};
  const DiscreteLaw c{{1, 100}, {0.3, 0.7}}, d{{0, 1, 100}, {0.1 + 0.2 - 0.3 + 1e-300, 0.3, 0.7}};
  CHECK(wasserstein_infinity(a, b) == 0);
  CHECK(wasserstein_infinity(a, c) == 1);
  CHECK(wasserstein_infinity(c, d) == 0);
}

TEST_CASE("a clique of four people with the flu needs half the noise of group privacy") {
  // Song, Wang, Chaudhuri 2017, section 3: the number of the ill given that one is well, and given that one is ill.
  const DiscreteLaw well{{0, 1, 2, 3}, {0.2, 0.225, 0.5, 0.075}}, ill{{1, 2, 3, 4}, {0.075, 0.5, 0.225, 0.2}};
  const std::pair<DiscreteLaw, DiscreteLaw> laws[] = {{well, ill}};
  const WassersteinNoise noise = wasserstein_noise(laws, 0.5);
  CHECK(noise.distance == 2);
  CHECK(noise.scale == 4);
}

TEST_CASE("a count with that noise tells at most epsilon of any variable of a network, and rarely much less") {
  double closest = 0;
  for (std::uint64_t trial = 0; trial < 40; ++trial) {
    RowStream random = RandomStream({.seed = 57, .purpose = Purpose::test}).row(trial);
    const testing::DrawnNetwork network = testing::drawn_binary_network(random, 0.4);
    const auto& [edges, rows, model] = network;
    const std::vector<Node> reads{4, 1, 0, 2, 3};
    const auto statistic = [](std::span<const std::size_t> x) {
      return static_cast<double>(x[0] + x[1] + 2 * x[2] + x[3] + x[4]);
    };
    std::vector<SecretPair> secrets;
    for (Node v = 0; v < 5; ++v)
      for (SecretPair& pair : level_secrets(model, v)) secrets.push_back(std::move(pair));
    const double epsilon = 0.2 + 3 * random.uniform();
    const auto noise =
        std::get<WassersteinNoise>(wasserstein_noise(std::span(&model, 1), reads, statistic, secrets, epsilon));
    CHECK(noise.distance >= 1);
    CHECK(noise.distance <= 6);
    for (Node secret = 0; secret < 5; ++secret) {
      std::vector<double> values{0, 1, 2, 3, 4, 5, 6}, law[2] = {std::vector<double>(7), std::vector<double>(7)};
      for (unsigned state = 0; state < 32; ++state) {
        double p = 1;
        for (Node v = 0; v < 5; ++v) {
          unsigned parents = 0, place = 0;
          for (const auto& [from, to] : edges)
            if (to == v) parents |= (state >> from & 1u) << place++;
          p *= (state >> v & 1u) != 0 ? rows[16 * v + parents] : 1 - rows[16 * v + parents];
        }
        const unsigned sum = (state & 1u) + static_cast<unsigned>(std::popcount(state));
        law[state >> secret & 1u][sum] += p;
      }
      for (auto& each : law) {
        const double total = std::accumulate(each.begin(), each.end(), 0.0);
        for (double& p : each) p /= total;
      }
      const double told = testing::release_epsilon(values, law[0], law[1], noise.scale);
      CHECK(told <= epsilon * (1 + 1e-9));
      closest = std::max(closest, told / epsilon);
    }
  }
  CHECK(closest > 0.6);
}

TEST_CASE("copies need the noise of group privacy, and secrets that cannot be do not count") {
  const Scm copies = binary_network(4, {{0, 1}, {0, 2}, {0, 3}}, [](Node v, unsigned parents) {
    return v == 0 ? 0.5 : parents == 1 ? 1.0 : 0.0;
  });
  const std::vector<Node> reads{0, 1, 2, 3};
  const auto count = [](std::span<const std::size_t> x) {
    return static_cast<double>(std::accumulate(x.begin(), x.end(), std::size_t{0}));
  };
  const auto scale = [&](const std::vector<SecretPair>& secrets) {
    return std::get<WassersteinNoise>(wasserstein_noise(std::span(&copies, 1), reads, count, secrets, 2.0)).scale;
  };
  CHECK(scale(level_secrets(copies, 2)) == 2);
  CHECK(scale({{{{0, 1}, {1, 0}}, {{0, 1}}}}) == 0);  // no copy differs from its original
  CHECK_THROWS_AS(scale({{{{0, 2}}, {{0, 1}}}}), Error);
  const auto cut =
      wasserstein_noise(std::span(&copies, 1), reads, count, level_secrets(copies, 2), 2.0, {.most_cells = 4});
  CHECK(std::holds_alternative<NotExact>(cut));
}

TEST_CASE("what is no law is refused") {
  const DiscreteLaw right{{0, 1}, {0.5, 0.5}};
  for (const DiscreteLaw& wrong : {DiscreteLaw{{1, 0}, {0.5, 0.5}}, DiscreteLaw{{0, 1}, {0.5, 0.6}},
                                   DiscreteLaw{{0}, {0.5, 0.5}}, DiscreteLaw{{}, {}}, DiscreteLaw{{NAN}, {1}}}) {
    CHECK_THROWS_AS(wasserstein_infinity(right, wrong), Error);
    CHECK_THROWS_AS(wasserstein_infinity(wrong, right), Error);
  }
  CHECK_THROWS_AS(wasserstein_noise({}, 0.0), Error);
}
