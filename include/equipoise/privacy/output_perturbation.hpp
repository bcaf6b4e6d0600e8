// The minimum of a regularised convex loss, released with noise on the minimum itself.
//
// Source: Chaudhuri, Monteleoni, Sarwate 2011, "Differentially private empirical risk minimization", algorithm 1. One
// person moves the minimum of a loss of strong convexity l2 by slope_bound row_bound / (persons l2) at most, or twice
// that by being someone else (their corollary 8); noise with density exp(-|x| epsilon / sensitivity) hides it.
//
// The theorem is about real numbers and exact minima. Here what is found lies near the minimum, and the noise near a
// real one; how near is known, and normal noise on a grid, of `smoothing` times as much, hides the difference. It is a
// Gaussian event of its own, and small.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/adjacency.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/gaussian_mechanism.hpp>
#include <equipoise/privacy/regularised_minimum.hpp>
#include <equipoise/privacy/spherical_noise.hpp>

namespace equipoise::inline v0 {

struct ConvexPrivacyOptions {
  double epsilon = 1;    ///< above 0
  double l2 = 1e-2;      ///< of the penalty l2 / 2 |parameters|^2, the intercept's included; above 0
  double row_bound = 1;  ///< rows, the constant with them, are scaled to this length at most; above 0
  double constant = 1;   ///< what every row has for the intercept, whose penalty is of intercept / constant; above 0
  double persons = 0;    ///< what the loss's sum is divided by: a number that is no secret; above 0
  double gradient_tolerance = 1e-10;  ///< of the minimum, by slope_bound * row_bound; above 0
  double smoothing = 1000;            ///< the multiplier of the noise that hides what rounding did; above 0
  Adjacency adjacency = Adjacency::add_or_remove_one;
};

/// Parameters that may be published: the coefficients, then the intercept. For rows longer than the bound, a score is
/// one of the row as it was, so that decisions at score 0 are those of the scaled row.
struct PrivateMinimum {
  Eigen::VectorXd parameters;
  PrivacyEvent event;
  double l2 = 0;  ///< of the penalty in the end
};

namespace detail {

inline void check_convex_options(const char* place, const ConvexPrivacyOptions& options) {
  check_positive(place, "epsilon", options.epsilon);
  check_positive(place, "l2 penalty", options.l2);
  check_positive(place, "bound of rows", options.row_bound);
  check_positive(place, "constant for the intercept", options.constant);
  check_positive(place, "persons", options.persons);
  check_positive(place, "tolerance of the gradient", options.gradient_tolerance);
  check_positive(place, "smoothing", options.smoothing);
}

/// How much one person counts for: their own loss alone, or that of who takes their place too.
inline double losses_changed(Adjacency adjacency) noexcept { return adjacency == Adjacency::replace_one ? 2 : 1; }

/// (epsilon, 0), but for a chance of `miss` on either of two neighbours.
inline ApproximateEvent pure_but_for(double epsilon, double miss) {
  return {epsilon, std::min(1.0, (1 + std::exp(epsilon)) * miss)};
}

/// How long a gradient is that is found to be no longer than `tolerance`, whose terms have this size in sum.
inline double length_with_rounding(double tolerance, const RegularisedProblem& problem, double size) {
  const double terms = static_cast<double>(problem.rows.rows() + problem.rows.cols()) + 16;
  return tolerance + 2 * terms * 0x1p-52 * size;
}

/// Hides that `parameters` are off by up to `distance` from what `event` protects.
template <PrivacyRandomness Randomness>
PrivateMinimum hide_distance(Eigen::VectorXd parameters, double distance, const ConvexPrivacyOptions& options,
                             double l2, PrivacyEvent event, Randomness& random) {
  const GaussianMechanism<Adjacency::add_or_remove_one> mechanism(
      L2Sensitivity<Adjacency::add_or_remove_one>(2 * distance), options.smoothing);
  mechanism.add_noise(random, std::span(parameters.data(), static_cast<std::size_t>(parameters.size())));
  parameters.tail(1) *= options.constant;
  return {std::move(parameters), ComposedEvent{{std::move(event), mechanism.event()}}, l2};
}

}  // namespace detail

/// features: persons x inputs; outcome: one a person. Throws value_out_of_range for options out of their ranges, and as
/// regularised_minimum.
template <ConvexScoreLoss Loss, PrivacyRandomness Randomness>
PrivateMinimum output_perturbation(const Eigen::Ref<const Eigen::MatrixXd>& features, std::span<const double> outcome,
                                   const ConvexPrivacyOptions& options, Randomness& random, const Loss& loss = {}) {
  const char* place = "output perturbation";
  detail::check_convex_options(place, options);
  check_same_size(place, "outcome", outcome.size(), static_cast<std::size_t>(features.rows()));
  RegularisedProblem problem{bounded_rows(features, options.row_bound, options.constant),
                             {outcome.begin(), outcome.end()},
                             options.persons,
                             options.l2,
                             Eigen::VectorXd::Zero(features.cols() + 1)};
  const double longest = Loss::slope_bound * options.row_bound;  // of a person's gradient
  const double tolerance = options.gradient_tolerance * longest;
  Eigen::VectorXd parameters = regularised_minimum(problem, tolerance, loss);
  const double sensitivity = detail::losses_changed(options.adjacency) * longest / (options.persons * options.l2);
  const SphericalNoise noise(parameters.size(), sensitivity / options.epsilon);
  parameters += noise.draw(random);
  const double size = 2 * longest * std::max(static_cast<double>(features.rows()) / options.persons, 1.0);
  const double distance = detail::length_with_rounding(tolerance, problem, size) / options.l2 + 2 * noise.error();
  return detail::hide_distance(std::move(parameters), distance, options, options.l2,
                               detail::pure_but_for(options.epsilon, noise.miss()), random);
}

}  // namespace equipoise::inline v0
