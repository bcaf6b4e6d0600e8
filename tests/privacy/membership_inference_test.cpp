#include <equipoise/privacy/membership_inference.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>
#include <equipoise/core/special_functions.hpp>

using namespace equipoise;

namespace {

std::vector<double> normals(RowStream& random, std::size_t count, double mean) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(mean + draw_normal(random));
  return values;
}

bool holds(const Estimate& estimate, double truth) { return estimate.low <= truth && truth <= estimate.high; }

}  // namespace

TEST_CASE("the area, the rates and the advantage of a small attack are those counted pair by pair") {
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 64, .purpose = Purpose::test}).row(trial);
    std::vector<double> members, others;
    for (std::size_t i = 0; i < 4 + trial % 17; ++i) members.push_back(static_cast<double>(draw_below(random, 8)));
    for (std::size_t i = 0; i < 3 + trial % 13; ++i) others.push_back(static_cast<double>(draw_below(random, 8)));
    const MembershipAttack attack = membership_attack(members, others, {.false_positive_rates = {0.2}});
    double pairs = 0;
    for (const double a : members)
      for (const double b : others) pairs += a > b ? 1 : a == b ? 0.5 : 0;
    CHECK(attack.area_under_curve.value ==
          Approx(pairs / static_cast<double>(members.size() * others.size())).margin(1e-12));
    CHECK(attack.area_under_curve.low <= attack.area_under_curve.value);
    CHECK(attack.area_under_curve.value <= attack.area_under_curve.high);
    // The best threshold on even places, by trying every number.
    double greatest = 0, best = 99, rate = 0;
    for (double threshold = 8; threshold >= 0; --threshold) {
      double tp = 0, fp = 0, m = 0, n = 0, all_tp = 0, all_fp = 0;
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (i % 2 == 0) ++m, tp += members[i] >= threshold;
        all_tp += members[i] >= threshold;
      }
      for (std::size_t i = 0; i < others.size(); ++i) {
        if (i % 2 == 0) ++n, fp += others[i] >= threshold;
        all_fp += others[i] >= threshold;
      }
      if (tp / m - fp / n > greatest + 1e-12) greatest = tp / m - fp / n, best = threshold;
      if (all_fp <= 0.2 * static_cast<double>(others.size())) rate = all_tp / static_cast<double>(members.size());
    }
    CHECK(attack.low_false_positives[0].rate.value == Approx(rate).margin(1e-12));
    double below = -1;  // the next score of people at even places
    for (std::size_t i = 0; i < members.size(); i += 2) below = members[i] < best ? std::max(below, members[i]) : below;
    for (std::size_t i = 0; i < others.size(); i += 2) below = others[i] < best ? std::max(below, others[i]) : below;
    if (below >= 0 && best < 99) best = (best + below) / 2;
    double tp = 0, fp = 0;
    for (std::size_t i = 1; i < members.size(); i += 2) tp += members[i] >= best;
    for (std::size_t i = 1; i < others.size(); i += 2) fp += others[i] >= best;
    CHECK(attack.advantage.value ==
          Approx(tp / static_cast<double>(members.size() / 2) - fp / static_cast<double>(others.size() / 2))
              .margin(1e-12));
    CHECK(attack.accuracy() == (1 + attack.advantage.value) / 2);
  }
}

