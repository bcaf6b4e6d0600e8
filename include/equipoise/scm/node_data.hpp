// What a node's mechanism is fitted to: its column and those of its parents, and these as the columns of a regression.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/scm/linear_predictor.hpp>

namespace equipoise::inline v0::detail {

/// One node's column and those of its parents.
struct NodeData {
  std::size_t rows = 0;
  double people = 0;  ///< that the rows count, where they count any
  const double* value = nullptr;
  std::size_t levels = 0;  ///< 0 for a number
  bool integer = false;
  std::vector<const double*> inputs;
  std::vector<std::size_t> input_levels;
  std::vector<std::string> input_names;

  std::span<const double> values() const { return {value, rows}; }
  bool all_inputs_discrete() const {
    return std::find(input_levels.begin(), input_levels.end(), 0u) == input_levels.end();
  }
};

/// A column of a design: a number's value, or 1 at one level of an input.
struct Regressor {
  std::size_t input = 0;
  std::size_t level = 0;  ///< of an input with levels, from 1: the first is the reference; 0 for a number

  double operator()(double value) const { return level == 0 ? value : value == static_cast<double>(level) ? 1.0 : 0.0; }
};

/// Every number, and every level but the first, in the inputs' order.
inline std::vector<Regressor> main_regressors(std::span<const std::size_t> input_levels) {
  std::vector<Regressor> regressors;
  for (std::size_t c = 0; c < input_levels.size(); ++c) {
    if (input_levels[c] == 0) regressors.push_back({c, 0});
    for (std::size_t k = 1; k < input_levels[c]; ++k) regressors.push_back({c, k});
  }
  return regressors;
}

/// coefficients: one a regressor. An input of two levels has a slope, one of more an effect a level.
inline LinearPredictor predictor_from(double intercept, std::span<const double> coefficients,
                                      std::span<const Regressor> regressors,
                                      std::span<const std::size_t> input_levels) {
  LinearPredictor predictor{intercept, std::vector<LinearTerm>(input_levels.size())};
  for (std::size_t c = 0; c < input_levels.size(); ++c)
    if (input_levels[c] != 0 && input_levels[c] != 2) predictor.terms[c].level_effects.resize(input_levels[c]);
  for (std::size_t j = 0; j < regressors.size(); ++j) {
    LinearTerm& term = predictor.terms[regressors[j].input];
    if (term.level_effects.empty())
      term.slope = coefficients[j];
    else
      term.level_effects[regressors[j].level] = coefficients[j];
  }
  return predictor;
}

}  // namespace equipoise::inline v0::detail
