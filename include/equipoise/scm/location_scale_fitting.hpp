// Maximum likelihood of a mean and a logarithmic scale, each by least squares in turn.
//
// With normal noise, -ln likelihood is the sum of s_i + 1/2 e_i^2 exp(-2 s_i), e_i = y_i - mean_i. Given s the mean is
// weighted least squares; given the mean, a step of Fisher scoring for s is least squares on s_i + (e_i^2 exp(-2 s_i) -
// 1) / 2 (Aitkin 1987; Rigby, Stasinopoulos 1996). Any least-squares smoother will do for either.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/scm/node_data.hpp>
#include <equipoise/scm/regression_function.hpp>

namespace equipoise::inline v0::detail {

/// Fits a function of the inputs to a response by weighted least squares, penalised or not.
using Smoother = std::function<RegressionFunction(std::span<const double> response, std::span<const double> weights)>;

struct LocationScaleFit {
  RegressionFunction location, log_scale;
  std::vector<double> standardised;  ///< (value - location) / exp(log_scale), by row
  double objective = 0;              ///< mean of s + 1/2 e^2 exp(-2 s); the least of all rounds
  std::size_t rounds = 0;
  bool converged = false;
};

inline std::vector<double> values_of(const RegressionFunction& function, const NodeData& data) {
  std::vector<double> values(data.rows);
  function.add_to(data.inputs, {0, data.rows}, values.data());
  return values;
}

inline LocationScaleFit fit_location_scale(const NodeData& data, std::span<const double> weights,
                                           const Smoother& location, const Smoother& log_scale,
                                           std::size_t max_rounds = 12) {
  constexpr double tolerance = 1e-5;
  constexpr double steepest = 3;  // of a working response above its s: one far row must not throw the fit
  const std::size_t rows = data.rows;
  double total = 0;
  for (const double weight : weights) total += weight;
  std::vector<double> s(rows), working(rows), by_precision(weights.begin(), weights.end());
  RegressionFunction mean = location(data.values(), weights);
  std::vector<double> error(rows);
  const auto take_errors = [&] {
    const std::vector<double> fitted = values_of(mean, data);
    for (std::size_t i = 0; i < rows; ++i) error[i] = data.value[i] - fitted[i];
  };
  take_errors();
  double square = 0;
  for (std::size_t i = 0; i < rows; ++i) square += weights[i] * error[i] * error[i] / total;
  const double least_error = 1e-6 * std::sqrt(square) + 1e-150;
  // E ln |N| = -0.635 for a standard normal N.
  for (std::size_t i = 0; i < rows; ++i) working[i] = std::log(std::max(std::abs(error[i]), least_error)) + 0.635;
  RegressionFunction scale = log_scale(working, weights);

  LocationScaleFit best{mean, scale, error, 0, 0, false};
  double before = 0;
  for (std::size_t round = 1; round <= max_rounds; ++round) {
    s = values_of(scale, data);
    for (double& each : s) each = std::max(each, std::log(least_error));
    for (std::size_t i = 0; i < rows; ++i) by_precision[i] = weights[i] * std::exp(-2 * s[i]) * square;
    const double precision = std::accumulate(by_precision.begin(), by_precision.end(), 0.0);
    if (!(precision > 0 && std::isfinite(precision))) break;  // scales that no number can hold
    mean = location(data.values(), by_precision);
    take_errors();
    double objective = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double z = error[i] * std::exp(-s[i]);
      objective += weights[i] * (s[i] + 0.5 * z * z) / total;
    }
    best.rounds = round;
    if (round == 1 || objective < best.objective) {
      best.objective = objective;
      best.location = mean;
      best.log_scale = scale;
      best.standardised.resize(rows);
      for (std::size_t i = 0; i < rows; ++i) best.standardised[i] = error[i] * std::exp(-s[i]);
    }
    if (round > 1 && std::abs(objective - before) < tolerance) {
      best.converged = true;
      break;
    }
    before = objective;
    for (std::size_t i = 0; i < rows; ++i) {
      const double z = error[i] * std::exp(-s[i]);
      working[i] = s[i] + std::min(0.5 * (z * z - 1), steepest);
    }
    scale = log_scale(working, weights);
  }
  return best;
}

}  // namespace equipoise::inline v0::detail
