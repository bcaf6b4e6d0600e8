// How far one person can move a statistic: numbers that carry their norm and their neighbouring relation in the type,
// so that to mix them up does not compile.
#pragma once

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/adjacency.hpp>

namespace equipoise::inline v0 {

enum class Norm { l1, l2, linf };

/// The largest distance, in this norm, between the statistic's values on two neighbouring datasets.
template <Norm norm_of_distance, Adjacency relation>
class Sensitivity {
 public:
  static constexpr Norm norm = norm_of_distance;
  static constexpr Adjacency adjacency = relation;

  /// value: above 0, in the statistic's unit.
  explicit Sensitivity(double value) : value_(value) { check_positive("sensitivity", "value", value); }

  double value() const noexcept { return value_; }

  friend bool operator==(const Sensitivity&, const Sensitivity&) = default;

 private:
  double value_;
};

template <Adjacency adjacency>
using L1Sensitivity = Sensitivity<Norm::l1, adjacency>;
template <Adjacency adjacency>
using L2Sensitivity = Sensitivity<Norm::l2, adjacency>;
template <Adjacency adjacency>
using LinfSensitivity = Sensitivity<Norm::linf, adjacency>;

/// Of a sum over persons, each of whose share has at most the norm `bound`: that bound where one comes or goes, twice
/// that where one is replaced.
template <Norm norm, Adjacency adjacency>
Sensitivity<norm, adjacency> sensitivity_of_sum(double bound) {
  return Sensitivity<norm, adjacency>(adjacency == Adjacency::replace_one ? 2 * bound : bound);
}

}  // namespace equipoise::inline v0
