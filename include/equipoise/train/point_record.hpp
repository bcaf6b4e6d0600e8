// What one training of one point on one replicate came to.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include <equipoise/objective/any_objective.hpp>
#include <equipoise/train/replicate.hpp>

namespace equipoise::inline v0 {

/// A trained predictor's parameters, and its measures by goal.
struct PointRecord {
  Eigen::VectorXd parameters;
  bool converged = true;
  std::string termination = {};                ///< in words
  std::size_t evaluations = 0;                 ///< of the training problem
  std::vector<double> validation;              ///< one a goal
  std::vector<double> test;                    ///< one a goal
  std::vector<std::vector<double>> resampled;  ///< the test measures on bootstrap weights: goals x resamples
};

/// The record as a text that reads back to the same bits, and back. parse_record throws json_* at `place`.
std::string record_text(const PointRecord& record);
PointRecord parse_record(std::string_view text, const std::string& place);

/// A goal to measure, and where its worlds stand among the prepared ones.
struct MeasuredGoal {
  AnyObjective objective;
  std::vector<std::size_t> worlds;
};

/// Each goal measured on prepared rows under each of the given weights (each one a row): weights x goals. The
/// predictor runs forward once in each world.
template <Predictor P>
std::vector<std::vector<double>> measure_goals(const P& predictor, const Eigen::VectorXd& parameters,
                                               const PreparedRows& rows, std::span<const MeasuredGoal> goals,
                                               std::span<const std::vector<double>> weights) {
  std::vector<Eigen::VectorXd> scores(rows.features.size());
  for (const MeasuredGoal& goal : goals)
    for (const std::size_t world : goal.worlds) {
      if (scores[world].size() != 0) continue;
      scores[world].resize(static_cast<Eigen::Index>(rows.rows()));
      predictor.forward(parameters, rows.features[world], scores[world]);
    }
  std::vector<std::vector<double>> measures(weights.size());
  for (const MeasuredGoal& goal : goals) {
    std::vector<std::span<const double>> seen;
    for (const std::size_t world : goal.worlds) seen.emplace_back(scores[world].data(), rows.rows());
    for (std::size_t w = 0; w < weights.size(); ++w)
      measures[w].push_back(goal.objective.measure({.table = rows.table,
                                                    .outcome = rows.outcome,
                                                    .weights = weights[w],
                                                    .link = predictor.link(),
                                                    .scores = seen}));
  }
  return measures;
}

/// Fills a record's measures from its parameters.
template <Predictor P>
void measure_point(const P& predictor, const StudyReplicate& replicate, std::span<const MeasuredGoal> goals,
                   PointRecord& record) {
  const auto as_weighted = [&](const PreparedRows& rows) {
    return measure_goals(predictor, record.parameters, rows, goals, std::span(&rows.weights, 1)).front();
  };
  record.validation = as_weighted(replicate.validation);
  record.test = as_weighted(replicate.test);
  const auto resampled = measure_goals(predictor, record.parameters, replicate.test, goals, replicate.resamples);
  record.resampled.assign(goals.size(), std::vector<double>(resampled.size()));
  for (std::size_t b = 0; b < resampled.size(); ++b)
    for (std::size_t k = 0; k < goals.size(); ++k) record.resampled[k][b] = resampled[b][k];
}

}  // namespace equipoise::inline v0
