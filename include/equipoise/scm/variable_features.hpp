// A column of a table as the numbers that flexible regressions and tests of independence work on.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0::detail {

/// The middle of each value's share of the weight, in (0, 1): equal values have equal ranks. Rows of weight 0 do not
/// count, and have the rank of the values about them.
inline std::vector<double> weighted_ranks(std::span<const double> values, std::span<const double> weights) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> ranks(values.size());
  double below = 0;
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    double here = 0;
    for (; end < order.size() && values[order[end]] == values[order[first]]; ++end) here += weights[order[end]];
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = (below + here / 2) / total;
    below += here;
  }
  return ranks;
}

/// One variable of a test. A number has its standardised value and its rank; a variable with levels a column of 0 and 1
/// for each level but the most frequent. Beyond most_levels, the rarest levels stand together with the most frequent.
struct VariableFeatures {
  static constexpr std::size_t most_levels = 24;

  bool has_levels = false;
  std::size_t distinct = 0;  ///< values that some weight stands on: levels, or different numbers, of which 50 are many
  Eigen::VectorXd value;     ///< of a number: weighted mean 0 and variance 1
  Eigen::VectorXd rank;      ///< of a number: in (0, 1)
  Eigen::MatrixXd indicators;  ///< of levels: rows x (distinct - 1)

  bool is_constant() const noexcept { return distinct < 2; }
  /// The k-th cosine of the rank, k from 1: orthogonal over the rows to the others, and bounded whatever the values
  /// are.
  Eigen::VectorXd cosine(int k) const { return (rank.array() * (k * std::numbers::pi)).cos() * std::numbers::sqrt2; }
  /// The rank as a standard normal number.
  Eigen::VectorXd normal_score() const {
    return rank.unaryExpr([](double r) { return normal_quantile(std::clamp(r, 1e-6, 1 - 1e-6)); });
  }
};

inline VariableFeatures level_features(const Column& column, std::span<const double> weights) {
  std::vector<double> totals(column.levels.size());
  for (std::size_t i = 0; i < column.values.size(); ++i)
    totals[static_cast<std::size_t>(column.values[i])] += weights[i];
  std::vector<std::size_t> by_frequency(totals.size());
  std::iota(by_frequency.begin(), by_frequency.end(), std::size_t{0});
  std::stable_sort(by_frequency.begin(), by_frequency.end(),
                   [&](std::size_t a, std::size_t b) { return totals[a] > totals[b]; });
  while (!by_frequency.empty() && totals[by_frequency.back()] <= 0) by_frequency.pop_back();
  by_frequency.resize(std::min(by_frequency.size(), VariableFeatures::most_levels));
  VariableFeatures features;
  features.has_levels = true;
  features.distinct = by_frequency.size();
  const auto rows = static_cast<Eigen::Index>(column.values.size());
  features.indicators =
      Eigen::MatrixXd::Zero(rows, static_cast<Eigen::Index>(std::max<std::size_t>(1, features.distinct)) - 1);
  for (std::size_t k = 1; k < by_frequency.size(); ++k)
    for (Eigen::Index i = 0; i < rows; ++i)
      if (column.values[static_cast<std::size_t>(i)] == static_cast<double>(by_frequency[k]))
        features.indicators(i, static_cast<Eigen::Index>(k) - 1) = 1;
  return features;
}

/// Differences of the values that weight stands on from the first of them, whatever their scale and offset are, the
/// greatest of them 1; empty where the greatest is no more than rounding leaves of equal numbers. 0 in other rows.
inline Eigen::VectorXd scaled_differences(std::span<const double> values, std::span<const double> weights) {
  constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
  double largest = 0;
  std::size_t first = values.size();
  for (std::size_t i = values.size(); i-- > 0;) {
    if (!(weights[i] > 0)) continue;
    first = i;
    largest = std::max(largest, std::abs(values[i]));
  }
  if (largest == 0) return {};
  // By a power of two, so that nothing is rounded, overflows or vanishes before the difference is taken.
  const int exponent = -std::ilogb(largest);
  Eigen::VectorXd result = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(values.size()));
  for (std::size_t i = first; i < values.size(); ++i)
    if (weights[i] > 0)
      result[static_cast<Eigen::Index>(i)] = std::scalbn(values[i], exponent) - std::scalbn(values[first], exponent);
  const double greatest = result.cwiseAbs().maxCoeff();
  if (!(greatest > rounding)) return {};
  return result / greatest;
}

inline VariableFeatures number_features(std::span<const double> values, std::span<const double> weights) {
  VariableFeatures features;
  const auto rows = static_cast<Eigen::Index>(values.size());
  const Eigen::Map<const Eigen::VectorXd> w(weights.data(), rows);
  const std::vector<double> ranks = weighted_ranks(values, weights);
  features.rank = Eigen::Map<const Eigen::VectorXd>(ranks.data(), rows);
  features.value = scaled_differences(values, weights);
  if (features.value.size() == 0) {
    features.value.setZero(rows);
    features.distinct = 1;
    return features;
  }
  const double total = w.sum();
  features.value.array() -= w.dot(features.value) / total;
  features.value /= std::sqrt(w.dot(features.value.cwiseAbs2()) / total);
  constexpr std::size_t many = 50;
  std::vector<double> seen;
  for (std::size_t i = 0; i < values.size() && seen.size() < many; ++i)
    if (weights[i] > 0 && std::find(seen.begin(), seen.end(), values[i]) == seen.end()) seen.push_back(values[i]);
  features.distinct = seen.size();
  return features;
}

/// weights: at least 0, not all 0.
inline VariableFeatures variable_features(const Column& column, std::span<const double> weights) {
  return column.has_levels() ? level_features(column, weights) : number_features(column.values, weights);
}

}  // namespace equipoise::inline v0::detail
