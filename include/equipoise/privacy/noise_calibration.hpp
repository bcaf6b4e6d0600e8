// The least noise that a budget allows.
//
//     const double multiplier = noise_multiplier_for({.epsilon = 1, .delta = 1e-5, .rate = 0.01, .steps = 1000});
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

namespace equipoise::inline v0 {

/// The least noise multiplier, to a part in 100,000, at which `event_of(multiplier)` has an upper bound on epsilon of
/// at most `epsilon`; never less. event_of: from a multiplier above 0 to an event that the tight accountant supports,
/// of which epsilon falls with the multiplier. start: a guess, above 0. Throws infeasible where no multiplier up to 1e9
/// suffices. About ten accountings.
template <class EventOf>
double calibrated_noise_multiplier(double epsilon, double delta, Adjacency adjacency, double start, EventOf event_of) {
  check_positive("noise calibration", "epsilon", epsilon);
  check_level("noise calibration", "delta", delta);
  check_positive("noise calibration", "start", start);
  constexpr double largest = 1e9, least = 1e-3, tolerance = 1e-5, far = 50;
  // ln of epsilon over the budget at ln multiplier: falls, and is nearly straight.
  const auto excess = [&](double log_multiplier) {
    const double upper = epsilon_of(event_of(std::exp(log_multiplier)), delta, adjacency).upper;
    return std::clamp(std::log(upper / epsilon), -far, far);
  };
  double low = std::log(start), high = low, at_low = excess(low), at_high = at_low, step = 0.02;
  while (at_high > 0) {
    low = high;
    at_low = at_high;
    high += step;
    step *= 2;
    if (high > std::log(largest))
      throw Error(ErrorCode::infeasible, "noise calibration", "no noise multiplier up to 1e9 suffices",
                  "a larger epsilon or delta");
    at_high = excess(high);
  }
  while (at_low <= 0 && low > std::log(least)) {
    high = low;
    at_high = at_low;
    low -= step;
    step *= 2;
    at_low = excess(low);
  }
  if (at_low <= 0) return std::exp(high);
  // The Illinois form of false position, stopped by the bracket, of which the upper end is proven.
  for (int i = 0; i < 60 && high - low > tolerance; ++i) {
    // Halved where an end is far off, as where epsilon drops to 0.
    const bool is_far = at_low > far / 4 || at_high < -far / 4;
    const double weight = is_far ? 0.5 : std::clamp(at_low / (at_low - at_high), 0.0, 1.0);
    const double margin = 0.4 * tolerance;  // so that both ends close in
    double middle = std::clamp(low + weight * (high - low), low + margin, high - margin);
    if (i % 2 == 1) middle = std::min(middle + margin, high - margin);
    const double here = excess(middle);
    if (here <= 0) {
      high = middle;
      at_high = here;
      at_low /= 2;
    } else {
      low = middle;
      at_low = here;
      at_high /= 2;
    }
  }
  return std::exp(high);
}

/// A run of noisy steps on Poisson batches and what it may cost.
struct NoisyPlan {
  double epsilon = 0;  ///< above 0
  double delta = 0;    ///< in (0, 1)
  double rate = 1;     ///< of Poisson sampling, in (0, 1]
  std::int64_t steps = 1;
  Adjacency adjacency = Adjacency::add_or_remove_one;
};

/// The least noise multiplier of Gaussian noise for the plan. Throws as above, and value_out_of_range.
inline double noise_multiplier_for(const NoisyPlan& plan) {
  check_probability("noise calibration", "rate", plan.rate);
  check_positive("noise calibration", "rate", plan.rate);
  check_positive("noise calibration", "steps", static_cast<double>(plan.steps));
  check_positive("noise calibration", "epsilon", plan.epsilon);
  // The central limit: mu = rate sqrt(steps (e^(1 / sigma^2) - 1)) (Bu, Dong, Long, Su 2020).
  const double mu = 1 / gaussian_noise_multiplier(plan.epsilon, plan.delta), per_step = mu / plan.rate;
  const double start = 1 / std::sqrt(std::log1p(per_step * per_step / static_cast<double>(plan.steps)));
  return calibrated_noise_multiplier(
      plan.epsilon, plan.delta, plan.adjacency, std::clamp(start, 0.05, 1e8), [&](double multiplier) -> PrivacyEvent {
        return RepeatedEvent{plan.steps, PoissonSampledEvent{plan.rate, GaussianEvent{multiplier}}};
      });
}

}  // namespace equipoise::inline v0
