// What one training of one point on one replicate came to.
#pragma once

#include <cstddef>
#include <optional>
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

/// What goals that compare are shown: the rows trained on and the parameters of the predictor of reference, where
/// there are.
struct ComparedWith {
  const PreparedRows* members = nullptr;
  const Eigen::VectorXd* reference = nullptr;
};

namespace detail {

/// A predictor's scores of prepared rows, world by world, found when they are first asked for.
template <Predictor P>
class WorldScores {
 public:
  WorldScores(const P& predictor, const Eigen::VectorXd& parameters, const PreparedRows& rows)
      : predictor_(predictor), parameters_(parameters), rows_(rows), scores_(rows.features.size()) {}

  std::span<const double> of(std::size_t world) {
    Eigen::VectorXd& scores = scores_[world];
    if (scores.size() == 0) {
      scores.resize(static_cast<Eigen::Index>(rows_.rows()));
      predictor_.forward(parameters_, rows_.features[world], scores);
    }
    return {scores.data(), rows_.rows()};
  }

 private:
  const P& predictor_;
  const Eigen::VectorXd& parameters_;
  const PreparedRows& rows_;
  std::vector<Eigen::VectorXd> scores_;
};

}  // namespace detail

/// Each goal measured on prepared rows under each of the given weights (each one a row): weights x goals. The
/// predictor runs forward once in each world.
template <Predictor P>
std::vector<std::vector<double>> measure_goals(const P& predictor, const Eigen::VectorXd& parameters,
                                               const PreparedRows& rows, std::span<const MeasuredGoal> goals,
                                               std::span<const std::vector<double>> weights,
                                               const ComparedWith& compared = {}) {
  detail::WorldScores scores(predictor, parameters, rows);
  detail::WorldScores learnt(predictor, parameters, compared.members != nullptr ? *compared.members : rows);
  detail::WorldScores reference(predictor, compared.reference != nullptr ? *compared.reference : parameters, rows);
  std::vector<std::vector<double>> measures(weights.size());
  for (const MeasuredGoal& goal : goals) {
    std::vector<std::span<const double>> seen;
    for (const std::size_t world : goal.worlds) seen.push_back(scores.of(world));
    Predictions predictions{
        .table = rows.table, .outcome = rows.outcome, .weights = {}, .link = predictor.link(), .scores = seen};
    const Comparisons asked = goal.objective.comparisons();
    if (asked.reference && compared.reference != nullptr) predictions.reference = reference.of(goal.worlds.front());
    std::span<const double> of_members;
    std::optional<Predictions> members;
    if (asked.members && compared.members != nullptr) {
      of_members = learnt.of(goal.worlds.front());
      members.emplace(Predictions{.table = compared.members->table,
                                  .outcome = compared.members->outcome,
                                  .weights = compared.members->weights,
                                  .link = predictor.link(),
                                  .scores = {&of_members, 1}});
      predictions.members = &*members;
    }
    for (std::size_t w = 0; w < weights.size(); ++w) {
      predictions.weights = weights[w];
      measures[w].push_back(goal.objective.measure(predictions));
    }
  }
  return measures;
}

/// Fills a record's measures from its parameters, beside the replicate's training rows and predictor of reference.
template <Predictor P>
void measure_point(const P& predictor, const StudyReplicate& replicate, std::span<const MeasuredGoal> goals,
                   PointRecord& record) {
  const ComparedWith compared{.members = &replicate.training,
                              .reference = replicate.reference.size() > 0 ? &replicate.reference : nullptr};
  const auto as_weighted = [&](const PreparedRows& rows) {
    return measure_goals(predictor, record.parameters, rows, goals, std::span(&rows.weights, 1), compared).front();
  };
  record.validation = as_weighted(replicate.validation);
  record.test = as_weighted(replicate.test);
  const auto resampled =
      measure_goals(predictor, record.parameters, replicate.test, goals, replicate.resamples, compared);
  record.resampled.assign(goals.size(), std::vector<double>(resampled.size()));
  for (std::size_t b = 0; b < resampled.size(); ++b)
    for (std::size_t k = 0; k < goals.size(); ++k) record.resampled[k][b] = resampled[b][k];
}

}  // namespace equipoise::inline v0
