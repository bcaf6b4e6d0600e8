// Who pays, in accuracy, for what was asked of a predictor besides accuracy: privacy, or fairness in another sense.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/objective/objective.hpp>
#include <equipoise/objective/row_groups.hpp>

namespace equipoise::inline v0 {

/// The accuracy that a group lost is its error rate less that of the predictor of reference; this is the largest loss
/// of a group less the smallest (Bagdasaryan, Poursaeed, Shmatikov 2019 compare two groups so, with a reference trained
/// without privacy). Groups are the attribute's levels, or its distinct numbers; those without weight are left out, and
/// one alone gives 0. Measured only. Throws objective_mismatch for scores that are not log-odds, and where it is not
/// shown the reference.
struct DisparateAccuracyLoss {
  std::string attribute;
  std::string objective_name = "disparate-accuracy-loss";

  std::string name() const { return objective_name; }
  static constexpr Comparisons comparisons() noexcept { return {.reference = true}; }
  void validate() const {
    if (attribute.empty())
      throw Error(ErrorCode::objective_invalid, "objective '" + objective_name + "'", "no attribute",
                  "a column of the table whose groups are compared");
  }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, Link::logistic, objective_name);
    detail::require_comparison(predictions.reference.size() == predictions.rows(), "predictor of reference", name());
    const RowGroups groups = group_rows(predictions.table.column(attribute));
    std::vector<double> total(groups.count), lost(groups.count);
    for (std::size_t i = 0; i < groups.rows(); ++i) {
      const auto is_wrong = [&](double score) {
        return (score >= predictions.cutoff ? 1 : 0) != predictions.outcome[i] ? 1 : 0;
      };
      total[groups.of_row[i]] += predictions.weights[i];
      lost[groups.of_row[i]] +=
          predictions.weights[i] * (is_wrong(predictions.scores[0][i]) - is_wrong(predictions.reference[i]));
    }
    double most = -1, least = 1;
    for (std::size_t g = 0; g < groups.count; ++g) {
      if (total[g] <= 0) continue;
      most = std::max(most, lost[g] / total[g]);
      least = std::min(least, lost[g] / total[g]);
    }
    return std::clamp(most - least, 0.0, 2.0);
  }

  MeasureInfo info() const {
    return {.unit = "probability",
            .label = "uneven accuracy loss by " + attribute,
            .description = "The accuracy that the group of '" + attribute +
                           "' which lost most has lost, less that of the one which lost least, beside a predictor "
                           "trained on accuracy alone.",
            .range = {0, 2}};
  }
};

static_assert(MeasurableObjective<DisparateAccuracyLoss>);

}  // namespace equipoise::inline v0
