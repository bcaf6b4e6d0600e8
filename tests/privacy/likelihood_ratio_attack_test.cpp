#include <equipoise/privacy/likelihood_ratio_attack.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/membership_inference.hpp>

using namespace equipoise;

namespace {

constexpr std::size_t people = 2000;

/// Everybody has a hardness of their own, far wider than what training on them changes: 1, with noise of deviation 0.5.
struct HardPeople {
  RandomStream stream{StreamKey{.seed = 67, .purpose = Purpose::test}};

  Eigen::VectorXd scores(std::span<const std::size_t> rows, std::uint64_t model) const {
    Eigen::VectorXd result(people);
    RowStream noise = stream.row(1 + model);
    for (std::size_t i = 0; i < people; ++i) {
      RowStream own = stream.row(1'000'000 + i);
      result[static_cast<Eigen::Index>(i)] = 10 * draw_normal(own) + 0.5 * draw_normal(noise);
    }
    for (const std::size_t row : rows) result[static_cast<Eigen::Index>(row)] += 1;
    return result;
  }
};

MembershipAttack attack_of(const Eigen::VectorXd& scores) {  // people of even number are members of the target
  std::vector<double> members, others;
  for (std::size_t i = 0; i < people; ++i)
    (i % 2 == 0 ? members : others).push_back(scores[static_cast<Eigen::Index>(i)]);
  return membership_attack(members, others);
}

}  // namespace

TEST_CASE("a confidence score is the log-odds of the probability, and finite where the probability is 1") {
  for (const double p : {0.01, 0.3, 0.5, 0.9, 0.9999})
    CHECK(confidence_score(-std::log(p)) == Approx(logit(p)).margin(1e-12));
  CHECK(std::isfinite(confidence_score(0)));
  CHECK(confidence_score(0) > 30);
  CHECK(confidence_score(800) == Approx(-800));
}

TEST_CASE("everybody is in half of the shadow models, and the halves come from the stream") {
  const auto train = [](std::span<const std::size_t> rows, std::size_t) {
    CHECK((rows.size() == 5 || rows.size() == 6));
    CHECK(std::is_sorted(rows.begin(), rows.end()));
    Eigen::VectorXd scores = Eigen::VectorXd::Zero(11);
    for (const std::size_t row : rows) scores[static_cast<Eigen::Index>(row)] = 1;
    return scores;
  };
  const RandomStream stream({.seed = 68, .purpose = Purpose::audit});
  const ShadowScores shadows = shadow_scores(11, 8, stream, train);
  for (std::size_t person = 0; person < 11; ++person) {
    int in = 0;
    for (std::size_t model = 0; model < 8; ++model) {
      in += shadows.is_member(person, model) ? 1 : 0;
      CHECK(shadows.scores(static_cast<Eigen::Index>(person), static_cast<Eigen::Index>(model)) ==
            (shadows.is_member(person, model) ? 1 : 0));
    }
    CHECK(in == 4);
  }
  CHECK(shadow_scores(11, 8, stream, train).members == shadows.members);
}

TEST_CASE("a threshold on losses sees nothing among people of all hardnesses, the calibrated ratio what there is") {
  const HardPeople world;
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < people; i += 2) members.push_back(i);
  const Eigen::VectorXd target = world.scores(members, 0);
  const ShadowScores shadows = shadow_scores(
      people, 32, RandomStream({.seed = 68, .purpose = Purpose::audit}),
      [&](std::span<const std::size_t> rows, std::size_t model) { return world.scores(rows, 1 + model); });
  // Of 1000 people against 1000 an area is off by more than 0.05 with probability 1e-4.
  CHECK(attack_of(target).area_under_curve.value == Approx(0.5 + 1 / (2 * std::sqrt(M_PI) * 10)).margin(0.05));
  // Known hardness: a shift of 2 deviations. Sixteen models of a kind know each mean to a quarter deviation.
  const double best = normal_cdf(std::sqrt(2.0));
  const MembershipAttack online = attack_of(likelihood_ratio_scores(target, shadows));
  CHECK(online.area_under_curve.value == Approx(best).margin(0.04));
  CHECK(online.low_false_positives[1].rate.value > 0.2);  // at 1%: Phi(-2.33 + 2) = 0.37 with known hardness
  const MembershipAttack offline = attack_of(likelihood_ratio_scores(target, shadows, {.online = false}));
  CHECK(offline.area_under_curve.value == Approx(best).margin(0.05));
  const MembershipAttack own = attack_of(likelihood_ratio_scores(target, shadows, {.own_variances = true}));
  CHECK(own.area_under_curve.value == Approx(best).margin(0.06));
}

TEST_CASE("the online score is the log ratio of two normal densities, the offline one a standardised distance") {
  ShadowScores shadows{Eigen::MatrixXd(2, 4), {1, 0, 1, 0, 0, 1, 0, 1}};
  shadows.scores << 1, 5, 3, 9, 2, 0, 4, 2;
  const Eigen::Vector2d target(6, 1);
  // Person 0: with 1, 3 (mean 2, variance 2); without 5, 9 (7, 8). Person 1: with 0, 2 (1, 2); without 2, 4 (3, 2).
  const auto density = [](double x, double mean, double variance) {
    return std::log(std::exp(-(x - mean) * (x - mean) / (2 * variance)) / std::sqrt(variance));
  };
  const Eigen::VectorXd own = likelihood_ratio_scores(target, shadows, {.own_variances = true});
  CHECK(own[0] == Approx(density(6, 2, 2) - density(6, 7, 8)));
  CHECK(own[1] == Approx(density(1, 1, 2) - density(1, 3, 2)));
  const Eigen::VectorXd shared = likelihood_ratio_scores(target, shadows);  // with: 4 / 2, without: 10 / 2
  CHECK(shared[0] == Approx(density(6, 2, 2) - density(6, 7, 5)));
  CHECK(likelihood_ratio_scores(target, shadows, {.online = false})[0] == Approx(-1 / std::sqrt(5.0)));
}

TEST_CASE("shadow models that leave someone without a comparison are refused") {
  const auto nothing = [](std::span<const std::size_t>, std::size_t) {
    return Eigen::VectorXd(Eigen::VectorXd::Zero(4));
  };
  const RandomStream stream({.seed = 68, .purpose = Purpose::audit});
  CHECK_THROWS_AS(shadow_scores(4, 3, stream, nothing), Error);
  CHECK_THROWS_AS(shadow_scores(5, 2, stream, nothing), Error);
  ShadowScores all_in{Eigen::MatrixXd::Zero(2, 2), {1, 1, 1, 0}};
  CHECK_THROWS_AS(likelihood_ratio_scores(Eigen::Vector2d(0, 0), all_in), Error);
  all_in.members = {1, 0, 1, 0};
  CHECK_THROWS_AS(likelihood_ratio_scores(Eigen::Vector2d(0, 0), all_in, {.own_variances = true}), Error);
  CHECK(likelihood_ratio_scores(Eigen::Vector2d(0, 0), all_in).allFinite());
}
