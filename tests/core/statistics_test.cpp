#include <equipoise/core/statistics.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

RandomStream test_stream(std::uint32_t point, std::uint32_t replicate = 0) {
  return RandomStream({.seed = 30, .purpose = Purpose::test, .point = point, .replicate = replicate});
}

double binomial_probability(double n, double k, double p) {
  return std::exp(log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

}  // namespace

TEST_CASE("weighted summaries are those of the rows repeated") {
  const std::vector<double> values{3, -1, 4, 1, 5}, weights{2, 1, 0, 3, 1}, repeated{3, 3, -1, 1, 1, 1, 5},
      ones(7, 1.0);
  CHECK(weighted_mean(values, weights) == Approx(13.0 / 7));
  CHECK(weighted_variance(values, weights) == Approx(weighted_variance(repeated, ones)));
  CHECK(weighted_variance(repeated, ones) == Approx(47.0 / 7 - 169.0 / 49));
  for (const double p : {0.0, 0.1, 1.0 / 7, 0.3, 0.5, 0.7, 6.0 / 7, 0.9, 1.0})
    CHECK(weighted_quantile(values, weights, p) == weighted_quantile(repeated, ones, p));
  CHECK(weighted_quantile(values, weights, 0) == -1);
  CHECK(weighted_quantile(values, weights, 0.5) == 1);
  CHECK(weighted_quantile(values, weights, 0.6) == 3);
  CHECK(weighted_quantile(values, weights, 1) == 5);
}

TEST_CASE("intervals of a proportion are those published") {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I,
  // methods 3 and 5.
  struct Published {
    double successes, trials;
    Interval wilson, exact;
  };
  for (const auto& [successes, trials, wilson, exact] :
       {Published{81, 263, {0.2553, 0.3662}, {0.2527, 0.3676}}, Published{15, 148, {0.0624, 0.1605}, {0.0578, 0.1617}},
        Published{0, 20, {0, 0.1611}, {0, 0.1684}}, Published{1, 29, {0.0061, 0.1718}, {0.0009, 0.1776}}}) {
    const Interval score = wilson_interval(successes, trials),
                   clopper_pearson = clopper_pearson_interval(successes, trials);
    CHECK(score.low == Approx(wilson.low).margin(5e-5));
    CHECK(score.high == Approx(wilson.high).margin(5e-5));
    CHECK(clopper_pearson.low == Approx(exact.low).margin(5e-5));
    CHECK(clopper_pearson.high == Approx(exact.high).margin(5e-5));
  }
}

TEST_CASE("intervals of a proportion hold it, mirror each other and reach the ends") {
  for (double trials : {1.0, 2.0, 7.0, 1000.0})
    for (double successes = 0; successes <= trials; successes += std::max(1.0, trials / 10))
      for (const auto interval : {wilson_interval, clopper_pearson_interval}) {
        const Interval found = interval(successes, trials, 0.9), mirrored = interval(trials - successes, trials, 0.9);
        CHECK(0 <= found.low);
        CHECK(found.low <= successes / trials);
        CHECK(found.high >= successes / trials);
        CHECK(found.high <= 1);
        CHECK(found.low == Approx(1 - mirrored.high).margin(1e-13));
        CHECK((found.low == 0) == (successes == 0));
        CHECK((found.high == 1) == (successes == trials));
      }
  CHECK(clopper_pearson_interval(0, 10).high == Approx(1 - std::pow(0.025, 0.1)).epsilon(1e-13));  // closed form
}

TEST_CASE("the exact interval covers at least its level, and the score interval nearly") {
  // Coverage by enumeration of outcomes: no sampling, no false alarm.
  for (const double n : {5.0, 20.0, 60.0})
    for (double p = 0.01; p < 1; p += 0.01) {
      double exact = 0, score = 0;
      for (double k = 0; k <= n; ++k) {
        const Interval c = clopper_pearson_interval(k, n), w = wilson_interval(k, n);
        if (c.low <= p && p <= c.high) exact += binomial_probability(n, k, p);
        if (w.low <= p && p <= w.high) score += binomial_probability(n, k, p);
      }
      CHECK(exact >= 0.95 - 1e-12);
      CHECK(score >= 0.83);  // its infimum over p: Brown, Cai, DasGupta 2001
    }
}

TEST_CASE("a percentile interval holds its value", "[bayesian bootstrap]") {
  std::vector<double> replicates;
  for (int i = 100; i >= 0; --i) replicates.push_back(i);
  const auto is = [](const Estimate& found, double value, double low, double high) {
    CHECK(found.value == value);
    CHECK(found.low == Approx(low));
    CHECK(found.high == Approx(high));
  };
  is(percentile_estimate(50, replicates, 0.9), 50, 5, 95);
  is(percentile_estimate(97, replicates, 0.9), 97, 5, 97);
  is(percentile_estimate(-1, replicates, 0.9), -1, -1, 95);
  CHECK(percentile_estimate(7, {}, 0.95) == Estimate{7, 7, 7});
}

TEST_CASE("a bootstrap draws as many people as there are, each as likely") {
  // Many people to a row, and few: two algorithms. Counts are binomial: six standard errors, 2e-9 each.
  for (const std::vector<double>& people : {std::vector<double>{120, 0, 36, 7}, std::vector<double>{2, 0, 3, 1, 1}}) {
    const double total = std::accumulate(people.begin(), people.end(), 0.0);
    std::vector<double> drawn(people.size()), sums(people.size()), squares(people.size());
    constexpr std::uint32_t repeats = 10000;
    for (std::uint32_t replicate = 0; replicate < repeats; ++replicate) {
      bootstrap_weights(test_stream(1, replicate), people, BootstrapUnit::person, drawn);
      REQUIRE(std::accumulate(drawn.begin(), drawn.end(), 0.0) == total);
      for (std::size_t i = 0; i < people.size(); ++i) {
        sums[i] += drawn[i];
        squares[i] += (drawn[i] - people[i]) * (drawn[i] - people[i]);
      }
    }
    for (std::size_t i = 0; i < people.size(); ++i) {
      const double variance = people[i] * (1 - people[i] / total);
      CHECK(std::abs(sums[i] / repeats - people[i]) <= 6 * std::sqrt(variance / repeats));
      // A binomial's fourth central moment is below 3 variance^2 + variance.
      CHECK(std::abs(squares[i] / repeats - variance) <= 6 * std::sqrt((2 * variance * variance + variance) / repeats));
    }
  }
}

TEST_CASE("a bootstrap of rows keeps what each weighs") {
  const std::vector<double> weights{0.5, 1.25, 3.0};
  std::vector<double> drawn(3);
  for (std::uint32_t replicate = 0; replicate < 100; ++replicate) {
    bootstrap_weights(test_stream(2, replicate), weights, BootstrapUnit::row, drawn);
    double rows = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double times = drawn[i] / weights[i];
      REQUIRE(times == std::round(times));
      rows += times;
    }
    REQUIRE(rows == 3);
  }
}

