// How far groups lie apart: a smooth gap of soft decisions to train on, counts of hard ones to measure.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/data/cell.hpp>
#include <equipoise/fairness/metrics.hpp>
#include <equipoise/objective/predictions.hpp>
#include <equipoise/objective/row_groups.hpp>

namespace equipoise::inline v0 {

/// The mean squared gap between people of different groups, and its derivative by each group's mean.
struct SquaredGap {
  double value = 0;
  std::vector<double> by_mean;  ///< one a group
};

/// sum over pairs g < h of s_g s_h (m_g - m_h)^2 / sum over pairs of s_g s_h, for groups of mean m and share s of the
/// weight: the expected squared gap between the means of two people who were drawn at random and found in different
/// groups. For two groups it is (m_1 - m_0)^2 whatever their shares; in general the variance between groups over its
/// largest multiplier, sum s_g (m_g - m)^2 / (sum s_g (1 - s_g) / 2). Groups of weight 0 play no part; 0 where fewer
/// than two are left. `sums` and `weights`: one a group, a group's mean being sum / weight.
inline SquaredGap mean_squared_gap(std::span<const double> sums, std::span<const double> weights) {
  assert(sums.size() == weights.size());
  SquaredGap gap{0, std::vector<double>(sums.size())};
  double total = 0, sum = 0, pairs = 0;
  for (std::size_t g = 0; g < sums.size(); ++g) {
    total += weights[g];
    sum += sums[g];
  }
  for (const double weight : weights) pairs += weight * (total - weight) / 2;
  if (pairs <= 0) return gap;
  const double mean = sum / total, scale = total / pairs;
  for (std::size_t g = 0; g < sums.size(); ++g) {
    if (weights[g] <= 0) continue;
    const double from_mean = sums[g] / weights[g] - mean;
    gap.value += scale * weights[g] * from_mean * from_mean;
    gap.by_mean[g] = 2 * scale * weights[g] * from_mean;
  }
  return gap;
}

namespace detail {

/// A row's decision as a smooth function of its score, and its slope there. Under a logistic link
/// sigmoid(sharpness (score - cutoff)): the probability itself at sharpness 1 and cutoff 0, the hard decision as
/// sharpness grows. Else the score.
struct SoftDecisions {
  std::vector<double> values, slopes;

  SoftDecisions(const Predictions& predictions, std::span<const double> scores, double sharpness)
      : values(scores.begin(), scores.end()), slopes(scores.size(), 1) {
    if (predictions.link == Link::identity) return;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = sigmoid(sharpness * (scores[i] - predictions.cutoff));
      slopes[i] = sharpness * values[i] * (1 - values[i]);
    }
  }
};

/// The groups of an attribute. Throws objective_mismatch where the table holds one group alone, whatever the weights:
/// no data then speak of fairness between groups. A resample that gives all weight to one group is no error.
inline RowGroups protected_groups(const Predictions& predictions, const std::string& attribute) {
  const Column& column = predictions.table.column(attribute);
  RowGroups groups = group_rows(column);
  const auto differs = [&](std::size_t group) { return group != groups.of_row.front(); };
  if (groups.rows() > 0 && std::none_of(groups.of_row.begin(), groups.of_row.end(), differs))
    throw Error(ErrorCode::objective_mismatch, "column '" + attribute + "'",
                "only the group '" + cell_text(column, column.values.front()) + "'", "at least two groups");
  return groups;
}

/// What is decided in each group that has people, by what happened.
inline std::vector<ConfusionCounts> decisions_by_group(const Predictions& predictions, const RowGroups& groups) {
  std::vector<ConfusionCounts> counts(groups.count);
  const std::span<const double> scores = predictions.scores[0];
  for (std::size_t i = 0; i < groups.rows(); ++i) {
    const bool selected = scores[i] >= predictions.cutoff, happened = predictions.outcome[i] == 1;
    counts[groups.of_row[i]].at(selected, happened) += predictions.weights[i];
  }
  std::erase_if(counts, [](const ConfusionCounts& group) { return group.people() <= 0; });
  return counts;
}

inline void validate_group_objective(const std::string& name, const std::string& attribute, double sharpness) {
  const std::string place = "objective '" + name + "'";
  if (attribute.empty())
    throw Error(ErrorCode::objective_invalid, place, "no protected attribute", "the column that groups people");
  if (!(std::isfinite(sharpness) && sharpness > 0))
    throw Error(ErrorCode::objective_invalid, place, "sharpness is " + shortest(sharpness), "a number above 0");
}

}  // namespace detail

}  // namespace equipoise::inline v0
