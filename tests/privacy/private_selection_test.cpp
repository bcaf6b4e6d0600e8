#include <equipoise/privacy/private_selection.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/privacy/renyi.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 81, .purpose = Purpose::test, .point = point}));
}

/// P(runs = k), k from 0, until all but 1e-15 is there.
std::vector<double> probabilities(const NegativeBinomialRuns& runs) {
  std::vector<double> p{0, 1};
  for (std::size_t l = 1; p.back() > 1e-19; ++l)
    p.push_back(p.back() * (1 - runs.gamma) * (static_cast<double>(l) + runs.eta) / static_cast<double>(l + 1));
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (double& each : p) each /= sum;
  return p;
}

std::vector<double> probabilities(const BinomialRuns& runs) {
  std::vector<double> p{1};
  for (std::int64_t coin = 0; coin < runs.most; ++coin) {
    p.push_back(0);
    for (std::size_t k = p.size(); k-- > 0;) p[k] = p[k] * (1 - runs.chance) + (k > 0 ? p[k - 1] * runs.chance : 0);
  }
  return p;
}

/// The law of the best of that many draws from `law`, a later place being better: P(all at most y) - P(all below y).
std::vector<double> best_law(const std::vector<double>& number, const std::vector<double>& law) {
  std::vector<double> best(law.size() + 1);
  double below = 0;
  for (std::size_t y = 0; y < law.size(); ++y) {
    const double up_to = below + law[y];
    for (std::size_t k = 1; k < number.size(); ++k)
      best[y] += number[k] * (std::pow(up_to, static_cast<double>(k)) - std::pow(below, static_cast<double>(k)));
    below = up_to;
  }
  best.back() = number[0];
  return best;
}

double delta_between(const std::vector<double>& p, const std::vector<double>& q, double epsilon) {
  double delta = 0;
  for (std::size_t y = 0; y < p.size(); ++y) delta += std::max(0.0, p[y] - std::exp(epsilon) * q[y]);
  return delta;
}

struct Neighbours {
  std::vector<double> p, q;
};

/// The worst two laws of an (epsilon, delta)-private mechanism.
Neighbours worst_pair(double epsilon, double delta) {
  const double truth = (1 - delta) * std::exp(epsilon) / (1 + std::exp(epsilon)), lie = 1 - delta - truth;
  return {{delta, truth, lie, 0}, {0, lie, truth, delta}};
}

/// The largest delta of the best run at this epsilon, over all orders in which the four outcomes may be preferred.
double largest_delta(const std::vector<double>& number, const Neighbours& laws, double epsilon) {
  std::vector<std::size_t> order{0, 1, 2, 3};
  double largest = 0;
  do {
    std::vector<double> p, q;
    for (const std::size_t y : order) p.push_back(laws.p[y]), q.push_back(laws.q[y]);
    largest = std::max(largest, delta_between(best_law(number, p), best_law(number, q), epsilon));
  } while (std::next_permutation(order.begin(), order.end()));
  return largest;
}

}  // namespace

TEST_CASE("the best run's curve never exceeds what is said, all outcomes and numbers of runs added up", "[selection]") {
  double closest = 0;
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    RowStream random = RandomStream({.seed = 82, .purpose = Purpose::test}).row(trial);
    const double epsilon = std::pow(10.0, 1.5 * random.uniform() - 1),
                 delta = std::pow(10.0, -1 - 5 * random.uniform());
    const NegativeBinomialRuns negative{.eta = 1.8 * random.uniform() - 0.8, .gamma = 0.05 + 0.8 * random.uniform()};
    const BinomialRuns binomial{.most = 1 + static_cast<std::int64_t>(20 * random.uniform()),
                                .chance = 0.05 + 0.9 * random.uniform()};
    const PrivacyEvent run = ApproximateEvent{epsilon, delta};
    const auto check = [&](const auto& runs) {
      const std::vector<double> number = probabilities(runs);
      const double at = std::min(0.9, 1.5 * delta * expected_runs(runs));
      const double claimed = private_selection_epsilon(run, runs, at);
      REQUIRE(claimed >= 0);
      const double found = largest_delta(number, worst_pair(epsilon, delta), claimed);
      CHECK(found <= at * (1 + 1e-9));
      if (delta < 1e-5) closest = std::max(closest, found / at);
    };
    check(negative);
    check(binomial);
  }
  CHECK(closest > 0.1);
}

TEST_CASE("a pure epsilon is paid 2 + eta times at most, which some run comes near to", "[selection]") {
  for (const double eta : {-0.5, 0.0, 0.5, 1.0}) {
    const NegativeBinomialRuns runs{.eta = eta, .gamma = 1e-3};
    const double epsilon = 0.4, ratio = std::exp(epsilon);
    const double claimed = private_selection_epsilon(ApproximateEvent{epsilon}, runs, 1e-9);
    CHECK(claimed <= (2 + eta) * epsilon);
    // One neighbour likes the rare outcome more, the other what is better than it.
    const double rare = 1e-6, better = 0.3;
    const std::vector<double> p{1 - rare * ratio - better, rare * ratio, better},
        q{1 - rare - better * ratio, rare, better * ratio}, number = probabilities(runs);
    const double loss = std::log(best_law(number, p)[1] / best_law(number, q)[1]);
    CHECK(loss <= claimed);
    CHECK(loss > 0.995 * claimed);
  }
}

