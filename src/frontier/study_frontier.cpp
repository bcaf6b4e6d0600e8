#include <equipoise/frontier/study_frontier.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <equipoise/core/random.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/frontier/dominance.hpp>
#include <equipoise/frontier/hypervolume.hpp>
#include <equipoise/frontier/knee.hpp>
#include <equipoise/frontier/trade_offs.hpp>
#include <equipoise/train/run.hpp>

namespace equipoise::inline v0 {
namespace {

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

bool is_about_accuracy(const StudyObjective& objective) {
  return objective.kind == "error-rate" || objective.kind == "log-loss" || objective.kind == "squared-error";
}

Eigen::MatrixXd columns_of(const Eigen::MatrixXd& matrix, const std::vector<std::size_t>& columns) {
  Eigen::MatrixXd result(matrix.rows(), index(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) result.col(index(j)) = matrix.col(index(columns[j]));
  return result;
}

ReplicatedMeasures columns_of(const ReplicatedMeasures& measures, const std::vector<std::size_t>& columns) {
  ReplicatedMeasures result{.values = columns_of(measures.values, columns), .replicates = {}};
  for (const Eigen::MatrixXd& replicate : measures.replicates)
    result.replicates.push_back(columns_of(replicate, columns));
  return result;
}

Eigen::MatrixXd rows_of(const Eigen::MatrixXd& matrix, const std::vector<std::size_t>& rows) {
  Eigen::MatrixXd result(index(rows.size()), matrix.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) result.row(index(i)) = matrix.row(index(rows[i]));
  return result;
}

std::vector<double> reference_point(const Eigen::MatrixXd& validation) {
  std::vector<double> reference;
  for (Eigen::Index j = 0; j < validation.cols(); ++j) {
    const double low = validation.col(j).minCoeff(), high = validation.col(j).maxCoeff();
    const double range = high > low ? high - low : std::max(std::abs(high), 1e-3);
    reference.push_back(high + 0.1 * range);
  }
  return reference;
}

/// Builds the frontier goal by goal, arm by arm.
class Assembly {
 public:
  Assembly(const StudyRun& run, std::string command)
      : run_(run),
        validation_(validation_measures(run)),
        test_(test_measures(run)),
        balanced_(balanced_goals(run.study)),
        balanced_validation_(columns_of(validation_, balanced_)),
        balanced_test_(columns_of(test_, balanced_)),
        reference_(reference_point(balanced_validation_)) {
    frontier_.name = run.study.name;
    frontier_.command = std::move(command);
    frontier_.outcome = {run.study.outcome.column, run.study.outcome.positive};
    frontier_.rows = {run.training_people, run.validation_people, run.test_people};
    frontier_.graph = run.inputs.graph;
    frontier_.decompositions = run.decompositions;
    for (const LedgerEntry& entry : run.ledger.entries())
      frontier_.privacy_ledger.push_back(
          {entry.what, entry.rows, event_text(entry.event), entry.times, entry.declared_public});
    frontier_.privacy_statements = run.privacy_statements;
    frontier_.assumptions = run.assumptions;
    frontier_.warnings = run.warnings;
  }

  Frontier assemble() {
    add_objectives();
    add_points();
    for (const std::string& arm : run_.study.arms) add_arm(arm);
    if (run_.study.arms.size() == 2) compare_arms();
    return std::move(frontier_);
  }

 private:
  void add_objectives() {
    for (const StudyGoalInfo& goal : run_.goals)
      frontier_.objectives.push_back({.name = goal.name,
                                      .unit = goal.measure.unit,
                                      .label = goal.measure.label,
                                      .description = goal.measure.description,
                                      .licence = goal.licence,
                                      .range = goal.measure.range,
                                      .trained = goal.trained});
  }

  std::vector<Setting> settings_of(const StudyPoint& point) const {
    std::vector<Setting> settings;
    std::size_t trained = 0;
    for (const StudyGoalInfo& goal : run_.goals)
      if (goal.trained) settings.emplace_back("weight of " + goal.name, point.weights[trained++]);
    for (const StudyObjective& objective : run_.study.objectives)
      if (objective.privacy && point.privacy_level)
        settings.emplace_back("epsilon", objective.privacy->epsilons[*point.privacy_level]);
    return settings;
  }

  void add_points() {
    for (std::size_t p = 0; p < run_.points.size(); ++p) {
      const StudyPoint& point = run_.points[p];
      FrontierPoint& made = frontier_.points.emplace_back();
      made.id = point.id;
      made.arm = point.arm;
      made.settings = settings_of(point);
      made.model = "models/" + point.id + ".json";
      for (std::size_t k = 0; k < run_.goals.size(); ++k) {
        made.validation.push_back(validation_(index(p), index(k)));
        std::vector<double> draws;
        for (const Eigen::MatrixXd& replicate : test_.replicates) draws.push_back(replicate(index(p), index(k)));
        made.test.push_back(percentile_estimate(test_.values(index(p), index(k)), draws));
      }
    }
  }

  std::vector<std::size_t> rows_of_arm(const std::string& arm) const {
    std::vector<std::size_t> rows;
    for (std::size_t p = 0; p < run_.points.size(); ++p)
      if (run_.points[p].arm == arm) rows.push_back(p);
    return rows;
  }

  /// The points of an arm that none of it beats, on validation rows.
  std::vector<std::size_t> undominated_of(const std::string& arm) const {
    const std::vector<std::size_t> rows = rows_of_arm(arm);
    std::vector<std::size_t> result;
    for (const std::size_t i : non_dominated(rows_of(validation_, rows))) result.push_back(rows[i]);
    return result;
  }

  /// Those of them that none beats in the balanced goals alone. Of points equal in these, those that another beats in
  /// the rest are not among them.
  std::vector<std::size_t> front_of(const std::string& arm) const {
    const std::vector<std::size_t> rows = undominated_of(arm);
    std::vector<std::size_t> front;
    for (const std::size_t i : non_dominated(rows_of(balanced_validation_, rows))) front.push_back(rows[i]);
    return front;
  }

  std::vector<std::string> balanced_names() const {
    std::vector<std::string> names;
    for (const std::size_t k : balanced_) names.push_back(run_.goals[k].name);
    return names;
  }

  /// The member that is best, on validation rows, at the accuracy that was trained on: what one would take who asked
  /// for nothing else. A measure that was not trained on, as the error rate, ties too often to tell it.
  std::size_t best_predicting(const std::vector<std::size_t>& members) const {
    std::size_t accuracy = balanced_[0];
    for (std::size_t k = run_.goals.size(); k-- > 0;)
      if (run_.goals[k].trained && is_about_accuracy(run_.study.objectives[k])) accuracy = k;
    return *std::min_element(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
      return validation_(index(a), index(accuracy)) < validation_(index(b), index(accuracy));
    });
  }

  void add_arm(const std::string& arm) {
    const std::vector<std::size_t> undominated = undominated_of(arm), front = front_of(arm);
    for (const std::size_t p : rows_of_arm(arm)) frontier_.points[p].dominated = true;
    for (const std::size_t p : undominated) frontier_.points[p].dominated = false;
    frontier_.hypervolume[arm] = {hypervolume_estimate(balanced_test_, front, reference_), reference_,
                                  balanced_names()};
    if (const auto best = knee(rows_of(balanced_validation_, front)))
      frontier_.knee[arm] = run_.points[front[*best]].id;
    const std::size_t start = best_predicting(undominated);
    for (std::size_t k = 1; k < balanced_.size(); ++k) {
      const std::vector<std::size_t> walk =
          walk_along_front_from(balanced_validation_, undominated, start, index(k), 0);
      for (const TradeOffStep& step : trade_off_steps(balanced_test_, walk, index(k), 0))
        frontier_.trade_offs.push_back({.arm = arm,
                                        .from = run_.points[step.from].id,
                                        .to = run_.points[step.to].id,
                                        .improves = run_.goals[balanced_[k]].name,
                                        .worsens = run_.goals[balanced_[0]].name,
                                        .rate = step.rate});
    }
  }

  void compare_arms() {
    const std::string &first = run_.study.arms[0], &second = run_.study.arms[1];
    frontier_.comparison = ArmComparison{
        .first = first,
        .second = second,
        .hypervolume_difference = hypervolume_difference(balanced_test_, front_of(first), front_of(second), reference_),
        .reference = reference_,
        .objectives = balanced_names()};
  }

  const StudyRun& run_;
  Eigen::MatrixXd validation_;
  ReplicatedMeasures test_;
  std::vector<std::size_t> balanced_;
  Eigen::MatrixXd balanced_validation_;
  ReplicatedMeasures balanced_test_;
  std::vector<double> reference_;
  Frontier frontier_;
};

}  // namespace

Eigen::MatrixXd validation_measures(const StudyRun& run) {
  Eigen::MatrixXd values = Eigen::MatrixXd::Zero(index(run.points.size()), index(run.goals.size()));
  for (std::size_t p = 0; p < run.points.size(); ++p)
    for (const PointRecord& record : run.points[p].records)
      for (std::size_t k = 0; k < run.goals.size(); ++k)
        values(index(p), index(k)) += record.validation[k] / static_cast<double>(run.points[p].records.size());
  return values;
}

ReplicatedMeasures test_measures(const StudyRun& run) {
  const std::size_t replicates = run.study.sweep.replicates, draws = run.study.sweep.bootstrap;
  const auto averaged = [&](auto&& replicate_of, auto&& value_of) {
    Eigen::MatrixXd values = Eigen::MatrixXd::Zero(index(run.points.size()), index(run.goals.size()));
    for (std::size_t p = 0; p < run.points.size(); ++p)
      for (std::size_t i = 0; i < replicates; ++i)
        for (std::size_t k = 0; k < run.goals.size(); ++k)
          values(index(p), index(k)) +=
              value_of(run.points[p].records[replicate_of(i)], k) / static_cast<double>(replicates);
    return values;
  };
  ReplicatedMeasures measures;
  measures.values = averaged([](std::size_t i) { return i; },
                             [](const PointRecord& record, std::size_t k) { return record.test[k]; });
  // The bootstraps of rows are named by their number; the choice of replicates stands beyond them all.
  const RandomStream stream(
      {.seed = run.study.seed, .purpose = Purpose::bootstrap, .point = std::numeric_limits<std::uint32_t>::max()});
  for (std::size_t b = 0; b < draws; ++b) {
    RowStream random = stream.row(b);
    std::vector<std::size_t> chosen(replicates);
    for (std::size_t& each : chosen) each = static_cast<std::size_t>(draw_below(random, replicates));
    measures.replicates.push_back(
        averaged([&](std::size_t i) { return chosen[i]; },
                 [b](const PointRecord& record, std::size_t k) { return record.resampled[k][b]; }));
  }
  return measures;
}

std::vector<std::size_t> balanced_goals(const Study& study) {
  std::vector<std::size_t> accuracy, others;
  for (std::size_t k = 0; k < study.objectives.size(); ++k)
    (is_about_accuracy(study.objectives[k]) ? accuracy : others).push_back(k);
  if (others.empty()) return accuracy;
  if (accuracy.empty()) return others;
  const auto error_rate = std::find_if(accuracy.begin(), accuracy.end(),
                                       [&](std::size_t k) { return study.objectives[k].kind == "error-rate"; });
  others.insert(others.begin(), error_rate != accuracy.end() ? *error_rate : accuracy.front());
  return others;
}

Frontier frontier_of(const StudyRun& run, std::string command) { return Assembly(run, std::move(command)).assemble(); }

}  // namespace equipoise::inline v0
