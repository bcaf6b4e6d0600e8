// DP-SGD's gradient with a clipping norm that follows the gradients: a quantile of their lengths, privately estimated.
//
// Source: Andrew, Thakkar, McMahan, Ramaswamy 2021, "Differentially private learning with adaptive clipping",
// algorithm 1 and theorem 1. Each step also releases how many gradients were no longer than the norm, with noise of its
// own, and the norm is moved by it. What both releases cost together is what one Gaussian of `noise_multiplier` costs.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/private_gradient.hpp>

namespace equipoise::inline v0 {

struct AdaptiveClippingOptions {
  double first_norm = 0.1;      ///< above 0
  double quantile = 0.5;        ///< of the lengths, which the norm goes to; in [0, 1]
  double norm_rate = 0.2;       ///< how fast, at least 0; at 0 the norm stays
  double noise_multiplier = 1;  ///< of the two releases of a step together; above 0
  double count_deviation = 0;  ///< of the count's noise, in persons; 0: a twentieth of the expected batch, as proposed,
                               ///< but at least twice the noise multiplier
  double sampling_rate = 0.01;  ///< in (0, 1]
  ClippingUnit unit = ClippingUnit::person;
};

/// The multiplier of the noise on gradients, so that it and a count of deviation `count_deviation` come to
/// `noise_multiplier` together: (z^-2 - (2 s)^-2)^(-1/2), a person moving the centred count by 1/2. Throws
/// value_out_of_range where the count alone gives away as much.
inline double gradient_noise_multiplier(double noise_multiplier, double count_deviation) {
  check_positive("adaptive clipping", "noise multiplier", noise_multiplier);
  detail::check_number("adaptive clipping", "deviation of the count", count_deviation,
                       "more than half the noise multiplier",
                       [&](double s) { return std::isfinite(s) && 2 * s > noise_multiplier; });
  const double share = noise_multiplier / (2 * count_deviation);
  return noise_multiplier / std::sqrt((1 - share) * (1 + share));
}

/// As PrivateGradient, but with a clipping norm of its own making, released after every call.
template <GradientSum S, PrivacyRandomness Randomness>
class AdaptivelyClippedGradient {
 public:
  /// Throws value_out_of_range for options out of their ranges.
  AdaptivelyClippedGradient(S sum, const AdaptiveClippingOptions& options, Randomness& random)
      : sum_(std::move(sum)),
        options_(checked(options)),
        random_(random),
        expected_size_(options.sampling_rate * static_cast<double>(sum_.persons())),
        count_deviation_(options.count_deviation > 0 ? options.count_deviation
                                                     : std::max(expected_size_ / 20, 2 * options.noise_multiplier)),
        gradient_multiplier_(gradient_noise_multiplier(options.noise_multiplier, count_deviation_)),
        norm_(options.first_norm) {}

  template <Predictor P, PersonLosses L>
  AdaptivelyClippedGradient(const P& predictor, L& losses, const AdaptiveClippingOptions& options, Randomness& random)
      : AdaptivelyClippedGradient(S(predictor, losses, options.unit), options, random) {}

  void operator()(ConstVectorRef parameters, VectorRef gradient) {
    draw_poisson_batch(sum_.persons(), options_.sampling_rate, random_, batch_);
    sum_(parameters, batch_, ClippingNorms{std::span(&norm_, 1)}, steps_, counts_);
    const double step = sum_.step(norm_);
    detail::add_rounded_noise(random_, gradient_multiplier_ * (norm_ / step), steps_, noise_);
    detail::mean_of_steps(steps_, step, expected_size_, gradient);
    move_norm(release_share_within());
    ++calls_;
  }

  /// The norm of the next call; no secret.
  double norm() const noexcept { return norm_; }
  /// The multiplier of the noise on the gradients.
  double gradient_multiplier() const noexcept { return gradient_multiplier_; }

  /// What the calls so far did to the rows, counts and all.
  PrivacyEvent event() const {
    return RepeatedEvent{calls_, PoissonSampledEvent{options_.sampling_rate, GaussianEvent{options_.noise_multiplier}}};
  }

 private:
  static constexpr double most_change = 0x1p40;  // of the norm, either way, over all calls

  static const AdaptiveClippingOptions& checked(const AdaptiveClippingOptions& options) {
    const char* place = "adaptive clipping";
    check_positive(place, "first norm", options.first_norm);
    check_probability(place, "quantile", options.quantile);
    check_non_negative(place, "rate of the norm", options.norm_rate);
    check_non_negative(place, "deviation of the count", options.count_deviation);
    detail::check_sampled_noise(place, options.noise_multiplier, options.sampling_rate);
    return options;
  }

  /// Of everybody: the batch's sum of 1/2 for each within the norm and -1/2 for each beyond, with noise, rounded on a
  /// grid of 2^-20 persons.
  double release_share_within() {
    constexpr double fine = 0x1p20;
    count_.assign(1, (counts_[0].within - counts_[0].beyond) * static_cast<std::int64_t>(fine / 2));
    detail::add_rounded_noise(random_, count_deviation_ * fine, count_, noise_);
    return static_cast<double>(count_[0]) / fine / expected_size_ + 0.5;
  }

  void move_norm(double share_within) {
    norm_ *= std::exp(-options_.norm_rate * (share_within - options_.quantile));
    norm_ = std::clamp(norm_, options_.first_norm / most_change, options_.first_norm * most_change);
  }

  S sum_;
  AdaptiveClippingOptions options_;
  Randomness& random_;
  double expected_size_, count_deviation_, gradient_multiplier_, norm_;
  std::int64_t calls_ = 0;
  std::vector<std::size_t> batch_;
  std::vector<std::int64_t> steps_, count_, noise_;
  std::vector<NormCounts> counts_;
};

template <Predictor P, PersonLosses L, PrivacyRandomness Randomness>
AdaptivelyClippedGradient(const P&, L&, const AdaptiveClippingOptions&, Randomness&)
    -> AdaptivelyClippedGradient<RoundedGradientSum<P, L>, Randomness>;

}  // namespace equipoise::inline v0
