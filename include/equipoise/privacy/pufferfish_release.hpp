// Releasing a number with the noise that a Pufferfish mechanism asks for, on a grid.
//
//     const QuiltNoise noise = …;                                            // markov_quilt.hpp
//     const PufferfishLaplace mechanism(noise.scale, noise.headroom);
//     SecureRandom random;
//     const double released = mechanism.noisy(random, count);
//
// What is released is epsilon-Pufferfish private under the models it was worked out for, and not differentially
// private: its event in a ledger is a release without protection.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/grid.hpp>
#include <equipoise/privacy/laplace_mechanism.hpp>
#include <equipoise/privacy/rounded_gaussian.hpp>

namespace equipoise::inline v0 {

/// Laplace noise for a mechanism that hides a move of the statistic with `headroom` out of its epsilon: the Wasserstein
/// mechanism all of it, the Markov quilt mechanism what its quilts' influences leave.
class PufferfishLaplace {
 public:
  /// scale, headroom: above 0. Rounding the statistic to the grid moves it by a step more, which the noise counts in.
  PufferfishLaplace(double scale, double headroom)
      : grid_(Grid::for_noise(scale)),
        scale_((scale + grid_.step() / checked(headroom)) * (1 + 0x1p-50)),
        noise_(scale_ / grid_.step()) {}

  double scale() const noexcept { return scale_; }
  const Grid& grid() const noexcept { return grid_; }
  PrivacyEvent event() const { return NonPrivateEvent{"a Pufferfish release"}; }

  /// A value that is not finite is taken for 0.
  template <PrivacyRandomness Randomness>
  double noisy(Randomness& random, double value) const {
    return grid_.value(grid_.nearest(std::isfinite(value) ? value : 0.0) + noise_.draw(random));
  }

 private:
  static double checked(double headroom) {
    check_positive("Pufferfish release", "headroom", headroom);
    return headroom;
  }

  Grid grid_;
  double scale_;
  detail::RoundedLaplace noise_;
};

/// Normal noise, rounded to the grid as if all were real numbers: what attribute_private_gaussian.hpp asks for.
class PufferfishGaussian {
 public:
  /// standard_deviation: above 0.
  explicit PufferfishGaussian(double standard_deviation)
      : grid_(Grid::for_noise(standard_deviation)),
        standard_deviation_(standard_deviation),
        noise_(standard_deviation / grid_.step()) {}

  double standard_deviation() const noexcept { return standard_deviation_; }
  const Grid& grid() const noexcept { return grid_; }
  PrivacyEvent event() const { return NonPrivateEvent{"a Pufferfish release"}; }

  /// A value that is not finite is taken for 0.
  template <PrivacyRandomness Randomness>
  double noisy(Randomness& random, double value) const {
    const double finite = std::isfinite(value) ? value : 0.0, steps = grid_.in_steps(finite);
    const std::int64_t whole = grid_.nearest(finite);
    const double rest = std::abs(steps) < 0x1p52 ? steps - static_cast<double>(whole) : 0.0;
    std::int64_t noise = 0;
    noise_.draw(random, std::span(&rest, 1), std::span(&noise, 1));
    return grid_.value(whole + noise);
  }

 private:
  Grid grid_;
  double standard_deviation_;
  RoundedGaussian noise_;
};

}  // namespace equipoise::inline v0
