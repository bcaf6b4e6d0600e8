#include <equipoise/privacy/loss_pair.hpp>

#include <array>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

DirectedPairs pairs_of(const PrivacyEvent& event, Adjacency adjacency = Adjacency::add_or_remove_one) {
  const auto found = dominating_pairs(event, adjacency);
  REQUIRE(std::holds_alternative<DirectedPairs>(found));
  return std::get<DirectedPairs>(found);
}

// Any event whose pair is known, for what holds of all.
std::vector<LossPair> many_pairs() {
  std::vector<LossPair> all;
  const auto add = [&](const PrivacyEvent& event, Adjacency adjacency = Adjacency::add_or_remove_one) {
    const DirectedPairs pairs = pairs_of(event, adjacency);
    all.push_back(pairs.removal);
    if (!pairs.symmetric) all.push_back(pairs.addition);
  };
  add(GaussianEvent{0.7});
  add(GaussianEvent{30});
  add(LaplaceEvent{2});
  add(DiscreteGaussianEvent{3, 2});
  add(DiscreteLaplaceEvent{4, 3});
  add(ApproximateEvent{1, 1e-3});
  for (const double rate : {1e-4, 0.1, 0.9}) {
    add(PoissonSampledEvent{rate, GaussianEvent{0.7}});
    add(PoissonSampledEvent{rate, GaussianEvent{30}});
    add(PoissonSampledEvent{rate, LaplaceEvent{2}});
    add(PoissonSampledEvent{rate, GaussianEvent{2}}, Adjacency::replace_one);
  }
  add(FixedSizeSampledEvent{100, 20, GaussianEvent{1}}, Adjacency::replace_one);
  add(RandomisedResponseEvent{0.3, 5}, Adjacency::replace_one);
  add(TruncatedPoissonSampledEvent{1000, 0.05, 55, GaussianEvent{1}});
  return all;
}

double normal_density(double x, double mean, double deviation) {
  const double z = (x - mean) / deviation;
  return std::exp(-z * z / 2) / (deviation * std::sqrt(2 * std::acos(-1.0)));
}

// (p - e^epsilon q)_+ over the line by the trapezoidal rule.
template <class P, class Q>
double integrated(double epsilon, double reach, P p, Q q) {
  constexpr int nodes = 400'000;
  double sum = 0;
  for (int i = 0; i <= nodes; ++i) {
    const double x = -reach + 2 * reach * i / nodes;
    sum += std::fmax(0.0, p(x) - std::exp(epsilon) * q(x));
  }
  return sum * 2 * reach / nodes;
}

}  // namespace

TEST_CASE("a pair's slices add up to all of P and Q, and their losses lie where the slices do") {
  for (const LossPair& pair : many_pairs()) {
    const std::vector<double> losses = pair.resolving_losses(1e-14, 300);
    std::vector<LossSlice> slices(losses.size() - 1);
    pair.add_slices(losses, slices);
    double p = pair.p_infinite, q = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
      const LossSlice& slice = slices[i];
      p += slice.p;
      q += slice.q;
      CHECK(slice.p >= 0);
      CHECK(slice.q >= 0);
      CHECK(std::abs(slice.p - slice.q - slice.excess) <= slice.p_error + slice.q_error + slice.excess_error + 1e-15);
      // e^low q < p <= e^high q, but for rounding.
      const double room = slice.p_error + slice.q_error * std::exp(losses[i + 1]) + 1e-15;
      CHECK(slice.p <= std::exp(losses[i + 1]) * slice.q + room + 1e-12 * slice.p);
      CHECK(slice.p >= std::exp(losses[i]) * slice.q - room - 1e-12 * slice.p);
    }
    CHECK(p == Approx(1).epsilon(1e-9));
    CHECK(q == Approx(1).epsilon(2e-3));  // Q may have mass where P has none
  }
}

