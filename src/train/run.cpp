#include <equipoise/train/run.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <utility>

#include <equipoise/core/parallel.hpp>
#include <equipoise/core/progress_meter.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/privacy/epsilon_objective.hpp>
#include <equipoise/train/decompositions.hpp>
#include <equipoise/train/lbfgs.hpp>
#include <equipoise/train/sweep.hpp>
#include <equipoise/train/weighted_sum.hpp>
#include <equipoise/train/whitening.hpp>

#include "train/arm.hpp"
#include "train/assumptions.hpp"
#include "train/finished_tasks.hpp"
#include "train/privacy_account.hpp"
#include "train/private_model.hpp"
#include "train/private_training.hpp"

namespace equipoise::inline v0 {
namespace {

/// A name that the study chose, as a label: "direct-gap" is "direct gap".
std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '-', ' ');
  return name;
}

/// One arm of one replicate: the chain of tasks that its points are.
struct Lane {
  const Arm* arm = nullptr;
  std::size_t replicate = 0;
  std::vector<WeightedGoal> goals;  ///< the arm's losses
  double uninformed = 0;            ///< the first goal's loss where one score serves all
  std::vector<double> scales;       ///< what each goal's weight is multiplied with
  std::vector<PointRecord> records;
};

class Runner {
 public:
  Runner(const Study& study, const StudyOptions& options)
      : study_(study),
        options_(options),
        inputs_(load_study_inputs(study)),
        goals_(goals_of(study, inputs_)),
        weighed_(trained_goals(goals_)) {
    if (const auto k = privacy_goal(study_)) {
      privacy_ = &*study_.objectives[*k].privacy;
      require_private_losses(study_, goals_, weighed_);
    }
    std::vector<AnyObjective> all;
    for (const StudyGoal& goal : goals_) all.push_back(goal.measured);
    for (const std::string& name : study_.arms) {
      arms_.push_back(
          arm_of(name, goals_, weighed_, study_.sweep.points, privacy_ != nullptr ? privacy_->epsilons.size() : 0));
      all.insert(all.end(), arms_.back().losses.begin(), arms_.back().losses.end());
    }
    catalogue_ = catalogue_worlds(all);
    for (std::size_t k = 0; k < goals_.size(); ++k)
      measured_.push_back({goals_[k].measured, catalogue_.of_objective[k]});
    model_plan_ = private_model_plan(study_, inputs_, asks_for_other_worlds() && !inputs_.model);
  }

  StudyRun run() {
    prepare();
    make_lanes();
    check_goals();
    for (std::size_t r = 0; model_plan_ && r < replicates_.size(); ++r)
      keep_private_model(options_.store, static_cast<std::uint32_t>(r), *replicates_[r].source.scm);
    if (compares_with_reference(goals_)) train_references();
    train_points();
    return finish();
  }

 private:
  void prepare() {
    replicates_.resize(study_.sweep.replicates);
    whitenings_.resize(study_.sweep.replicates);
    ProgressMeter meter(options_.progress, "preparing the data", replicates_.size());
    parallel_for(replicates_.size(), options_.parallelism, [&](std::size_t r) {
      const auto number = static_cast<std::uint32_t>(r);
      ModelFitter fitter;
      if (model_plan_)
        fitter = [&](const Table& training) {
          return private_model(study_, *model_plan_, training, number, options_.store);
        };
      replicates_[r] = prepare_replicate(study_, inputs_, catalogue_.requests, number, fitter);
      if (privacy_ == nullptr || compares_with_reference(goals_)) whiten(r);
      meter.advance();
    });
    for (std::size_t level = 0; privacy_ != nullptr && level < privacy_->epsilons.size(); ++level)
      plans_.push_back(private_plan(study_, level,
                                    {.persons = replicates_.front().training.rows(),
                                     .parameters = replicates_.front().source.encoding.columns() + 1},
                                    model_plan_ ? model_plan_->event() : PrivacyEvent()));
  }

