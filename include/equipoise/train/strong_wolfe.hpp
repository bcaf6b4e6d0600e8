// A line search for the strong Wolfe conditions, after Moré and Thuente, "Line search algorithms with guaranteed
// sufficient decrease", ACM TOMS 20 (1994) 286-307. It asks and is told, so that it neither knows nor stores vectors:
//
//     StrongWolfeSearch search({.step = 0, .value = f0, .slope = g0}, 1, {});
//     while (search.state() == SearchState::searching) search.take(f(search.trial()), slope_at(search.trial()));
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

namespace equipoise::inline v0 {

/// A point of phi(step) = f(x + step direction); its slope is phi'(step).
struct LinePoint {
  double step = 0;
  double value = 0;
  double slope = 0;
};

/// phi(step) <= phi(0) + sufficient_decrease step phi'(0)  and  |phi'(step)| <= curvature |phi'(0)|,
/// with 0 < sufficient_decrease < curvature < 1 (Nocedal and Wright 2006, equation 3.7).
struct WolfeConditions {
  double sufficient_decrease = 1e-4;
  double curvature = 0.9;

  bool decreased(const LinePoint& start, const LinePoint& point) const {
    return point.value <= start.value + sufficient_decrease * point.step * start.slope;
  }
  bool hold(const LinePoint& start, const LinePoint& point) const {
    return decreased(start, point) && std::abs(point.slope) <= curvature * std::abs(start.slope);
  }
  /// The curvature condition from below alone, phi'(step) >= curvature phi'(0): enough for a positive curvature, and
  /// what can be had beyond a kink (Lewis and Overton 2013).
  bool hold_weakly(const LinePoint& start, const LinePoint& point) const {
    return decreased(start, point) && point.slope >= curvature * start.slope;
  }
};

enum class SearchState {
  searching,  ///< trial() waits for its value and slope
  found,      ///< the last trial satisfies the strong Wolfe conditions
  stalled,    ///< no step that does was found; fallback() may still be lower than the start
};

namespace detail {

/// Where the cubic with these values and slopes at two points has its minimum (Nocedal and Wright 2006, equation 3.59).
/// Where it has none, infinitely far from `from`, away from `to`.
inline double cubic_minimiser(const LinePoint& from, const LinePoint& to) {
  const double width = to.step - from.step;
  const double theta = 3 * (from.value - to.value) / width + from.slope + to.slope;
  const double scale = std::max({std::abs(theta), std::abs(from.slope), std::abs(to.slope)});
  const double ratio = theta / scale;
  const double discriminant = ratio * ratio - (from.slope / scale) * (to.slope / scale);
  if (!(discriminant > 0)) return from.step - width * std::numeric_limits<double>::infinity();
  const double gamma = std::copysign(scale * std::sqrt(discriminant), width);
  return from.step + (gamma - from.slope + theta) / (2 * gamma - from.slope + to.slope) * width;
}

/// Where the straight line through two slopes crosses 0.
inline double secant_root(const LinePoint& from, const LinePoint& to) {
  return from.step + from.slope / (from.slope - to.slope) * (to.step - from.step);
}

inline double closer(double to, double a, double b) { return std::abs(a - to) < std::abs(b - to) ? a : b; }
inline double farther(double from, double a, double b) { return std::abs(a - from) > std::abs(b - from) ? a : b; }

inline bool opposite_signs(double a, double b) { return (a < 0 && b > 0) || (a > 0 && b < 0); }

/// Whether a trial shows that a minimum lies between it and the lowest point before it: it is higher, or rises away.
inline bool brackets(const LinePoint& best, const LinePoint& trial) {
  return trial.value > best.value || opposite_signs(trial.slope, best.slope);
}

/// The next step by the four cases of Moré and Thuente, section 4, not yet within bounds. `best` is the lowest point
/// before this trial; `other`, where there is one, the far end of an interval that holds a minimum.
inline double interpolated_step(const LinePoint& best, const LinePoint* other, const LinePoint& trial) {
  const double width = trial.step - best.step;
  const double for_ever = width * std::numeric_limits<double>::infinity();
  if (trial.value > best.value) {  // case 1: higher
    const double cubic = cubic_minimiser(best, trial);
    const double quadratic = best.step + best.slope / ((best.value - trial.value) / width + best.slope) / 2 * width;
    return std::abs(cubic - best.step) < std::abs(quadratic - best.step) ? cubic : cubic + (quadratic - cubic) / 2;
  }
  if (opposite_signs(trial.slope, best.slope))  // case 2: lower, beyond a minimum
    return farther(trial.step, cubic_minimiser(trial, best), secant_root(trial, best));
  if (std::abs(trial.slope) < std::abs(best.slope)) {  // case 3: lower and flatter
    double cubic = cubic_minimiser(trial, best);
    if ((cubic - trial.step) * width <= 0) cubic = for_ever;  // least on the wrong side
    const double secant = secant_root(trial, best);
    if (other == nullptr) return farther(trial.step, cubic, secant);
    const double step = closer(trial.step, cubic, secant);
    const double limit = trial.step + 0.66 * (other->step - trial.step);
    return width > 0 ? std::min(limit, step) : std::max(limit, step);
  }
  return other != nullptr ? cubic_minimiser(trial, *other) : for_ever;  // case 4: lower and steeper
}

}  // namespace detail

/// One search along a direction of descent. A trial whose value or slope is not finite makes it step back, and the step
/// counts as a wall that it does not pass again.
class StrongWolfeSearch {
 public:
  /// `start` is phi at step 0, its slope below 0; `first_step` is above 0.
  StrongWolfeSearch(const LinePoint& start, double first_step, const WolfeConditions& conditions)
      : start_(start), conditions_(conditions), best_(start), other_(start), step_(first_step), most_(5 * first_step) {
    assert(start.slope < 0 && first_step > 0);
  }

