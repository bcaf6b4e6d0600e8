// The conformance suite of an objective: what the concepts of objective.hpp promise, checked on drawn predictions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/number.hpp>
#include <equipoise/objective/any_objective.hpp>
#include <equipoise/testing/conformance_report.hpp>
#include <equipoise/testing/drawn_predictions.hpp>
#include <equipoise/testing/gradient_checker.hpp>

namespace equipoise::inline v0 {

struct ObjectiveConformanceOptions {
  PredictionDraw draw = {};  ///< its link, and the columns that the objective reads, must suit the objective
  std::size_t draws = 20;
  std::uint64_t seed = 1;
  double tolerance = 1e-9;  ///< of numbers that should be equal but for rounding, relative to the larger or to 1
  GradientCheckOptions gradient = {};
};

namespace detail {

/// A loss and its derivative by every score.
struct LossAndGradients {
  double loss = 0;
  std::vector<std::vector<double>> gradients;  ///< worlds x rows
};

/// The gradients begin as `begin_with` everywhere.
inline LossAndGradients loss_of(const AnyObjective& objective, const DrawnPredictions& drawn, double begin_with = 0) {
  LossAndGradients result{0, std::vector(drawn.worlds(), std::vector<double>(drawn.rows(), begin_with))};
  const std::vector<std::span<double>> spans(result.gradients.begin(), result.gradients.end());
  result.loss = drawn.seen_by([&](const Predictions& predictions) { return objective.loss(predictions, spans); });
  return result;
}
inline double measure_of(const AnyObjective& objective, const DrawnPredictions& drawn) {
  return drawn.seen_by([&](const Predictions& predictions) { return objective.measure(predictions); });
}

/// Every row twice, the first copy with a quarter of its weight, the second with the rest.
inline DrawnPredictions with_split_rows(const DrawnPredictions& drawn) {
  std::vector<std::size_t> twice;
  for (std::size_t i = 0; i < 2 * drawn.rows(); ++i) twice.push_back(i / 2);
  DrawnPredictions split = drawn.select(twice);
  for (std::size_t i = 0; i < split.rows(); ++i) split.weights[i] *= i % 2 == 0 ? 0.25 : 0.75;
  return split;
}

/// The rows backwards: the order that differs most.
inline std::vector<std::size_t> reversed(std::size_t rows) {
  std::vector<std::size_t> order(rows);
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  return order;
}

/// The rows that count.
inline DrawnPredictions without_weightless_rows(const DrawnPredictions& drawn) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < drawn.rows(); ++i)
    if (drawn.weights[i] > 0) kept.push_back(i);
  return drawn.select(kept);
}

/// The same rows with other scores and outcomes where the weight is 0.
inline DrawnPredictions with_weightless_rows_changed(DrawnPredictions drawn) {
  for (std::size_t i = 0; i < drawn.rows(); ++i) {
    if (drawn.weights[i] > 0) continue;
    drawn.outcome[i] = 1 - drawn.outcome[i];
    for (std::vector<double>& world : drawn.scores) world[i] = 3 - world[i];
  }
  return drawn;
}

class ObjectiveSuite {
 public:
  ObjectiveSuite(const AnyObjective& objective, const ObjectiveConformanceOptions& options, ConformanceReport& report)
      : objective_(objective), options_(options), report_(report) {}

  void check(const DrawnPredictions& drawn) {
    if (objective_.is_trainable()) {
      guarded("the loss", [&] { check_loss(drawn); });
      if (objective_.is_sum_over_rows()) guarded("the loss of a row alone", [&] { check_sum_over_rows(drawn); });
    }
    if (objective_.is_measurable()) guarded("the measure", [&] { check_measure(drawn); });
  }

  /// Scores so large that e^score overflows.
  void check_extremes(DrawnPredictions drawn) {
    for (std::vector<double>& world : drawn.scores)
      for (double& score : world) score *= 1000;
    guarded("the loss of large scores", [&] {
      if (objective_.is_trainable()) check_finite(loss_of(objective_, drawn), " at large scores");
    });
    guarded("the measure of large scores", [&] {
      if (objective_.is_measurable()) check_range(measure_of(objective_, drawn));
    });
  }

