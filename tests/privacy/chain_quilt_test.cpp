#include <equipoise/privacy/chain_quilt.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

#include "privacy/laplace_release.hpp"

using namespace equipoise;

namespace {

/// A binary chain that stays with these probabilities in 0 and in 1.
MarkovChain binary_chain(double stay0, double stay1, double start1) {
  MarkovChain chain{Eigen::Vector2d(1 - start1, start1), Eigen::MatrixXd(2, 2)};
  chain.transition << stay0, 1 - stay0, 1 - stay1, stay1;
  return chain;
}

double scale_of(const MarkovChain& chain, std::size_t length, double epsilon) {
  return chain_quilt_noise(std::span(&chain, 1), length, epsilon).scale;
}

/// P(sum = s | X_i = value) for s = 0, …, length, by dynamic programming forward.
std::vector<double> law_of_sum(const MarkovChain& chain, std::size_t length, std::size_t i, std::size_t value) {
  std::vector<std::vector<double>> by_state(2, std::vector<double>(length + 1));
  for (std::size_t t = 0; t < length; ++t) {
    std::vector<std::vector<double>> next(2, std::vector<double>(length + 1));
    for (std::size_t to = 0; to < 2; ++to) {
      const auto column = static_cast<Eigen::Index>(to);
      if (t == i && to != value) continue;
      for (std::size_t s = 0; s + to <= length; ++s)
        if (t == 0)
          next[to][s + to] += s == 0 ? chain.initial[column] : 0.0;
        else
          next[to][s + to] +=
              by_state[0][s] * chain.transition(0, column) + by_state[1][s] * chain.transition(1, column);
    }
    by_state = next;
  }
  std::vector<double> law(length + 1);
  double total = 0;
  for (std::size_t s = 0; s <= length; ++s) total += law[s] = by_state[0][s] + by_state[1][s];
  for (double& p : law) p /= total;
  return law;
}

}  // namespace

TEST_CASE("independent steps need the noise of differential privacy, and copies that of group privacy") {
  for (const double epsilon : {0.1, 1.0, 5.0}) {
    CHECK(scale_of(binary_chain(0.7, 0.3, 0.3), 50, epsilon) == Approx(1 / epsilon).epsilon(1e-12));
    CHECK(scale_of(binary_chain(1, 1, 0.5), 50, epsilon) == Approx(50 / epsilon).epsilon(1e-12));
  }
}

TEST_CASE("a chain that stays with probability 0.9 for 100 steps needs the noise of its closed form at epsilon 1") {
  // Symmetric and stationary: P(same after k steps) = (1 + 0.8^k) / 2, so a quilt end at distance k tells
  // ln (1 + 0.8^k) / (1 - 0.8^k). All quilts of all positions, one by one.
  const auto tells = [](int k) { return std::log((1 + std::pow(0.8, k)) / (1 - std::pow(0.8, k))); };
  double expected = 0;
  for (int i = 0; i < 100; ++i) {
    double best = 100;
    for (int a = 0; a <= i; ++a)
      for (int b = 0; b <= 99 - i; ++b) {
        const int nearby = (a > 0 ? a - 1 : i) + 1 + (b > 0 ? b - 1 : 99 - i);
        const double influence = (a > 0 ? tells(a) : 0) + (b > 0 ? tells(b) : 0);
        if (influence < 1) best = std::min(best, nearby / (1 - influence));
      }
    expected = std::max(expected, best);
  }
  const MarkovChain chain = binary_chain(0.9, 0.9, 0.5);
  const ChainQuiltNoise noise = chain_quilt_noise(std::span(&chain, 1), 100, 1.0);
  CHECK(noise.scale == Approx(expected).epsilon(1e-12));
  CHECK(noise.scale == Approx(31.7377886164).epsilon(1e-11));
  REQUIRE(noise.active.size() == 100);
  CHECK(noise.active[50].left == noise.active[50].right);
}

TEST_CASE("what a count with that noise tells of any step is at most epsilon") {
  for (std::uint64_t trial = 0; trial < 40; ++trial) {
    RowStream random = RandomStream({.seed = 53, .purpose = Purpose::test}).row(trial);
    const MarkovChain chain = binary_chain(random.uniform(), random.uniform(), random.uniform());
    const std::size_t length = 2 + static_cast<std::size_t>(draw_below(random, 14));
    const double epsilon = 0.2 + 3 * random.uniform();
    const ChainQuiltNoise noise = chain_quilt_noise(std::span(&chain, 1), length, epsilon);
    std::vector<double> values;
    for (std::size_t s = 0; s <= length; ++s) values.push_back(static_cast<double>(s));
    for (std::size_t i = 0; i < length; ++i)
      CHECK(testing::release_epsilon(values, law_of_sum(chain, length, i, 0), law_of_sum(chain, length, i, 1),
                                     noise.scale) <= epsilon * (1 + 1e-9));
  }
}

