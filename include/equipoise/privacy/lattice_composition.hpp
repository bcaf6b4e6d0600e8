// The composition of lattices of losses by one Fourier transform, with bounds on delta from both sides.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/privacy/loss_lattice.hpp>
#include <equipoise/privacy/saddle_plan.hpp>

namespace equipoise::inline v0::detail {

/// Of transforms and powers: double, long double, or twice a double's; each takes several times as long as the one
/// before.
enum class Precision { plain, extended, twofold };

/// What a window's size must exceed its width by, in points.
inline constexpr std::size_t spare_points = 16;

/// The sum of many losses on a window of the lattice, tilted: delta(epsilon) is the sum over losses l above epsilon of
/// e^(log_moment - tilt l) masses (1 - e^(epsilon - l)). See tight_curve.hpp for what is bounded and how.
class LatticeComposition {
 public:
  /// lattices: of one step. size: of the window, a power of two. O(size log size + the lattices' sizes).
  LatticeComposition(std::span<const std::pair<LossLattice, std::int64_t>> lattices, const SaddlePlan::Window& window,
                     double tilt, std::size_t size, Precision precision);

  /// The least epsilon >= 0 at which the bound is at most delta.
  Bracket epsilon(double delta) const;
  Bracket delta(double epsilon) const;
  /// The share of the upper bound's delta at epsilon that stands for rounding of transforms and powers.
  double rounding_share(double epsilon) const;

 private:
  // One of the two lattices' compositions.
  struct Side {
    std::vector<double> masses;
    double log_moment = 0;
    double infinite = 0;     // mass at an infinite loss
    double beyond = 0;       // of delta, above the window
    double wrapped = 0;      // of the tilted mass, that may have come round
    double entry_error = 0;  // of each mass
    double norm_error = 0;   // of all masses, in the 2-norm
    double loss_error = 0;   // of the sum of losses
  };
  // Sums over the losses above a point j: of e^(-tilt y) and of e^(-tilt y)(1 - e^-y), y their distance; for the masses
  // and for masses of 1.
  struct Sums {
    double mass = 0, kept = 0, unit_mass = 0, unit_kept = 0;
  };

  double loss_at(std::size_t j) const {
    return origin_ + step_ * static_cast<double>(base_ + static_cast<std::int64_t>(j));
  }
  void descend(const Side& side, std::size_t j, double distance, Sums& sums) const;
  double upper_delta(const Side& side, const Sums& sums, double loss) const;
  double lower_delta(const Side& side, const Sums& sums, double loss) const;
  double entry_effect(const Side& side, const Sums& sums) const;
  template <class Bound>
  double epsilon_of(const Side& side, double delta, const Bracket& outside, Bound bound) const;
  template <class Bound>
  double delta_of(const Side& side, double epsilon, double outside, Bound bound) const;

  void set_moments(std::span<const std::pair<LossLattice, std::int64_t>> lattices, const SaddlePlan::Window& window);
  template <class Real>
  void compose(std::span<const std::pair<LossLattice, std::int64_t>> lattices, std::size_t size);

  double tilt_ = 0, step_ = 0, origin_ = 0;
  std::int64_t base_ = 0;      // the window's first loss, in steps from the origin
  double relative_error_ = 0;  // of delta
  double largest_weight_ = 1;  // of e^(-tilt y)(1 - e^-y)
  Side up_, down_;
};

}  // namespace equipoise::inline v0::detail