 private:
  bool near(double a, double b) const {
    return std::abs(a - b) <= options_.tolerance * std::max({1.0, std::abs(a), std::abs(b)});
  }
  static std::string both(double a, double b) { return shortest(a) + " and " + shortest(b); }

  template <class F>
  void guarded(const std::string& what, F&& f) {
    try {
      std::forward<F>(f)();
    } catch (const std::exception& error) {
      report_.expect(false, what + " throws", error.what());
    }
  }

  void check_finite(const LossAndGradients& found, const std::string& where) {
    report_.expect(std::isfinite(found.loss), "the loss is not finite" + where, shortest(found.loss));
    bool finite = true;
    for (const std::vector<double>& world : found.gradients)
      finite = finite && std::all_of(world.begin(), world.end(), [](double x) { return std::isfinite(x); });
    report_.expect(finite, "a gradient is not finite" + where);
  }

  void check_loss(const DrawnPredictions& drawn) {
    const LossAndGradients found = loss_of(objective_, drawn);
    check_finite(found, "");
    check_gradient_of(drawn, found);
    const LossAndGradients added = loss_of(objective_, drawn, 1.5);
    report_.expect(added.loss == found.loss, "the loss depends on what its gradients held before",
                   both(found.loss, added.loss));
    expect_same(
        added, found, [](std::size_t i) { return i; }, 1, 1.5, "gradients are written over, not added to");

    const LossAndGradients split = loss_of(objective_, with_split_rows(drawn));
    report_.expect(near(split.loss, found.loss), "splitting rows in two changes the loss",
                   both(found.loss, split.loss));
    expect_same(
        split, found, [](std::size_t i) { return 2 * i + 1; }, 0.75, 0,
        "a split row's gradient is not shared out by weight");

    const std::size_t rows = drawn.rows();
    const LossAndGradients backwards = loss_of(objective_, drawn.select(reversed(rows)));
    report_.expect(near(backwards.loss, found.loss), "permuting rows changes the loss",
                   both(found.loss, backwards.loss));
    expect_same(
        backwards, found, [rows](std::size_t i) { return rows - 1 - i; }, 1, 0,
        "permuting rows does not permute the gradients");

    const LossAndGradients kept = loss_of(objective_, without_weightless_rows(drawn));
    report_.expect(near(kept.loss, found.loss), "rows of weight 0 change the loss", both(found.loss, kept.loss));
    const LossAndGradients changed = loss_of(objective_, with_weightless_rows_changed(drawn));
    report_.expect(near(changed.loss, found.loss), "rows of weight 0 change the loss", both(found.loss, changed.loss));
    expect_same(
        changed, found, [](std::size_t i) { return i; }, 1, 0, "rows of weight 0 change the gradients");
  }

  void check_gradient_of(const DrawnPredictions& drawn, const LossAndGradients& found) {
    const auto rows = static_cast<Eigen::Index>(drawn.rows());
    Eigen::VectorXd x(rows * static_cast<Eigen::Index>(drawn.worlds())), gradient(x.size());
    for (std::size_t world = 0; world < drawn.worlds(); ++world)
      for (std::size_t i = 0; i < drawn.rows(); ++i) {
        const auto at = static_cast<Eigen::Index>(world * drawn.rows() + i);
        x[at] = drawn.scores[world][i];
        gradient[at] = found.gradients[world][i];
      }
    DrawnPredictions moved = drawn;
    const auto loss = [&](const Eigen::VectorXd& scores) {
      for (std::size_t world = 0; world < moved.worlds(); ++world)
        std::copy_n(scores.data() + world * moved.rows(), moved.rows(), moved.scores[world].data());
      return loss_of(objective_, moved).loss;
    };
    const GradientCheck check = check_gradient(loss, x, gradient, options_.gradient);
    report_.expect(check.passed(), "the gradient is not the derivative of the loss",
                   "of world " + std::to_string(check.worst / rows) + ", row " + std::to_string(check.worst % rows) +
                       ", it is " + shortest(check.stated) + ", but central differences give " +
                       shortest(check.difference));
  }

