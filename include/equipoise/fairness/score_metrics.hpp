// How well a score ranks people, and how well it is calibrated, group by group.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/fairness/metrics.hpp>

namespace equipoise::inline v0 {

/// People of one group whose scores fall into one bin: their mean score beside their rate of label 1.
struct CalibrationBin {
  double people = 0;
  double mean_score = 0;
  double rate = 0;
};

/// A score in one group.
struct GroupScoreRates {
  std::string group;
  std::optional<double> area_under_curve;  ///< empty where one label has no one
  std::vector<CalibrationBin> bins;        ///< tenths of all people by score; bins without people left out
};

namespace detail {

// The rows in increasing order of score, ties by row.
inline std::vector<std::size_t> order_of_scores(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  return order;
}

}  // namespace detail

/// The probability that a person with label 1 scores above one with label 0, ties counting half (Mann, Whitney
/// 1947); empty where either label has no weight. All spans have one entry a row. O(n log n).
inline std::optional<double> area_under_curve(std::span<const double> scores, const std::vector<bool>& labels,
                                              std::span<const double> weights) {
  const std::vector<std::size_t> order = detail::order_of_scores(scores);
  double positives = 0, negatives = 0, pairs = 0;
  for (std::size_t first = 0; first < order.size();) {
    double tied_positives = 0, tied_negatives = 0;
    std::size_t last = first;
    for (; last < order.size() && scores[order[last]] == scores[order[first]]; ++last)
      (labels[order[last]] ? tied_positives : tied_negatives) += weights[order[last]];
    pairs += tied_positives * (negatives + tied_negatives / 2);
    positives += tied_positives;
    negatives += tied_negatives;
    first = last;
  }
  if (!(positives > 0 && negatives > 0)) return std::nullopt;
  return pairs / (positives * negatives);
}

/// Ranking and calibration of a numeric `score` by group; bins are tenths of all people by score, people of equal
/// score in one bin. Throws as group_metrics does, and table_type where the score is not a column of numbers.
inline std::vector<GroupScoreRates> score_metrics(const Table& table, const std::string& label,
                                                  const std::string& score, const std::string& protected_attribute) {
  constexpr std::size_t bins = 10;
  const Column& scores = table.column(score);
  if (scores.type == ColumnType::categorical)
    throw Error(ErrorCode::table_type, "column '" + score + "'", "a column of texts", "a column of numbers");
  const std::vector<bool> labels = detail::zeros_and_ones(table.column(label));
  const detail::Grouping grouping = detail::groups_of(table.column(protected_attribute), table.weights());
  const double everyone = std::accumulate(table.weights().begin(), table.weights().end(), 0.0);
  std::vector<std::vector<CalibrationBin>> sums(grouping.names.size(), std::vector<CalibrationBin>(bins));
  double largest = 0;
  for (const double value : scores.values) largest = std::max(largest, std::abs(value));
  const double unit = largest > 1e200 ? 0x1p200 : 1;  // in which sums stay finite
  double before = 0, bin_score = 0;
  std::size_t bin = 0;
  for (const std::size_t row : detail::order_of_scores(scores.values)) {
    const double weight = table.weights()[row], value = scores.values[row];
    if (weight == 0) continue;
    if (before == 0 || value != bin_score)
      bin = std::min(bins - 1, static_cast<std::size_t>(before / everyone * static_cast<double>(bins)));
    bin_score = value;
    before += weight;
    CalibrationBin& sum = sums[grouping.of_row[row]][bin];
    sum.people += weight;
    sum.mean_score += weight * (value / unit);
    sum.rate += labels[row] ? weight : 0.0;
  }
  std::vector<GroupScoreRates> result;
  for (std::size_t group = 0; group < sums.size(); ++group) {
    std::vector<double> weights(table.rows());
    for (std::size_t row = 0; row < weights.size(); ++row)
      weights[row] = grouping.of_row[row] == group ? table.weights()[row] : 0.0;
    result.push_back({grouping.names[group], area_under_curve(scores.values, labels, weights), {}});
    for (const CalibrationBin& sum : sums[group])
      if (sum.people > 0)
        result.back().bins.push_back({sum.people, sum.mean_score / sum.people * unit, sum.rate / sum.people});
  }
  return result;
}

}  // namespace equipoise::inline v0
