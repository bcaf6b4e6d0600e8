// The gradient that DP-SGD may see: clipped person by person, summed over a Poisson batch, with noise.
//
//     PreparedPersonLosses losses(predictor, rows, goals);
//     SecureRandom random;
//     PrivateGradient gradient(predictor, losses, {.noise_multiplier = 1.1, .sampling_rate = 0.01}, random);
//     for (…) gradient(parameters, d_parameters);  // as often as planned
//     ledger.record("training", "training rows", gradient.event());
//
// Source: Abadi et al. 2016. What they leave to floating point is exact here: the sum is one of whole numbers that no
// person moves by more than the clipping norm (rounded_gradient_sum.hpp), and the noise is a real normal's, rounded to
// the same grid (RoundedGaussian), which is post-processing.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/poisson_batches.hpp>
#include <equipoise/privacy/rounded_gaussian.hpp>
#include <equipoise/privacy/rounded_gradient_sum.hpp>

namespace equipoise::inline v0 {

struct PrivateGradientOptions {
  double l2_clipping_norm = 1;  ///< of a person's gradient; above 0
  double noise_multiplier = 1;  ///< standard deviation of the noise on a sum, by the clipping norm; above 0
  double sampling_rate = 0.01;  ///< in (0, 1]
  ClippingUnit unit = ClippingUnit::person;
};

/// What so many private gradients do to the rows.
inline PrivacyEvent private_gradient_event(const PrivateGradientOptions& options, std::int64_t calls) {
  return RepeatedEvent{calls, PoissonSampledEvent{options.sampling_rate, GaussianEvent{options.noise_multiplier}}};
}

namespace detail {

/// Throws value_out_of_range at `place`.
inline void check_sampled_noise(const char* place, double noise_multiplier, double sampling_rate) {
  check_positive(place, "noise multiplier", noise_multiplier);
  check_number(place, "sampling rate", sampling_rate, "above 0 and at most 1",
               [](double rate) { return rate > 0 && rate <= 1; });
}

/// Adds to each whole number a normal of this deviation or a unit of roundoff more, so that a product that was rounded
/// down takes nothing from the noise; rounded. `scratch` holds the noise until it is wiped.
template <PrivacyRandomness Randomness>
void add_rounded_noise(Randomness& random, double deviation, std::vector<std::int64_t>& values,
                       std::vector<std::int64_t>& scratch) {
  scratch.resize(values.size());
  RoundedGaussian(std::nextafter(deviation, std::numeric_limits<double>::infinity())).draw(random, scratch);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += scratch[i];
  wipe(scratch);
}

/// gradient[i] = steps[i] times `step` by the expected size of a batch, which does not depend on who is there.
inline void mean_of_steps(std::span<const std::int64_t> steps, double step, double expected_size, VectorRef gradient) {
  const double scale = step / expected_size;
  for (std::size_t i = 0; i < steps.size(); ++i)
    gradient[static_cast<Eigen::Index>(i)] = static_cast<double>(steps[i]) * scale;
}

}  // namespace detail

/// Each call draws a batch and writes an unbiased estimate, but for clipping and noise, of the mean over all places of
/// the persons' gradients. The divisor is the batch's expected size, never the one drawn.
///
/// Neighbours by add-or-remove-one: whose place is empty in one of two datasets. The number of places is public. Holds
/// a reference to the randomness, and what its sum refers to.
template <GradientSum S, PrivacyRandomness Randomness>
class PrivateGradient {
 public:
  /// Throws value_out_of_range for options out of their ranges. `options.unit` is the sum's affair.
  PrivateGradient(S sum, const PrivateGradientOptions& options, Randomness& random)
      : sum_(std::move(sum)), options_(checked(options)), random_(random) {}

  template <Predictor P, PersonLosses L>
  PrivateGradient(const P& predictor, L& losses, const PrivateGradientOptions& options, Randomness& random)
      : PrivateGradient(S(predictor, losses, options.unit), options, random) {}

  void operator()(ConstVectorRef parameters, VectorRef gradient) {
    draw_poisson_batch(sum_.persons(), options_.sampling_rate, random_, batch_);
    rounded_sum(parameters, batch_, steps_);
    detail::add_rounded_noise(random_, options_.noise_multiplier * (options_.l2_clipping_norm / grid()), steps_,
                              noise_);
    detail::mean_of_steps(steps_, grid(), options_.sampling_rate * static_cast<double>(sum_.persons()), gradient);
    ++calls_;
  }

  /// What the calls so far did to the rows.
  PrivacyEvent event() const { return private_gradient_event(options_, calls_); }

  /// The sum before noise, in steps of grid(): no release, and moved by at most clipping norm / grid() in length by
  /// one person. `places` rising.
  void rounded_sum(ConstVectorRef parameters, std::span<const std::size_t> places, std::vector<std::int64_t>& steps) {
    sum_(parameters, places, ClippingNorms{std::span(&options_.l2_clipping_norm, 1)}, steps, counts_);
  }
  double grid() const { return sum_.step(options_.l2_clipping_norm); }

 private:
  static const PrivateGradientOptions& checked(const PrivateGradientOptions& options) {
    check_positive("private gradient", "clipping norm", options.l2_clipping_norm);
    detail::check_sampled_noise("private gradient", options.noise_multiplier, options.sampling_rate);
    return options;
  }

  S sum_;
  PrivateGradientOptions options_;
  Randomness& random_;
  std::int64_t calls_ = 0;
  std::vector<std::size_t> batch_;
  std::vector<std::int64_t> steps_, noise_;
  std::vector<NormCounts> counts_;
};

template <Predictor P, PersonLosses L, PrivacyRandomness Randomness>
PrivateGradient(const P&, L&, const PrivateGradientOptions&, Randomness&)
    -> PrivateGradient<RoundedGradientSum<P, L>, Randomness>;

}  // namespace equipoise::inline v0