  bool asks_for_other_worlds() const {
    return std::any_of(catalogue_.requests.begin(), catalogue_.requests.end(),
                       [](const WorldRequest& each) { return !each.is_factual(); });
  }

  void whiten(std::size_t r) {
    const PreparedRows& rows = replicates_[r].training;
    whitenings_[r].emplace(rows.features.front(), rows.weights, std::max(study_.predictor.l2, 1e-9));
  }

  void make_lanes() {
    std::size_t place = goals_.size();
    for (const Arm& arm : arms_) {
      std::vector<WeightedGoal> goals;
      for (const AnyObjective& loss : arm.losses) goals.push_back({loss, catalogue_.of_objective[place++], 1.0});
      for (std::size_t r = 0; r < replicates_.size(); ++r) {
        Lane& lane = lanes_.emplace_back();
        lane.arm = &arm;
        lane.replicate = r;
        lane.goals = goals;
        lane.records.resize(arm.plan.size());
      }
    }
  }

  /// Asks every goal once about every part, so that one that does not fit the rows is told before anything is trained.
  void check_goals() const {
    const auto nothing_learnt = [](const AffinePredictor& model) {
      return Eigen::VectorXd(Eigen::VectorXd::Zero(model.parameter_count()));
    };
    for (const Lane& lane : lanes_) {
      const AffinePredictor model = predictor(lane.replicate);
      const PreparedRows& rows = replicates_[lane.replicate].training;
      for (std::size_t t = 0; t < weighed_.size(); ++t)
        of_goal(weighed_[t], "training", [&] {
          losses_at(model, rows, std::span(lane.goals).subspan(lane.arm->loss_of[t], 1), nothing_learnt(model));
        });
    }
    for (std::size_t r = 0; r < replicates_.size(); ++r) {
      const AffinePredictor model = predictor(r);
      const Eigen::VectorXd nothing = nothing_learnt(model);
      const auto measure = [&](std::size_t k, const PreparedRows& rows) {
        measure_goals(model, nothing, rows, std::span(measured_).subspan(k, 1), std::span(&rows.weights, 1),
                      {.members = &replicates_[r].training, .reference = &nothing});
      };
      for (std::size_t k = 0; k < measured_.size(); ++k) {
        of_goal(k, "validation", [&] { measure(k, replicates_[r].validation); });
        of_goal(k, "test", [&] { measure(k, replicates_[r].test); });
      }
    }
  }

  /// Calls f, whose errors are of this goal on these rows.
  template <class F>
  void of_goal(std::size_t goal, const std::string& part, F&& f) const {
    try {
      f();
    } catch (const Error& error) {
      throw Error(error.code(), study_.place + "#/objectives/" + std::to_string(goal),
                  "among " + part + " rows, " + error.place() + (error.place().empty() ? "" : ": ") + error.found(),
                  error.expected(), error.hint());
    }
  }

  AffinePredictor predictor(std::size_t replicate) const {
    return {static_cast<Eigen::Index>(replicates_[replicate].source.encoding.columns()), study_.predictor.link};
  }

  Minimum minimise_from(const Lane& lane, std::vector<double> weights, Eigen::VectorXd start) const {
    std::vector<WeightedGoal> goals = lane.goals;
    for (std::size_t k = 0; k < goals.size(); ++k) goals[k].weight = weights[k];
    const AffinePredictor model = predictor(lane.replicate);
    const Whitening& white = *whitenings_[lane.replicate];
    WeightedSum problem(model, replicates_[lane.replicate].training, std::move(goals), study_.predictor.l2);
    Minimum found = minimise(
        [&](const Eigen::VectorXd& whitened, Eigen::VectorXd& gradient) {
          const double value = problem(white.parameters(whitened), gradient);
          gradient = white.gradient(gradient);
          return value;
        },
        white.whitened(start),
        {.gradient_tolerance = 1e-6 * std::min(1.0, std::sqrt(loss_unit(lane))), .value_tolerance = 1e-11});
    found.parameters = white.parameters(found.parameters);
    return found;
  }

