// The mechanisms that a node could have, each fitted to weighted rows by maximum likelihood: what fit_scm chooses
// among.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <equipoise/scm/any_mechanism.hpp>
#include <equipoise/scm/fitting.hpp>

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

struct FittedMechanism {
  AnyMechanism mechanism;
  std::size_t iterations = 0;
  bool converged = true;
  std::vector<std::string> notes = {};
};

/// Fits to rows by their weights; nothing where the family cannot give such values.
struct Candidate {
  std::string name;
  std::function<std::optional<FittedMechanism>(std::span<const double> weights)> fit;
};

// Of a variable with levels ------------------------------------------------------------------------

FittedMechanism fit_logistic(const NodeData& data, std::span<const double> weights, const FitOptions& options);

/// What there is to say where a logistic model has so many coefficients that level_candidates leaves it out.
std::optional<std::string> why_no_logistic(const NodeData& data);

/// What a variable with levels could have, by its inputs. The candidates read `data` and `options` when they fit.
std::vector<Candidate> level_candidates(const NodeData& data, const FitOptions& options);

// Of a number --------------------------------------------------------------------------------------

enum class NoiseFamily { normal, laplace, student_t };

FittedMechanism fit_linear(const NodeData& data, std::span<const double> weights, NoiseFamily family);

/// Fits 1, the main regressors and their products, and writes the mean as a formula.
FittedMechanism fit_quadratic(const NodeData& data, std::span<const double> weights, NoiseFamily family);

/// What a number could have. The candidates read `data` when they fit.
std::vector<Candidate> number_candidates(const NodeData& data);

}  // namespace equipoise::inline v0::detail
