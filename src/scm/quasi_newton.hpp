// The minimiser that iterative fits share.
#pragma once

#include <cmath>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace equipoise::inline v0::detail {

/// Limited-memory BFGS (Nocedal 1980) with backtracking, for a smooth function of a matrix: `function(at, gradient)`
/// writes the gradient and returns the value. Where the function is not convex, steps of negative curvature are not
/// remembered. `go_on(at)` is asked after every step. Returns the iterations, and whether the gradient's greatest entry
/// has come to the tolerance, or ten steps have lowered the value by no more than `least_gain`.
template <class F, class GoOn>
std::pair<std::size_t, bool> minimise(F& function, Eigen::MatrixXd& at, double tolerance, std::size_t max_iterations,
                                      double least_gain, GoOn go_on) {
  constexpr std::size_t memory = 12, steps_of_gain = 10;
  struct Pair {
    Eigen::MatrixXd step, change;
    double curvature;
  };
  std::deque<Pair> pairs;
  Eigen::MatrixXd gradient(at.rows(), at.cols()), next_gradient(at.rows(), at.cols());
  double value = function(at, gradient), value_before = value;
  const auto dot = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) { return a.cwiseProduct(b).sum(); };
  for (std::size_t iteration = 0; iteration < max_iterations; ++iteration) {
    if (gradient.cwiseAbs().maxCoeff() <= tolerance) return {iteration, true};
    Eigen::MatrixXd direction = -gradient;
    std::vector<double> alphas(pairs.size());
    for (std::size_t k = pairs.size(); k-- > 0;) {
      alphas[k] = dot(pairs[k].step, direction) / pairs[k].curvature;
      direction -= alphas[k] * pairs[k].change;
    }
    direction *= pairs.empty() ? 2.0 : pairs.back().curvature / pairs.back().change.squaredNorm();
    for (std::size_t k = 0; k < pairs.size(); ++k)
      direction += (alphas[k] - dot(pairs[k].change, direction) / pairs[k].curvature) * pairs[k].step;
    const double slope = dot(gradient, direction);
    double length = 1, next_value = 0;
    Eigen::MatrixXd next;
    bool descended = false;
    for (int halving = 0; halving < 40 && !descended; ++halving, length /= 2) {
      next = at + length * direction;
      next_value = function(next, next_gradient);
      descended = next_value <= value + 1e-4 * length * slope + 1e-15 * std::abs(value);
    }
    if (!descended) return {iteration, gradient.cwiseAbs().maxCoeff() <= 1e3 * tolerance};
    Pair pair{next - at, next_gradient - gradient, 0};
    pair.curvature = dot(pair.step, pair.change);
    if (pair.curvature > 1e-14 * pair.change.squaredNorm()) pairs.push_back(std::move(pair));
    if (pairs.size() > memory) pairs.pop_front();
    at = std::move(next);
    value = next_value;
    gradient = next_gradient;
    if (!go_on(at)) return {iteration + 1, true};
    if ((iteration + 1) % steps_of_gain == 0) {
      if (value_before - value <= least_gain) return {iteration + 1, true};
      value_before = value;
    }
  }
  return {max_iterations, false};
}

template <class F>
std::pair<std::size_t, bool> minimise(F& function, Eigen::MatrixXd& at, double tolerance, std::size_t max_iterations,
                                      double least_gain) {
  return minimise(function, at, tolerance, max_iterations, least_gain, [](const Eigen::MatrixXd&) { return true; });
}

}  // namespace equipoise::inline v0::detail
