#include <equipoise/core/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/special_functions.hpp>

using namespace equipoise;

// Each comparison raises a false alarm with probability below 1e-8, all of this file's together with less than 1e-5.

namespace {

constexpr double false_alarm = 1e-8;
constexpr std::size_t n = 100000;

RandomStream test_stream(std::uint32_t point) {
  return RandomStream({.seed = 20, .purpose = Purpose::test, .point = point});
}

template <class Draw>
std::vector<double> draws_of(std::uint32_t point, Draw draw) {
  const RandomStream stream = test_stream(point);
  std::vector<double> draws(n);
  for (std::size_t i = 0; i < n; ++i) {
    RowStream random = stream.row(i);
    draws[i] = static_cast<double>(draw(random));
  }
  return draws;
}

/// Kolmogorov-Smirnov: P(sqrt(n) D > x) is below 2 exp(-2 x^2) (Massart 1990), so below 1e-8 at 3.1.
template <class Cdf>
void check_continuous(std::vector<double> draws, Cdf cdf) {
  std::sort(draws.begin(), draws.end());
  double largest = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double p = cdf(draws[i]), at = static_cast<double>(i);
    largest = std::max({largest, p - at / static_cast<double>(n), (at + 1) / static_cast<double>(n) - p});
  }
  CHECK(largest * std::sqrt(static_cast<double>(n)) < 3.1);
}

/// Pearson's chi-square over the values 0, 1, …, those expected fewer than 20 times being pooled.
template <class Probability>
void check_discrete(const std::vector<double>& draws, std::size_t values, Probability probability) {
  REQUIRE(std::all_of(draws.begin(), draws.end(), [&](double x) {
    return x >= 0 && x < static_cast<double>(values) && x == std::floor(x) && probability(x) > 0;
  }));
  std::vector<double> counts(values);
  for (const double x : draws) ++counts[static_cast<std::size_t>(x)];
  double statistic = 0, pooled_count = 0, pooled_expected = 0, cells = 0, total = 0;
  const auto add = [&](double count, double expected) {
    statistic += (count - expected) * (count - expected) / expected;
    ++cells;
  };
  for (std::size_t k = 0; k < values; ++k) {
    const double p = probability(static_cast<double>(k)), expected = p * static_cast<double>(n);
    total += p;
    if (expected >= 20) {
      add(counts[k], expected);
    } else {
      pooled_count += counts[k];
      pooled_expected += expected;
    }
  }
  if (pooled_expected > 5) add(pooled_count, pooled_expected);
  CHECK(total == Approx(1).epsilon(1e-9));
  CHECK(chi_square_tail(statistic, cells - 1) > false_alarm);
}

double log_choices(double of, double taken) {
  return log_gamma(of + 1) - log_gamma(taken + 1) - log_gamma(of - taken + 1);
}

}  // namespace

TEST_CASE("continuous draws have the distribution functions that they name", "[rate]") {
  check_continuous(draws_of(1, draw_normal), normal_cdf);
  check_continuous(draws_of(2, draw_exponential), [](double x) { return -std::expm1(-x); });
  check_continuous(draws_of(3, draw_laplace), [](double x) { return x < 0 ? std::exp(x) / 2 : 1 - std::exp(-x) / 2; });
  check_continuous(draws_of(4, draw_gumbel), [](double x) { return std::exp(-std::exp(-x)); });
  for (const double shape : {0.1, 0.5, 0.999, 1.0, 1.5, 4.0, 1000.0})
    check_continuous(draws_of(5, [&](RowStream& random) { return draw_gamma(random, shape); }),
                     [&](double x) { return regularised_gamma_lower(shape, x); });
  for (const double df : {0.5, 1.0, 3.0, 50.0})
    check_continuous(draws_of(6, [&](RowStream& random) { return draw_student_t(random, df); }), [&](double t) {
      const double tail = regularised_beta(df / 2, 0.5, df / (df + t * t)) / 2;
      return t < 0 ? tail : 1 - tail;
    });
}