TEST_CASE("the bootstrap's percentile interval of a mean covers it") {
  // 400 samples of 100 exponentials, mean 1: nominal 95%, known to be a little less for a skewed mean. Fewer than 356
  // of 400 has probability 1e-6 at a coverage of 93.7%; none at all above the mean would show as well.
  int covered = 0;
  constexpr std::uint32_t samples = 400, replicates = 400;
  for (std::uint32_t sample = 0; sample < samples; ++sample) {
    std::vector<double> values(100), ones(100, 1.0), drawn(100), means(replicates);
    RowStream random = test_stream(3).row(sample);
    for (double& x : values) x = draw_exponential(random);
    for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
      bootstrap_weights(test_stream(100 + sample, replicate), ones, BootstrapUnit::person, drawn);
      means[replicate] = weighted_mean(values, drawn);
    }
    const Interval interval = percentile_interval(means);
    covered += interval.low <= 1 && 1 <= interval.high;
  }
  CAPTURE(covered);
  CHECK(covered >= 356);
  CHECK(covered <= 399);
}

TEST_CASE("a two-level interval knows both chances") {
  // Replicates' true measures are normal with variance a^2, and each one's bootstrap draws with variance s^2, apart:
  // the mean of R then has variance ((R - 1) / R a^2 + s^2) / R, a^2 being the replicates' own spread.
  constexpr std::size_t replicates = 8, bootstraps = 20000;
  std::vector<double> values(replicates);
  std::vector<std::vector<double>> resampled(replicates, std::vector<double>(bootstraps));
  fill_normal(test_stream(4), 0, values);
  for (std::size_t r = 0; r < replicates; ++r) {
    fill_normal(test_stream(5, static_cast<std::uint32_t>(r)), 0, resampled[r]);
    for (double& x : resampled[r]) x = values[r] + 0.5 * x;
  }
  const Estimate found = two_level_estimate(values, resampled, test_stream(6));
  const std::vector<double> ones(replicates, 1.0);
  CHECK(found.value == Approx(weighted_mean(values, ones)));
  // Drawn with replacement, a replicate may be drawn twice and then brings the same noise twice: s^2 (2 - 1 / R) / R.
  const double spread = weighted_variance(values, ones), noise = 0.25 * (2 - 1.0 / replicates);
  const double expected = 2 * 1.959964 * std::sqrt((spread + noise) / replicates);
  CHECK(found.high - found.low ==
        Approx(expected).epsilon(0.06));  // a width of 20,000 draws has a standard error of 1%
}

TEST_CASE("a two-level interval of one replicate is the rows' alone, and always holds its value") {
  std::vector<double> rows(1000);
  fill_normal(test_stream(7), 0, rows);
  const std::vector<std::vector<double>> resampled{rows};
  const Estimate found = two_level_estimate(std::vector{0.1}, resampled, test_stream(8));
  const Interval alone = percentile_interval(rows);
  CHECK(found == Estimate{0.1, alone.low, alone.high});
  const Estimate beside = two_level_estimate(std::vector{9.0}, resampled, test_stream(8));
  CHECK(beside.low <= beside.value);
  CHECK(beside.high == 9.0);
  CHECK(two_level_estimate(std::vector{1.0, 3.0}, std::vector<std::vector<double>>(2), test_stream(9)) ==
        Estimate{2, 2, 2});
}
