#include <equipoise/privacy/tight_curve.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

LossPair removal_of(const PrivacyEvent& event, Adjacency adjacency = Adjacency::add_or_remove_one) {
  return std::get<DirectedPairs>(dominating_pairs(event, adjacency)).removal;
}

// delta(epsilon) of `count` removals of a person by the contour integral of the moment generating function M along
// Re z = tilt, (2 pi i)^-1 int M(z)^count e^(-z epsilon) / (z (z + 1)) dz, both integrals by the trapezoidal rule in
// long double: nothing of it is shared with the lattices.
double contour_delta(double rate, double multiplier, double count, double tilt, double epsilon) {
  using Complex = std::complex<long double>;
  constexpr int nodes = 1200;
  const long double pi = std::numbers::pi_v<long double>, from = -11.0L * multiplier, to = 1 + 10.0L * multiplier;
  std::vector<long double> mass, loss;
  long double moment = 0, mean = 0, variance = 0;
  for (int i = 0; i <= nodes; ++i) {
    const long double x = from + (to - from) * i / nodes, scale = 2.0L * multiplier * multiplier;
    const long double ratio = std::expm1((2 * x - 1) / scale) * rate;
    mass.push_back((to - from) / nodes / (multiplier * std::sqrt(2 * pi)) * std::exp(-x * x / scale) * (1 + ratio));
    loss.push_back(std::log1p(ratio));
    mass.back() *= std::exp(tilt * loss.back());
    moment += mass.back();
    mean += mass.back() * loss.back();
  }
  mean /= moment;
  for (std::size_t i = 0; i < mass.size(); ++i) variance += mass[i] / moment * (loss[i] - mean) * (loss[i] - mean);
  const long double width = 0.15L / std::sqrt(variance * count);
  long double sum = 0;
  for (int k = 0; k < 20'000; ++k) {
    Complex transform = 0;
    for (std::size_t i = 0; i < mass.size(); ++i) transform += mass[i] / moment * std::polar(1.0L, k * width * loss[i]);
    const Complex power = std::exp(static_cast<long double>(count) * std::log(transform));
    if (std::abs(power) < 1e-18L) break;
    const Complex z(tilt, k * width);
    const Complex kernel = std::polar(1.0L, -k * width * epsilon) / (z * (z + 1.0L));
    sum += (k == 0 ? 1 : 2) * (power * kernel).real();
  }
  return static_cast<double>(sum * width / (2 * pi) * std::exp(count * std::log(moment) - tilt * epsilon));
}

// Losses and the logarithms of their masses: `count` pure mechanisms of one epsilon are randomised response (Kairouz,
// Oh, Viswanath 2015). Products and differences of the losses are exact in long double.
struct LogMass {
  long double loss = 0, log_mass = 0;
};

std::vector<LogMass> pure_losses(long double epsilon, int count) {
  std::vector<LogMass> all;
  const long double log_truth = -std::log1p(std::exp(-epsilon)), log_lie = log_truth - epsilon;
  for (int lies = 0; lies <= count; ++lies)
    all.push_back({(count - 2 * lies) * epsilon, std::lgamma(count + 1.0L) - std::lgamma(lies + 1.0L) -
                                                     std::lgamma(count - lies + 1.0L) + (count - lies) * log_truth +
                                                     lies * log_lie});
  return all;
}

long double pure_delta(const std::vector<LogMass>& first, const std::vector<LogMass>& second, long double epsilon) {
  long double sum = 0;
  for (const LogMass& a : first)
    for (const LogMass& b : second) {
      const long double above = a.loss + b.loss - epsilon;
      if (above > 0) sum -= std::exp(a.log_mass + b.log_mass) * std::expm1(-above);
    }
  return sum;
}

// From 20 to 300, evenly in the logarithm.
double large_epsilon(RowStream& random) { return 20 * std::pow(15.0, random.uniform()); }

int some_count(RowStream& random) { return 1 + static_cast<int>(60 * random.uniform()); }

