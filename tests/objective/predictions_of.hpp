// Predictions from plain lists, for tests.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/objective/any_objective.hpp>

namespace equipoise::testing {

/// Rows of one group column, "group", with scores in any number of worlds.
struct Rows {
  std::vector<double> outcome, weights;
  std::vector<std::vector<double>> scores;
  std::vector<double> groups = {};
  Link link = Link::logistic;
  double cutoff = 0;

  Table table() const {
    std::vector<double> cells = groups.empty() ? std::vector<double>(outcome.size()) : groups;
    return Table({{"group", ColumnType::categorical, {"a", "b", "c", "d"}, std::move(cells)}});
  }
};

inline double measure_of(const AnyObjective& objective, const Rows& rows) {
  const Table table = rows.table();
  const std::vector<std::span<const double>> scores(rows.scores.begin(), rows.scores.end());
  return objective.measure({table, rows.outcome, rows.weights, rows.link, rows.cutoff, scores});
}

/// The loss, and its gradients, worlds x rows, if wanted.
inline double loss_of(const AnyObjective& objective, const Rows& rows,
                      std::vector<std::vector<double>>* gradients = nullptr) {
  const Table table = rows.table();
  const std::vector<std::span<const double>> scores(rows.scores.begin(), rows.scores.end());
  std::vector<std::vector<double>> found(scores.size(), std::vector<double>(rows.outcome.size()));
  const std::vector<std::span<double>> spans(found.begin(), found.end());
  const double loss = objective.loss({table, rows.outcome, rows.weights, rows.link, rows.cutoff, scores}, spans);
  if (gradients != nullptr) *gradients = found;
  return loss;
}

/// What an error says, or "no error".
template <class F>
std::string error_of(F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace equipoise::testing