TEST_CASE("discrete draws have the probabilities that they name", "[rate]") {
  for (const double rate : {0.001, 0.3, 1.0, 7.5, 60.0, 1000.0})
    check_discrete(draws_of(7, [&](RowStream& random) { return draw_poisson(random, rate); }), 1500,
                   [&](double k) { return std::exp(k * std::log(rate) - rate - log_gamma(k + 1)); });
  const double binomials[][2] = {{1, 0.3}, {5, 0.5}, {10, 0.999}, {40, 0.01}, {1000, 0.25}, {30, 0.9}};
  for (const auto& [trials, p] : binomials)
    check_discrete(draws_of(8, [t = trials, p = p](RowStream& random) { return draw_binomial(random, t, p); }),
                   static_cast<std::size_t>(trials) + 1, [t = trials, p = p](double k) {
                     return std::exp(log_choices(t, k) + k * std::log(p) + (t - k) * std::log1p(-p));
                   });
  const double hypergeometrics[][3] = {{5, 5, 5}, {1, 20, 7}, {50, 10, 55}, {300, 700, 200}, {3, 4, 1}};
  for (const auto& [marked, unmarked, drawn] : hypergeometrics)
    check_discrete(draws_of(9, [m = marked, u = unmarked,
                                d = drawn](RowStream& random) { return draw_hypergeometric(random, m, u, d); }),
                   static_cast<std::size_t>(std::min(marked, drawn)) + 1,
                   [m = marked, u = unmarked, d = drawn](double k) {
                     if (k < d - u) return 0.0;
                     return std::exp(log_choices(m, k) + log_choices(u, d - k) - log_choices(m + u, d));
                   });
  const std::vector<double> probabilities{0, 0.1, 0.25, 0, 0.65};
  check_discrete(draws_of(10, [&](RowStream& random) { return draw_categorical(random, probabilities); }), 5,
                 [&](double k) { return probabilities[static_cast<std::size_t>(k)]; });
  check_discrete(draws_of(11, [](RowStream& random) { return draw_bernoulli(random, 0.2); }), 2,
                 [](double k) { return k == 1 ? 0.2 : 0.8; });
  check_discrete(draws_of(12, [](RowStream& random) { return draw_below(random, 37); }), 37,
                 [](double) { return 1.0 / 37; });
}

TEST_CASE("great counts have their mean and variance") {
  // Six standard errors of the mean, and six of the variance, whose draws are nearly normal: 2e-9 each.
  const auto check = [](std::uint32_t point, double mean, double variance, auto draw) {
    double sum = 0, squares = 0;
    const std::size_t draws = 5000;
    for (std::size_t i = 0; i < draws; ++i) {
      RowStream random = test_stream(point).row(i);
      const double x = draw(random) - mean;
      sum += x;
      squares += x * x;
    }
    const auto size = static_cast<double>(draws);
    CHECK(std::abs(sum) < 6 * std::sqrt(size * variance));
    CHECK(std::abs(squares - size * variance) < 6 * variance * std::sqrt(2 * size));
  };
  check(13, 1e6, 1e6, [](RowStream& random) { return draw_poisson(random, 1e6); });
  check(14, 2e6, 2e6 * 0.98, [](RowStream& random) { return draw_binomial(random, 1e8, 0.02); });
  check(15, 3e5, 3e5 * 0.7 * 9e6 / (1e7 - 1),
        [](RowStream& random) { return draw_hypergeometric(random, 3e6, 7e6, 1e6); });
}

TEST_CASE("the ends of parameters' ranges have their one value") {
  RowStream random = test_stream(16).row(0);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(draw_poisson(random, 0) == 0);
    REQUIRE(draw_binomial(random, 0, 0.5) == 0);
    REQUIRE(draw_binomial(random, 9, 0) == 0);
    REQUIRE(draw_binomial(random, 9, 1) == 9);
    REQUIRE(draw_hypergeometric(random, 4, 0, 3) == 3);
    REQUIRE(draw_hypergeometric(random, 0, 4, 3) == 0);
    REQUIRE(draw_hypergeometric(random, 4, 5, 9) == 4);
    REQUIRE(draw_bernoulli(random, 1));
    REQUIRE_FALSE(draw_bernoulli(random, 0));
    REQUIRE(draw_below(random, 1) == 0);
    REQUIRE(std::isfinite(draw_student_t(random, 1e-3)));
    REQUIRE(std::isfinite(draw_gamma(random, 1e-3)));
    REQUIRE(std::isfinite(draw_gamma(random, 1e300)));
  }
}

