#include <equipoise/privacy/attack_intervals.hpp>

#include <cmath>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

using namespace equipoise;

TEST_CASE("the difference of two rates has the interval of Newcombe's example") {
  const Estimate difference = difference_of_rates(56, 70, 48, 80);  // Newcombe 1998, table II, (a), method 10
  CHECK(difference.value == Approx(0.2).epsilon(1e-12));
  CHECK(difference.low == Approx(0.0524).margin(5e-5));
  CHECK(difference.high == Approx(0.3339).margin(5e-5));
}

TEST_CASE("nobody who differs leaves an interval of some width around 0, and everybody one within its range") {
  const Estimate none = paired_difference(0, 0, 100);
  CHECK(none.value == 0);
  CHECK(none.low < 0);
  CHECK(none.high > 0);
  CHECK(none.high < 0.05);
  const Estimate all = paired_difference(100, 0, 100);
  CHECK(all.value == 1);
  CHECK(all.high == 1);
  CHECK(all.low > 0.9);
}

TEST_CASE("intervals of 95% cover the truth about so often") {
  // 3000 draws each: a coverage of 0.95 is estimated within 0.02 but for a chance of 1e-6; the methods' own coverage at
  // these sizes is between 0.94 and 0.965.
  constexpr int rounds = 3000;
  int rates = 0, pairs = 0, means = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    RowStream random = RandomStream({.seed = 63, .purpose = Purpose::test}).row(round);
    const double a = draw_binomial(random, 80, 0.3), b = draw_binomial(random, 120, 0.2);
    const Estimate rate = difference_of_rates(a, 80, b, 120);
    rates += rate.low <= 0.1 && 0.1 <= rate.high ? 1 : 0;
    const auto paired = [&](double gain, double loss, double people) {
      const double gains = draw_binomial(random, people, gain);
      const double losses = draw_binomial(random, people - gains, loss / (1 - gain));
      return paired_difference(gains, losses, people);
    };
    const Estimate first = paired(0.2, 0.05, 150), second = paired(0.1, 0.15, 100);
    pairs += first.low <= 0.15 && 0.15 <= first.high ? 1 : 0;
    const Estimate mean = mean_of_estimates(first, second);
    CHECK(mean.value == Approx((first.value + second.value) / 2));
    means += mean.low <= 0.05 && 0.05 <= mean.high ? 1 : 0;
  }
  for (const int covered : {rates, pairs, means}) {
    CHECK(covered > 0.925 * rounds);
    CHECK(covered < 0.985 * rounds);
  }
}
