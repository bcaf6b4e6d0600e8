// L-BFGS: minimises a smooth function of many parameters from its values and gradients. J. Nocedal, "Updating
// quasi-Newton matrices with limited storage", Mathematics of Computation 35 (1980) 773-782; Nocedal and Wright 2006,
// algorithms 7.4 and 7.5. Each step satisfies the strong Wolfe conditions, so that curvature stays positive.
//
//     Minimum minimum = minimise(
//         [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
//           gradient = 2 * (x.array() - 3).matrix();
//           return (x.array() - 3).square().sum();
//         },
//         Eigen::VectorXd::Zero(2));
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/train/strong_wolfe.hpp>

namespace equipoise::inline v0 {

/// What an observer sees after each step.
struct LbfgsStep {
  std::size_t iteration;  ///< from 1
  const Eigen::VectorXd& parameters;
  double value;
  double gradient_max_norm;
  bool strong_wolfe;  ///< false where no step satisfied the strong Wolfe conditions, as at a kink, and a lower point
                      ///< was taken
};

struct LbfgsOptions {
  /// Pairs of steps and gradient changes that stand for the inverse Hessian, at least 1: memory and work for each
  /// iteration grow with it; beyond 20 it seldom saves evaluations.
  std::size_t history = 10;
  std::size_t most_iterations = 500;
  /// Absolute: converged where no entry of the gradient is larger, in units of the value per unit of a parameter.
  double gradient_tolerance = 1e-6;
  /// Relative: converged where a step lowers the value by no more than this times the value's magnitude. 0 goes on
  /// until rounding leaves nothing to lower.
  double value_tolerance = 1e-12;
  /// Of the line search. A smaller curvature searches each line more exactly, at more evaluations.
  WolfeConditions wolfe = {};
  /// Called after each step; what it throws ends the minimisation.
  std::function<void(const LbfgsStep&)> observer = {};
};

/// Why the minimisation ended, and what its parameters are worth.
enum class Termination {
  converged_gradient,  ///< the gradient is within its tolerance: the parameters are a stationary point
  converged_value,     ///< the value can be lowered no more, within its tolerance: usable
  iteration_limit,     ///< the lowest point so far; usable, but no minimum
  line_search_failed,  ///< the lowest point so far; not to be used: the gradient is wrong, or jumps, as at a kink
  not_finite,          ///< the function or its gradient is not finite at the start, which the parameters still are
};

/// The lowest point that was found; never NaN.
struct Minimum {
  Eigen::VectorXd parameters;
  double value = std::numeric_limits<double>::infinity();              ///< infinite where not_finite
  double gradient_max_norm = std::numeric_limits<double>::infinity();  ///< the largest entry's magnitude; likewise
  Termination termination = Termination::not_finite;
  std::string message;  ///< a sentence
  std::size_t iterations = 0;
  std::size_t evaluations = 0;

  bool is_converged() const {
    return termination == Termination::converged_gradient || termination == Termination::converged_value;
  }
  bool is_usable() const { return is_converged() || termination == Termination::iteration_limit; }
};

/// double f(x, gradient): the value at x, and into `gradient`, which has x's size, every partial derivative. A value or
/// derivative that is not finite says that x is outside the function's domain.
template <class F>
concept DifferentiableFunction = requires(F& f, const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
  { f(x, gradient) } -> std::convertible_to<double>;
};

namespace detail {

/// The inverse Hessian as its last corrections to a multiple of the identity.
class LimitedMemory {
 public:
  LimitedMemory(Eigen::Index parameters, std::size_t history) : corrections_(history) {
    for (Correction& each : corrections_) {
      each.step.resize(parameters);
      each.change.resize(parameters);
    }
  }

  bool empty() const { return held_ == 0; }
  void forget() { held_ = 0; }

  /// Learns from a step and the gradient's change along it; a pair whose curvature is lost in rounding teaches nothing.
  void learn(const Eigen::VectorXd& from, const Eigen::VectorXd& to, const Eigen::VectorXd& gradient_from,
             const Eigen::VectorXd& gradient_to) {
    Correction& next = corrections_[next_];
    next.step = to - from;
    next.change = gradient_to - gradient_from;
    next.curvature = next.step.dot(next.change);
    const double squared_change = next.change.squaredNorm();
    if (!(next.curvature > std::numeric_limits<double>::epsilon() * squared_change) || !std::isfinite(squared_change))
      return;
    scale_ = next.curvature / squared_change;
    next_ = (next_ + 1) % corrections_.size();
    held_ = std::min(held_ + 1, corrections_.size());
  }