  SearchState state() const { return state_; }
  /// The step to evaluate next; once found, the step that was found.
  double trial() const { return step_; }

  /// Where the search stalled: the lowest trial that satisfies the weak Wolfe conditions, else the lowest one that
  /// decreased the value sufficiently, else nothing.
  std::optional<LinePoint> fallback() const { return weak_ ? weak_ : lower_; }

  /// phi and its slope at trial().
  void take(double value, double slope) {
    assert(state_ == SearchState::searching);
    const LinePoint seen{step_, value, slope};
    const bool last = ++trials_ == most_trials;
    if (!std::isfinite(value) || !std::isfinite(slope)) {
      step_back();
    } else if (conditions_.hold(start_, seen)) {
      state_ = SearchState::found;
      return;
    } else {
      remember(seen);
      narrow(seen);
    }
    if (last) state_ = SearchState::stalled;
  }

 private:
  static constexpr std::size_t most_trials = 40;
  static constexpr double least_width = 1e-12;  // of the bracket, relative to its greater end
  static constexpr double least_step = 1e-20, greatest_step = 1e20;

  void remember(const LinePoint& seen) {
    if (!conditions_.decreased(start_, seen)) return;
    if (!lower_ || seen.value < lower_->value) lower_ = seen;
    if (conditions_.hold_weakly(start_, seen) && (!weak_ || seen.value < weak_->value)) weak_ = seen;
  }

  void narrow(const LinePoint& seen) {
    const double decrease = conditions_.sufficient_decrease * start_.slope;
    const bool decreased = conditions_.decreased(start_, seen);
    if (decreased && seen.slope >= 0) tilted_ = false;
    // Until a trial decreases the value sufficiently and rises, what is minimised is phi less the line of sufficient
    // decrease, whose minimum does both (Moré and Thuente, section 3).
    const double tilt = tilted_ && !decreased && seen.value <= best_.value ? decrease : 0;
    const auto tilted = [tilt](const LinePoint& p) {
      return LinePoint{p.step, p.value - tilt * p.step, p.slope - tilt};
    };
    const LinePoint best = tilted(best_), other = tilted(other_), trial = tilted(seen);

    const double next = detail::interpolated_step(best, bracketed_ ? &other : nullptr, trial);
    bracketed_ = bracketed_ || detail::brackets(best, trial);
    if (trial.value > best.value) {
      other_ = seen;
    } else {
      if (detail::opposite_signs(trial.slope, best.slope)) other_ = best_;
      best_ = seen;
    }
    bracketed_ ? shrink(next) : extend(next);
  }

  // Within the bracket; at its middle where two trials left more than two thirds of it, or nothing better is known.
  void shrink(double next) {
    const double width = std::abs(other_.step - best_.step);
    least_ = std::min(best_.step, other_.step);
    most_ = std::max(best_.step, other_.step);
    const bool slow = width >= 0.66 * width_before_last_;
    step_ = slow || !(next > least_ && next < most_) ? best_.step + 0.5 * (other_.step - best_.step) : next;
    width_before_last_ = last_width_;
    last_width_ = width;
    if (width <= least_width * most_ || !(step_ > least_ && step_ < most_)) state_ = SearchState::stalled;
  }

  // Farther out, by a factor of 1.1 to 4 of the last increase, short of a wall.
  void extend(double next) {
    const double within = next >= least_ ? std::min(next, most_) : least_;
    step_ = std::min({within, best_.step + 0.9 * (wall_ - best_.step), greatest_step});
    least_ = step_ + 1.1 * (step_ - best_.step);
    most_ = step_ + 4 * (step_ - best_.step);
    if (!(step_ > best_.step * (1 + least_width))) state_ = SearchState::stalled;
  }

  void step_back() {
    if (!bracketed_) wall_ = step_;
    step_ = best_.step + 0.5 * (step_ - best_.step);
    if (!bracketed_) least_ = step_ + 0.1 * (step_ - best_.step), most_ = wall_;
    if (std::abs(step_ - best_.step) <= std::max(least_step, least_width * best_.step)) state_ = SearchState::stalled;
  }

  LinePoint start_;
  WolfeConditions conditions_;
  LinePoint best_, other_;  // the lowest point, and once bracketed the other end of the interval
  bool bracketed_ = false, tilted_ = true;
  double step_, least_ = 0, most_;  // the next trial, and the bounds of the one after it
  double wall_ = std::numeric_limits<double>::infinity();
  double width_before_last_ = std::numeric_limits<double>::infinity();
  double last_width_ = std::numeric_limits<double>::infinity();
  std::optional<LinePoint> lower_, weak_;
  std::size_t trials_ = 0;
  SearchState state_ = SearchState::searching;
};

}  // namespace equipoise::inline v0
