// Who was in the training data, as an attacker with a score tells it: membership inference by a threshold.
//
//     const auto attack = membership_attack(member_scores, other_scores);      // a score: minus the loss, say
//     attack.advantage                                                         // with its interval
//
// A score is anything that is higher for members: minus the model's loss on a person (Yeom, Giacomelli, Fredrikson, Jha
// 2018), or a likelihood ratio (likelihood_ratio_attack.hpp). What an audit finds is a lower bound on what some
// attacker can do, not a guarantee.
//
// Where the others do not come from the members' distribution, an attack also tells *distributions* apart: even a model
// that never saw a member is then "attacked" with success. excess_over_oracle takes off what the same attack achieves
// on an oracle that knows P(Y | causes) and saw no data; what is left is due to training.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/privacy/attack_intervals.hpp>

namespace equipoise::inline v0 {

/// The share of members found where so many others at most are taken for members.
struct TruePositiveRate {
  double false_positive_rate = 0;
  Estimate rate;  ///< with the exact interval (Clopper, Pearson 1934) at the threshold found
};

/// What an attack achieves.
struct MembershipAttack {
  /// P(a member scores above another), ties half. The interval is a proportion's score interval of as many trials as
  /// the smaller group has people: a Mann-Whitney statistic's variance is at most a(1 - a) / min(m, n) (van Dantzig
  /// 1951).
  Estimate area_under_curve;
  /// P(guess member | member) - P(guess member | other) at the threshold that does best on people at even places, as
  /// the people at odd places have it: choosing does not flatter it. In [-1, 1]; 0: none.
  Estimate advantage;
  double threshold = 0;  ///< scores of at least this are guessed to be members
  std::vector<TruePositiveRate> low_false_positives;

