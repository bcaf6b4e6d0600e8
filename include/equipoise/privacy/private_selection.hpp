// Private selection: the best of a random, secret number of runs of a private mechanism, as when hyperparameters are
// tuned, at a price that hardly grows with the number of runs.
//
//     const NegativeBinomialRuns runs{.eta = 0, .gamma = 0.02};  // 12.5 runs on average
//     SecureRandom random;
//     const auto best = select_best(random, runs, [&] { return train_and_score(random_candidate(), random); });
//     const ApproximateEvent spent = private_selection_event(training, runs, 1e-6);
//
// It holds where the number of runs is secret (and with it the time that they took), the runs differ in their
// randomness alone, a score is a part of what its run releases, and nothing but the best run is published: neither a
// frontier of many runs nor their scores.
//
// What it costs (the distributions are Papernot and Steinke's, ICLR 2022, and Koskela, Redberg and Wang's, ICML 2024,
// who bound it by curves too). Let f be the generating function of the number of runs, Q and Q' a run's law for two
// neighbours, and delta(e) the run's curve. The best run's law has the density f'(x) to Q, with 1 - x the chance under
// Q to do better, ties broken evenly. If ln(f'(x) / f'(x')) <= c wherever x and x' belong to the same test, then
//     A(y) - e^(e1 + c) A'(y) <= f'(x) (Q(y) - e^e1 Q'(y)) <= f'(1) [Q(y) - e^e1 Q'(y)]+,
// so the best run is (e1 + c, E[runs] delta(e1))-private. For negative binomial numbers f'(x) is proportional to
// (1 - (1 - gamma) x)^-(1 + eta), and c = (1 + eta) rho serves once gamma + (1 - gamma) b' <= e^rho (gamma + (1 -
// gamma) b) for all tests b = 1 - x, b' = 1 - x', which is (1 - gamma) delta(rho) <= gamma (e^rho - 1). For binomial
// numbers f'(x) is proportional to (1 - p + p x)^(n - 1), c is (n - 1) rho, and the condition p delta(rho) <= (1 - p)
// (e^rho - 1).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/exact_bernoulli.hpp>

