// A lower bound on a training's epsilon from one run: canaries put in or left out by fair coins, and how many of those
// the trained model is sure about it gives away.
//
//     const auto included = draw_inclusion(stream.row(0), canaries);   // train with these
//     const OneRunAudit audit = audit_one_run(scores, included, numbers_of_guesses, delta, 0.05);
//
// Sources: Steinke, Nasr, Jagielski, "Privacy auditing with one (1) training run", NeurIPS 2023; for a
// Gaussian trade-off curve Mahloujifar, Melis, Chaudhuri, "Auditing f-differential privacy in one run", ICML 2025.
// Both hold whatever the canaries, the scores and the training, provided that every canary's coin is its own and that
// the numbers of guesses were fixed beforehand. Canaries that do not disturb one another (orthogonal gradients), a
// whole batch, and scores that are likelihood ratios come closest to the truth.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

namespace equipoise::inline v0 {

/// Of `canaries` on whose membership it could guess, a membership inference guessed on `guesses`, `correct` of them
/// rightly. 0 <= correct <= guesses <= canaries, canaries above 0.
struct CanaryGuesses {
  std::int64_t canaries = 0, guesses = 0, correct = 0;
  friend bool operator==(const CanaryGuesses&, const CanaryGuesses&) = default;
};

/// A fair coin a canary: 1 for one to train with. Not a secret, so a plain stream serves.
inline std::vector<std::uint8_t> draw_inclusion(RowStream random, std::size_t canaries) {
  std::vector<std::uint8_t> included(canaries);
  for (std::uint8_t& coin : included) coin = static_cast<std::uint8_t>(random() >> 63);
  return included;
}

/// Guesses that the canaries of the highest scores were included, half of all guesses rounded up, and those of the
/// lowest were not; abstains from the rest. scores: any order that is higher for members, ties by place; NaN counts as
/// the lowest. guesses: at most as many as there are canaries, fixed in ignorance of scores and coins.
inline CanaryGuesses guess_canaries(std::span<const double> scores, std::span<const std::uint8_t> included,
                                    std::size_t guesses) {
  if (scores.size() != included.size() || guesses > scores.size())
    throw Error(ErrorCode::value_out_of_range, "one-run audit",
                std::to_string(scores.size()) + " scores, " + std::to_string(included.size()) + " coins and " +
                    std::to_string(guesses) + " guesses",
                "a score and a coin a canary, and no more guesses than canaries");
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) { return std::isnan(scores[i]) ? -INFINITY : scores[i]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return key(i) > key(j); });
  const std::size_t in = (guesses + 1) / 2, out = guesses / 2;
  std::int64_t correct = 0;
  for (std::size_t k = 0; k < in; ++k) correct += included[order[k]] != 0;
  for (std::size_t k = 0; k < out; ++k) correct += included[order[order.size() - 1 - k]] == 0;
  return {static_cast<std::int64_t>(scores.size()), static_cast<std::int64_t>(guesses), correct};
}

