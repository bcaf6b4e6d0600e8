// Clipping each person's gradient without forming it.
//
// A person's gradient is the sum over all their worlds and losses, and is clipped once: its squared length holds the
// cross terms between worlds, which a predictor gives by scalar products of what its layers see ("ghost clipping").
// Source: Goodfellow 2015 for the lengths; Li, Tramer, Liang, Hashimoto 2022 for one weighted backward pass.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include <Eigen/Core>

#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// One world of a batch: what the predictor sees there (features: persons x inputs), and the derivative of the persons'
/// own losses by their scores there (persons).
struct BatchWorld {
  Eigen::MatrixXd features;
  Eigen::VectorXd d_scores;
};

/// Adds to squared_lengths[i] the squared length of person i's gradient by the parameters, summed over the worlds, and
/// to apart[i] the sum of those of each world alone.
template <Predictor P>
void add_gradient_squared_lengths(const P& predictor, ConstVectorRef parameters, std::span<const BatchWorld> worlds,
                                  VectorRef squared_lengths, VectorRef apart) {
  for (std::size_t a = 0; a < worlds.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      predictor.add_row_gradient_products(parameters, worlds[a].features, 2 * worlds[a].d_scores, worlds[b].features,
                                          worlds[b].d_scores, squared_lengths);
  for (const BatchWorld& world : worlds)
    predictor.add_row_gradient_products(parameters, world.features, world.d_scores, world.features, world.d_scores,
                                        apart);
  squared_lengths += apart;
}

namespace detail {

/// What a squared length may lack by rounding, by the worlds' own added up: of one world nothing cancels, and sums of
/// n squares lack n 2^-53, which covers layers of up to 2^17 inputs; of several,
/// 2^-10 keeps what a person adds to a sum, world by world, within 32 times their clipped length, so that rounding of
/// the sum stays bounded too.
inline constexpr double length_margin(std::size_t worlds) noexcept {
  return static_cast<double>(worlds) * (worlds < 2 ? 0x1p-36 : 0x1p-10);
}
inline constexpr double most_cancellation = 32;

/// A gradient's length, which rounding has not made shorter; infinite where it is not finite.
inline double safe_length(double squared, double apart, std::size_t worlds) noexcept {
  const double length = std::sqrt(std::max(squared, 0.0) + length_margin(worlds) * apart);
  return std::isfinite(length) && std::isfinite(squared) ? length : std::numeric_limits<double>::infinity();
}

/// Entry by entry, since a row of no features has no place in memory.
inline void forget_features(BatchWorld& world, Eigen::Index person) {
  for (Eigen::Index column = 0; column < world.features.cols(); ++column) world.features(person, column) = 0;
}

}  // namespace detail

/// Scales every person's derivatives so that their gradient is not longer than their bound, whatever was rounded on the
/// way, and writes to lengths[i] how long it was. A person whose gradient is not finite counts for nothing: its length
/// is infinite, and derivatives and features become 0, so that nothing they hold can reach a sum.
template <Predictor P>
void clip_gradients(const P& predictor, ConstVectorRef parameters, ConstVectorRef bounds, std::span<BatchWorld> worlds,
                    VectorRef lengths) {
  lengths.setZero();
  Eigen::VectorXd apart = lengths;
  add_gradient_squared_lengths(predictor, parameters, worlds, lengths, apart);
  for (Eigen::Index person = 0; person < lengths.size(); ++person) {
    lengths[person] = detail::safe_length(lengths[person], apart[person], worlds.size());
    if (lengths[person] <= bounds[person]) continue;
    for (BatchWorld& world : worlds) {
      if (std::isfinite(lengths[person])) {
        world.d_scores[person] *= bounds[person] / lengths[person];
      } else {
        world.d_scores[person] = 0;
        detail::forget_features(world, person);
      }
    }
  }
}

/// The same to one bound.
template <Predictor P>
void clip_gradients(const P& predictor, ConstVectorRef parameters, double bound, std::span<BatchWorld> worlds) {
  if (worlds.empty()) return;
  const Eigen::Index persons = worlds.front().d_scores.size();
  Eigen::VectorXd lengths(persons);
  clip_gradients(predictor, parameters, Eigen::VectorXd::Constant(persons, bound), worlds, lengths);
}

}  // namespace equipoise::inline v0