namespace equipoise::inline v0 {

/// P(runs = k) proportional to (1 - gamma)^k times the product of (l + eta) / (l + 1) over l = 1, …, k - 1, for k from
/// 1: logarithmic at eta 0, geometric at eta 1. Less eta, less epsilon and a longer tail.
struct NegativeBinomialRuns {
  double eta = 0;    ///< in (-1, 1]; taken to a multiple of 2^-53
  double gamma = 0;  ///< in (0, 1); taken to a multiple of 2^-53 from it up
};

/// `most` coins of this chance, one a run; no run at all is possible, and releases nothing.
struct BinomialRuns {
  std::int64_t most = 0;  ///< from 1
  double chance = 0;      ///< in (0, 1); taken to a multiple of 2^-53 from it up
};

/// The expected number of runs. Throws value_out_of_range for a parameter out of its range; so does all below.
double expected_runs(const NegativeBinomialRuns& runs);
double expected_runs(const BinomialRuns& runs);

/// What the best run costs at delta, in (0, 1), where each run is `run`, scores included. A run that draws its
/// candidate at random is as costly as its costliest candidate. Infinite where a run has no finite epsilon at
/// delta / expected_runs. Throws infeasible for an event that the tight accountant refuses.
template <class Runs>
double private_selection_epsilon(const PrivacyEvent& run, const Runs& runs, double delta,
                                 Adjacency adjacency = Adjacency::add_or_remove_one);

/// The same as an event for a ledger.
template <class Runs>
ApproximateEvent private_selection_event(const PrivacyEvent& run, const Runs& runs, double delta,
                                         Adjacency adjacency = Adjacency::add_or_remove_one) {
  return {.epsilon = private_selection_epsilon(run, runs, delta, adjacency), .delta = delta};
}

/// Draws how often to run, exactly, and returns the result of the best: `run` returns a score and a result, and the
/// first of the best is taken; a score that is no number is the worst. Empty where there was no run.
template <PrivacyRandomness Randomness, class Runs, std::invocable Run>
auto select_best(Randomness& random, const Runs& runs, Run run)
    -> std::optional<typename std::invoke_result_t<Run>::second_type>;

// ---- Implementation ----

namespace detail {

constexpr double unit_steps = 0x1p53;

/// Coins are of whole multiples of 2^-53.
inline std::uint64_t chance_steps(double chance) { return static_cast<std::uint64_t>(std::ceil(chance * unit_steps)); }

template <PrivacyRandomness Randomness>
bool draw_steps(Randomness& random, std::uint64_t steps) {
  return random() >> 11 < steps;
}

inline NegativeBinomialRuns exact(NegativeBinomialRuns runs) {
  constexpr const char* place = "negative binomial runs";
  check_number(place, "eta", runs.eta, "a number in (-1, 1]", [](double eta) { return eta > -1 && eta <= 1; });
  check_level(place, "gamma", runs.gamma);
  runs.eta = std::nearbyint(runs.eta * unit_steps) / unit_steps;
  runs.gamma = static_cast<double>(chance_steps(runs.gamma)) / unit_steps;
  return runs;
}

inline BinomialRuns exact(BinomialRuns runs) {
  constexpr const char* place = "binomial runs";
  check_number(place, "most", static_cast<double>(runs.most), "a whole number from 1", [](double n) { return n >= 1; });
  check_level(place, "chance", runs.chance);
  runs.chance = static_cast<double>(chance_steps(runs.chance)) / unit_steps;
  return runs;
}

/// What a difference of a run's tests weighs, and to which power: c above is power * rho for the least rho with
/// weight * delta(rho) <= e^rho - 1.
struct SelectionTerms {
  double weight, power;
};

inline SelectionTerms selection_terms(const NegativeBinomialRuns& runs) {
  return {(1 - runs.gamma) / runs.gamma, 1 + runs.eta};
}

inline SelectionTerms selection_terms(const BinomialRuns& runs) {
  return {runs.chance / (1 - runs.chance), static_cast<double>(runs.most - 1)};
}

/// A rho that meets the condition, the least but for 1e-4 of it.
inline double selection_rho(const PrivacyEvent& run, double weight, Adjacency adjacency) {
  constexpr double rounding = 1 + 1e-12;
  double low = 0, high = std::log1p(weight) * rounding;  // where even a delta of 1 meets it
  while (high - low > 1e-4 * high && high > 1e-12) {
    const double middle = low + (high - low) / 2;
    const bool meets = weight * delta_of(run, middle, adjacency).upper * rounding <= std::expm1(middle);
    (meets ? high : low) = middle;
  }
  return high;
}

/// The number of runs: geometric ones, kept by a coin of P(runs = k) over the geometric chance.
template <PrivacyRandomness Randomness>
std::uint64_t draw_runs(Randomness& random, const NegativeBinomialRuns& runs) {
  const std::uint64_t stop = chance_steps(runs.gamma);
  const auto eta_steps = static_cast<std::int64_t>(runs.eta * unit_steps);
  const auto goes_on = [&](std::uint64_t l) {  // a coin of (l + eta) / (l + 1)
    const std::uint64_t place = draw_uniform_below(random, l + 1);
    if (eta_steps >= 0) return place < l || draw_steps(random, static_cast<std::uint64_t>(eta_steps));
    if (place == l) return false;
    return place + 1 < l || draw_steps(random, (std::uint64_t{1} << 53) - static_cast<std::uint64_t>(-eta_steps));
  };
  for (;;) {
    std::uint64_t k = 1;
    bool is_kept = true;
    for (; !draw_steps(random, stop); ++k) is_kept = is_kept && goes_on(k);
    if (is_kept) return k;
  }
}

template <PrivacyRandomness Randomness>
std::uint64_t draw_runs(Randomness& random, const BinomialRuns& runs) {
  const std::uint64_t heads = chance_steps(runs.chance);
  std::uint64_t k = 0;
  for (std::int64_t coin = 0; coin < runs.most; ++coin) k += draw_steps(random, heads) ? 1 : 0;
  return k;
}

}  // namespace detail

inline double expected_runs(const NegativeBinomialRuns& runs) {
  const auto [eta, gamma] = detail::exact(runs);
  const double log_gamma = std::log(gamma), odds = (1 - gamma) / gamma;
  // eta (1 - gamma) / (gamma (1 - gamma^eta)), whose limit at 0 is the logarithmic number's.
  return eta == 0 ? -odds / log_gamma : -odds * eta / std::expm1(eta * log_gamma);
}

inline double expected_runs(const BinomialRuns& runs) {
  const auto [most, chance] = detail::exact(runs);
  return static_cast<double>(most) * chance;
}

template <class Runs>
double private_selection_epsilon(const PrivacyEvent& run, const Runs& runs, double delta, Adjacency adjacency) {
  check_level("private selection", "delta", delta);
  const double share = delta / (expected_runs(runs) * (1 + 1e-12));
  const auto [weight, power] = detail::selection_terms(detail::exact(runs));
  const double epsilon = share < 1 ? epsilon_of(run, share, adjacency).upper : 0;
  return power == 0 ? epsilon : epsilon + power * detail::selection_rho(run, weight, adjacency);
}

template <PrivacyRandomness Randomness, class Runs, std::invocable Run>
auto select_best(Randomness& random, const Runs& runs, Run run)
    -> std::optional<typename std::invoke_result_t<Run>::second_type> {
  std::optional<typename std::invoke_result_t<Run>::second_type> found;
  double best_score = 0;
  for (std::uint64_t left = detail::draw_runs(random, detail::exact(runs)); left > 0; --left) {
    auto [score, result] = run();
    const bool is_better = !found || score > best_score || (std::isnan(best_score) && !std::isnan(score));
    if (!is_better) continue;
    best_score = score;
    found = std::move(result);
  }
  return found;
}

}  // namespace equipoise::inline v0
