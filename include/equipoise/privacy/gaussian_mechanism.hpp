// The Gaussian mechanism on a grid: a vector plus normal noise, rounded to the grid as if all were real numbers.
//
//     ClippedSum<Adjacency::add_or_remove_one> sum(columns, 1.0, Grid::for_noise(1.1));
//     for (...) sum.add(row);
//     const GaussianMechanism mechanism(sum.sensitivity(), 1.1, sum.grid());
//     mechanism.release(random, sum.sum(), released);
//     ledger.record("...", "training rows", mechanism.event());
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>
#include <equipoise/privacy/grid.hpp>
#include <equipoise/privacy/rounded_gaussian.hpp>
#include <equipoise/privacy/sensitivity.hpp>

namespace equipoise::inline v0 {

/// Adds noise of standard deviation noise_multiplier * l2_sensitivity to each coordinate. What is released is the
/// rounding of the continuous mechanism's release, so its privacy curve is the normal's (Balle, Wang 2018), whatever
/// the grid.
template <Adjacency adjacency>
class GaussianMechanism {
 public:
  /// noise_multiplier: above 0. The grid is that of the noise unless one is given, of which the noise has 2^40 steps at
  /// most.
  GaussianMechanism(L2Sensitivity<adjacency> sensitivity, double noise_multiplier)
      : GaussianMechanism(sensitivity, noise_multiplier,
                          Grid::for_noise(standard_deviation(sensitivity, noise_multiplier))) {}

  GaussianMechanism(L2Sensitivity<adjacency> sensitivity, double noise_multiplier, const Grid& grid)
      : noise_multiplier_(noise_multiplier),
        standard_deviation_(standard_deviation(sensitivity, noise_multiplier)),
        grid_(grid),
        noise_(standard_deviation_ / grid.step()) {}

  /// The least noise that is (epsilon, delta)-private: the analytic Gaussian mechanism (Balle, Wang 2018, algorithm 1).
  /// epsilon: at least 0; delta: in (0, 1).
  static GaussianMechanism calibrated(L2Sensitivity<adjacency> sensitivity, double epsilon, double delta) {
    return {sensitivity, gaussian_noise_multiplier(epsilon, delta)};
  }

  double noise_multiplier() const noexcept { return noise_multiplier_; }
  double standard_deviation() const noexcept { return standard_deviation_; }
  const Grid& grid() const noexcept { return grid_; }
  PrivacyEvent event() const { return GaussianEvent{.noise_multiplier = noise_multiplier_}; }

  /// released: value plus noise, the value given in steps of the grid, of size 2^62 at most.
  template <PrivacyRandomness Randomness>
  void release(Randomness& random, std::span<const std::int64_t> value, std::span<double> released) const {
    assert(value.size() == released.size());
    std::array<std::int64_t, block> noise;
    for (std::size_t first = 0; first < value.size(); first += block) {
      const std::size_t count = std::min(block, value.size() - first);
      noise_.draw(random, std::span(noise).first(count));
      for (std::size_t i = 0; i < count; ++i) released[first + i] = grid_.value(value[first + i] + noise[i]);
    }
    detail::wipe(noise);
  }

  /// Replaces values by values plus noise, rounded once, to the grid. The sensitivity is that of the values as they are
  /// in memory: what floating point did to them before is for the caller to count (clip_bound_for_rounded_sum does).
  /// Values beyond 2^62 steps are taken for that; where any is not finite, all are taken for 0.
  template <PrivacyRandomness Randomness>
  void add_noise(Randomness& random, std::span<double> values) const {
    bool finite = true;
    for (const double value : values) finite &= std::isfinite(value);
    std::array<std::int64_t, block> whole, noise;
    std::array<double, block> rest;
    for (std::size_t first = 0; first < values.size(); first += block) {
      const std::size_t count = std::min(block, values.size() - first);
      for (std::size_t i = 0; i < count; ++i) {
        const double value = finite ? values[first + i] : 0.0, steps = grid_.in_steps(value);
        whole[i] = grid_.nearest(value);
        rest[i] = std::abs(steps) < 0x1p52 ? steps - static_cast<double>(whole[i]) : 0.0;
      }
      noise_.draw(random, std::span(rest).first(count), std::span(noise).first(count));
      for (std::size_t i = 0; i < count; ++i) values[first + i] = grid_.value(whole[i] + noise[i]);
    }
    detail::wipe(noise);
  }

 private:
  static constexpr std::size_t block = 2 * detail::RoundedPairs::most;

  // Rounded up, so that the multiplier is no exaggeration.
  static double standard_deviation(const L2Sensitivity<adjacency>& sensitivity, double noise_multiplier) {
    check_positive("Gaussian mechanism", "noise multiplier", noise_multiplier);
    const double product =
        std::nextafter(noise_multiplier * sensitivity.value(), std::numeric_limits<double>::infinity());
    check_positive("Gaussian mechanism", "standard deviation", product);
    return product;
  }

  double noise_multiplier_, standard_deviation_;
  Grid grid_;
  RoundedGaussian noise_;
};

}  // namespace equipoise::inline v0
