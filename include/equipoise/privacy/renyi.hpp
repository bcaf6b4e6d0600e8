// Renyi differential privacy (Mironov 2017): a bound on the Renyi divergence of each order between neighbours' outputs.
//
// It composes by adding, and becomes epsilon and delta by the conversion of Canonne, Kamath, Steinke (2020, proposition
// 12; Asoodeh and others 2021 show how near to the best it is), minimised over real orders.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/adjacency.hpp>
#include <equipoise/privacy/event.hpp>

namespace equipoise::inline v0 {

/// The epsilon that a divergence `rdp` of this order implies at delta. order: above 1; delta: in (0, 1).
inline double renyi_epsilon(double rdp, double order, double delta) {
  return rdp + std::log1p(-1 / order) - (std::log(delta) + std::log(order)) / (order - 1);
}

/// The least of `value` over orders above 1: a coarse scan of order - 1 over powers, then golden sections. `value` may
/// be infinite. Returns the order and the value.
template <class Function>
std::pair<double, double> best_order(Function value) {
  constexpr double low = -6, high = 14, scan = 0.5;  // of ln(order - 1)
  const auto at = [&](double x) { return value(1 + std::exp(x)); };
  double best_x = low, best = std::numeric_limits<double>::infinity();
  for (double x = low; x <= high; x += scan) {
    const double here = at(x);
    if (here < best) {
      best = here;
      best_x = x;
    }
  }
  constexpr double golden = 0.61803398874989484820;
  double a = best_x - scan, b = best_x + scan;
  double c = b - golden * (b - a), d = a + golden * (b - a), at_c = at(c), at_d = at(d);
  for (int i = 0; i < 40; ++i) {
    if (at_c < at_d) {
      b = std::exchange(d, c);
      at_d = at_c;
      c = b - golden * (b - a);
      at_c = at(c);
    } else {
      a = std::exchange(c, d);
      at_c = at_d;
      d = a + golden * (b - a);
      at_d = at(d);
    }
  }
  if (std::min(at_c, at_d) < best)
    return at_c < at_d ? std::pair(1 + std::exp(c), at_c) : std::pair(1 + std::exp(d), at_d);
  return {1 + std::exp(best_x), best};
}

/// alpha / (2 sigma^2). noise_multiplier: sigma, above 0; order: alpha, at least 1.
inline double gaussian_rdp(double noise_multiplier, double order) {
  check_positive("gaussian_rdp", "noise_multiplier", noise_multiplier);
  return order / (2 * noise_multiplier * noise_multiplier);
}

/// Mironov 2017, table II. noise_multiplier: above 0; order: above 1.
inline double laplace_rdp(double noise_multiplier, double order) {
  check_positive("laplace_rdp", "noise_multiplier", noise_multiplier);
  const double a = order, loss = 1 / noise_multiplier;
  // ln(a / (2 a - 1) e^((a - 1) loss) + (a - 1) / (2 a - 1) e^(-a loss)), its first term taken out.
  const double rest = (a - 1) / a * std::exp(-(2 * a - 1) * loss);
  return loss + (std::log(a / (2 * a - 1)) + std::log1p(rest)) / (a - 1);
}

/// What epsilon alone implies: randomised response's divergence. epsilon: at least 0; order: above 1.
inline double pure_rdp(double epsilon, double order) {
  check_non_negative("pure_rdp", "epsilon", epsilon);
  // ln((e^(a e) + e^((1 - a) e)) / (1 + e^e)), the largest term taken out.
  const double rest = std::exp(-(2 * order - 1) * epsilon);
  return epsilon + (std::log1p(rest) - std::log1p(std::exp(-epsilon))) / (order - 1);
}

/// Gaussian noise on a Poisson batch under add-or-remove-one, the worse of both directions, at real orders, by the
/// trapezoidal rule, which for this integrand converges faster than any power (Mironov, Talwar, Zhang 2019, give the
/// divergence). rate: in [0, 1]; noise_multiplier: above 0; order: above 1. Infinite where the order is out of reach.
double poisson_gaussian_rdp(double rate, double noise_multiplier, double order);

/// The divergences of orders 2, …, up to `order` of a mechanism, of a batch drawn without replacement, under
/// replace-one: Wang, Balle, Kasiviswanathan (2019, theorem 9 with the ternary bounds of theorem 27). `base_rdp(j)`:
/// the mechanism's, j from 1; `rate`: the batch's share. O(order^2).
template <class Function>
double sampled_without_replacement_rdp(double rate, int order, Function base_rdp);

/// The event's divergence of a real order above 1; infinite where it has none or the order is out of reach. A composed
/// event's is the sum. Throws infeasible where `renyi_support` says no.
double event_rdp(const PrivacyEvent& event, double order, Adjacency adjacency);

// ---- Implementation ----

namespace detail {

/// ln of the sum over i of (-1)^i C(l, i) e^((i - 1) rdp(i)), l even: E[(dP/dQ - 1)^l]. Nothing can be said (infinity)
/// where rounding would decide.
template <class Function>
double log_central_moment(int l, Function base_rdp) {
  long double sum = 0, sizes = 0, choices = 1;
  for (int i = 0; i <= l; ++i) {
    const long double term = choices * std::exp(static_cast<long double>(i <= 1 ? 0.0 : (i - 1) * base_rdp(i)));
    sum += i % 2 == 0 ? term : -term;
    sizes += term;
    choices = choices * (l - i) / (i + 1);
  }
  const long double rounding = sizes * 1e-16L;
  if (!(sum + rounding > 0) || !(sum > 1000 * rounding)) return std::numeric_limits<double>::infinity();
  return static_cast<double>(std::log(sum + rounding));
}

}  // namespace detail

template <class Function>
double sampled_without_replacement_rdp(double rate, int order, Function base_rdp) {
  check_probability("sampled_without_replacement_rdp", "rate", rate);
  if (rate == 0) return 0;
  if (rate == 1) return base_rdp(order);
  std::vector<double> moments(static_cast<std::size_t>(order) / 2 + 2);
  for (std::size_t half = 1; half < moments.size(); ++half)
    moments[half] = detail::log_central_moment(static_cast<int>(2 * half), base_rdp);
  double largest = 0, log_choices = std::log(static_cast<double>(order));
  std::vector<double> terms;
  for (int j = 2; j <= order; ++j) {
    log_choices += std::log(static_cast<double>(order - j + 1) / j);
    const double simple = std::log(2.0) + (j - 1) * base_rdp(j);
    const auto half = static_cast<std::size_t>(j / 2), upper_half = static_cast<std::size_t>((j + 1) / 2);
    const double ternary = std::log(4.0) + (moments[half] + moments[upper_half]) / 2;
    terms.push_back(log_choices + j * std::log(rate) + std::min(simple, ternary));
    largest = std::max(largest, terms.back());
  }
  double sum = std::exp(-largest);
  for (const double term : terms) sum += std::exp(term - largest);
  return std::min(base_rdp(order), (largest + std::log(sum)) / (order - 1));
}

}  // namespace equipoise::inline v0
