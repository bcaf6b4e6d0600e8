// Demographic parity: every group is selected at the same rate.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/fairness/group_gaps.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// Trained on the mean squared gap between groups (mean_squared_gap) of the mean soft decision; with two groups,
/// (mean_1 - mean_0)^2. Measured as the greatest less the least selection rate, decisions being score >= cutoff
/// (the demographic parity difference of group_metrics). Groups are the levels of the attribute, or its distinct
/// numbers, groups without weight left out. Under Link::identity both speak of mean scores in place of decisions.
/// No sum over rows. Throws table_unknown_column, and objective_mismatch where the table holds one group alone or the
/// predictor's link is another.
struct DemographicParity {
  std::string attribute;
  /// Of the soft decision, sigmoid(sharpness (score - cutoff)). The greater, the nearer what is trained comes to
  /// rates of decisions, and the fewer people near the cutoff it depends on.
  double sharpness = 1;
  std::string objective_name = "demographic-parity";
  Link link = Link::logistic;  ///< of the predictor

  std::string name() const { return objective_name; }
  void validate() const { detail::validate_group_objective(objective_name, attribute, sharpness); }
  static constexpr bool is_sum_over_rows() noexcept { return false; }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    detail::require_link(predictions, link, objective_name);
    const RowGroups groups = detail::protected_groups(predictions, attribute);
    const detail::SoftDecisions decisions(predictions, predictions.scores[0], sharpness);
    std::vector<double> sums(groups.count), weights(groups.count);
    for (std::size_t i = 0; i < groups.rows(); ++i) {
      sums[groups.of_row[i]] += predictions.weights[i] * decisions.values[i];
      weights[groups.of_row[i]] += predictions.weights[i];
    }
    const SquaredGap gap = mean_squared_gap(sums, weights);
    std::vector<double> by_weight(groups.count);
    for (std::size_t g = 0; g < groups.count; ++g) by_weight[g] = weights[g] > 0 ? gap.by_mean[g] / weights[g] : 0;
    const std::span<double> gradient = gradients[0];
    for (std::size_t i = 0; i < groups.rows(); ++i)
      gradient[i] += by_weight[groups.of_row[i]] * predictions.weights[i] * decisions.slopes[i];
    return gap.value;
  }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, link, objective_name);
    const RowGroups groups = detail::protected_groups(predictions, attribute);
    if (link == Link::logistic)
      return detail::metric_values(detail::decisions_by_group(predictions, groups)).demographic_parity_difference;
    std::vector<double> sums(groups.count), weights(groups.count), means;
    for (std::size_t i = 0; i < groups.rows(); ++i) {
      sums[groups.of_row[i]] += predictions.weights[i] * predictions.scores[0][i];
      weights[groups.of_row[i]] += predictions.weights[i];
    }
    for (std::size_t g = 0; g < groups.count; ++g)
      if (weights[g] > 0) means.push_back(sums[g] / weights[g]);
    const auto [least, greatest] = std::minmax_element(means.begin(), means.end());
    return *greatest - *least;
  }

  MeasureInfo info() const {
    if (link == Link::identity)
      return {.unit = "unit of the outcome",
              .label = "gap of mean predictions by " + attribute,
              .description = "Greatest less least mean prediction among the groups of '" + attribute + "'."};
    return {.unit = "probability",
            .label = "demographic parity gap by " + attribute,
            .description = "Greatest less least selection rate among the groups of '" + attribute + "'.",
            .range = {0, 1}};
  }
};

}  // namespace equipoise::inline v0