  /// q becomes H q (Nocedal and Wright 2006, algorithm 7.4). Not to be called while empty.
  void multiply(Eigen::VectorXd& q) {
    for (std::size_t age = 1; age <= held_; ++age) {
      Correction& each = aged(age);
      each.share = each.step.dot(q) / each.curvature;  // alpha
      q -= each.share * each.change;
    }
    q *= scale_;  // gamma, equation 7.20
    for (std::size_t age = held_; age >= 1; --age) {
      const Correction& each = aged(age);
      q += (each.share - each.change.dot(q) / each.curvature) * each.step;
    }
  }

 private:
  struct Correction {
    Eigen::VectorXd step, change;  // s, y
    double curvature = 0;          // s'y
    double share = 0;
  };

  Correction& aged(std::size_t age) { return corrections_[(next_ + corrections_.size() - age) % corrections_.size()]; }

  std::vector<Correction> corrections_;
  std::size_t next_ = 0, held_ = 0;
  double scale_ = 1;
};

inline void check(const LbfgsOptions& options, const Eigen::VectorXd& start) {
  constexpr std::string_view place = "minimise";
  check_positive(place, "history", static_cast<double>(options.history));
  check_non_negative(place, "gradient_tolerance", options.gradient_tolerance);
  check_non_negative(place, "value_tolerance", options.value_tolerance);
  check_level(place, "sufficient_decrease", options.wolfe.sufficient_decrease);
  check_level(place, "curvature", options.wolfe.curvature);
  if (options.wolfe.sufficient_decrease >= options.wolfe.curvature)
    fail_check(place, "sufficient_decrease", shortest(options.wolfe.sufficient_decrease), "a number below curvature");
  check_finite(place, "start", std::span<const double>(start.data(), static_cast<std::size_t>(start.size())));
}

inline std::string sentence(Termination termination) {
  switch (termination) {
    case Termination::converged_gradient:
      return "Converged: no entry of the gradient is larger than gradient_tolerance.";
    case Termination::converged_value: return "Converged: the value can be lowered no more, within value_tolerance.";
    case Termination::iteration_limit: return "Stopped before convergence, after most_iterations.";
    case Termination::line_search_failed:
      return "Stopped before convergence: the value does not fall as its gradient says, so the gradient is wrong or "
             "not continuous here.";
    case Termination::not_finite: return "Not begun: the function or its gradient is not finite at the start.";
  }
  return {};
}

/// One minimisation; everything that it needs is allocated before the first iteration.
template <class F>
class LbfgsRun {
 public:
  LbfgsRun(F& function, Eigen::VectorXd start, const LbfgsOptions& options)
      : function_(function),
        options_(options),
        memory_(start.size(), options.history),
        here_(std::move(start)),
        there_(here_.size()),
        gradient_here_(here_.size()),
        gradient_there_(here_.size()),
        direction_(here_.size()) {}

  Minimum run() {
    value_ = evaluate(here_, gradient_here_);
    const Termination termination = std::isfinite(value_) ? descend() : Termination::not_finite;
    Minimum result;
    if (termination != Termination::not_finite) {
      result.value = value_;
      result.gradient_max_norm = gradient_max_norm();
    }
    result.parameters = std::move(here_);
    result.termination = termination;
    result.message = sentence(termination);
    result.iterations = iterations_;
    result.evaluations = evaluations_;
    return result;
  }

 private:
  // What a value may be wrong by from rounding in long sums, relative to it.
  static constexpr double rounding = 1e-13;

