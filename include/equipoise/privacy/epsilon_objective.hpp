// Privacy as a goal on the frontier: how much training a predictor gave away about any one person.
#pragma once

#include <string>

#include <equipoise/core/number.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// The epsilon of a predictor's training at `delta`, a proven bound which an accountant gave: the same on whatever rows
/// it is asked about, since it is no statistic of them. Not trained on: the noise that buys it is the gradient
/// mechanism's.
struct EpsilonObjective {
  double epsilon = 0;
  double delta = 0;
  std::string objective_name = "privacy";

  std::string name() const { return objective_name; }
  double measure(const Predictions&) const { return epsilon; }

  MeasureInfo info() const {
    return {.unit = "epsilon",
            .label = "privacy loss",
            .description =
                "What the trained predictor gives away about any one person, at most: the epsilon of "
                "differential privacy at delta " +
                shortest(delta) + ".",
            .licence = {LicenceKind::observational,
                        "a proven upper bound from the privacy ledger, no statistic of the rows"}};
  }
};

static_assert(MeasurableObjective<EpsilonObjective>);

}  // namespace equipoise::inline v0
