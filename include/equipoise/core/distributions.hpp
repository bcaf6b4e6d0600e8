// Draws of one row's stream from named distributions.
//
// Each says how many 64-bit words it consumes: where that is fixed, so is everything the row draws after it. Parameters
// out of range are programmers' mistakes.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/core/vector_math.hpp>

namespace equipoise::inline v0 {

/// Standard normal (Box, Muller 1958). Two words.
inline double draw_normal(RowStream& random) noexcept {
  const double radius = std::sqrt(-2 * detail::log_of_normal(random.open_uniform()));
  return radius * detail::sine_and_cosine_of_turn(random.uniform()).cosine;
}

/// Standard exponential. One word.
inline double draw_exponential(RowStream& random) noexcept { return -detail::log_of_normal(random.open_uniform()); }

/// Laplace with mean 0 and scale 1, so variance 2. One word.
inline double draw_laplace(RowStream& random) noexcept {
  const double u = random.open_uniform();
  return u < 0.5 ? detail::log_of_normal(2 * u) : -detail::log_of_normal(2 * (1 - u));
}

/// Standard Gumbel, with distribution function exp(-exp(-x)). One word.
inline double draw_gumbel(RowStream& random) noexcept { return -detail::log_of_normal(draw_exponential(random)); }

/// Gamma with scale 1 (Marsaglia, Tsang 2000; below shape 1 a power of a uniform times a draw of shape + 1). Expected
/// words: under 4. shape: above 0; for a shape below 0.05 the draw may be too small for a double, and 0.
inline double draw_gamma(RowStream& random, double shape) noexcept {
  assert(shape > 0);
  if (shape < 1) {
    const double power = std::exp(detail::log_of_normal(random.open_uniform()) / shape);
    return power * draw_gamma(random, shape + 1);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(random), root = 1 + c * x, v = root * root * root;
    const double log_u = detail::log_of_normal(random.open_uniform());
    if (v > 0 && log_u < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

/// Student's t with mean 0 and scale 1. df: above 0. A draw beyond a double's range is the largest double.
inline double draw_student_t(RowStream& random, double df) noexcept {
  const double normal = draw_normal(random), t = normal / std::sqrt(2 * draw_gamma(random, df / 2) / df);
  return std::isfinite(t) ? t : std::copysign(std::numeric_limits<double>::max(), normal);
}

/// 1 with this probability, else 0. One word.
inline bool draw_bernoulli(RowStream& random, double probability) noexcept { return random.uniform() < probability; }

/// A level with its probability, a level of probability 0 never; probabilities sum to 1 but for rounding, which falls
/// to the last possible level. One word.
inline std::size_t draw_categorical(RowStream& random, std::span<const double> probabilities) noexcept {
  double below = random.uniform();
  std::size_t last_possible = 0;
  for (std::size_t level = 0; level < probabilities.size(); ++level) {
    if (probabilities[level] <= 0) continue;
    last_possible = level;
    below -= probabilities[level];
    if (below < 0) break;
  }
  return last_possible;
}

/// A whole number in [0, n), n above 0: the high half of a product with a 64-bit word (Lemire 2019, without his
/// rejection). No number's probability is off by more than 2^-64, so by a share of n 2^-64. One word.
inline std::uint64_t draw_below(RowStream& random, std::uint64_t n) noexcept {
  assert(n > 0);
  const std::uint64_t word = random(), word_high = word >> 32, word_low = word & 0xFFFFFFFFu;
  const std::uint64_t n_high = n >> 32, n_low = n & 0xFFFFFFFFu;
  const std::uint64_t low = word_low * n_low, middle = word_high * n_low + (low >> 32);
  const std::uint64_t other = word_low * n_high + (middle & 0xFFFFFFFFu);
  return word_high * n_high + (middle >> 32) + (other >> 32);
}

/// Puts the values in an order drawn from all, each as likely (Fisher, Yates; Durstenfeld 1964). size - 1 words.
template <class T>
void shuffle(RowStream& random, std::span<T> values) {
  for (std::size_t left = values.size(); left > 1; --left)
    std::swap(values[left - 1], values[static_cast<std::size_t>(draw_below(random, left))]);
}

/// The numbers 0, …, n - 1 in an order drawn from all.
inline std::vector<std::size_t> draw_permutation(RowStream& random, std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(random, std::span(order));
  return order;
}

namespace detail {

/// ln n! for a whole n >= 0, to 1e-15 of its size: a product below 16, Stirling's series above.
inline double log_factorial(double n) noexcept {
  if (n < 16) {
    double product = 1;
    for (double k = 2; k <= n; ++k) product *= k;
    return log_of_normal(product);
  }
  constexpr double half_log_of_turn = 0.91893853320467274178;
  const double r = 1 / n, z = r * r;
  return (n + 0.5) * log_of_normal(n) - n + half_log_of_turn +
         r * (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z / 1188))));
}

/// Inverts a unimodal distribution of whole numbers outward from its mode (Kemp 1986): takes off one word's uniform the
/// probability of the mode, of the next above, the next below, and so on. One word, and of the order of a standard
/// deviation of steps. up(k) is P(k + 1) / P(k), 0 at the upper end; down(k) is P(k - 1) / P(k), 0 at the lower.
template <class Up, class Down>
double invert_from_mode(RowStream& random, double mode, double probability_of_mode, Up up, Down down) noexcept {
  double left = random.uniform() - probability_of_mode;
  double above = mode, below = mode, p_above = probability_of_mode, p_below = probability_of_mode;
  constexpr double negligible = 1e-18;  // below the last bit of the uniform
  while (left >= 0 && (p_above > negligible || p_below > negligible)) {
    p_above *= up(above);
    above += 1;
    left -= p_above;
    if (left < 0) return above;
    p_below *= down(below);
    below -= 1;
    left -= p_below;
    if (left < 0) return below;
  }
  return mode;
}

}  // namespace detail

/// Poisson, rate at least 0. One word, and of the order of sqrt(rate) steps.
inline double draw_poisson(RowStream& random, double rate) noexcept {
  assert(rate >= 0);
  if (rate == 0) return random(), 0.0;
  const double mode = std::floor(rate);
  const double probability = std::exp(mode * std::log(rate) - rate - detail::log_factorial(mode));
  return detail::invert_from_mode(
      random, mode, probability, [&](double k) { return rate / (k + 1); }, [&](double k) { return k / rate; });
}

/// Successes among `trials`, a whole number, each with this probability. One word, and of the order of a standard
/// deviation of steps. Here and above, cancellation leaves probabilities a relative error of 1e-8 for counts around 1e6
/// and of 1e-5 around 1e9.
inline double draw_binomial(RowStream& random, double trials, double probability) noexcept {
  assert(trials >= 0 && probability >= 0 && probability <= 1);
  if (trials == 0 || probability == 0) return random(), 0.0;
  if (probability == 1) return random(), trials;
  const double mode = std::min(std::floor((trials + 1) * probability), trials);
  const double odds = probability / (1 - probability);
  const double at_mode =
      std::exp(detail::log_factorial(trials) - detail::log_factorial(mode) - detail::log_factorial(trials - mode) +
               mode * std::log(probability) + (trials - mode) * std::log1p(-probability));
  return detail::invert_from_mode(
      random, mode, at_mode, [&](double k) { return (trials - k) / (k + 1) * odds; },
      [&](double k) { return k / (trials - k + 1) / odds; });
}

/// How many of `drawn` items, taken without replacement, are marked, where `marked` items are and `unmarked` are not.
/// Whole numbers, drawn <= marked + unmarked. One word, and of the order of a standard deviation of steps.
inline double draw_hypergeometric(RowStream& random, double marked, double unmarked, double drawn) noexcept {
  assert(marked >= 0 && unmarked >= 0 && drawn >= 0 && drawn <= marked + unmarked);
  const double least = std::max(0.0, drawn - unmarked), most = std::min(marked, drawn);
  if (least == most) return random(), least;
  const double mode = std::clamp(std::floor((drawn + 1) * (marked + 1) / (marked + unmarked + 2)), least, most);
  const auto log_choices = [](double n, double k) {
    return detail::log_factorial(n) - detail::log_factorial(k) - detail::log_factorial(n - k);
  };
  const double at_mode =
      std::exp(log_choices(marked, mode) + log_choices(unmarked, drawn - mode) - log_choices(marked + unmarked, drawn));
  return detail::invert_from_mode(
      random, mode, at_mode,
      [&](double k) { return (marked - k) * (drawn - k) / ((k + 1) * (unmarked - drawn + k + 1)); },
      [&](double k) { return k * (unmarked - drawn + k) / ((marked - k + 1) * (drawn - k + 1)); });
}

/// counts[i]: how many of `trials` fall on i, whose probability is weights[i] over their sum; by conditional binomials.
/// weights: at least 0, not all 0. One word a weight.
inline void draw_multinomial(RowStream& random, double trials, std::span<const double> weights,
                             std::span<double> counts) noexcept {
  assert(weights.size() == counts.size());
  // Sums from the right, so that no share of what is left exceeds 1 by rounding.
  double right = 0;
  for (std::size_t i = weights.size(); i-- > 0;) counts[i] = right += weights[i];
  assert(weights.empty() || right > 0);
  double left = trials;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = counts[i] > 0 ? weights[i] / counts[i] : 0.0;
    counts[i] = draw_binomial(random, left, share);
    left -= counts[i];
  }
}

}  // namespace equipoise::inline v0
