// Cross-fitting: nobody's nuisance is predicted by a fit that saw them, over several divisions of the people, since
// where a single one falls moves an estimate, sometimes past 0.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0 {

/// How a number was got.
enum class EstimationMethod {
  exact,          ///< of a distribution that is wholly known
  plug_in,        ///< the estimand, with every probability the share of people in a cell
  doubly_robust,  ///< one-step estimates with cross-fitted nuisances
  monte_carlo,    ///< of draws from a model
};

constexpr std::string_view to_string(EstimationMethod method) noexcept {
  switch (method) {
    case EstimationMethod::exact: return "exact";
    case EstimationMethod::plug_in: return "plug-in";
    case EstimationMethod::doubly_robust: return "doubly-robust";
    case EstimationMethod::monte_carlo: return "monte-carlo";
  }
  return "exact";
}

/// What went into doubly robust numbers.
struct CrossFittingNotes {
  std::size_t folds = 0;
  std::size_t splits = 0;
  double clipped_share = 0;            ///< of the people averaged over, the greatest of all propensities'
  std::vector<std::string> nuisances;  ///< each with the family chosen: "P(gender=Female | age): splits"
  friend bool operator==(const CrossFittingNotes&, const CrossFittingNotes&) = default;
};

/// The same seed gives the same bits at any parallelism.
struct CrossFittingOptions {
  std::size_t folds = 5;           ///< at least 2
  std::size_t splits = 5;          ///< divisions into folds, over which estimates are averaged; at least 1
  double least_propensity = 0.01;  ///< estimated probabilities of a group are raised to it; in (0, 1)
  double most_clipped = 0.05;  ///< the share of people whose probability is raised beyond which there is no estimate
  std::uint64_t seed = 1;
  double level = 0.95;  ///< of the intervals, in (0, 1)
  Parallelism parallelism = Parallelism::none();
};

/// A fold for every row, such that each stratum's rows are dealt evenly; strata are numbered from 0. folds: at least 2.
inline std::vector<std::uint32_t> assign_folds(std::span<const std::size_t> strata, std::size_t folds,
                                               std::uint64_t seed, std::uint32_t split) {
  assert(folds >= 2);
  RowStream random = RandomStream({.seed = seed, .purpose = Purpose::split, .replicate = split}).row(0);
  std::vector<std::uint32_t> fold(strata.size());
  std::vector<std::uint32_t> next;
  for (const std::size_t row : draw_permutation(random, strata.size())) {
    if (strata[row] >= next.size()) next.resize(strata[row] + 1);
    fold[row] = next[strata[row]]++ % static_cast<std::uint32_t>(folds);
  }
  return fold;
}

/// What one division of the people gives.
struct SplitEstimate {
  double value = 0;
  double standard_error = 0;
};

/// A mean over divisions.
struct CrossFittedEstimate {
  double value = 0;
  double standard_error = 0;          ///< of sampling people and of where the divisions fell
  double across_split_deviation = 0;  ///< the standard deviation of the divisions' values; 0 for one division
};

/// The mean over divisions, whose variance is the mean of se_s^2 + (value_s - mean)^2 (Chernozhukov et al. 2018,
/// definition 3.3). Being linear, it keeps every sum that holds in each division. estimates: not empty.
inline CrossFittedEstimate mean_over_splits(std::span<const SplitEstimate> estimates) {
  assert(!estimates.empty());
  const auto splits = static_cast<double>(estimates.size());
  CrossFittedEstimate result;
  for (const SplitEstimate& each : estimates) result.value += each.value / splits;
  double variance = 0, deviations = 0;
  for (const SplitEstimate& each : estimates) {
    variance += each.standard_error * each.standard_error / splits;
    deviations += (each.value - result.value) * (each.value - result.value);
  }
  result.standard_error = std::sqrt(variance + deviations / splits);
  if (splits > 1) result.across_split_deviation = std::sqrt(deviations / (splits - 1));
  return result;
}

/// The normal interval.
inline Estimate normal_estimate(double value, double standard_error, double level = 0.95) {
  const double margin = normal_quantile((1 + level) / 2) * standard_error;
  return {value, value - margin, value + margin};
}

}  // namespace equipoise::inline v0