TEST_CASE("of several chains the worst decides, and a longer chain never needs less") {
  const std::vector<MarkovChain> chains{binary_chain(0.6, 0.6, 0.5), binary_chain(0.9, 0.8, 0.5)};
  const double both = chain_quilt_noise(chains, 60, 1.0).scale;
  CHECK(both >= scale_of(chains[0], 60, 1.0));
  CHECK(both >= scale_of(chains[1], 60, 1.0));
  double before = 0;
  for (std::size_t length = 1; length < 60; length += 7) {
    const double now = scale_of(binary_chain(0.9, 0.9, 0.5), length, 1.0);
    CHECK(now >= before);
    before = now;
  }
}

TEST_CASE("the search over ends skips none that is better, whatever the chain") {
  // All pairs of ends, with influences from powers of the matrix and Bayes's rule, of chains of three states.
  for (std::uint64_t trial = 0; trial < 15; ++trial) {
    RowStream random = RandomStream({.seed = 75, .purpose = Purpose::test}).row(trial);
    const auto distribution = [&] {
      Eigen::Vector3d p;
      for (double& each : p) each = random.uniform() < 0.2 ? 0 : random.uniform();
      p[static_cast<Eigen::Index>(draw_below(random, 3))] += 0.5;
      return Eigen::Vector3d(p / p.sum());
    };
    MarkovChain chain{distribution(), Eigen::MatrixXd(3, 3)};
    for (Eigen::Index state = 0; state < 3; ++state) chain.transition.row(state) = distribution();
    constexpr std::size_t length = 12;
    const double epsilon = 0.2 + 4 * random.uniform();
    std::vector<Eigen::MatrixXd> powers{Eigen::MatrixXd::Identity(3, 3)};
    while (powers.size() < length) powers.push_back(powers.back() * chain.transition);
    const ChainQuiltNoise noise = chain_quilt_noise(std::span(&chain, 1), length, epsilon);
    for (std::size_t i = 0; i < length; ++i) {
      const Eigen::Vector3d here = powers[i].transpose() * chain.initial;
      double best = length / epsilon;
      for (std::size_t a = 0; a <= i; ++a)
        for (std::size_t b = 0; b < length - i; ++b) {
          const Eigen::Vector3d before = powers[i - a].transpose() * chain.initial;
          double influence = 0;
          for (Eigen::Index y = 0; y < 3; ++y)
            for (Eigen::Index z = 0; z < 3; ++z)
              for (Eigen::Index left = 0; left < 3; ++left)
                for (Eigen::Index right = 0; right < 3; ++right) {
                  if (!(here[y] > 0) || !(here[z] > 0)) continue;
                  const auto given = [&](Eigen::Index value) {
                    return (a > 0 ? before[left] * powers[a](left, value) / here[value] : 1.0) *
                           (b > 0 ? powers[b](value, right) : 1.0);
                  };
                  if (given(y) > 0) influence = std::max(influence, std::log(given(y) / given(z)));
                }
          const std::size_t nearby = (a > 0 ? a - 1 : i) + 1 + (b > 0 ? b - 1 : length - 1 - i);
          if (influence < epsilon) best = std::min(best, static_cast<double>(nearby) / (epsilon - influence));
        }
      CHECK(noise.active[i].scale == Approx(best).epsilon(1e-9));
    }
  }
}

TEST_CASE("a long chain costs what its quilts do") {
  CHECK(scale_of(binary_chain(0.9, 0.9, 0.5), 1000, 1.0) == Approx(scale_of(binary_chain(0.9, 0.9, 0.5), 100, 1.0)));
}

TEST_CASE("ends that may not be far give more noise, and none the noise of group privacy") {
  const MarkovChain chain = binary_chain(0.9, 0.9, 0.5);
  const auto within = [&](std::size_t distance) {
    return chain_quilt_noise(std::span(&chain, 1), 100, 1, distance).scale;
  };
  CHECK(within(0) == 100);
  CHECK(within(12) >= within(1000));
  CHECK(within(1000) == scale_of(chain, 100, 1));
}

TEST_CASE("values that a position never takes are no secrets, and what is no chain is refused") {
  CHECK(scale_of(binary_chain(1, 0.5, 0), 20, 1.0) == Approx(1));  // always 0: nothing to tell
  CHECK_THROWS_AS(scale_of(binary_chain(1.1, 0.5, 0), 20, 1.0), Error);
  CHECK_THROWS_AS(scale_of(binary_chain(0.5, 0.5, 0.5), 0, 1.0), Error);
  CHECK_THROWS_AS(scale_of(binary_chain(0.5, 0.5, 0.5), 3, 0.0), Error);
  MarkovChain odd = binary_chain(0.5, 0.5, 0.5);
  odd.transition.row(0) << 0.5, 0.4;
  CHECK_THROWS_AS(scale_of(odd, 3, 1.0), Error);
  CHECK_THROWS_AS(chain_quilt_noise({}, 3, 1.0), Error);
}