  Termination descend() {
    while (true) {
      if (gradient_max_norm() <= options_.gradient_tolerance) return Termination::converged_gradient;
      if (iterations_ == options_.most_iterations) return Termination::iteration_limit;
      const double slope = choose_direction();
      // Only its square can have left the range of doubles: too small, or too large.
      if (!(slope < 0) || !std::isfinite(slope))
        return gradient_max_norm() < 1 ? Termination::converged_value : Termination::line_search_failed;
      // A step of 1 along this direction promises to lower the value by about half its slope.
      const bool promises_nothing = -slope <= std::max(options_.value_tolerance, rounding) * std::abs(value_);
      const std::optional<Landing> landing = search(slope);
      if (!landing) {
        if (promises_nothing) return value_can_fall_no_more();
        if (memory_.empty()) return Termination::line_search_failed;
        memory_.forget();
        continue;
      }
      const double decrease = value_ - landing->value;
      const double negligible = options_.value_tolerance * std::max(std::abs(value_), std::abs(landing->value));
      kinked_ = kinked_ || (landing->beyond_kink && decrease > std::max(negligible, rounding * std::abs(value_)));
      move(*landing);
      if (decrease <= negligible)
        return landing->strong_wolfe || promises_nothing ? value_can_fall_no_more() : Termination::line_search_failed;
    }
  }

  // Near a kink steps grow short wherever the minimum is, so that there only the gradient can tell.
  Termination value_can_fall_no_more() const {
    return kinked_ ? Termination::line_search_failed : Termination::converged_value;
  }

  struct Landing {
    double value;
    bool strong_wolfe;
    bool beyond_kink;  // it falls before this point and rises steeply at it, however near that is
  };

  double gradient_max_norm() const { return here_.size() == 0 ? 0 : gradient_here_.cwiseAbs().maxCoeff(); }

  // Infinite where the function is not defined.
  double evaluate(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    constexpr double undefined = std::numeric_limits<double>::infinity();
    if (!x.allFinite()) return undefined;
    ++evaluations_;
    const double value = function_(x, gradient);
    assert(gradient.size() == x.size());
    return std::isfinite(value) && gradient.allFinite() ? value : undefined;
  }

  // The quasi-Newton direction, or without any memory the steepest descent, no longer than 1. Returns its slope.
  double choose_direction() {
    if (!memory_.empty()) {
      direction_ = -gradient_here_;
      memory_.multiply(direction_);
      const double slope = direction_.dot(gradient_here_);
      if (slope < 0 && std::isfinite(slope)) return slope;
      memory_.forget();  // rounding has spoilt it
    }
    direction_ = -gradient_here_ / std::max(1.0, gradient_here_.stableNorm());
    return direction_.dot(gradient_here_);
  }

  // Leaves in there_ and gradient_there_ a lower point along direction_, if one is found.
  std::optional<Landing> search(double slope) {
    StrongWolfeSearch line({.step = 0, .value = value_, .slope = slope}, 1, options_.wolfe);
    double value = value_;
    while (line.state() == SearchState::searching) {
      value = evaluate_along(line.trial());
      line.take(value, gradient_there_.dot(direction_));
    }
    if (line.state() == SearchState::found) return Landing{value, true, false};
    const std::optional<LinePoint> lower = line.fallback();
    if (!lower) return std::nullopt;
    return Landing{evaluate_along(lower->step), false, lower->slope > 0};
  }

  double evaluate_along(double step) {
    there_ = here_ + step * direction_;
    return evaluate(there_, gradient_there_);
  }

  void move(const Landing& landing) {
    memory_.learn(here_, there_, gradient_here_, gradient_there_);
    here_.swap(there_);
    gradient_here_.swap(gradient_there_);
    value_ = landing.value;
    ++iterations_;
    if (options_.observer) options_.observer({iterations_, here_, value_, gradient_max_norm(), landing.strong_wolfe});
  }

  F& function_;
  const LbfgsOptions& options_;
  LimitedMemory memory_;
  Eigen::VectorXd here_, there_, gradient_here_, gradient_there_, direction_;
  double value_ = 0;
  bool kinked_ = false;
  std::size_t iterations_ = 0, evaluations_ = 0;
};

}  // namespace detail

/// Minimises `function` from `start`. The result depends on nothing else, to the bit, and its value is never above the
/// start's. Of a convex function it is the minimum; of another, a point where it is stationary or the lowest that was
/// found. Where the function is not finite at a trial, the search steps back. Throws value_out_of_range where an option
/// is out of its range or the start is not finite; what `function` throws passes through.
template <DifferentiableFunction F>
Minimum minimise(F&& function, Eigen::VectorXd start, const LbfgsOptions& options = {}) {
  detail::check(options, start);
  return detail::LbfgsRun<std::remove_reference_t<F>>(function, std::move(start), options).run();
}

}  // namespace equipoise::inline v0
