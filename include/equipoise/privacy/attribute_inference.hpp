// What a release or a model tells about one attribute of a person, to an attacker who knows everything else of them.
//
// The advantage is how much oftener the attacker is right with it than without it: what the attribute's association
// with the rest gives away anyway is not the model's doing (Yeom, Giacomelli, Fredrikson, Jha 2018).
// What an audit finds is a lower bound on what some attacker can do, not a guarantee.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/privacy/attack_intervals.hpp>

namespace equipoise::inline v0 {

/// An attacker's guesses about people.
struct AttributeAttack {
  Estimate accuracy;          ///< with the release
  Estimate accuracy_without;  ///< by the prior alone
  Estimate advantage;         ///< their difference, on the same people
};

/// The most probable level of each row; of equals the first. log_weights: people x levels, ln of probabilities up to a
/// constant a row, -infinity for 0.
inline std::vector<std::size_t> likeliest_levels(const Eigen::Ref<const Eigen::MatrixXd>& log_weights) {
  std::vector<std::size_t> guesses;
  for (Eigen::Index row = 0; row < log_weights.rows(); ++row) {
    Eigen::Index best = 0;
    for (Eigen::Index level = 1; level < log_weights.cols(); ++level)
      if (log_weights(row, level) > log_weights(row, best)) best = level;
    guesses.push_back(static_cast<std::size_t>(best));
  }
  return guesses;
}

/// How often guesses with the release and without it are right. One entry a person; level: in (0, 1). Throws
/// value_out_of_range where lengths differ or there is no one.
inline AttributeAttack attribute_attack(std::span<const std::size_t> truth, std::span<const std::size_t> guesses,
                                        std::span<const std::size_t> guesses_without, double level = 0.95) {
  constexpr const char* place = "attribute inference";
  check_positive(place, "number of people", static_cast<double>(truth.size()));
  check_same_size(place, "guesses", guesses.size(), truth.size());
  check_same_size(place, "guesses_without", guesses_without.size(), truth.size());
  check_level(place, "level", level);
  double right = 0, right_without = 0, gains = 0, losses = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool with = guesses[i] == truth[i], without = guesses_without[i] == truth[i];
    right += with ? 1 : 0;
    right_without += without ? 1 : 0;
    gains += with && !without ? 1 : 0;
    losses += without && !with ? 1 : 0;
  }
  const double size = static_cast<double>(truth.size());
  const auto rate = [&](double hits) {
    const Interval interval = wilson_interval(hits, size, level);
    return Estimate{hits / size, interval.low, interval.high};
  };
  return {rate(right), rate(right_without), paired_difference(gains, losses, size, level)};
}

/// The attack on a predictor by an attacker who knows a person's outcome and all features but the attribute: the level
/// is guessed under which prior and the predictor's likelihood of the outcome are largest together (Fredrikson, Jha,
/// Ristenpart 2015; maximum a posteriori).
///
/// losses: people x levels, the predictor's log loss on the person with the attribute set to each level, so that
/// exp(-loss) is the likelihood. log_prior: people x levels, what the attacker believes without the model, given all
/// else. The model must not have been used to make the prior. Throws value_out_of_range where shapes differ or a loss
/// is NaN.
inline AttributeAttack model_inversion_attack(const Eigen::Ref<const Eigen::MatrixXd>& losses,
                                              const Eigen::Ref<const Eigen::MatrixXd>& log_prior,
                                              std::span<const std::size_t> truth, double level = 0.95) {
  constexpr const char* place = "attribute inference";
  check_same_size(place, "rows of log_prior", static_cast<std::size_t>(log_prior.rows()),
                  static_cast<std::size_t>(losses.rows()));
  check_same_size(place, "levels of log_prior", static_cast<std::size_t>(log_prior.cols()),
                  static_cast<std::size_t>(losses.cols()));
  check_positive(place, "number of levels", static_cast<double>(losses.cols()));
  for (Eigen::Index row = 0; row < losses.rows(); ++row)
    for (Eigen::Index k = 0; k < losses.cols(); ++k) {
      detail::check_number(place, "a loss", losses(row, k), "a number of at least 0", [](double l) { return l >= 0; });
      detail::check_number(place, "a log prior", log_prior(row, k), "a number of at most 0",
                           [](double l) { return l <= 0; });
    }
  return attribute_attack(truth, likeliest_levels(log_prior - losses), likeliest_levels(log_prior), level);
}

}  // namespace equipoise::inline v0
