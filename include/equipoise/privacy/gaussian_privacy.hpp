// Privacy in closed form: Gaussian and Laplace noise, and Gaussian differential privacy.
//
// Everything is relative to the mean of the difference over the noise: mu = 1 / noise_multiplier. Gaussian noise of
// multiplier 1 / mu is mu-Gaussian differentially private, and n such releases are sqrt(n) mu so (Dong, Roth, Su 2022,
// corollary 3.3).
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// P(Z > x) over the density at x of a standard normal Z: Mills's ratio, to a few units in the last place.
inline double mills_ratio(double x) noexcept {
  if (x < 10) return std::sqrt(std::numbers::pi / 2) * std::exp(x * x / 2) * std::erfc(x / std::numbers::sqrt2);
  double fraction = x;  // Laplace's continued fraction, of which 40 terms suffice beyond 10
  for (int k = 40; k > 0; --k) fraction = x + k / fraction;
  return 1 / fraction;
}

/// The least x in [low, high] at which a falling function is at most 0, by halving, from above.
template <class Function>
double falling_root(double low, double high, Function value) {
  for (int i = 0; i < 2000; ++i) {
    const double middle = low > 0 && high > 4 * low ? std::sqrt(low * high) : low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (value(middle) <= 0 ? high : low) = middle;
  }
  return high;
}

}  // namespace detail

/// ln delta(epsilon) of mu-Gaussian privacy: delta = Phi(mu / 2 - epsilon / mu) - e^epsilon Phi(-mu / 2 - epsilon / mu)
/// (Balle, Wang 2018, theorem 8), as a difference of Mills's ratios, so that no tail is too small. mu > 0; any epsilon.
inline double log_gaussian_delta(double mu, double epsilon) {
  const double middle = epsilon / mu, x = middle - mu / 2, y = middle + mu / 2;
  if (x < -6) {  // near 1, where the ratio at x would overflow
    const double other = epsilon - y * y / 2 + std::log(detail::mills_ratio(y)) - std::log(2 * std::numbers::pi) / 2;
    return std::log1p(-std::erfc(-x / std::numbers::sqrt2) / 2 - std::exp(other));
  }
  double difference = 0;
  if (mu < 1e-3) {  // R(x) - R(y) by its derivatives in the middle
    const double r = detail::mills_ratio(middle), r1 = middle * r - 1, r2 = r + middle * r1, r3 = 2 * r1 + middle * r2;
    difference = -mu * (r1 + mu * mu * r3 / 24);
  } else {
    difference = detail::mills_ratio(x) - detail::mills_ratio(y);
  }
  return std::log(difference) - x * x / 2 - std::log(2 * std::numbers::pi) / 2;
}

/// delta(epsilon) of Gaussian noise. noise_multiplier: noise over l2 sensitivity, above 0; epsilon: finite, at least 0.
inline double gaussian_delta(double noise_multiplier, double epsilon) {
  check_positive("gaussian_delta", "noise_multiplier", noise_multiplier);
  check_non_negative("gaussian_delta", "epsilon", epsilon);
  return std::exp(log_gaussian_delta(1 / noise_multiplier, epsilon));
}

/// The least epsilon >= 0 with gaussian_delta at most delta. delta: in (0, 1).
inline double gaussian_epsilon(double noise_multiplier, double delta) {
  check_positive("gaussian_epsilon", "noise_multiplier", noise_multiplier);
  check_level("gaussian_epsilon", "delta", delta);
  const double mu = 1 / noise_multiplier, wanted = std::log(delta);
  const auto above = [&](double epsilon) { return log_gaussian_delta(mu, epsilon) - wanted; };
  if (above(0) <= 0) return 0;
  double high = mu * mu / 2 + mu;
  while (above(high) > 0) high *= 2;
  return detail::falling_root(0, high, above);
}

/// The least noise multiplier at which Gaussian noise is (epsilon, delta)-private: the analytic Gaussian mechanism
/// (Balle, Wang 2018, algorithm 1). epsilon: at least 0; delta: in (0, 1).
inline double gaussian_noise_multiplier(double epsilon, double delta) {
  check_non_negative("gaussian_noise_multiplier", "epsilon", epsilon);
  check_level("gaussian_noise_multiplier", "delta", delta);
  const double wanted = std::log(delta);
  const auto above = [&](double multiplier) { return log_gaussian_delta(1 / multiplier, epsilon) - wanted; };
  double low = 1, high = 1;
  while (above(high) > 0) high *= 2;
  while (above(low) <= 0) low /= 2;
  return detail::falling_root(low, high, above);
}

/// delta(epsilon) of Laplace noise on one number: 1 - e^((epsilon - 1 / noise_multiplier) / 2) below the largest loss.
inline double laplace_delta(double noise_multiplier, double epsilon) {
  check_positive("laplace_delta", "noise_multiplier", noise_multiplier);
  check_non_negative("laplace_delta", "epsilon", epsilon);
  return std::max(0.0, -std::expm1((epsilon - 1 / noise_multiplier) / 2));
}

/// The least epsilon >= 0 with laplace_delta at most delta. delta: in [0, 1).
inline double laplace_epsilon(double noise_multiplier, double delta) {
  check_positive("laplace_epsilon", "noise_multiplier", noise_multiplier);
  if (delta != 0) check_level("laplace_epsilon", "delta", delta);
  return std::max(0.0, 1 / noise_multiplier + 2 * std::log1p(-delta));
}

/// The mu of mu-Gaussian releases one after the other: the root of the sum of squares.
inline double composed_gaussian_mu(std::span<const double> mus) {
  check_non_negative("composed_gaussian_mu", "mus", mus);
  double squares = 0;
  for (const double mu : mus) squares += mu * mu;
  return std::sqrt(squares);
}

/// The true-positive rate that no membership test of this false-positive rate exceeds under mu-Gaussian privacy:
/// Phi(Phi^-1(rate) + mu). rate: in [0, 1]; mu at least 0.
inline double gaussian_true_positive_rate(double mu, double false_positive_rate) {
  check_non_negative("gaussian_true_positive_rate", "mu", mu);
  check_probability("gaussian_true_positive_rate", "false_positive_rate", false_positive_rate);
  return normal_cdf(normal_quantile(false_positive_rate) + mu);
}

/// The largest difference of those two rates: 2 Phi(mu / 2) - 1, the total variation distance.
inline double gaussian_membership_advantage(double mu) {
  check_non_negative("gaussian_membership_advantage", "mu", mu);
  return std::erf(mu / (2 * std::numbers::sqrt2));
}

}  // namespace equipoise::inline v0