  /// That found.gradients[w][place(i)] is factor * reference.gradients[w][i] + offset.
  template <class Place>
  void expect_same(const LossAndGradients& found, const LossAndGradients& reference, Place place, double factor,
                   double offset, const std::string& sentence) {
    for (std::size_t world = 0; world < reference.gradients.size(); ++world)
      for (std::size_t i = 0; i < reference.gradients[world].size(); ++i) {
        const double expected = factor * reference.gradients[world][i] + offset;
        const double actual = found.gradients[world][place(i)];
        report_.expect(near(actual, expected), sentence,
                       "world " + std::to_string(world) + ", row " + std::to_string(i) + ": " + both(actual, expected));
      }
  }

  /// The weighted mean of the losses of each row alone.
  void check_sum_over_rows(const DrawnPredictions& drawn) {
    const LossAndGradients found = loss_of(objective_, drawn);
    LossAndGradients rows{0, found.gradients};
    const double total = std::accumulate(drawn.weights.begin(), drawn.weights.end(), 0.0);
    for (std::size_t i = 0; i < drawn.rows(); ++i) {
      DrawnPredictions row = drawn.select(std::vector<std::size_t>{i});
      row.weights[0] = 1;
      const LossAndGradients alone = loss_of(objective_, row);
      rows.loss += drawn.weights[i] / total * alone.loss;
      for (std::size_t world = 0; world < drawn.worlds(); ++world)
        rows.gradients[world][i] = drawn.weights[i] / total * alone.gradients[world][0];
    }
    const std::string sentence = "it says that it is a sum over rows, but is not the weighted mean of its rows alone";
    report_.expect(near(rows.loss, found.loss), sentence, both(found.loss, rows.loss));
    expect_same(
        found, rows, [](std::size_t i) { return i; }, 1, 0, sentence);
  }

  void check_range(double value) {
    const Interval range = objective_.info().range;
    report_.expect(std::isfinite(value), "the measure is not finite", shortest(value));
    report_.expect(range.low <= value && value <= range.high, "the measure leaves its range",
                   shortest(value) + " is not in [" + shortest(range.low) + ", " + shortest(range.high) + "]");
  }

  void check_measure(const DrawnPredictions& drawn) {
    const double found = measure_of(objective_, drawn);
    check_range(found);
    const auto expect_near = [&](const DrawnPredictions& other, const std::string& sentence) {
      const double measure = measure_of(objective_, other);
      report_.expect(near(measure, found), sentence, both(found, measure));
    };
    expect_near(drawn, "measuring twice gives two numbers");
    expect_near(with_split_rows(drawn), "splitting rows in two changes the measure");
    expect_near(drawn.select(reversed(drawn.rows())), "permuting rows changes the measure");
    expect_near(with_weightless_rows_changed(drawn), "rows of weight 0 change the measure");
    expect_near(without_weightless_rows(drawn), "rows of weight 0 change the measure");
  }

  const AnyObjective& objective_;
  const ObjectiveConformanceOptions& options_;
  ConformanceReport& report_;
};

}  // namespace detail

/// Checks what the concepts promise on drawn tables, weights and scores. Of the loss: it and its gradients are finite,
/// at scores too large for exp as well; the gradients are its derivative, in every world, and are added to; splitting a
/// row in two, permuting rows and changing rows of weight 0 change nothing; is_sum_over_rows is true only where each
/// row depends on itself alone. Of the measure: finite, in its range, and the same under the same changes. (A name, a
/// world and a unit are what AnyObjective itself insists on.) A failure is a sentence.
inline ConformanceReport check_objective(const AnyObjective& objective,
                                         const ObjectiveConformanceOptions& options = {}) {
  ConformanceReport report;
  detail::ObjectiveSuite suite(objective, options, report);
  const std::size_t worlds = objective.worlds().size();
  for (std::size_t number = 0; number < options.draws; ++number) {
    const DrawnPredictions drawn = draw_predictions(options.draw, worlds, options.seed, number);
    suite.check(drawn);
    suite.check_extremes(drawn);
  }
  return report;
}

}  // namespace equipoise::inline v0
