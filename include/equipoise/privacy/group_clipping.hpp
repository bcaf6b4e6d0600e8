// DP-SGD's gradient with a clipping norm for each group of persons, against the disparate impact of one norm for all.
//
// Where a group's gradients are longer than another's, one norm cuts more from it, and the predictor serves it less
// well (Bagdasaryan, Poursaeed, Shmatikov 2019). Source of the norms: Xu, Du, Wu 2021, "Removing disparate impact on
// model accuracy in differentially private stochastic gradient descent", algorithm 2: each step also releases, with
// noise, how many persons of each group were in the batch with gradients within and beyond a base norm; a group's norm
// grows with its share beyond. Here the counts of one step make the norms of the next, so that both releases of a step
// are one Gaussian's, and what they cost together is what one of `noise_multiplier` costs. Noise on the sum follows the
// largest norm, by which one person may move it.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/adaptive_clipping.hpp>

namespace equipoise::inline v0 {

struct GroupClippingOptions {
  std::vector<double> first_norms = {1};  ///< above 0, one a group
  bool adaptive = true;                   ///< false: the norms stay, and nothing is counted
  double noise_multiplier = 1;            ///< of a step's releases together; above 0
  double count_deviation = 0;   ///< of the counts' noise, in persons; 0: ten times the noise multiplier, which leaves
                                ///< the gradients 1.005 times its noise
  double sampling_rate = 0.01;  ///< in (0, 1]
  ClippingUnit unit = ClippingUnit::person;
};

/// As PrivateGradient, with norms by group. Which group a person's place is in may be private: a person is in one of
/// them at most.
template <GradientSum S, PrivacyRandomness Randomness>
class GroupClippedGradient {
 public:
  /// group_of_place: an index into the norms for each of the sum's places. Throws value_out_of_range for options out of
  /// their ranges, or a group that has no norm.
  GroupClippedGradient(S sum, std::vector<std::uint32_t> group_of_place, const GroupClippingOptions& options,
                       Randomness& random)
      : sum_(std::move(sum)),
        group_of_place_(std::move(group_of_place)),
        options_(checked(options)),
        random_(random),
        count_deviation_(options.count_deviation > 0 ? options.count_deviation : 10 * options.noise_multiplier),
        gradient_multiplier_(options.adaptive
                                 ? gradient_noise_multiplier(options.noise_multiplier, count_deviation_ / 2)
                                 : options.noise_multiplier),
        norms_(options.first_norms) {
    check_same_size("group clipping", "groups of places", group_of_place_.size(), sum_.persons());
    for (const std::uint32_t group : group_of_place_)
      detail::check_number("group clipping", "group of a place", group, "a group that has a norm",
                           [&](double g) { return g < static_cast<double>(norms_.size()); });
  }

  template <Predictor P, PersonLosses L>
  GroupClippedGradient(const P& predictor, L& losses, std::vector<std::uint32_t> group_of_place,
                       const GroupClippingOptions& options, Randomness& random)
      : GroupClippedGradient(S(predictor, losses, options.unit), std::move(group_of_place), options, random) {}

  void operator()(ConstVectorRef parameters, VectorRef gradient) {
    draw_poisson_batch(sum_.persons(), options_.sampling_rate, random_, batch_);
    const ClippingNorms norms{norms_, group_of_place_, options_.first_norms};
    sum_(parameters, batch_, norms, steps_, counts_);
    const double largest = norms.largest(), step = sum_.step(largest);
    detail::add_rounded_noise(random_, gradient_multiplier_ * (largest / step), steps_, noise_);
    detail::mean_of_steps(steps_, step, options_.sampling_rate * static_cast<double>(sum_.persons()), gradient);
    if (options_.adaptive) move_norms();
    ++calls_;
  }

  /// Of each group in the next call; no secret.
  std::span<const double> norms() const noexcept { return norms_; }
  double gradient_multiplier() const noexcept { return gradient_multiplier_; }

  /// What the calls so far did to the rows, counts and all.
  PrivacyEvent event() const {
    return RepeatedEvent{calls_, PoissonSampledEvent{options_.sampling_rate, GaussianEvent{options_.noise_multiplier}}};
  }

 private:
  static const GroupClippingOptions& checked(const GroupClippingOptions& options) {
    const char* place = "group clipping";
    if (options.first_norms.empty())
      throw Error(ErrorCode::value_out_of_range, place, "no clipping norm", "one for each group");
    detail::check_numbers(place, "clipping norms", options.first_norms, "a number above 0", detail::is_positive);
    check_non_negative(place, "deviation of the counts", options.count_deviation);
    detail::check_sampled_noise(place, options.noise_multiplier, options.sampling_rate);
    return options;
  }

  /// A histogram of two entries a group, one of which a person moves by 1: norm = base (1 + share beyond of the group /
  /// share beyond of all).
  void move_norms() {
    constexpr double fine = 0x1p20;
    released_.clear();
    for (const NormCounts& each : counts_)
      for (const std::int64_t count : {each.within, each.beyond})
        released_.push_back(count * static_cast<std::int64_t>(fine));
    detail::add_rounded_noise(random_, count_deviation_ * fine, released_, noise_);
    const auto count = [&](std::size_t i) { return std::max(static_cast<double>(released_[i]) / fine, 0.0); };
    double within = 0, beyond = 0;
    for (std::size_t group = 0; group < norms_.size(); ++group) {
      within += count(2 * group);
      beyond += count(2 * group + 1);
    }
    for (std::size_t group = 0; group < norms_.size(); ++group) {
      const double of_group = share(count(2 * group), count(2 * group + 1)), of_all = share(within, beyond);
      norms_[group] = options_.first_norms[group] * (of_all > 0 ? 1 + of_group / of_all : 1);
    }
  }

  static double share(double within, double beyond) { return beyond / std::max(within + beyond, 1.0); }

  S sum_;
  std::vector<std::uint32_t> group_of_place_;
  GroupClippingOptions options_;
  Randomness& random_;
  double count_deviation_, gradient_multiplier_;
  std::vector<double> norms_;
  std::int64_t calls_ = 0;
  std::vector<std::size_t> batch_;
  std::vector<std::int64_t> steps_, released_, noise_;
  std::vector<NormCounts> counts_;
};

template <Predictor P, PersonLosses L, PrivacyRandomness Randomness>
GroupClippedGradient(const P&, L&, std::vector<std::uint32_t>, const GroupClippingOptions&, Randomness&)
    -> GroupClippedGradient<RoundedGradientSum<P, L>, Randomness>;

}  // namespace equipoise::inline v0
