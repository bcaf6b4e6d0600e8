// The Laplace mechanism on a grid: a value rounded to the grid plus Laplace noise, rounded to the grid as if it were a
// real number. Floating-point Laplace noise gives the value away by which doubles it can reach (Mironov 2012).
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/discrete_laplace.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/grid.hpp>
#include <equipoise/privacy/sensitivity.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// round(scale L) for a real Laplace L: its size is the whole part of an exponential time plus a half.
class RoundedLaplace {
 public:
  explicit RoundedLaplace(double scale) : halves_(2 * scale) {}

  template <PrivacyRandomness Randomness>
  std::int64_t draw(Randomness& random) const {
    const std::int64_t size = (halves_.draw(random) + 1) / 2;
    return random() >> 63 != 0 ? -size : size;
  }

 private:
  Geometric halves_;
};

}  // namespace detail

/// Adds noise of scale noise_multiplier * l1_sensitivity to each of `columns` numbers: epsilon = 1 / noise_multiplier,
/// delta = 0. Rounding the values beforehand moves two neighbours apart by a step a column at most, which the noise
/// counts in.
template <Adjacency adjacency>
class LaplaceMechanism {
 public:
  /// noise_multiplier: above 0.
  LaplaceMechanism(L1Sensitivity<adjacency> sensitivity, double noise_multiplier, std::size_t columns = 1)
      : noise_multiplier_(noise_multiplier),
        columns_(columns),
        grid_(grid_of(sensitivity, noise_multiplier)),
        scale_(scale_of(sensitivity, noise_multiplier, columns, grid_)),
        noise_(scale_ / grid_.step()) {}

  /// The least noise that is epsilon-private, but for rounding. epsilon: above 0.
  static LaplaceMechanism calibrated(L1Sensitivity<adjacency> sensitivity, double epsilon, std::size_t columns = 1) {
    check_positive("Laplace mechanism", "epsilon", epsilon);
    return {sensitivity, 1 / epsilon * (1 + 0x1p-50), columns};
  }

  double noise_multiplier() const noexcept { return noise_multiplier_; }
  /// Of the noise, in the values' unit.
  double scale() const noexcept { return scale_; }
  const Grid& grid() const noexcept { return grid_; }

  /// On one number Laplace's own curve, on several the pure guarantee, rounded up.
  PrivacyEvent event() const {
    if (columns_ == 1) return LaplaceEvent{.noise_multiplier = noise_multiplier_};
    return ApproximateEvent{.epsilon = std::nextafter(1 / noise_multiplier_, std::numeric_limits<double>::infinity())};
  }

  /// Replaces values, as many as there are columns, by values plus noise. Values beyond 2^62 steps are taken for that;
  /// where any is not finite, all are taken for 0.
  template <PrivacyRandomness Randomness>
  void add_noise(Randomness& random, std::span<double> values) const {
    assert(values.size() == columns_);
    bool finite = true;
    for (const double value : values) finite &= std::isfinite(value);
    for (double& value : values) value = grid_.value(grid_.nearest(finite ? value : 0.0) + noise_.draw(random));
  }

  template <PrivacyRandomness Randomness>
  double noisy(Randomness& random, double value) const {
    add_noise(random, std::span(&value, 1));
    return value;
  }

 private:
  static Grid grid_of(const L1Sensitivity<adjacency>& sensitivity, double noise_multiplier) {
    check_positive("Laplace mechanism", "noise multiplier", noise_multiplier);
    return Grid::for_noise(noise_multiplier * sensitivity.value());
  }

  // Rounded up, so that the multiplier is no exaggeration.
  static double scale_of(const L1Sensitivity<adjacency>& sensitivity, double noise_multiplier, std::size_t columns,
                         const Grid& grid) {
    const double moved = sensitivity.value() + static_cast<double>(columns) * grid.step();
    return noise_multiplier * moved * (1 + 0x1p-50);
  }

  double noise_multiplier_;
  std::size_t columns_;
  Grid grid_;
  double scale_;
  detail::RoundedLaplace noise_;
};

}  // namespace equipoise::inline v0