  /// The unit of a loss: of one of chances 1, of one of numbers the outcome's variance.
  double loss_unit(const Lane& lane) const {
    const PreparedRows& rows = replicates_[lane.replicate].training;
    return study_.predictor.link == Link::logistic ? 1 : weighted_variance(rows.outcome, rows.weights);
  }

  double uninformed_loss(const Lane& lane) const {
    const AffinePredictor model = predictor(lane.replicate);
    WeightedSum problem(model, replicates_[lane.replicate].training, {lane.goals.front()});
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(model.parameter_count()), by_each;
    return minimise(
               [&](const Eigen::VectorXd& intercept, Eigen::VectorXd& gradient) {
                 parameters.tail(1) = intercept;
                 const double value = problem(parameters, by_each);
                 gradient = by_each.tail(1);
                 return value;
               },
               Eigen::VectorXd::Zero(1))
        .value;
  }

  /// The first goal alone, which is the same in every arm, without noise.
  void train_references() {
    parallel_for(replicates_.size(), options_.parallelism, [&](std::size_t r) {
      const Lane& lane = lanes_[r];  // the first arm's lanes stand first
      std::vector<double> weights(lane.goals.size(), 0.0);
      weights[0] = 1;
      const Eigen::Index size = predictor(r).parameter_count();
      replicates_[r].reference = minimise_from(lane, std::move(weights), Eigen::VectorXd::Zero(size)).parameters;
    });
  }

  std::string key(const Lane& lane, std::size_t point) const {
    return point_id(*lane.arm, point) + ".r" + std::to_string(lane.replicate);
  }

  void train_point(Lane& lane, std::size_t point) {
    PointRecord& record = lane.records[point];
    const std::string name = key(lane, point);
    const AffinePredictor model = predictor(lane.replicate);
    if (auto kept =
            finished_record(options_.store, name, {model.parameter_count(), goals_.size(), study_.sweep.bootstrap})) {
      record = std::move(*kept);
      ++kept_;
      return;
    }
    if (privacy_ != nullptr)
      train_privately(lane, point, record);
    else
      train_openly(lane, point, record);
    ++trained_;
    keep_record(options_.store, name, record);
  }

  void train_openly(Lane& lane, std::size_t point, PointRecord& record) {
    const AffinePredictor model = predictor(lane.replicate);
    std::vector<double> weights(lane.goals.size(), 0.0);
    weights[0] = 1;
    const SweepPoint& planned = lane.arm->plan[point];
    for (std::size_t k = 1; planned.start && k < weights.size(); ++k)
      weights[k] = planned.weights[static_cast<Eigen::Index>(k)] / planned.weights[0] * lane.scales[k];
    const Minimum found = minimise_from(
        lane, std::move(weights),
        planned.start ? lane.records[*planned.start].parameters : Eigen::VectorXd::Zero(model.parameter_count()));
    record.parameters = found.parameters;
    record.converged = found.is_converged();
    record.termination = found.message;
    record.evaluations = found.evaluations;
    measure_point(model, replicates_[lane.replicate], measured_, record);
  }

  void train_privately(Lane& lane, std::size_t point, PointRecord& record) {
    const AffinePredictor model = predictor(lane.replicate);
    std::vector<WeightedGoal> goals = lane.goals;
    for (std::size_t k = 0; k < goals.size(); ++k)
      goals[k].weight = lane.arm->plan[point].weights[static_cast<Eigen::Index>(k)];
    const std::size_t level = lane.arm->privacy_level[point];
    const auto arm = static_cast<std::size_t>(lane.arm - arms_.data());
    record = equipoise::train_privately(model, replicates_[lane.replicate].training, std::move(goals),
                                        study_.predictor.l2, plans_[level], privacy_->seeded_for_research,
                                        {.seed = study_.seed,
                                         .purpose = Purpose::noise,
                                         .point = static_cast<std::uint32_t>(arm * lane.arm->plan.size() + point),
                                         .replicate = static_cast<std::uint32_t>(lane.replicate)});
    std::vector<MeasuredGoal> measured = measured_;
    const std::size_t k = *privacy_goal(study_);
    measured[k].objective = EpsilonObjective{
        .epsilon = plans_[level].epsilon, .delta = privacy_->delta, .objective_name = study_.objectives[k].name};
    measure_point(model, replicates_[lane.replicate], measured, record);
  }

