// The Objective concept: a goal is a struct with a name and up to three faces, worlds, loss and measure.
#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/core/interval.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/objective/predictions.hpp>
#include <equipoise/objective/world_request.hpp>

namespace equipoise::inline v0 {

/// What a measured number is, for whoever reads it. Lower is better, always.
struct MeasureInfo {
  std::string unit;                                            ///< "nats", "probability", …
  std::string label;                                           ///< a few words for an axis
  std::string description;                                     ///< one sentence for a person
  Interval range{0, std::numeric_limits<double>::infinity()};  ///< the values it can take
  /// What the number rests on apart from its worlds: observational unless said.
  Licence licence{LicenceKind::observational, "a mean over the rows"};
};

/// The loss face, for training. Invariants:
/// - loss() returns a finite number and adds its derivative by every score to the gradients;
/// - weights count as that many equal rows: the loss is unchanged where a row is split in two;
/// - is_sum_over_rows() is true only where the loss is the weighted mean over rows of terms that each depend on
///   that row alone, in all its worlds.
template <class O>
concept TrainableObjective = std::copy_constructible<O> &&
    requires(const O& o, const Predictions& predictions, ScoreGradients gradients) {
  { o.loss(predictions, gradients) } -> std::convertible_to<double>;
  { o.is_sum_over_rows() } -> std::convertible_to<bool>;
};

/// The measure face, for the frontier. Invariants:
/// - measure() is finite and lies in info().range; weights count as that many equal rows, so that an interval
///   comes from measuring again under resampled weights;
/// - it reads scores and writes nothing.
template <class O>
concept MeasurableObjective = std::copy_constructible<O> && requires(const O& o, const Predictions& predictions) {
  { o.measure(predictions) } -> std::convertible_to<double>;
  { o.info() } -> std::convertible_to<MeasureInfo>;
};

/// A goal: named, and trained on or measured or both. What it does not say about worlds() means: the rows as observed;
/// about comparisons(): none.
/// One with settings may have validate() const too, which throws objective_invalid where they contradict themselves.
template <class O>
concept Objective = (TrainableObjective<O> || MeasurableObjective<O>)&&requires(const O& o) {
  { o.name() } -> std::convertible_to<std::string>;
};

/// The worlds that an objective asks for: its worlds(), or else the rows as observed alone.
template <class O>
std::vector<WorldRequest> worlds_of(const O& objective) {
  if constexpr (requires {
                  { objective.worlds() } -> std::convertible_to<std::vector<WorldRequest>>;
                }) {
    return objective.worlds();
  } else {
    return {WorldRequest{}};
  }
}

/// What an objective compares the rows with: its comparisons(), or else nothing.
template <class O>
Comparisons comparisons_of(const O& objective) {
  if constexpr (requires {
                  { objective.comparisons() } -> std::convertible_to<Comparisons>;
                }) {
    return objective.comparisons();
  } else {
    return {};
  }
}

}  // namespace equipoise::inline v0