namespace detail {

inline void check_guesses(const CanaryGuesses& guesses, double delta, double significance) {
  const auto& [canaries, guessed, correct] = guesses;
  if (!(0 <= correct && correct <= guessed && guessed <= canaries && canaries > 0))
    throw Error(ErrorCode::value_out_of_range, "one-run audit",
                std::to_string(correct) + " correct of " + std::to_string(guessed) + " guesses on " +
                    std::to_string(canaries) + " canaries",
                "no more correct ones than guesses, and no more guesses than canaries");
  check_number("one-run audit", "delta", delta, "from 0, below 1", [](double d) { return d >= 0 && d < 1; });
  check_number("one-run audit", "significance", significance, "between 0 and 1",
               [](double s) { return s > 0 && s < 1; });
}

/// A number at which `refuted` holds, just below one at which it does not; it is true up to there. 0 if it is nowhere.
template <class Refuted>
double last_refuted(double most, Refuted refuted) {
  double low = 0, high = 1;
  while (high < most && refuted(high)) {
    low = high;
    high *= 2;
  }
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (refuted(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace detail

/// The probability, at most, of so many correct guesses or more if the training is (epsilon, delta)-private under
/// add-or-remove-one. O(correct).
inline double one_run_p_value(const CanaryGuesses& guesses, double epsilon, double delta) {
  detail::check_guesses(guesses, delta, 0.5);
  check_non_negative("one-run audit", "epsilon", epsilon);
  if (guesses.correct == 0) return 1;
  // A guess is right with probability `right` at most; delta may let some of the others be right as well.
  const double right = sigmoid(epsilon), log_right = -log1p_exp(-epsilon), log_wrong = -log1p_exp(epsilon);
  const auto n = static_cast<double>(guesses.guesses), v = static_cast<double>(guesses.correct);
  const double at_least = regularised_beta(v, n - v + 1, right);
  double just_below = 0, alpha = 0;  // P(v - i <= correct < v), and its largest share of i
  for (double i = 1; delta > 0 && i <= v; ++i) {
    const double k = v - i;
    just_below +=
        std::exp(log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1) + k * log_right + (n - k) * log_wrong);
    alpha = std::max(alpha, just_below / i);
  }
  return std::min(1.0, at_least + 2 * static_cast<double>(guesses.canaries) * delta * alpha);
}

/// The largest epsilon that is refuted at this significance, 0 if none is: with probability 1 - significance or more
/// the true one is no less. delta: in [0, 1).
inline double one_run_epsilon(const CanaryGuesses& guesses, double delta, double significance) {
  detail::check_guesses(guesses, delta, significance);
  return detail::last_refuted(1000,
                              [&](double epsilon) { return one_run_p_value(guesses, epsilon, delta) < significance; });
}

/// Whether so many correct guesses refute, at this significance, that the training is mu-Gaussian private under
/// add-or-remove-one. mu: above 0. O(correct).
inline bool one_run_refutes_gaussian(const CanaryGuesses& guesses, double mu, double significance) {
  detail::check_guesses(guesses, 0, significance);
  check_positive("one-run audit", "mu", mu);
  if (guesses.correct == 0) return false;
  const auto n = static_cast<double>(guesses.guesses), m = static_cast<double>(guesses.canaries);
  // From the tail inwards: if P(correct guesses or more) were the significance, how much at least must wrong and right
  // guesses of fewer correct ones then hold of all canaries? More than there are guesses is a contradiction.
  double right = significance / m * static_cast<double>(guesses.correct);
  double wrong = significance / m * static_cast<double>(guesses.guesses - guesses.correct);
  for (std::int64_t i = guesses.correct - 1; i >= 0; --i) {
    const double blown_down = normal_cdf(normal_quantile(std::min(right, 1.0)) - mu);
    const double before = wrong, k = static_cast<double>(i);
    wrong = std::max(wrong, blown_down);
    right += k / (n - k) * (wrong - before);
  }
  return right + wrong > n / m;
}

/// The largest mu that is refuted at this significance; 0 if none is. It is sharper than one_run_epsilon where the
/// truth has about a Gaussian's curve, as full-batch training with Gaussian noise has. O(correct) for each of about 70
/// mu.
inline double one_run_gaussian_mu(const CanaryGuesses& guesses, double significance) {
  return detail::last_refuted(100, [&](double mu) { return one_run_refutes_gaussian(guesses, mu, significance); });
}

/// The epsilon at this delta, in (0, 1), of the Gaussian privacy that one_run_gaussian_mu refutes; 0 if it refutes
/// none.
inline double one_run_gaussian_epsilon(const CanaryGuesses& guesses, double delta, double significance) {
  const double mu = one_run_gaussian_mu(guesses, significance);
  return mu > 0 ? gaussian_epsilon(1 / mu, delta) : 0;
}

/// The audit of one run, of which the better of several numbers of guesses counts.
struct OneRunAudit {
  double epsilon = 0;                   ///< one_run_epsilon
  CanaryGuesses guesses = {};           ///< by which it was found
  double gaussian_epsilon = 0;          ///< one_run_gaussian_epsilon, if the claim is a Gaussian's curve
  CanaryGuesses gaussian_guesses = {};  ///< by which that was found
};

/// Both bounds, each with confidence 1 - significance: every number of guesses is tried at its share of the
/// significance. numbers_of_guesses: fixed in ignorance of scores and coins, not empty. delta: in (0, 1).
inline OneRunAudit audit_one_run(std::span<const double> scores, std::span<const std::uint8_t> included,
                                 std::span<const std::size_t> numbers_of_guesses, double delta, double significance) {
  if (numbers_of_guesses.empty())
    throw Error(ErrorCode::value_out_of_range, "one-run audit", "no number of guesses", "at least one");
  const double share = significance / static_cast<double>(numbers_of_guesses.size());
  OneRunAudit best;
  for (const std::size_t number : numbers_of_guesses) {
    const CanaryGuesses guesses = guess_canaries(scores, included, number);
    const double epsilon = one_run_epsilon(guesses, delta, share);
    const double gaussian = one_run_gaussian_epsilon(guesses, delta, share);
    if (epsilon >= best.epsilon) {
      best.epsilon = epsilon;
      best.guesses = guesses;
    }
    if (gaussian >= best.gaussian_epsilon) {
      best.gaussian_epsilon = gaussian;
      best.gaussian_guesses = guesses;
    }
  }
  return best;
}

}  // namespace equipoise::inline v0
