// Fitting a model to data: for every variable the mechanism that predicts held-out rows best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  Coupling coupling = Coupling::gumbel_max;  ///< assumed for tables, logistic and ordinal mechanisms
  /// Of mechanism_families(): what variables with causes are chosen among; empty: all. Where none of them suits a
  /// variable, all that do are tried, and a note says so.
  std::vector<std::string> families = {};
  bool hidden_causes = true;           ///< fit what bidirected edges say; else each variable given its parents alone
  std::size_t most_hidden_levels = 4;  ///< of a hidden common cause of variables with levels; at least 2
  std::uint64_t seed = 1;              ///< of the folds
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
  // In a district fitted as one, both are given the parents and the district's earlier variables with theirs.
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
  /// What the whole fit leaves out or cannot tell: hidden common causes that are not modelled, or not identified.
  std::vector<std::string> warnings;
};

/// The names that FitOptions::families takes: "linear", "table", …
std::span<const std::string_view> mechanism_families() noexcept;

/// Fits a mechanism to each node given its parents by weighted maximum likelihood or penalised least squares, chosen
/// among candidates by held-out log-likelihood, for a number the simplest unless another is clearly ahead: a root by
/// its frequencies or a noise family; a variable with levels by its table (discrete parents), a multinomial logistic or
/// an ordinal model; a number by a mean of one of several forms with noise of one of several families. An integer is
/// fitted as a continuous number. Whole-number weights count people: folds hold people, not rows. The graph is
/// believed. Districts that bidirected edges join are fitted as one: numbers by residual iterative conditional fitting,
/// their covariances written as shared normal variables; variables with levels by EM with hidden causes of few levels;
/// mixed ones, and those beyond a budget, through (each node given its parents alone) with a warning. Deterministic in
/// the seed, at any parallelism. Throws table_unknown_column where a node has no column, table_type where one has more
/// than most_fitted_levels or a number beyond largest_fitted_number, value_out_of_range for an unknown family, scm_fit
/// where the table has no rows.
ScmFit fit_scm(const CausalGraph& graph, const Table& table, const FitOptions& options = {});

}  // namespace equipoise::inline v0
