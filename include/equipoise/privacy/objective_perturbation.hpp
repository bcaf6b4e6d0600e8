// The minimum of a regularised convex loss with a random linear term: noise before minimising, not after.
//
// Source: Chaudhuri, Monteleoni, Sarwate 2011, algorithm 2 and theorem 9, whose conditions (a convex loss, twice
// differentiable, with bounded first and second derivatives, Hessians of rank one) are the concept ConvexScoreLoss and
// the bound of rows; Kifer, Smith, Thakurta 2012, theorem 2, for the Hessians' share: the released point's density
// changes by the change of the noise's, at most the slope's bound times its rate, and of the determinant of the
// Hessian, at most 1 + curvature / (persons l2) for each loss that changes.
//
// What rounding and an inexact minimum do is hidden as in output_perturbation.hpp: the gradient at the point found is
// within a known distance of 0 for a real linear term near the one drawn (Iyengar, Near, Song, Thakkar, Thakurta, Wang
// 2019, "Towards practical differentially private convex optimization", for minima that are near).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include <Eigen/Core>

#include <equipoise/privacy/output_perturbation.hpp>

namespace equipoise::inline v0 {

/// How epsilon is divided, and what is added to the penalty for it.
struct ObjectivePerturbationPlan {
  double noise_epsilon = 0;  ///< for the linear term
  double added_l2 = 0;
};

/// noise_epsilon = epsilon - k ln(1 + curvature / (persons l2)), k losses changing, if that leaves half of epsilon or
/// more; else l2 grows until the determinant takes half. curvature: of a person's loss by the parameters, at most.
inline ObjectivePerturbationPlan objective_perturbation_plan(double epsilon, double l2, double persons,
                                                             double curvature, Adjacency adjacency) {
  const double losses = detail::losses_changed(adjacency);
  const double left = epsilon - losses * std::log1p(curvature / (persons * l2));
  if (left >= epsilon / 2) return {left, 0};
  const double needed = curvature / (persons * std::expm1(epsilon / 2 / losses));
  return {epsilon / 2, std::max(needed - l2, 0.0)};
}

/// features: persons x inputs; outcome: one a person. Throws value_out_of_range for options out of their ranges, and as
/// regularised_minimum.
template <ConvexScoreLoss Loss, PrivacyRandomness Randomness>
PrivateMinimum objective_perturbation(const Eigen::Ref<const Eigen::MatrixXd>& features,
                                      std::span<const double> outcome, const ConvexPrivacyOptions& options,
                                      Randomness& random, const Loss& loss = {}) {
  const char* place = "objective perturbation";
  detail::check_convex_options(place, options);
  check_same_size(place, "outcome", outcome.size(), static_cast<std::size_t>(features.rows()));
  const double longest = Loss::slope_bound * options.row_bound;  // of a person's gradient
  const auto plan =
      objective_perturbation_plan(options.epsilon, options.l2, options.persons,
                                  Loss::curvature_bound * options.row_bound * options.row_bound, options.adjacency);
  const SphericalNoise noise(features.cols() + 1,
                             detail::losses_changed(options.adjacency) * longest / plan.noise_epsilon);
  const double l2 = options.l2 + plan.added_l2;
  RegularisedProblem problem{bounded_rows(features, options.row_bound, options.constant),
                             {outcome.begin(), outcome.end()},
                             options.persons,
                             l2,
                             noise.draw(random) / options.persons};
  const double tolerance = options.gradient_tolerance * longest;
  Eigen::VectorXd parameters = regularised_minimum(problem, tolerance, loss);
  const double size = 2 * (longest * std::max(static_cast<double>(features.rows()) / options.persons, 1.0) +
                           noise.most_length() / options.persons);
  const double gradient = detail::length_with_rounding(tolerance, problem, size) + 2 * noise.error() / options.persons;
  return detail::hide_distance(std::move(parameters), gradient / l2, options, l2,
                               detail::pure_but_for(options.epsilon, noise.miss()), random);
}

}  // namespace equipoise::inline v0
