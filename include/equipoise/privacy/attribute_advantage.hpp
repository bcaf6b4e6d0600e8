// What a predictor's score tells of a sensitive attribute, as a goal on the frontier.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/objective/objective.hpp>
#include <equipoise/objective/row_groups.hpp>

namespace equipoise::inline v0 {

/// The advantage of an attacker who sees one person's score and guesses by a threshold whether they are of a group:
/// P(guess | of the group) - P(guess | not of it), at the best threshold and for the group that is told best. Without
/// an attacker's training it is the largest distance between the score's distribution functions in and out of a group
/// (Kolmogorov, Smirnov), so on few rows it flatters the attacker. Groups are the attribute's levels, or its distinct
/// numbers; those without weight are left out, and one alone gives 0. Measured, not trained on. It is no differential
/// privacy: an attacker with more than the score may do better.
struct AttributeAdvantage {
  std::string attribute;
  std::string objective_name = "attribute-advantage";

  std::string name() const { return objective_name; }
  void validate() const {
    if (attribute.empty())
      throw Error(ErrorCode::objective_invalid, "objective '" + objective_name + "'", "no sensitive attribute",
                  "a column of the table");
  }

  /// O(rows (log rows + groups)).
  double measure(const Predictions& predictions) const {
    const RowGroups groups = group_rows(predictions.table.column(attribute));
    const std::span<const double> scores = predictions.scores[0];
    std::vector<double> total(groups.count), below(groups.count);
    for (std::size_t i = 0; i < groups.rows(); ++i) total[groups.of_row[i]] += predictions.weights[i];
    const double everyone = std::accumulate(total.begin(), total.end(), 0.0);
    std::vector<std::size_t> order(groups.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    double greatest = 0, all_below = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      const std::size_t row = order[k];
      below[groups.of_row[row]] += predictions.weights[row];
      all_below += predictions.weights[row];
      if (k + 1 < order.size() && scores[order[k + 1]] == scores[row]) continue;  // no threshold parts equals
      for (std::size_t g = 0; g < groups.count; ++g)
        if (const double others = everyone - total[g]; total[g] > 0 && others > 0)
          greatest = std::max(greatest, std::abs(below[g] / total[g] - (all_below - below[g]) / others));
    }
    return std::min(greatest, 1.0);
  }

  MeasureInfo info() const {
    return {.unit = "probability",
            .label = "advantage in guessing " + attribute,
            .description = "How much oftener a person's '" + attribute +
                           "' is guessed right from their score than wrong, at the attacker's best threshold.",
            .range = {0, 1},
            .licence = {LicenceKind::observational, "an attack on the rows by a threshold"}};
  }
};

static_assert(MeasurableObjective<AttributeAdvantage>);

}  // namespace equipoise::inline v0