// From 1e-12 to 0.9, half of them large.
double some_delta(RowStream& random) {
  return random.uniform() < 0.5 ? 0.9 * std::pow(10.0, -12 * random.uniform()) : 0.9 * random.uniform();
}

void check_narrow(const Bracket& found) {
  CHECK(found.lower <= found.upper);
  CHECK(found.upper - found.lower <= std::max(1e-4, 2e-3 * found.upper));
}

}  // namespace

TEST_CASE("the bracket of sampled Gaussian steps encloses what the contour integral says") {
  struct Case {
    double rate, multiplier;
    std::int64_t count;
    double delta, tilt;
  };
  for (const Case& c : {Case{0.05, 20, 3000, 1e-11, 45}, Case{0.5, 5, 50, 1e-5, 5}, Case{1e-5, 3, 1000, 1e-6, 6000},
                        Case{0.005, 3, 100'000, 1e-5, 6}, Case{3e-5, 2, 30'000, 1e-10, 1500},
                        Case{1e-5, 50, 1'000'000, 1e-6, 6000}, Case{0.01, 1.4, 1000, 1e-5, 10}}) {
    const std::vector<CountedPair> steps{
        {removal_of(PoissonSampledEvent{c.rate, GaussianEvent{c.multiplier}}), c.count}};
    const Bracket found = epsilon_bracket_of(steps, c.delta);
    const auto truth = [&](double epsilon) {
      return contour_delta(c.rate, c.multiplier, static_cast<double>(c.count), c.tilt, epsilon);
    };
    CAPTURE(c.rate, c.multiplier, c.count, c.delta);
    CHECK(truth(found.upper) <= c.delta);
    CHECK(truth(found.lower) >= c.delta);
    CHECK(truth(found.upper * (1 - 1e-3)) > c.delta);  // no more than 0.1% above
    CHECK(truth(found.lower * (1 + 5e-3)) < c.delta);
  }
}

TEST_CASE("where a lattice's bound overflows, the upper end is not taken for 0") {
  const PrivacyEvent event = PoissonSampledEvent{1.9420304334179834e-4, LaplaceEvent{0.022069917650564038}};
  const auto addition = std::get<DirectedPairs>(dominating_pairs(event, Adjacency::add_or_remove_one)).addition;
  const Bracket found = epsilon_bracket_of(std::vector<CountedPair>{{addition, 200}}, 2.0791162166069664e-11);
  CHECK(found.lower > 0.038);
  CHECK(found.upper >= found.lower);
  CHECK(found.upper <= 200 * addition.largest_loss() * (1 + 1e-9));
}

TEST_CASE("one step is its own hockey stick") {
  for (const PrivacyEvent& event :
       {PrivacyEvent(LaplaceEvent{0.5}), PrivacyEvent(PoissonSampledEvent{0.01, GaussianEvent{0.8}}),
        PrivacyEvent(DiscreteGaussianEvent{5, 3})}) {
    const std::vector<CountedPair> step{{removal_of(event), 1}};
    for (const double delta : {1e-3, 1e-8}) {
      const Bracket found = epsilon_bracket_of(step, delta);
      CHECK(found.upper - found.lower <= 1e-9 * (1 + found.upper));
      if (found.upper > 0) CHECK(step[0].pair.hockey_stick(found.upper).value == Approx(delta).epsilon(1e-6));
    }
  }
}

TEST_CASE("two steps are the sum over both, of atoms that are no multiples of each other") {
  // Every pair of outcomes of two mechanisms, by hand.
  const std::vector<CountedPair> steps{{removal_of(ApproximateEvent{0.5, 0}), 2},
                                       {removal_of(ApproximateEvent{0.31, 1e-6}), 1}};
  const auto truth = [](double epsilon) {
    double sum = 0;
    for (const double a : {-0.5, 0.5})
      for (const double b : {-0.5, 0.5})
        for (const double c : {-0.31, 0.31}) {
          const auto mass = [](double loss) { return 1 / (1 + std::exp(-loss)); };
          const double loss = a + b + c;
          if (loss > epsilon) sum -= mass(a) * mass(b) * mass(c) * std::expm1(epsilon - loss);
        }
    return 1e-6 + (1 - 1e-6) * sum;
  };
  for (const double epsilon : {0.1, 0.6, 1.2, 1.3}) {
    const Bracket found = delta_bracket_of(steps, epsilon);
    CHECK(found.lower <= truth(epsilon) * (1 + 1e-9));
    CHECK(found.upper >= truth(epsilon) * (1 - 1e-9));
    CHECK(found.upper <= 1.02 * truth(epsilon) + 1e-9);
  }
}