  /// The payoff table's units (see run_study). `utility` is the training of the first goal alone.
  void find_scales(Lane& lane) {
    lane.scales.assign(lane.goals.size(), 1.0);
    if (lane.goals.size() == 1) return;
    const std::string name = "scales-" + lane.arm->name + ".r" + std::to_string(lane.replicate);
    if (auto found = finished_scales(options_.store, name, lane.goals.size())) {
      lane.scales = std::move(*found);
      return;
    }
    const AffinePredictor model = predictor(lane.replicate);
    const PreparedRows& rows = replicates_[lane.replicate].training;
    const Eigen::VectorXd& utility = lane.records[0].parameters;
    const std::vector<double> least = losses_at(model, rows, lane.goals, utility);
    const double informed_by = std::max(lane.uninformed - least[0], 1e-6 * std::abs(lane.uninformed));
    constexpr double satisfied = 10;
    const double negligible = 1e-12 * loss_unit(lane);
    double payoff = 1e-3 * informed_by;
    for (std::size_t k = 1; k < lane.goals.size(); ++k) {
      if (least[k] <= negligible) continue;
      std::vector<double> weights(lane.goals.size(), 0.0);
      weights[0] = 1;
      weights[k] = satisfied * informed_by / least[k];
      const Minimum found = minimise_from(lane, std::move(weights), utility);
      payoff =
          std::max(payoff, losses_at(model, rows, std::span(lane.goals).first(1), found.parameters).front() - least[0]);
    }
    for (std::size_t k = 1; k < lane.goals.size(); ++k)
      if (least[k] > negligible) lane.scales[k] = payoff / least[k];
    keep_scales(options_.store, name, lane.scales);
  }

  void train_points() {
    ProgressMeter meter(options_.progress, "training", all_trainings());
    std::size_t waves = 0;
    for (const Arm& arm : arms_)
      for (const SweepPoint& point : arm.plan) waves = std::max(waves, point.wave + 1);
    if (privacy_ == nullptr)
      parallel_for(lanes_.size(), options_.parallelism,
                   [&](std::size_t l) { lanes_[l].uninformed = uninformed_loss(lanes_[l]); });
    for (std::size_t wave = 0; wave < waves; ++wave) {
      std::vector<std::pair<Lane*, std::size_t>> tasks;
      for (Lane& lane : lanes_)
        for (std::size_t point = 0; point < lane.arm->plan.size(); ++point)
          if (lane.arm->plan[point].wave == wave) tasks.emplace_back(&lane, point);
      parallel_for(tasks.size(), options_.parallelism, [&](std::size_t t) {
        train_point(*tasks[t].first, tasks[t].second);
        meter.advance();
      });
      if (wave == 0 && privacy_ == nullptr)
        parallel_for(lanes_.size(), options_.parallelism, [&](std::size_t l) { find_scales(lanes_[l]); });
    }
  }

  std::vector<StudyGoalInfo> goal_infos() const {
    std::vector<StudyGoalInfo> infos;
    for (const StudyGoal& goal : goals_) {
      const std::vector<WorldRequest> worlds = goal.measured.worlds();
      const bool factual =
          std::all_of(worlds.begin(), worlds.end(), [](const WorldRequest& each) { return each.is_factual(); });
      MeasureInfo info = goal.measured.info();
      const StudyObjective& said = study_.objectives[infos.size()];
      if (said.name != said.kind && !said.own) info.label = in_words(said.name);
      Licence licence = factual ? info.licence : world_licence(replicates_.front().source, worlds);
      infos.push_back({goal.measured.name(), std::move(info), std::move(licence), goal.train});
    }
    return infos;
  }