TEST_CASE("Gaussian noise: by curves, below the Renyi bound of Papernot and Steinke, theorem 2", "[selection]") {
  for (const double eta : {0.0, 1.0})
    for (const double gamma : {0.1, 0.01})
      for (const double sigma : {1.0, 4.0}) {
        const NegativeBinomialRuns runs{eta, gamma};
        const double delta = 1e-6, mean = expected_runs(runs);
        const auto spread = [&](double order) {
          return (1 - 1 / order) * gaussian_rdp(sigma, order) - std::log(gamma) / order;
        };
        const double once = best_order(spread).second;
        const auto total = [&](double order) {
          const double rdp = gaussian_rdp(sigma, order) + (1 + eta) * once + std::log(mean) / (order - 1);
          return renyi_epsilon(rdp, order, delta);
        };
        const double by_curves = private_selection_epsilon(GaussianEvent{sigma}, runs, delta);
        CHECK(by_curves < best_order(total).second);
        CHECK(by_curves > epsilon_of(GaussianEvent{sigma}, delta).upper);
      }
}

TEST_CASE("the expected number of runs is that of its probabilities", "[selection]") {
  const auto mean = [](const std::vector<double>& p) {
    double sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) sum += static_cast<double>(k) * p[k];
    return sum;
  };
  for (const double eta : {-0.9, -0.5, 0.0, 1e-9, 0.3, 1.0})
    for (const double gamma : {0.02, 0.5, 0.9})
      CHECK(expected_runs(NegativeBinomialRuns{eta, gamma}) ==
            Approx(mean(probabilities(NegativeBinomialRuns{eta, gamma}))).epsilon(1e-7));
  CHECK(expected_runs(BinomialRuns{30, 0.2}) == Approx(mean(probabilities(BinomialRuns{30, 0.2}))).epsilon(1e-12));
}

TEST_CASE("numbers of runs are drawn from their law", "[selection]") {
  // A chi-squared statistic per law over cells of 20 expected draws or more; beyond mean + 6 sqrt(2 mean) + 20 with
  // chance below 1e-6 (Laurent, Massart 2000: x = 14).
  const auto check = [](const auto& runs, std::uint32_t point) {
    auto random = seeded(point);
    const std::vector<double> p = probabilities(runs);
    constexpr int draws = 20'000;
    std::vector<double> counts(p.size() + 1);
    for (int i = 0; i < draws; ++i)
      counts[std::min<std::size_t>(detail::draw_runs(random, detail::exact(runs)), p.size())] += 1;
    double statistic = 0, cells = 0, rest = draws, counted = 0;
    for (std::size_t k = 0; k < p.size(); ++k)
      if (p[k] * draws >= 20) {
        statistic += std::pow(counts[k] - p[k] * draws, 2) / (p[k] * draws);
        cells += 1, rest -= p[k] * draws, counted += counts[k];
      }
    if (rest >= 20) statistic += std::pow(draws - counted - rest, 2) / rest, cells += 1;
    CHECK(statistic < cells + 2 * std::sqrt(14 * cells) + 28);
  };
  std::uint32_t point = 0;
  for (const double eta : {-0.8, -0.3, 0.0, 0.4, 1.0})
    for (const double gamma : {0.05, 0.4}) check(NegativeBinomialRuns{eta, gamma}, point++);
  check(BinomialRuns{12, 0.3}, point++);
  check(BinomialRuns{1, 0.9}, point++);
}

TEST_CASE("the best of the runs is kept, whatever the scores", "[selection]") {
  auto random = seeded(100);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> scores{nan, 2, nan, 7, 7, -1};
  std::size_t runs = 0, most = 0;
  for (int trial = 0; trial < 200; ++trial) {
    runs = 0;
    const auto best = select_best(random, NegativeBinomialRuns{.eta = 1, .gamma = 0.2}, [&] {
      const std::size_t run = runs++;
      return std::pair(scores[run % scores.size()], run);
    });
    REQUIRE(best);
    CHECK(*best == (runs < 2 ? 0u : runs < 4 ? 1u : 3u));
    most = std::max(most, runs);
  }
  CHECK(most > 4);
  bool was_empty = false;
  for (int trial = 0; trial < 50; ++trial)
    was_empty =
        was_empty || !select_best(random, BinomialRuns{.most = 2, .chance = 0.3}, [] { return std::pair(1.0, 0); });
  CHECK(was_empty);
}

TEST_CASE("numbers of runs out of their range are refused by name", "[selection]") {
  CHECK_THROWS_WITH(expected_runs(NegativeBinomialRuns{.eta = -1, .gamma = 0.5}), Catch::Contains("eta is -1"));
  CHECK_THROWS_WITH(expected_runs(NegativeBinomialRuns{.eta = 0, .gamma = 0}), Catch::Contains("gamma is 0"));
  CHECK_THROWS_WITH(expected_runs(BinomialRuns{.most = 0, .chance = 0.5}), Catch::Contains("most is 0"));
  CHECK_THROWS_WITH(expected_runs(BinomialRuns{.most = 3, .chance = std::nan("")}), Catch::Contains("chance is"));
  CHECK_THROWS_AS(private_selection_epsilon(GaussianEvent{1}, BinomialRuns{3, 0.5}, 0), Error);
  CHECK_THROWS_WITH(private_selection_epsilon(NonPrivateEvent{"a table"}, BinomialRuns{3, 0.5}, 1e-6),
                    Catch::Contains("a table"));
}
