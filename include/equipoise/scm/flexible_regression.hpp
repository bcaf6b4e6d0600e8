// A regression on several variables that assumes little of its form: what is left of a column once they are known.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <Eigen/Core>

#include <equipoise/scm/variable_features.hpp>

namespace equipoise::inline v0::detail {

/// How many people the rows count, and how their weights enter a variance: a row of w people is w independent ones, a
/// row of any other weight one.
struct RowWeights {
  Eigen::VectorXd root;  ///< the square root of each row's weight
  bool are_counts = true;
  double effective = 0;  ///< the people counted, or (sum w)^2 / sum w^2

  RowWeights(std::span<const double> weights, bool counts);
};

/// Takes out of the columns of `values` what least squares on the columns of `blocks` explains; the rank of these.
Eigen::Index project_out(std::span<const Eigen::MatrixXd> blocks, Eigen::MatrixXd& values);

/// Least squares on a basis of the given variables that grows with the data, one column to twenty people at most, in
/// this order: every value and level; the cells of the levels jointly; squares and cosines of ranks; products of two
/// variables; cubes and finer cosines; and random Fourier features of all of them (Rahimi, Recht 2007), which reach
/// what is not additive. Columns that others explain are left out. All arrays are rows times the root of the weight.
class FlexibleRegression {
 public:
  static constexpr std::size_t most_columns = 160;

  /// given: features of as many rows as the weights. The seed is that of the random features.
  FlexibleRegression(std::span<const VariableFeatures* const> given, const RowWeights& weights, std::uint64_t seed);

  /// Columns that the basis kept, the constant among them.
  Eigen::Index rank() const noexcept { return basis_.cols(); }
  /// What least squares leaves of each column of `values` (rows x columns, already times the root of the weight).
  Eigen::MatrixXd residuals(const Eigen::MatrixXd& values) const;
  /// The share of each row's own value (of one person's, where weights are counts) in its fit, in [0, 1].
  const Eigen::VectorXd& leverage() const noexcept { return leverage_; }

 private:
  Eigen::MatrixXd basis_;  // orthonormal
  Eigen::VectorXd leverage_;
};

}  // namespace equipoise::inline v0::detail
