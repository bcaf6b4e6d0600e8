// Bounds on probabilities of causation from observation and, where there is one, an experiment.
// Source: Tian, Pearl, "Probabilities of causation: bounds and identification", Annals of Mathematics and Artificial
// Intelligence 28, 2000, equations 17, 18 and 21 to 26; without the experiment, equations 13 to 16.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <optional>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/identify/bounds.hpp>

namespace equipoise::inline v0 {

/// P(X, Y) of a binary treatment and outcome; the four sum to 1.
struct BinaryJoint {
  double x0y0 = 0, x0y1 = 0, x1y0 = 0, x1y1 = 0;
};

/// P(Y=1 | do(X=0)) and P(Y=1 | do(X=1)), as from a randomised experiment on the same population.
struct BinaryExperiment {
  double y1_do_x0 = 0, y1_do_x1 = 0;
};

/// Sharp bounds; PN is undefined where P(X=1, Y=1) = 0, PS where P(X=0, Y=0) = 0.
struct CausationBounds {
  std::optional<Bounds> pn;  ///< P(Y_{X=0}=0 | X=1, Y=1)
  std::optional<Bounds> ps;  ///< P(Y_{X=1}=1 | X=0, Y=0)
  Bounds pns;                ///< P(Y_{X=1}=1, Y_{X=0}=0)
};

namespace detail {

inline void check_probabilities(const BinaryJoint& joint) {
  for (const double p : {joint.x0y0, joint.x0y1, joint.x1y0, joint.x1y1})
    if (!(p >= 0 && p <= 1))
      throw Error(ErrorCode::value_out_of_range, "P(X, Y)", shortest(p), "a probability from 0 to 1");
  const double total = joint.x0y0 + joint.x0y1 + joint.x1y0 + joint.x1y1;
  if (!(total >= 1 - 1e-9 && total <= 1 + 1e-9))
    throw Error(ErrorCode::value_out_of_range, "P(X, Y)", "probabilities that sum to " + shortest(total), "1");
}

// An experiment's margin lies between what observation shows of it and what it leaves open.
inline void check_consistency(double y1_do, double observed_y1, double other_treatment, const char* name) {
  if (!(y1_do >= observed_y1 - 1e-9 && y1_do <= observed_y1 + other_treatment + 1e-9))
    throw Error(ErrorCode::infeasible, name, shortest(y1_do),
                "a value from " + shortest(observed_y1) + " to " + shortest(observed_y1 + other_treatment) +
                    ", as the observed joint allows (was the experiment made on another population?)");
}

inline Bounds probability_bounds(double low, double high) {
  low = std::clamp(low, 0.0, 1.0), high = std::clamp(high, 0.0, 1.0);
  return {std::min(low, high), std::max(low, high), true};
}

}  // namespace detail

/// Throws value_out_of_range for what is no distribution.
inline CausationBounds tian_pearl_bounds(const BinaryJoint& joint) {
  detail::check_probabilities(joint);
  CausationBounds bounds;
  if (joint.x1y1 > 0) bounds.pn = Bounds{0, 1, true};
  if (joint.x0y0 > 0) bounds.ps = Bounds{0, 1, true};
  bounds.pns = detail::probability_bounds(0, joint.x1y1 + joint.x0y0);
  return bounds;
}

/// Throws value_out_of_range for what is no distribution, infeasible where the two cannot be of one population.
inline CausationBounds tian_pearl_bounds(const BinaryJoint& joint, const BinaryExperiment& experiment) {
  detail::check_probabilities(joint);
  const auto [y_x0 /* P(y_x') */, y_x1 /* P(y_x) */] = experiment;
  detail::check_consistency(y_x0, joint.x0y1, joint.x1y0 + joint.x1y1, "P(Y=1 | do(X=0))");
  detail::check_consistency(y_x1, joint.x1y1, joint.x0y0 + joint.x0y1, "P(Y=1 | do(X=1))");
  const double y1 = joint.x0y1 + joint.x1y1;
  CausationBounds bounds;
  bounds.pns = detail::probability_bounds(
      std::max({0.0, y_x1 - y_x0, y1 - y_x0, y_x1 - y1}),
      std::min({y_x1, 1 - y_x0, joint.x1y1 + joint.x0y0, y_x1 - y_x0 + joint.x1y0 + joint.x0y1}));
  if (joint.x1y1 > 0)
    bounds.pn = detail::probability_bounds((y1 - y_x0) / joint.x1y1, (1 - y_x0 - joint.x0y0) / joint.x1y1);
  if (joint.x0y0 > 0)
    bounds.ps = detail::probability_bounds((y_x1 - y1) / joint.x0y0, (y_x1 - joint.x1y1) / joint.x0y0);
  return bounds;
}

}  // namespace equipoise::inline v0