TEST_CASE("draws of fixed consumption leave the row where they say") {
  const auto after = [](std::size_t words) {
    RowStream random = test_stream(17).row(5);
    for (std::size_t i = 0; i < words; ++i) random();
    return random();
  };
  const auto consumes = [&](std::size_t words, auto draw) {
    RowStream random = test_stream(17).row(5);
    draw(random);
    CHECK(random() == after(words));
  };
  consumes(2, [](RowStream& r) { draw_normal(r); });
  consumes(1, [](RowStream& r) { draw_exponential(r); });
  consumes(1, [](RowStream& r) { draw_laplace(r); });
  consumes(1, [](RowStream& r) { draw_gumbel(r); });
  consumes(1, [](RowStream& r) { draw_bernoulli(r, 0.3); });
  consumes(1, [](RowStream& r) { draw_categorical(r, std::vector{0.3, 0.7}); });
  consumes(1, [](RowStream& r) { draw_below(r, 10); });
  for (const double rate : {0.0, 0.5, 300.0}) consumes(1, [&](RowStream& r) { draw_poisson(r, rate); });
  for (const double p : {0.0, 0.4, 1.0}) consumes(1, [&](RowStream& r) { draw_binomial(r, 50, p); });
  for (const double drawn : {0.0, 3.0, 9.0}) consumes(1, [&](RowStream& r) { draw_hypergeometric(r, 4, 5, drawn); });
  consumes(4, [](RowStream& r) { draw_permutation(r, 5); });
  std::vector<double> counts(3);
  consumes(3, [&](RowStream& r) { draw_multinomial(r, 10, std::vector{0.2, 0.5, 0.3}, counts); });
}

TEST_CASE("a bounded number is the high half of the product with a word") {
  RowStream random = test_stream(18).row(0), same = random;
  for (const std::uint64_t bound :
       {std::uint64_t{1}, std::uint64_t{10}, std::uint64_t{1} << 32, (std::uint64_t{1} << 32) + 1, ~std::uint64_t{0}})
    for (int i = 0; i < 100; ++i) {
      __extension__ using Product = unsigned __int128;
      const auto product = static_cast<Product>(same()) * bound;
      REQUIRE(draw_below(random, bound) == static_cast<std::uint64_t>(product >> 64));
    }
}

TEST_CASE("a multinomial's counts sum to its trials, and each has its variance and covariance") {
  const std::vector<double> weights{2, 0, 5, 3, 0};
  std::vector<double> counts(5), sums(5);
  constexpr int repeats = 20000;
  double product = 0;
  for (std::size_t i = 0; i < repeats; ++i) {
    RowStream random = test_stream(19).row(i);
    draw_multinomial(random, 40, weights, counts);
    REQUIRE(std::accumulate(counts.begin(), counts.end(), 0.0) == 40);
    REQUIRE(counts[1] + counts[4] == 0);
    for (std::size_t k = 0; k < 5; ++k) sums[k] += counts[k];
    product += (counts[0] - 8) * (counts[2] - 20);
  }
  for (std::size_t k = 0; k < 5; ++k) {
    const double p = weights[k] / 10;
    CHECK(std::abs(sums[k] / repeats - 40 * p) <= 6 * std::sqrt(40 * p * (1 - p) / repeats));
  }
  // Cov = -40 * 0.2 * 0.5 = -4; a product's standard deviation is about sqrt(6.4 * 10 + 16) = 9.
  CHECK(product / repeats == Approx(-4).margin(6 * 9 / std::sqrt(static_cast<double>(repeats))));
}

TEST_CASE("every order of four is drawn as often") {
  std::map<std::vector<std::size_t>, double> counts;
  constexpr double repeats = 24000;
  for (std::size_t i = 0; i < 24000; ++i) {
    RowStream random = test_stream(20).row(i);
    ++counts[draw_permutation(random, 4)];
  }
  REQUIRE(counts.size() == 24);
  double statistic = 0;
  for (const auto& [order, count] : counts)
    statistic += (count - repeats / 24) * (count - repeats / 24) / (repeats / 24);
  CHECK(chi_square_tail(statistic, 23) > false_alarm);
  RowStream random = test_stream(21).row(0);
  CHECK(draw_permutation(random, 0).empty());
}

TEST_CASE("a factorial's logarithm is gamma's, to a few units in the last place") {
  for (double k = 0; k < 200; ++k)
    CHECK(detail::log_factorial(k) == Approx(log_gamma(k + 1)).epsilon(1e-15).margin(1e-15));
  for (double k = 200; k < 1e15; k = std::floor(k * 1.7))
    CHECK(detail::log_factorial(k) == Approx(log_gamma(k + 1)).epsilon(1e-15));
}
