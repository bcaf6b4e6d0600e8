// Equalized odds: every group has the same rates of right and wrong selections.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/fairness/group_gaps.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// Hardt, Price, Srebro 2016. Trained on the mean squared gap between groups (mean_squared_gap) of the mean soft
/// decision among people with outcome 1, plus the same among people with outcome 0; a group without people of an
/// outcome plays no part in that outcome's gap. Measured as the worse of the gaps of true- and false-positive rates,
/// decisions being score >= cutoff: the equalized odds difference of group_metrics, in which, as there, a rate without
/// rows counts as 0 and a group without people is left out. No sum over rows. Throws table_unknown_column, and
/// objective_mismatch where the table holds one group alone or scores are not log-odds.
struct EqualizedOdds {
  std::string attribute;
  double sharpness = 1;  ///< of the soft decision, as in DemographicParity
  std::string objective_name = "equalized-odds";

  std::string name() const { return objective_name; }
  void validate() const { detail::validate_group_objective(objective_name, attribute, sharpness); }
  static constexpr bool is_sum_over_rows() noexcept { return false; }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    detail::require_link(predictions, Link::logistic, objective_name);
    const RowGroups groups = detail::protected_groups(predictions, attribute);
    const detail::SoftDecisions decisions(predictions, predictions.scores[0], sharpness);
    const auto cell = [&](std::size_t i) {
      return (predictions.outcome[i] == 1 ? groups.count : 0) + groups.of_row[i];
    };
    std::vector<double> sums(2 * groups.count), weights(2 * groups.count), by_weight(2 * groups.count);
    for (std::size_t i = 0; i < groups.rows(); ++i) {
      sums[cell(i)] += predictions.weights[i] * decisions.values[i];
      weights[cell(i)] += predictions.weights[i];
    }
    double loss = 0;
    for (const std::size_t first : {std::size_t{0}, groups.count}) {
      const SquaredGap gap = mean_squared_gap(std::span(sums).subspan(first, groups.count),
                                              std::span(weights).subspan(first, groups.count));
      loss += gap.value;
      for (std::size_t g = 0; g < groups.count; ++g)
        if (weights[first + g] > 0) by_weight[first + g] = gap.by_mean[g] / weights[first + g];
    }
    const std::span<double> gradient = gradients[0];
    for (std::size_t i = 0; i < groups.rows(); ++i)
      gradient[i] += by_weight[cell(i)] * predictions.weights[i] * decisions.slopes[i];
    return loss;
  }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, Link::logistic, objective_name);
    const RowGroups groups = detail::protected_groups(predictions, attribute);
    return detail::metric_values(detail::decisions_by_group(predictions, groups)).equalized_odds_difference;
  }

  MeasureInfo info() const {
    return {
        .unit = "probability",
        .label = "equalized odds gap by " + attribute,
        .description = "Worse of the gaps of true- and false-positive rates among the groups of '" + attribute + "'.",
        .range = {0, 1}};
  }
};

}  // namespace equipoise::inline v0