TEST_CASE("bounds are in order over the whole range of what is trained, and epsilon inverts delta") {
  // Twenty cases in the corners and between; the order is certain, not statistical.
  RowStream random = RandomStream({.seed = 1}).row(0);
  for (int i = 0; i < 20; ++i) {
    const double rate = std::pow(10.0, -5 * random.uniform()), multiplier = 0.3 * std::pow(150.0, random.uniform());
    const double delta = std::pow(10.0, -3 - 9 * random.uniform());
    const auto count = static_cast<std::int64_t>(std::pow(10.0, 4 * random.uniform()));
    const std::vector<CountedPair> steps{{removal_of(PoissonSampledEvent{rate, GaussianEvent{multiplier}}), count}};
    const Bracket found = epsilon_bracket_of(steps, delta, {.relative_width = 2e-3, .most_points = 1 << 16});
    CAPTURE(rate, multiplier, delta, count, found.lower, found.upper);
    CHECK(found.lower <= found.upper);
    CHECK(std::isfinite(found.upper));
    if (!(found.upper > 1e-9)) continue;
    CHECK(delta_bracket_of(steps, found.upper, {.most_points = 1 << 16}).lower <= delta * (1 + 1e-9));
  }
}

TEST_CASE("pure mechanisms of large epsilons have brackets as narrow as any, about the closed form") {
  RowStream random = RandomStream({.seed = 2}).row(0);
  for (int i = 0; i < 150; ++i) {
    const double first = large_epsilon(random), second = large_epsilon(random), delta = some_delta(random);
    const int count = some_count(random), others = i % 2 == 0 ? 0 : some_count(random);
    std::vector<CountedPair> steps{{removal_of(ApproximateEvent{first, 0}), count}};
    if (others > 0) steps.push_back({removal_of(ApproximateEvent{second, 0}), others});
    const auto all = pure_losses(first, count), more = pure_losses(second, others);
    const Bracket found = epsilon_bracket_of(steps, delta);
    CAPTURE(first, count, second, others, delta, found.lower, found.upper);
    CHECK(pure_delta(all, more, found.upper) <= delta);
    if (found.lower > 0) CHECK(pure_delta(all, more, found.lower) >= delta);
    check_narrow(found);
    const Bracket back = delta_bracket_of(steps, found.lower);
    CHECK(back.lower <= pure_delta(all, more, found.lower));
    CHECK(back.upper >= pure_delta(all, more, found.lower));
  }
}

TEST_CASE("so have Gaussian noise of tiny multipliers beside them, about the sum of closed forms") {
  RowStream random = RandomStream({.seed = 3}).row(0);
  for (int i = 0; i < 40; ++i) {
    const double multiplier = 0.02 * std::pow(5.0, random.uniform()), epsilon = large_epsilon(random);
    const double delta = some_delta(random);
    const int count = some_count(random);
    const std::vector<CountedPair> steps{{removal_of(ApproximateEvent{epsilon, 0}), count},
                                         {removal_of(GaussianEvent{multiplier}), 1}};
    const auto truth = [&](double at) {
      double sum = 0;
      for (const LogMass& mass : pure_losses(epsilon, count))
        sum += std::exp(static_cast<double>(mass.log_mass) +
                        log_gaussian_delta(1 / multiplier, at - static_cast<double>(mass.loss)));
      return sum;
    };
    const Bracket found = epsilon_bracket_of(steps, delta);
    CAPTURE(multiplier, epsilon, count, delta, found.lower, found.upper);
    CHECK(truth(found.upper) <= delta);
    if (found.lower > 0) CHECK(truth(found.lower) >= delta);
    check_narrow(found);
  }
}

