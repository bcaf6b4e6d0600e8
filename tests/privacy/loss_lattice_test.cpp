#include <equipoise/privacy/loss_lattice.hpp>

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

std::vector<LossPair> some_pairs() {
  std::vector<LossPair> all;
  const auto add = [&](const PrivacyEvent& event, Adjacency adjacency) {
    const auto pairs = std::get<DirectedPairs>(dominating_pairs(event, adjacency));
    all.push_back(pairs.removal);
    if (!pairs.symmetric) all.push_back(pairs.addition);
  };
  constexpr auto one = Adjacency::add_or_remove_one, other = Adjacency::replace_one;
  add(GaussianEvent{0.7}, one);
  add(LaplaceEvent{2}, one);
  add(DiscreteGaussianEvent{3, 2}, one);
  add(RandomisedResponseEvent{0.3, 5}, other);
  for (const double rate : {1e-4, 0.1}) {
    add(PoissonSampledEvent{rate, GaussianEvent{0.7}}, one);
    add(PoissonSampledEvent{rate, GaussianEvent{10}}, one);
    add(PoissonSampledEvent{rate, LaplaceEvent{2}}, one);
  }
  add(FixedSizeSampledEvent{100, 20, GaussianEvent{1}}, other);
  return all;
}

double delta_of_masses(const LossLattice& lattice, const std::vector<double>& masses, double infinite, double epsilon) {
  double sum = infinite;
  for (std::size_t i = 0; i < masses.size(); ++i)
    if (lattice.loss(i) > epsilon) sum -= masses[i] * std::expm1(epsilon - lattice.loss(i));
  return sum;
}

}  // namespace

TEST_CASE("the lattices' deltas enclose the pair's at any epsilon, however coarse they are") {
  for (const LossPair& pair : some_pairs())
    for (const Downward way : {Downward::rising, Downward::descending})
      for (const double share : {0.3, 0.02}) {
        const double scale = std::max(1e-6, std::min(1.0, pair.high_loss(1e-3)));
        const LossLattice lattice = loss_lattice(pair, share * scale, 1e-15, {.near = 64, .way = way});
        for (double epsilon = 0; epsilon < 4 * scale; epsilon += 0.137 * scale) {
          const auto truth = pair.hockey_stick(epsilon);
          const double up = delta_of_masses(lattice, lattice.up, lattice.up_infinite, epsilon - lattice.up_error);
          const double down =
              delta_of_masses(lattice, lattice.down, lattice.down_infinite, epsilon + lattice.down_error);
          CHECK(up >= truth.value - truth.error - 1e-17);
          CHECK(down <= truth.value + truth.error + 1e-17);
        }
      }
}

TEST_CASE("what a lattice costs falls with the square of its step") {
  const LossPair pair =
      std::get<DirectedPairs>(dominating_pairs(GaussianEvent{2}, Adjacency::add_or_remove_one)).removal;
  const auto cost = [&](double step, bool upwards) {
    const LossLattice lattice = loss_lattice(pair, step, 1e-15);
    double sum = 0;
    for (std::size_t i = 0; i < lattice.up.size(); ++i)
      sum += (upwards ? lattice.up[i] : lattice.down[i]) * lattice.loss(i);
    return std::abs(sum - 0.125);  // E_P[L] of mu = 1 / 2
  };
  CHECK(cost(0.05, true) / cost(0.025, true) == Approx(4).epsilon(0.1));
  CHECK(cost(0.05, true) == Approx(0.05 * 0.05 / 12).epsilon(0.1));
  CHECK(cost(0.025, false) < 0.4 * cost(0.05, false));
}

TEST_CASE("losses on a lattice of their own are left where they are") {
  const LossPair pair =
      std::get<DirectedPairs>(dominating_pairs(RandomisedResponseEvent{0.3, 5}, Adjacency::replace_one)).removal;
  const LossLattice lattice = loss_lattice(pair, pair.own_lattice()->step / 8, 1e-15);
  for (const double epsilon : {0.0, 0.5, 1.0}) {
    const double truth = pair.hockey_stick(epsilon).value;
    CHECK(delta_of_masses(lattice, lattice.up, lattice.up_infinite, epsilon) == Approx(truth).epsilon(1e-10));
    CHECK(delta_of_masses(lattice, lattice.down, lattice.down_infinite, epsilon) == Approx(truth).epsilon(1e-10));
  }
}
