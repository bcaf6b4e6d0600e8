// Fitting a model to data: for every variable the mechanism that predicts held-out rows best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/scm/coupling.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

struct FitOptions {
  std::size_t folds = 5;         ///< of the cross-validation that chooses each mechanism; at least 2
  double standard_errors = 2;    ///< by how many a less simple mechanism of a number must be ahead to be chosen
  double table_prior = 1;        ///< people added to every row of a table, in the variable's overall proportions
  double logistic_ridge = 1e-6;  ///< as in LogisticOptions: bounds coefficients where levels are separated
  Coupling coupling = Coupling::gumbel_max;  ///< assumed for tables and logistic mechanisms
  std::uint64_t seed = 1;                    ///< of the folds
  Parallelism parallelism = Parallelism::none();
  Progress progress = {};  ///< a task is one candidate of one variable
};

/// How one variable's mechanism was chosen. Log-likelihoods are means per unit of weight, natural logarithms;
/// one row counts no less than -700.
struct NodeFit {
  std::string variable = {};
  std::string mechanism = {};  ///< in words: "linear, normal noise"
  double log_likelihood = 0;   ///< on all rows, after fitting on all rows
  double held_out = 0;         ///< on rows held out of the fit, cross-validated
  std::string runner_up = {};  ///< "" where there was no other candidate
  /// held_out minus the runner-up's, with its standard error; below 0 where the runner-up is ahead, but is less
  /// simple and not by enough.
  std::optional<double> margin = {};
  double margin_standard_error = 0;
  std::size_t iterations = 0;  ///< of an iterative fit
  bool converged = true;
  std::vector<std::string> notes = {};  ///< what a reader should know: a prior used, cells without rows, …
};

struct ScmFit {
  Scm scm;
  std::vector<NodeFit> nodes;  ///< in the graph's order
  /// What the whole fit leaves out: dependence through hidden common causes is not modelled.
  std::vector<std::string> warnings;
};

/// Fits a mechanism to each node given its parents by weighted maximum likelihood, chosen among candidates by
/// held-out log-likelihood, for a number the simplest unless another is clearly ahead: a root by its frequencies or a
/// noise family; a variable with levels by its table (discrete parents) or a multinomial logistic model; a number by a
/// linear or quadratic mean (least squares) with normal, Laplace or Student noise. An integer is fitted as a continuous
/// number. Whole-number weights count people: folds hold people, not rows. The graph is believed. Bidirected edges are
/// fitted through (each node given its parents alone) with a warning. Deterministic in the seed. Throws
/// table_unknown_column where a node has no column, table_type where one has more than most_fitted_levels or a number
/// beyond largest_fitted_number, scm_fit where the table has no rows.
ScmFit fit_scm(const CausalGraph& graph, const Table& table, const FitOptions& options = {});

}  // namespace equipoise::inline v0
