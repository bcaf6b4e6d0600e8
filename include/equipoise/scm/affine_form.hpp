// Numbers that are affine in independent sources of randomness.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>

#include <Eigen/Core>

namespace equipoise::inline v0 {

/// mean + loadings' z, z of independent sources with mean 0 and variance 1. The sizes add up what was added without its
/// signs, so that what cancelled can be told from what is small.
struct AffineForm {
  double mean = 0;
  Eigen::VectorXd loadings;  ///< one a source; empty: a constant
  double mean_size = 0, loading_size = 0;

  static AffineForm constant(double value) { return {value, {}, std::abs(value), 0}; }

  bool is_constant() const noexcept { return loadings.size() == 0; }

  void add(double coefficient, const AffineForm& other) {
    if (coefficient == 0) return;
    mean += coefficient * other.mean;
    mean_size += std::abs(coefficient) * other.mean_size;
    loading_size += std::abs(coefficient) * other.loading_size;
    if (other.is_constant()) return;
    if (is_constant())
      loadings = coefficient * other.loadings;
    else
      loadings += coefficient * other.loadings;
  }
};

namespace detail {

/// What of a form's loadings rounding may have left, as a share of its size.
inline constexpr double rounding_share = 1e-12;

}  // namespace detail
}  // namespace equipoise::inline v0
