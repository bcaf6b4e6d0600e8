// Nuisances: the regressions that an estimate of an effect needs on its way, cross-fitted, each of a family that is
// chosen by its loss on people whom the fit did not see.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// What a regression's columns are, from poorest to richest. Levels have a column each but the most frequent.
enum class NuisanceFamily {
  main_effects,  ///< every covariate by itself, a number in a straight line
  splines,       ///< numbers bend: natural cubic splines with five knots (Hastie et al. 2009, 5.2.1)
  interactions,  ///< splines, and products of pairs of main effects, the pairs of fewest columns first
};

constexpr std::string_view to_string(NuisanceFamily family) noexcept {
  switch (family) {
    case NuisanceFamily::main_effects: return "main effects";
    case NuisanceFamily::splines: return "splines";
    case NuisanceFamily::interactions: return "splines with interactions";
  }
  return "main effects";
}

/// The covariates as each family sees them, rows x columns, without an intercept; families that add nothing to the one
/// before are left out.
struct NuisanceDesigns {
  std::vector<NuisanceFamily> families;
  std::vector<Eigen::MatrixXd> columns;  ///< one a family
};

/// Knots are weighted quantiles of the rows. most_columns: of interactions' products. Throws table_unknown_column, and
/// table_type as check_fitted_column does.
NuisanceDesigns nuisance_designs(const Table& table, std::span<const std::string> covariates, std::size_t most_columns);

/// What is predicted: the class of each row by multinomial logistic regression, or its number by least squares.
struct NuisanceTarget {
  Eigen::VectorXd values;   ///< a class from 0, or a number
  std::size_t classes = 0;  ///< 0: numbers; else at least 2
  Eigen::VectorXd weights;  ///< how many people a row stands for in the fit; 0 leaves it out, though it is predicted
};

/// Predictions of every row by the fits that did not see its fold.
struct NuisanceFit {
  NuisanceFamily family = NuisanceFamily::main_effects;
  std::vector<Eigen::MatrixXd> predictions;  ///< one a division: rows x classes, or rows x 1
};

/// Fits each division's folds. The family is the one of least held-out loss (log-loss, squared error) in the first
/// division: a choice among a fixed few keeps what cross-fitting gives, whoever makes it. A ridge of one person's worth
/// on standardised columns bounds what a level without counterexamples would make infinite. folds: one list a
/// division, a fold a row.
NuisanceFit cross_fit(const NuisanceDesigns& designs, const NuisanceTarget& target,
                      std::span<const std::vector<std::uint32_t>> folds, Parallelism parallelism);

}  // namespace equipoise::inline v0