  /// Of guesses where half the people are members: (1 + advantage) / 2.
  double accuracy() const noexcept { return (1 + advantage.value) / 2; }
};

struct MembershipAttackOptions {
  std::vector<double> false_positive_rates{0.001, 0.01, 0.1};  ///< ascending, in (0, 1)
  double level = 0.95;                                         ///< of the intervals
};

namespace detail {

/// One point of a receiver operating characteristic: the guess is "member" for scores of at least `threshold`.
struct RocPoint {
  double threshold = std::numeric_limits<double>::infinity();
  double members = 0, others = 0;  ///< counts at or above it
};

/// From no guesses to guesses only, a point for each value of a score.
inline std::vector<RocPoint> roc_points(std::span<const double> members, std::span<const double> others) {
  std::vector<std::pair<double, bool>> scores;
  for (const double score : members) scores.emplace_back(score, true);
  for (const double score : others) scores.emplace_back(score, false);
  std::sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<RocPoint> points{{}};
  for (const auto& [score, member] : scores) {
    if (points.size() == 1 || points.back().threshold != score) {
      points.push_back(points.back());
      points.back().threshold = score;
    }
    ++(member ? points.back().members : points.back().others);
  }
  return points;
}

inline std::vector<double> every_other(std::span<const double> values, std::size_t from) {
  std::vector<double> picked;
  for (std::size_t i = from; i < values.size(); i += 2) picked.push_back(values[i]);
  return picked;
}

/// Where guesses do best on people at even places: the greatest difference of rates, of equals the highest, halfway
/// down to the next score.
inline double chosen_threshold(std::span<const double> members, std::span<const double> others) {
  const auto even_members = every_other(members, 0), even_others = every_other(others, 0);
  const double m = static_cast<double>(even_members.size()), n = static_cast<double>(even_others.size());
  const std::vector<RocPoint> points = roc_points(even_members, even_others);
  std::size_t best = 0;
  double greatest = 0;  // whole numbers, so that equals are equal
  for (std::size_t k = 1; k < points.size(); ++k)
    if (const double difference = points[k].members * n - points[k].others * m; difference > greatest) {
      greatest = difference;
      best = k;
    }
  if (best == 0 || best + 1 == points.size()) return points[best].threshold;
  return points[best + 1].threshold + (points[best].threshold - points[best + 1].threshold) / 2;
}

inline double count_at_least(std::span<const double> scores, double threshold) {
  return static_cast<double>(
      std::count_if(scores.begin(), scores.end(), [&](double score) { return score >= threshold; }));
}

inline void check_attack_scores(std::span<const double> members, std::span<const double> others) {
  constexpr const char* place = "membership inference";
  check_number(place, "number of members", static_cast<double>(members.size()), "at least 2",
               [](double n) { return n >= 2; });
  check_number(place, "number of others", static_cast<double>(others.size()), "at least 2",
               [](double n) { return n >= 2; });
  check_finite(place, "members", members);
  check_finite(place, "others", others);
}

}  // namespace detail

/// Members' scores against others'; how people are ordered within either must not depend on their scores. O(n log n).
/// Throws value_out_of_range for a score that is not finite and fewer than two people on either side.
inline MembershipAttack membership_attack(std::span<const double> members, std::span<const double> others,
                                          const MembershipAttackOptions& options = {}) {
  detail::check_attack_scores(members, others);
  check_level("membership inference", "level", options.level);
  for (const double rate : options.false_positive_rates)
    check_level("membership inference", "false_positive_rates", rate);
  const double m = static_cast<double>(members.size()), n = static_cast<double>(others.size());
  const std::vector<detail::RocPoint> points = detail::roc_points(members, others);
  MembershipAttack attack;
  double pairs = 0;
  for (std::size_t k = 1; k < points.size(); ++k)
    pairs += (points[k].others - points[k - 1].others) * (points[k].members + points[k - 1].members) / 2;
  const double area = std::clamp(pairs / (m * n), 0.0, 1.0), smaller = std::min(m, n);
  const Interval around = wilson_interval(area * smaller, smaller, options.level);
  attack.area_under_curve = {area, std::min(around.low, area), std::max(around.high, area)};
  for (const double rate : options.false_positive_rates) {
    double found = 0;
    for (const detail::RocPoint& point : points)
      if (point.others <= rate * n) found = point.members;
    const Interval interval = clopper_pearson_interval(found, m, options.level);
    attack.low_false_positives.push_back({rate, {found / m, interval.low, interval.high}});
  }
  attack.threshold = detail::chosen_threshold(members, others);
  const auto odd_members = detail::every_other(members, 1), odd_others = detail::every_other(others, 1);
  attack.advantage = difference_of_rates(
      detail::count_at_least(odd_members, attack.threshold), static_cast<double>(odd_members.size()),
      detail::count_at_least(odd_others, attack.threshold), static_cast<double>(odd_others.size()), options.level);
  return attack;
}

/// The scores of an attack that guesses by losses: minus the losses. losses: one a person.
inline std::vector<double> scores_of_losses(std::span<const double> losses) {
  std::vector<double> scores;
  for (const double loss : losses) scores.push_back(-loss);
  return scores;
}

/// The largest advantage that epsilon-differential privacy leaves to any attacker, (e^epsilon - 1) / (e^epsilon + 1):
/// the total variation distance of randomised response, which every such mechanism is a post-processing of for two
/// given data sets (Kairouz, Oh, Viswanath 2015). Yeom et al. 2018, theorem 1, has e^epsilon - 1. epsilon: at least 0.
inline double membership_advantage_bound(double epsilon) {
  check_non_negative("membership_advantage_bound", "epsilon", epsilon);
  return std::tanh(epsilon / 2);
}

/// An attack on a model beside the same attack on an oracle, on the same people.
struct OracleExcess {
  double model_accuracy = 0;   ///< of guesses where half the people are members
  double oracle_accuracy = 0;  ///< by distribution alone
  Estimate excess;             ///< model_accuracy - oracle_accuracy, paired by person
};

/// Scores that the model and the oracle give the same members and others, in the same orders; either attack chooses its
/// own threshold on people at even places and is measured on those at odd places. Throws as membership_attack does, and
/// where the lists' lengths differ.
inline OracleExcess excess_over_oracle(std::span<const double> model_members, std::span<const double> model_others,
                                       std::span<const double> oracle_members, std::span<const double> oracle_others,
                                       double level = 0.95) {
  detail::check_attack_scores(model_members, model_others);
  detail::check_attack_scores(oracle_members, oracle_others);
  check_same_size("membership inference", "oracle's members", oracle_members.size(), model_members.size());
  check_same_size("membership inference", "oracle's others", oracle_others.size(), model_others.size());
  check_level("membership inference", "level", level);
  const double by_model = detail::chosen_threshold(model_members, model_others);
  const double by_oracle = detail::chosen_threshold(oracle_members, oracle_others);
  OracleExcess result;
  const auto compare = [&](std::span<const double> model, std::span<const double> oracle, bool members) {
    double gains = 0, losses = 0, size = 0, right_model = 0, right_oracle = 0;
    for (std::size_t i = 1; i < model.size(); i += 2, ++size) {
      const bool model_right = (model[i] >= by_model) == members, oracle_right = (oracle[i] >= by_oracle) == members;
      gains += model_right && !oracle_right ? 1 : 0;
      losses += oracle_right && !model_right ? 1 : 0;
      right_model += model_right ? 1 : 0;
      right_oracle += oracle_right ? 1 : 0;
    }
    result.model_accuracy += right_model / size / 2;
    result.oracle_accuracy += right_oracle / size / 2;
    return paired_difference(gains, losses, size, level);
  };
  const Estimate of_members = compare(model_members, oracle_members, true);
  const Estimate of_others = compare(model_others, oracle_others, false);
  result.excess = mean_of_estimates(of_members, of_others);
  return result;
}

}  // namespace equipoise::inline v0
