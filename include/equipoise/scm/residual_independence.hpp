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

#include <equipoise/scm/residual_products.hpp>

namespace equipoise::inline v0 {

/// A number's residual on its causes, tested against each cause that is a number.
struct ResidualIndependence {
  double p_value = 1;            ///< that the residual is independent of all of them
  std::vector<double> by_cause;  ///< of each in the order given; 1 for a cause with levels
  bool tested = false;           ///< whether there were a number, causes that are, and rows enough
};

namespace detail {

/// Of column `effect` and the columns that `tests` is given. Four bounded or slowly growing functions of the residual
/// (two even, two odd) and the score of its density, each less what estimating the mean makes of it, against five
/// functions of each cause, and against the score of the density of what the other causes leave of it; independence
/// makes their correlations chi-square. Source of the statistic: the Hilbert-Schmidt independence criterion (Gretton et
/// al. 2008) with features instead of kernels; of the correction: Neyman's orthogonal scores. The products of functions
/// of the residual with the cause's score are those that the likelihood of a weak edge turned round adds to first
/// order: log p(cause - m(effect)) moves by m(effect) times the score of the cause's noise. One regression, and one on
/// few columns for each cause.
ResidualIndependence residual_independence(const TestData& data, TestsGiven& tests, std::span<const std::size_t> causes,
                                           std::size_t effect);

}  // namespace detail

/// Whether what a flexible regression of `effect` on `causes` leaves is independent of each of them. Throws
/// table_unknown_column.
ResidualIndependence residual_independence(const Table& table, std::span<const std::string> causes,
                                           std::string_view effect, const IndependenceOptions& options = {});

}  // namespace equipoise::inline v0
