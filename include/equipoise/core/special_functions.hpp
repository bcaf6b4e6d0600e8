// Special functions of probability. Those that are declared are defined in the compiled library, by Boost.Math.
#pragma once

#include <cmath>

namespace equipoise::inline v0 {

/// P(Z <= x) of a standard normal Z, to a few units in the last place in both tails.
double normal_cdf(double x);
/// The x with normal_cdf(x) = p; -infinity at 0 and infinity at 1. p: in [0, 1].
double normal_quantile(double p);

/// ln |Gamma(x)|. x: not 0, -1, -2, ….
double log_gamma(double x);
/// The derivative of log_gamma. x: not 0, -1, -2, ….
double digamma(double x);

/// The regularised incomplete gamma functions P(a, x), from 0 at 0 to 1, and Q(a, x) = 1 - P(a, x). a above 0, x at
/// least 0.
double regularised_gamma_lower(double a, double x);
double regularised_gamma_upper(double a, double x);
/// The x with P(a, x) = p; infinity at 1. p: in [0, 1].
double regularised_gamma_lower_inverse(double a, double p);

/// The regularised incomplete beta function I_x(a, b): the distribution function of Beta(a, b). a, b above 0; x in [0,
/// 1].
double regularised_beta(double a, double b, double x);
/// The x with I_x(a, b) = p. p: in [0, 1].
double regularised_beta_inverse(double a, double b, double p);

/// The probability that a chi-square variable with df > 0 degrees of freedom is above x.
double chi_square_tail(double x, double df);

/// 1 / (1 + exp(-x)), without overflow and with a full relative precision in the lower tail.
inline double sigmoid(double x) noexcept {
  const double tail = std::exp(-std::abs(x));
  return x < 0 ? tail / (1 + tail) : 1 / (1 + tail);
}

/// ln(1 + exp(x)), the softplus, without overflow and with a full relative precision in the lower tail. Its derivative
/// is sigmoid(x), and ln sigmoid(x) is -log1p_exp(-x).
inline double log1p_exp(double x) noexcept { return (x > 0 ? x : 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// ln(p / (1 - p)): the inverse of sigmoid; infinite at 0 and 1.
inline double logit(double p) noexcept { return std::log(p) - std::log1p(-p); }

}  // namespace equipoise::inline v0
