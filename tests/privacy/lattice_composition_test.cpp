#include <equipoise/privacy/lattice_composition.hpp>

#include <cmath>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

LossPair pair_of(const PrivacyEvent& event) {
  return std::get<DirectedPairs>(dominating_pairs(event, Adjacency::add_or_remove_one)).removal;
}

LatticeComposition composed(const std::vector<CountedPair>& pairs, double step, double tilt, std::size_t size,
                            Precision precision) {
  const SaddlePlan plan(pairs, 1e-20);
  std::vector<std::pair<LossLattice, std::int64_t>> lattices;
  for (const CountedPair& counted : pairs)
    lattices.emplace_back(loss_lattice(counted.pair, step, 1e-20), counted.count);
  return {lattices, plan.window(tilt, 25), tilt, size, precision};
}

}  // namespace

TEST_CASE("a composition encloses the closed form of Gaussian steps, whatever the tilt and the precision") {
  const std::vector<CountedPair> steps{{pair_of(GaussianEvent{8}), 30}};
  const double multiplier = 8 / std::sqrt(30.0);
  for (const double tilt : {-0.3, 0.0, 2.0, 9.0})
    for (const Precision precision : {Precision::plain, Precision::extended, Precision::twofold}) {
      const LatticeComposition composition = composed(steps, 0.01, tilt, 4096, precision);
      for (const double epsilon : {0.2, 1.0, 2.5}) {
        const double truth = gaussian_delta(multiplier, epsilon);
        const Bracket found = composition.delta(epsilon);
        CAPTURE(tilt, static_cast<int>(precision), epsilon);
        CHECK(found.lower <= truth);
        CHECK(found.upper >= truth);
      }
    }
}

TEST_CASE("where the tilt fits, the bracket is tight even where delta is tiny") {
  const std::vector<CountedPair> steps{{pair_of(GaussianEvent{8}), 30}};
  const double multiplier = 8 / std::sqrt(30.0);
  for (const double delta : {1e-3, 1e-9, 1e-15}) {
    const double truth = gaussian_epsilon(multiplier, delta);
    const double tilt = (truth / (30.0 / 64) - 0.5);
    const Bracket found = composed(steps, 0.01, tilt, 4096, Precision::plain).epsilon(delta);
    CHECK(found.lower <= truth);
    CHECK(found.upper >= truth);
    CHECK(found.upper - found.lower < 3e-3 * truth);
  }
}

TEST_CASE("kinds of steps compose in any order, to the same bracket but for rounding") {
  const CountedPair a{pair_of(GaussianEvent{8}), 20}, b{pair_of(PoissonSampledEvent{0.1, GaussianEvent{1}}), 20};
  const Bracket one = composed({a, b}, 0.01, 3, 4096, Precision::plain).epsilon(1e-6);
  const Bracket other = composed({b, a}, 0.01, 3, 4096, Precision::plain).epsilon(1e-6);
  CHECK(one.upper == Approx(other.upper).epsilon(1e-9));
  CHECK(one.lower == Approx(other.lower).epsilon(1e-9));
  CHECK(one.lower < one.upper);
}
