// Objectives made of objectives: scaled, held below a bound, averaged over environments.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/objective/any_objective.hpp>
#include <equipoise/objective/row_groups.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Gradients of an inner objective, worlds x rows, before the chain rule takes them outside.
class InnerGradients {
 public:
  explicit InnerGradients(const Predictions& predictions)
      : rows_(predictions.rows()), values_(predictions.scores.size() * rows_) {
    for (std::size_t world = 0; world < predictions.scores.size(); ++world)
      worlds_.emplace_back(values_.data() + world * rows_, rows_);
  }
  ScoreGradients gradients() const noexcept { return worlds_; }
  void add_to(ScoreGradients outer, double factor) const {
    assert(outer.size() == worlds_.size());
    for (std::size_t world = 0; world < worlds_.size(); ++world)
      for (std::size_t i = 0; i < rows_; ++i) outer[world][i] += factor * worlds_[world][i];
  }

 private:
  std::size_t rows_;
  std::vector<double> values_;
  std::vector<std::span<double>> worlds_;
};

inline void require_setting(bool holds, const std::string& objective, std::string_view role, double value,
                            const char* expected) {
  if (!holds)
    throw Error(ErrorCode::objective_invalid, "objective '" + objective + "'",
                std::string(role) + " is " + shortest(value), expected);
}

}  // namespace detail

/// The loss times a factor above 0, so that losses of different sizes can be weighed against each other. What is
/// measured stays in its own unit.
struct Scaled {
  AnyObjective inner;
  double factor = 1;

  void validate() const {
    detail::require_setting(std::isfinite(factor) && factor > 0, name(), "factor", factor, "a number above 0");
  }
  std::string name() const { return inner.name(); }
  std::vector<WorldRequest> worlds() const { return inner.worlds(); }
  Comparisons comparisons() const { return inner.comparisons(); }
  bool is_trainable() const { return inner.is_trainable(); }
  bool is_measurable() const { return inner.is_measurable(); }
  bool is_sum_over_rows() const { return inner.is_sum_over_rows(); }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    const detail::InnerGradients inside(predictions);
    const double value = inner.loss(predictions, inside.gradients());
    inside.add_to(gradients, factor);
    return factor * value;
  }
  double measure(const Predictions& predictions) const { return inner.measure(predictions); }
  MeasureInfo info() const { return inner.info(); }
};

/// A penalty that keeps the loss below a bound: max(0, loss - bound)^2, which is smooth where it begins. No sum over
/// rows, whatever is inside. What is measured is what the inner objective measures.
struct Constrained {
  AnyObjective inner;
  double bound = 0;

  void validate() const { detail::require_setting(std::isfinite(bound), name(), "bound", bound, "a finite number"); }
  std::string name() const { return inner.name(); }
  std::vector<WorldRequest> worlds() const { return inner.worlds(); }
  Comparisons comparisons() const { return inner.comparisons(); }
  bool is_trainable() const { return inner.is_trainable(); }
  bool is_measurable() const { return inner.is_measurable(); }
  static constexpr bool is_sum_over_rows() noexcept { return false; }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    const detail::InnerGradients inside(predictions);
    const double excess = inner.loss(predictions, inside.gradients()) - bound;
    if (excess <= 0) return 0;
    inside.add_to(gradients, 2 * excess);
    return excess * excess;
  }
  double measure(const Predictions& predictions) const { return inner.measure(predictions); }
  MeasureInfo info() const { return inner.info(); }
};

/// The mean over environments, which count alike however many people they hold, of the objective on the rows of each
/// alone: environments are the groups of a column (group_rows), those without weight left out. No sum over rows, since
/// a row's share depends on who else is in its environment.
struct PerEnvironment {
  AnyObjective inner;
  std::string column;

  void validate() const {
    if (column.empty())
      throw Error(ErrorCode::objective_invalid, "objective '" + name() + "'", "no column of environments",
                  "the column that tells environments apart");
  }
  std::string name() const { return inner.name() + " by " + column; }
  std::vector<WorldRequest> worlds() const { return inner.worlds(); }
  Comparisons comparisons() const { return inner.comparisons(); }
  bool is_trainable() const { return inner.is_trainable(); }
  bool is_measurable() const { return inner.is_measurable(); }
  static constexpr bool is_sum_over_rows() noexcept { return false; }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    const detail::InnerGradients inside(predictions);
    double sum = 0;
    const std::size_t environments = for_each_environment(
        predictions, [&](const Predictions& rows) { sum += inner.loss(rows, inside.gradients()); });
    inside.add_to(gradients, 1 / static_cast<double>(environments));
    return sum / static_cast<double>(environments);
  }
  double measure(const Predictions& predictions) const {
    double sum = 0;
    const std::size_t environments =
        for_each_environment(predictions, [&](const Predictions& rows) { sum += inner.measure(rows); });
    return sum / static_cast<double>(environments);
  }
  MeasureInfo info() const {
    MeasureInfo info = inner.info();
    info.label += ", mean over " + column;
    info.description += " Averaged over the environments of '" + column + "', each counting alike.";
    return info;
  }

 private:
  /// Calls f with the predictions, every other environment's rows having weight 0; returns the number of calls.
  template <class F>
  std::size_t for_each_environment(const Predictions& predictions, F&& f) const {
    const RowGroups groups = group_rows(predictions.table.column(column));
    std::vector<double> weights(predictions.rows());
    Predictions rows = predictions;
    rows.weights = weights;
    std::size_t environments = 0;
    for (std::size_t group = 0; group < groups.count; ++group) {
      double total = 0;
      for (std::size_t i = 0; i < weights.size(); ++i)
        total += weights[i] = groups.of_row[i] == group ? predictions.weights[i] : 0;
      if (total <= 0) continue;
      f(rows);
      ++environments;
    }
    return environments;
  }
};

inline AnyObjective scaled(AnyObjective objective, double factor) { return Scaled{std::move(objective), factor}; }
inline AnyObjective constrained(AnyObjective objective, double bound) {
  return Constrained{std::move(objective), bound};
}
inline AnyObjective per_environment(AnyObjective objective, std::string column) {
  return PerEnvironment{std::move(objective), std::move(column)};
}

}  // namespace equipoise::inline v0