TEST_CASE("so have all others that hardly protect, in samples or not") {
  RowStream random = RandomStream({.seed = 4}).row(0);
  const auto check = [&](const PrivacyEvent& event, Adjacency adjacency = Adjacency::add_or_remove_one) {
    const auto pairs = std::get<DirectedPairs>(dominating_pairs(event, adjacency));
    const double delta = some_delta(random);
    const int count = some_count(random);
    CAPTURE(event_text(event), count, delta);
    check_narrow(epsilon_bracket_of(std::vector<CountedPair>{{pairs.removal, count}}, delta));
    check_narrow(epsilon_bracket_of(std::vector<CountedPair>{{pairs.addition, count}}, delta));
  };
  for (int i = 0; i < 30; ++i) {
    const double rate = std::pow(10.0, -4 * random.uniform()), epsilon = large_epsilon(random);
    const double multiplier = 0.02 * std::pow(5.0, random.uniform());
    check(LaplaceEvent{1 / epsilon});
    check(RandomisedResponseEvent{std::exp(-epsilon), 2 + i % 3}, Adjacency::replace_one);
    check(DiscreteLaplaceEvent{1 / epsilon, 1 + i % 3});
    check(DiscreteGaussianEvent{0.1 + random.uniform(), 1 + i % 3});
    check(PoissonSampledEvent{rate, GaussianEvent{multiplier}});
    check(PoissonSampledEvent{rate, LaplaceEvent{1 / epsilon}});
    check(PoissonSampledEvent{rate, LaplaceEvent{0.5 + random.uniform()}});
    check(PoissonSampledEvent{rate, ApproximateEvent{epsilon, 0}});
  }
}

TEST_CASE("one release of Gaussian noise has its closed form however small the noise") {
  for (const double multiplier : {0.3, 0.05, 0.02, 0.001})
    for (const double delta : {0.9, 0.1, 1e-6, 1e-12}) {
      const Bracket found =
          epsilon_bracket_of(std::vector<CountedPair>{{removal_of(GaussianEvent{multiplier}), 1}}, delta);
      CHECK(found.lower <= gaussian_epsilon(multiplier, delta) * (1 + 1e-12));
      CHECK(found.upper >= gaussian_epsilon(multiplier, delta) * (1 - 1e-12));
      CHECK(found.upper - found.lower <= 1e-6 * found.upper);
    }
}

TEST_CASE("an infinite loss beyond delta leaves no finite epsilon, and below it enters in full") {
  const std::vector<CountedPair> steps{{removal_of(ApproximateEvent{0.1, 1e-6}), 100}};
  CHECK(epsilon_bracket_of(steps, 5e-5).upper == std::numeric_limits<double>::infinity());
  CHECK(epsilon_bracket_of(steps, 5e-5).lower == std::numeric_limits<double>::infinity());
  CHECK(epsilon_bracket_of(steps, 2e-4).upper < 10);
}

TEST_CASE("nothing costs nothing, and what cannot be told apart has epsilon 0") {
  CHECK(epsilon_bracket_of({}, 1e-6).upper == 0);
  const std::vector<CountedPair> steps{{removal_of(PoissonSampledEvent{1e-5, GaussianEvent{30}}), 100}};
  CHECK(epsilon_bracket_of(steps, 1e-3).upper == 0);
  // delta(0) is 6.1e-6: no lattice may be so coarse that this does not show.
  const std::vector<CountedPair> close{{removal_of(PoissonSampledEvent{1.35803e-5, GaussianEvent{23.1936}}), 690}};
  CHECK(epsilon_bracket_of(close, 8.69794e-6).upper == 0);
  CHECK(epsilon_bracket_of(close, 6e-6).upper < 1e-6);
}
