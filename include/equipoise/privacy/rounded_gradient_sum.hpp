// Sums of persons' clipped gradients in whole numbers, which no person moves by more than their clipping norm.
//
// Persons are summed by groups of fixed places, each group's sum rounded to a grid and the rest added up in whole
// numbers, so that one person moves the rounding of one group alone. A group's floating-point sum is off by at most a
// quarter of the grid's step, its rounding by half; gradients are clipped to that much less than the norm.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/clipped_gradients.hpp>

namespace equipoise::inline v0 {

/// Losses of persons, each in a place of their own: at() writes what the predictor sees of the persons at these places
/// in every world, and the derivatives of each person's own loss, which must not depend on who else is asked about. (A
/// last digit's worth is allowed for; a score whose parts all but cancel is off by more, which is why a predictor's
/// rows should have the same bits in any company, as MultilayerPerceptron's have.)
template <class L>
concept PersonLosses = requires(L& losses, ConstVectorRef parameters, std::span<const std::size_t> places,
                                std::vector<BatchWorld>& worlds) {
  { losses.persons() } -> std::convertible_to<std::size_t>;  // how many places there are
  { losses.worlds() } -> std::convertible_to<std::size_t>;   // how many at() writes
  losses.at(parameters, places, worlds);
};

/// To what length persons' gradients are clipped.
struct ClippingNorms {
  std::span<const double> of_group;                    ///< above 0, one a group of persons
  std::span<const std::uint32_t> group_of_place = {};  ///< one a place; empty: all are of the first group
  std::span<const double> counted_at = {};             ///< lengths to count at, one a group; empty: at the norms

  double largest() const { return *std::max_element(of_group.begin(), of_group.end()); }
  std::size_t group(std::size_t place) const { return group_of_place.empty() ? 0 : group_of_place[place]; }
  bool is_within(double length, std::size_t of) const {
    return length <= (counted_at.empty() ? of_group[of] : counted_at[of]);
  }
};

/// How many persons of a group had gradients no longer than the length to count at, and how many longer ones.
struct NormCounts {
  std::int64_t within = 0, beyond = 0;
  friend bool operator==(const NormCounts&, const NormCounts&) = default;
};

/// A sum of clipped gradients in whole steps of a grid:
/// - step(norm): the grid's step where `norm` is the largest of the norms;
/// - sum(parameters, places, norms, steps, counts): writes the sum over the persons at these rising places, which one
///   person moves by at most the largest norm in Euclidean length, and the counts, an entry a group.
template <class S>
concept GradientSum = requires(S& sum, ConstVectorRef parameters, std::span<const std::size_t> places,
                               const ClippingNorms& norms, std::vector<std::int64_t>& steps,
                               std::vector<NormCounts>& counts) {
  { sum.persons() } -> std::convertible_to<std::size_t>;
  { sum.parameter_count() } -> std::convertible_to<Eigen::Index>;
  { sum.step(1.0) } -> std::convertible_to<double>;
  sum(parameters, places, norms, steps, counts);
};

/// The sum for any predictor and losses. Holds references to both.
template <Predictor P, PersonLosses L>
class RoundedGradientSum {
 public:
  /// Throws value_out_of_range where rounding the predictor's parameters leaves nothing of a norm.
  RoundedGradientSum(const P& predictor, L& losses, ClippingUnit unit = ClippingUnit::person)
      : predictor_(predictor), losses_(losses), clipped_(predictor, unit) {
    check_positive("private gradient", "clipping norm less what rounding needs, as its share", bound(1, 1));
  }

  std::size_t persons() const { return losses_.persons(); }
  Eigen::Index parameter_count() const { return predictor_.parameter_count(); }
  double step(double norm) const {
    return std::exp2(std::floor(std::log2(norm))) * 0x1p-17 * static_cast<double>(std::bit_ceil(losses_.worlds()));
  }

  void operator()(ConstVectorRef parameters, std::span<const std::size_t> places, const ClippingNorms& norms,
                  std::vector<std::int64_t>& steps, std::vector<NormCounts>& counts) {
    steps.assign(static_cast<std::size_t>(parameter_count()), 0);
    counts.assign(norms.of_group.size(), {});
    while (!places.empty()) {
      const std::size_t group = places.front() / group_places;
      const auto end = std::partition_point(places.begin(), places.end(),
                                            [&](std::size_t place) { return place / group_places == group; });
      const auto count = static_cast<std::size_t>(end - places.begin());
      add_group(parameters, places.first(count), norms, steps, counts);
      places = places.subspan(count);
    }
  }

 private:
  // With n persons of a group in W worlds, a sum's rounding is at most n W u times the sum of their parts' sizes, each
  // at most 32 clipping norms: 2^14 2^14 2^-53 2^5 W = 2^-20 W norms, a quarter of the grid's step or less.
  static constexpr std::size_t group_places = std::size_t{1} << 14;
  static_assert(detail::most_cancellation == 32);

  double bound(double norm, double largest) const {
    return std::min(norm, largest - 1.5 * std::sqrt(static_cast<double>(parameter_count())) * step(largest));
  }

  void add_group(ConstVectorRef parameters, std::span<const std::size_t> places, const ClippingNorms& norms,
                 std::vector<std::int64_t>& steps, std::vector<NormCounts>& counts) {
    const auto persons = static_cast<Eigen::Index>(places.size());
    const double largest = norms.largest();
    bounds_.resize(persons);
    for (Eigen::Index i = 0; i < persons; ++i)
      bounds_[i] = bound(norms.of_group[norms.group(places[static_cast<std::size_t>(i)])], largest);
    losses_.at(parameters, places, worlds_);
    lengths_.resize(persons);
    group_.setZero(parameter_count());
    clipped_.add(parameters, worlds_, bounds_, lengths_, group_);
    for (Eigen::Index i = 0; i < persons; ++i) {
      const std::size_t group = norms.group(places[static_cast<std::size_t>(i)]);
      ++(norms.is_within(lengths_[i], group) ? counts[group].within : counts[group].beyond);
    }
    const double by_step = 1 / step(largest);  // a power of two
    for (std::size_t i = 0; i < steps.size(); ++i)
      steps[i] += std::llround(group_[static_cast<Eigen::Index>(i)] * by_step);
  }

  const P& predictor_;
  L& losses_;
  ClippedGradients<P> clipped_;
  std::vector<BatchWorld> worlds_;
  Eigen::VectorXd bounds_, lengths_, group_;
};

}  // namespace equipoise::inline v0
