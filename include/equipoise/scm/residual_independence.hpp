// Whether a number is a function of its causes plus a noise that is independent of them: what tells cause from effect
// where independences alone do not.
//
// Where the function is not linear or the noise not normal, only one direction of an edge has such a noise, but for
// rare exceptions (Hoyer, Janzing, Mooij, Peters, Scholkopf, "Nonlinear causal discovery with additive noise models",
// NIPS 2008; Shimizu et al. 2006 for linear functions).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/scm/residual_products.hpp>

namespace equipoise::inline v0 {

/// A number's residual on its causes, tested against each cause that is a number.
struct ResidualIndependence {
  double p_value = 1;            ///< that the residual is independent of all of them
  std::vector<double> by_cause;  ///< of each in the order given; 1 for a cause with levels
  /// Of each cause, against what the likelihood of its edge turned round would gain; 1 where nothing could be tested.
  std::vector<double> turned_round;
  bool tested = false;  ///< whether there were a number, causes that are, and rows enough
};

namespace detail {

/// What a flexible regression on its causes leaves of a number: what the number's own noise is, where the noise is
/// additive. Without causes the number itself.
struct NodeNoise {
  std::size_t variable = 0;
  std::vector<std::size_t> causes = {};
  Eigen::VectorXd residual = {};  ///< of mean 0, in standard deviations of the number; empty where too little is left
  Eigen::VectorXd score = {};     ///< of the residual's density, of mean 0; the residual where that is not estimated
};

/// Of column `variable`, its causes being those that `tests` is given. One regression.
NodeNoise node_noise(const TestData& data, TestsGiven& tests, std::vector<std::size_t> causes, std::size_t variable);

/// Of an effect and its causes in the order that its noise has them. The products of these are summed:
/// - four bounded or slowly growing functions of the residual (two even, two odd) and the score of its density, each
///   less what estimating the mean makes of it, with five functions of the cause: the Hilbert-Schmidt independence
///   criterion (Gretton et al. 2008) with features instead of kernels;
/// - waves of the effect, less their mean were the residual any row's and less what estimating the mean makes of them
///   (Neyman's orthogonal scores), with the score of the cause's noise, and with that times functions of the cause's
///   own causes. To first order the likelihood of the edge turned round moves by such products: log p(cause - g(effect,
///   its other causes)) by g times the score of the cause's noise;
/// - the score of the residual's density with that of the cause's noise.
/// All sums are 0 in the mean, to first order in errors of the regression, where the noises are independent.
ResidualIndependence residual_independence(const TestData& data, const NodeNoise& effect,
                                           std::span<const NodeNoise* const> causes);

}  // namespace detail

/// Whether what a flexible regression of `effect` on `causes` leaves is independent of each of them; of a cause the
/// others are taken for its own causes, which no independence rests on. Throws table_unknown_column.
ResidualIndependence residual_independence(const Table& table, std::span<const std::string> causes,
                                           std::string_view effect, const IndependenceOptions& options = {});

}  // namespace equipoise::inline v0