TEST_CASE("scores that members have a normal shift above have its area, rates and advantage") {
  // Of 60 attacks each, an interval of 99% misses more than 5 times with probability 3e-5 (binomial), four kinds.
  int area = 0, rate = 0, advantage = 0, nothing = 0;
  for (std::uint64_t round = 0; round < 60; ++round) {
    RowStream random = RandomStream({.seed = 65, .purpose = Purpose::test}).row(round);
    const auto members = normals(random, 2000, 0.8), others = normals(random, 1500, 0), same = normals(random, 2000, 0);
    const MembershipAttackOptions options{.false_positive_rates = {0.1}, .level = 0.99};
    const MembershipAttack attack = membership_attack(members, others, options);
    area += holds(attack.area_under_curve, normal_cdf(0.8 / std::sqrt(2))) ? 0 : 1;
    // Against the rate at the threshold found, whose own chance the interval does not count: at the true quantile.
    std::vector<double> known(3000);
    for (std::size_t i = 0; i < known.size(); ++i)
      known[i] = normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(known.size()));
    rate += holds(membership_attack(members, known, options).low_false_positives[0].rate,
                  normal_cdf(normal_quantile(0.1) + 0.8))
                ? 0
                : 1;
    // The threshold chosen is near the best, 0.4, where the advantage is flat.
    const double truth = normal_cdf(0.8 - attack.threshold) - normal_cdf(-attack.threshold);
    advantage += holds(attack.advantage, truth) ? 0 : 1;
    CHECK(truth > 2 * normal_cdf(0.4) - 1 - 0.03);
    nothing += holds(membership_attack(same, others, options).advantage, 0) ? 0 : 1;
  }
  CHECK(area <= 5);
  CHECK(rate <= 5);
  CHECK(advantage <= 5);
  CHECK(nothing <= 5);
}

TEST_CASE("what an oracle achieves by distribution alone is no leak, and what training adds is") {
  RowStream random = RandomStream({.seed = 66, .purpose = Purpose::test}).row(0);
  constexpr std::size_t people = 4000;
  // The others come from elsewhere: the oracle's scores differ by 0.5 already. The model's by 0.5 more for members.
  std::vector<double> oracle_members = normals(random, people, 0.5), oracle_others = normals(random, people, 0);
  std::vector<double> model_members = oracle_members;
  for (double& score : model_members) score += 0.5;
  const OracleExcess none = excess_over_oracle(oracle_members, oracle_others, oracle_members, oracle_others, 0.999);
  CHECK(none.excess.value == 0);
  CHECK(none.excess.low < 0);
  CHECK(none.excess.high > 0);
  CHECK(none.model_accuracy > 0.57);  // Phi(0.25) = 0.599, within 0.03 but for 1e-4
  const OracleExcess some = excess_over_oracle(model_members, oracle_others, oracle_members, oracle_others, 0.999);
  const double expected = normal_cdf(0.5) - normal_cdf(0.25);
  CHECK(some.excess.value == Approx(some.model_accuracy - some.oracle_accuracy).margin(1e-12));
  CHECK(some.excess.low > 0);
  CHECK(holds(some.excess, expected));
}

TEST_CASE("guesses by losses take who is fitted better for a member, and privacy bounds how often that is right") {
  const std::vector<double> low{0.1, 0.2, 0.1, 0.2}, high{1, 2, 1, 2};
  const MembershipAttack attack = membership_attack(scores_of_losses(low), scores_of_losses(high));
  CHECK(attack.area_under_curve.value == 1);
  CHECK(attack.advantage.value == 1);
  CHECK(membership_advantage_bound(0) == 0);
  // Randomised response at epsilon: true with e^epsilon / (1 + e^epsilon), wrong with the rest.
  CHECK(membership_advantage_bound(1.5) == Approx((std::exp(1.5) - 1) / (std::exp(1.5) + 1)).epsilon(1e-13));
}

TEST_CASE("scores that are none are refused") {
  const std::vector<double> one{1}, two{1, 2}, odd{1, NAN};
  CHECK_THROWS_AS(membership_attack(one, two), Error);
  CHECK_THROWS_AS(membership_attack(two, odd), Error);
  CHECK_THROWS_AS(membership_attack(two, two, {.false_positive_rates = {0.0}}), Error);
  CHECK_THROWS_AS(membership_attack(two, two, {.level = 1}), Error);
  const std::vector<double> three{1, 2, 3};
  CHECK_THROWS_AS(excess_over_oracle(two, two, three, two), Error);
}