TEST_CASE("the hockey stick of a Poisson sample of Gaussian noise is its integral, both ways") {
  const double rate = 0.2, deviation = 0.8;
  const DirectedPairs pairs = pairs_of(PoissonSampledEvent{rate, GaussianEvent{deviation}});
  const auto without = [&](double x) { return normal_density(x, 0, deviation); };
  const auto with = [&](double x) { return (1 - rate) * without(x) + rate * normal_density(x, 1, deviation); };
  for (const double epsilon : {0.0, 0.1, 0.7, 2.0}) {
    CHECK(pairs.removal.hockey_stick(epsilon).value == Approx(integrated(epsilon, 12, with, without)).epsilon(1e-7));
    CHECK(pairs.addition.hockey_stick(epsilon).value ==
          Approx(integrated(epsilon, 12, without, with)).epsilon(1e-7).margin(1e-12));
  }
}

TEST_CASE("the hockey stick of an exchange in a Poisson batch is its integral") {
  const double rate = 0.3, deviation = 1.5;
  const LossPair pair = pairs_of(PoissonSampledEvent{rate, GaussianEvent{deviation}}, Adjacency::replace_one).removal;
  const auto side = [&](double x, double mean) {
    return (1 - rate) * normal_density(x, 0, deviation) + rate * normal_density(x, mean, deviation);
  };
  for (const double epsilon : {0.0, 0.2, 1.0})
    CHECK(pair.hockey_stick(epsilon).value ==
          Approx(integrated(
                     epsilon, 20, [&](double x) { return side(x, 1); }, [&](double x) { return side(x, -1); }))
              .epsilon(1e-7));
}

TEST_CASE("an exchange in any directions is no easier to tell than in opposite ones") {
  // Two dimensions, one angle after the other, by a sum over a grid.
  const double rate = 0.4, deviation = 1;
  const LossPair pair = pairs_of(PoissonSampledEvent{rate, GaussianEvent{deviation}}, Adjacency::replace_one).removal;
  for (const double angle : {0.5, 1.5, 2.5, 3.14159265358979})
    for (const double epsilon : {0.0, 0.3, 0.8}) {
      double sum = 0;
      constexpr double width = 0.05;
      for (double x = -8; x < 8; x += width)
        for (double y = -8; y < 8; y += width) {
          const auto at = [&](double a, double b) {
            return normal_density(x, a, deviation) * normal_density(y, b, deviation);
          };
          const double p = (1 - rate) * at(0, 0) + rate * at(1, 0);
          const double q = (1 - rate) * at(0, 0) + rate * at(std::cos(angle), std::sin(angle));
          sum += std::fmax(0.0, p - std::exp(epsilon) * q) * width * width;
        }
      CHECK(sum <= pair.hockey_stick(epsilon).value + 2e-4);
    }
}

TEST_CASE("a batch of fixed size under replacement is at most as revealing as its two one-sided curves say") {
  const double rate = 0.2;
  const LossPair pair = pairs_of(FixedSizeSampledEvent{100, 20, GaussianEvent{1}}, Adjacency::replace_one).removal;
  const auto p = [](double x) { return normal_density(x, 1, 1); };
  const auto q = [](double x) { return normal_density(x, 0, 1); };
  const auto mixed = [&](double x) { return (1 - rate) * q(x) + rate * p(x); };
  for (const double epsilon : {0.0, 0.1, 0.5})
    CHECK(pair.hockey_stick(epsilon).value == Approx(integrated(epsilon, 12, mixed, q)).epsilon(1e-7));
}