  std::size_t all_trainings() const {
    std::size_t trainings = 0;
    for (const Lane& lane : lanes_) trainings += lane.records.size();
    return trainings;
  }

  TrainedModel model_of(const PointRecord& record) const {
    return {.link = study_.predictor.link,
            .encoding = replicates_.front().source.encoding,
            .parameters = record.parameters,
            .outcome = study_.outcome.column,
            .positive = study_.outcome.positive};
  }

  StudyRun finish() {
    StudyRun run{.study = study_, .inputs = inputs_, .goals = goal_infos()};
    const StudyReplicate& first = replicates_.front();
    const auto people = [](const PreparedRows& rows) {
      double total = 0;
      for (const double weight : rows.weights) total += weight;
      return total;
    };
    run.training_people = people(first.training);
    run.validation_people = people(first.validation);
    run.test_people = people(first.test);
    run.model = first.source.scm;
    run.fits = first.fits;
    run.model_has_noise = model_plan_.has_value();
    std::size_t stopped = 0;
    for (const Arm& arm : arms_)
      for (std::size_t p = 0; p < arm.plan.size(); ++p) {
        StudyPoint& point = run.points.emplace_back();
        point.id = point_id(arm, p);
        point.arm = arm.name;
        point.weights = weights_in_study_order(arm, arm.plan[p], weighed_);
        if (privacy_ != nullptr) point.privacy_level = arm.privacy_level[p];
        for (Lane& lane : lanes_)
          if (lane.arm == &arm) {
            stopped += lane.records[p].converged ? 0 : 1;
            point.records.push_back(std::move(lane.records[p]));
          }
        point.model = model_of(point.records.front());
      }
    run.trainings = trained_;
    run.kept_trainings = kept_;
    describe(run, stopped);
    run.decompositions = decompose_study(study_, inputs_, options_.parallelism, run.warnings);
    if (privacy_ != nullptr) account_for_privacy(run, plans_, model_plan_ ? &*model_plan_ : nullptr);
    return run;
  }

  /// What the numbers rest on, and what a reader should be warned of.
  void describe(StudyRun& run, std::size_t stopped) const {
    run.assumptions = study_assumptions(study_, inputs_, replicates_.front(), asks_for_other_worlds());
    run.warnings = inputs_.warnings;
    std::set<std::string> said(run.warnings.begin(), run.warnings.end());
    for (const StudyReplicate& replicate : replicates_)
      for (const std::string& warning : replicate.warnings)
        if (said.insert(warning).second) run.warnings.push_back(warning);
    if (stopped > 0)
      run.warnings.push_back(std::to_string(stopped) + " of " + std::to_string(all_trainings()) +
                             " trainings stopped before they had converged; their points are kept.");
  }

  const Study& study_;
  const StudyOptions& options_;
  StudyInputs inputs_;
  std::vector<StudyGoal> goals_;
  std::vector<std::size_t> weighed_;       // goals, as trained_goals says
  const StudyPrivacy* privacy_ = nullptr;  // where the study asks for it
  std::vector<PrivatePlan> plans_;         // one an epsilon
  std::optional<PrivateScmPlan> model_plan_;
  WorldCatalogue catalogue_;
  std::vector<MeasuredGoal> measured_;
  std::vector<Arm> arms_;
  std::vector<StudyReplicate> replicates_;
  std::vector<std::optional<Whitening>> whitenings_;  // one a replicate
  std::vector<Lane> lanes_;
  std::atomic<std::size_t> trained_ = 0, kept_ = 0;
};

}  // namespace

StudyRun run_study(const Study& study, const StudyOptions& options) {
  const Study whole = completed(study);
  return Runner(whole, options).run();
}

}  // namespace equipoise::inline v0
