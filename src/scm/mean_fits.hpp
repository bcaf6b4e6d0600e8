// Means of a number by least squares: linear and quadratic.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/scm/node_data.hpp>
#include <equipoise/scm/polynomial_function.hpp>

namespace equipoise::inline v0::detail {

LinearPredictor fit_linear_mean(const NodeData& data, std::span<const double> response,
                                std::span<const double> weights);

/// Pairs of main regressors whose product is no constant or repetition: squares of numbers, and products across inputs.
std::vector<std::pair<std::size_t, std::size_t>> quadratic_terms(std::span<const Regressor> regressors);

/// 1, the main regressors and their products. Nothing where a number lies so far from 0 that its square would lose its
/// digits.
std::optional<PolynomialFunction> fit_quadratic_mean(const NodeData& data, std::span<const double> response,
                                                     std::span<const double> weights);

}  // namespace equipoise::inline v0::detail