TEST_CASE("a truncated Poisson batch of a few persons is no more revealing than its pair, by enumeration") {
  // Three others and one more person; at most two stay. Everyone else's contribution pulls against the person's.
  const double rate = 0.4, deviation = 1.2;
  const DirectedPairs pairs = pairs_of(TruncatedPoissonSampledEvent{3, rate, 2, GaussianEvent{deviation}});
  const auto density = [&](double x, bool is_in) {
    double sum = 0;
    for (int others = 0; others <= 3; ++others) {
      const double ways = others == 1 || others == 2 ? 3 : 1;
      const double chance = ways * std::pow(rate, others) * std::pow(1 - rate, 3 - others);
      const double kept = std::min(others, 2);
      sum += chance * (is_in ? 1 - rate : 1.0) * normal_density(x, -kept, deviation);
      if (!is_in) continue;
      const double stays = others < 2 ? 1 : 2.0 / (others + 1);
      const double beside = others < 2 ? others : 1;
      sum += chance * rate * stays * normal_density(x, 1 - beside, deviation);
      sum += chance * rate * (1 - stays) * normal_density(x, -2, deviation);
    }
    return sum;
  };
  for (const double epsilon : {0.0, 0.2, 0.6, 1.5}) {
    CHECK(integrated(
              epsilon, 15, [&](double x) { return density(x, true); }, [&](double x) { return density(x, false); }) <=
          pairs.removal.hockey_stick(epsilon).value + 1e-9);
    CHECK(integrated(
              epsilon, 15, [&](double x) { return density(x, false); }, [&](double x) { return density(x, true); }) <=
          pairs.addition.hockey_stick(epsilon).value + 1e-9);
  }
}

TEST_CASE("tails are cut where P has as little as asked") {
  for (const LossPair& pair : many_pairs())
    for (const double tail : {1e-3, 1e-10}) {
      const TailMasses masses = pair.tail_masses(pair.low_loss(tail), pair.high_loss(tail) + 1e-9);
      CHECK(masses.p_above <= tail * static_cast<double>(pair.components.size()) * 1.001);
    }
}

TEST_CASE("events without a pair are refused with the reason") {
  const auto reason = [](const PrivacyEvent& event, Adjacency adjacency) {
    const auto found = dominating_pairs(event, adjacency);
    return std::holds_alternative<std::string>(found) ? std::get<std::string>(found) : "";
  };
  constexpr auto add = Adjacency::add_or_remove_one, replace = Adjacency::replace_one;
  CHECK(reason(ZeroConcentratedEvent{1}, add).find("Renyi") != std::string::npos);
  CHECK(reason(NonPrivateEvent{"a mean"}, add).find("a mean") != std::string::npos);
  CHECK(reason(RandomisedResponseEvent{0.5, 2}, add).find("replace-one") != std::string::npos);
  CHECK(reason(FixedSizeSampledEvent{10, 2, GaussianEvent{1}}, add).find("replace-one") != std::string::npos);
  CHECK_FALSE(reason(PoissonSampledEvent{0.1, LaplaceEvent{1}}, replace).empty());
  CHECK_FALSE(reason(PoissonSampledEvent{0.1, ApproximateEvent{1, 0.1}}, add).empty());
  CHECK_FALSE(reason(PoissonSampledEvent{0.1, ComposedEvent{{GaussianEvent{1}, LaplaceEvent{1}}}}, add).empty());
  CHECK_FALSE(reason(DiscreteGaussianEvent{1e9, 1}, add).empty());
  CHECK(reason(PoissonSampledEvent{0.1, ComposedEvent{{GaussianEvent{1}, GaussianEvent{1}}}}, add).empty());
}

TEST_CASE("Poisson samples of Poisson samples multiply their rates, and all is no sample") {
  const LossPair twice = pairs_of(PoissonSampledEvent{0.5, PoissonSampledEvent{0.2, GaussianEvent{1}}}).removal;
  const LossPair once = pairs_of(PoissonSampledEvent{0.1, GaussianEvent{1}}).removal;
  const LossPair all = pairs_of(PoissonSampledEvent{1, GaussianEvent{1}}).removal;
  CHECK(twice.hockey_stick(0.1).value == Approx(once.hockey_stick(0.1).value));
  CHECK(all.hockey_stick(0.1).value == Approx(pairs_of(GaussianEvent{1}).removal.hockey_stick(0.1).value));
  CHECK(pairs_of(PoissonSampledEvent{0, GaussianEvent{1}}).removal.largest_loss() == 0);
}
