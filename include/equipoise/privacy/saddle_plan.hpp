// Where a composition's delta is decided: the saddle point of its cumulant generating function, from a coarse picture.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <equipoise/privacy/tight_curve.hpp>

namespace equipoise::inline v0::detail {

/// K(s) = ln E_P[e^(s L)] of the composition and its derivatives: mean and variance of the losses tilted by s.
struct Cumulants {
  double value = 0, mean = 0, variance = 0;
};

class SaddlePlan {
 public:
  /// slices: into how many a step's losses are taken apart.
  SaddlePlan(std::span<const CountedPair> pairs, double tail, std::size_t slices = 400);

  Cumulants cumulants(double s) const;
  /// Of the sum of losses, untilted: the standard deviation.
  double deviation() const noexcept { return deviation_; }
  /// The greatest size of a step's loss.
  double largest_size() const noexcept { return largest_size_; }
  /// ln delta(epsilon) at epsilon = K'(s), with the tilted sum taken for normal.
  double log_delta(double s) const;
  /// delta(epsilon) by the contour integral along Re z = s > 0, of which the integrand must have died out within
  /// `most_frequencies`; else nothing.
  std::optional<double> contour_delta(double epsilon, double s, std::size_t most_frequencies) const;
  /// The s > -1 of which log_delta is this, or that where epsilon is 0, or the least or largest s looked at.
  double saddle_of_delta(double log_delta) const;
  /// The s > -1 with K'(s) = epsilon.
  double saddle_of_epsilon(double epsilon) const;
  /// The variance that splitting losses between the points of the lattice of this step adds, tilted by s.
  double added_variance(double s, double step) const;
  /// Below `low` and above `high`, the sum tilted by s has about e^-nats at most, as Chernoff's bound at `low_tilt` and
  /// `high_tilt` shows.
  struct Window {
    double low = 0, high = 0, low_tilt = 0, high_tilt = 0;
  };
  Window window(double s, double nats) const;

 private:
  struct Step {
    std::vector<double> mass, log_mass, loss;
    double count = 1;
    double bulk = 0;  // about where a lattice is laid through
  };
  std::vector<Step> steps_;
  double deviation_ = 0, largest_size_ = 0;
};

}  // namespace equipoise::inline v0::detail
