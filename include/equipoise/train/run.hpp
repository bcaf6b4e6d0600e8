// Running a study: every point of every arm trained on every replicate and measured.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/predictor/trained_model.hpp>
#include <equipoise/privacy/ledger.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/train/goals.hpp>
#include <equipoise/train/point_record.hpp>

namespace equipoise::inline v0 {

/// Where finished work is kept, by key, and found again when a stopped run goes on. Both are called from any thread,
/// `find` and `keep` never for one key at once. Either may be empty.
struct StudyStore {
  std::function<std::optional<std::string>(const std::string& key)> find = {};
  std::function<void(const std::string& key, const std::string& text)> keep = {};
};

struct StudyOptions {
  Parallelism parallelism = Parallelism::none();
  Progress progress = {};
  StudyStore store = {};
};

/// A goal as it was measured.
struct StudyGoalInfo {
  std::string name;
  MeasureInfo measure;
  Licence licence;  ///< of the measured values: the worlds' where it asks for other worlds, else the measure's own
  bool trained = true;
};

/// One point of an arm: how the goals were weighed, and what came of it on every replicate.
struct StudyPoint {
  std::string id;  ///< "causal-07"
  std::string arm;
  std::vector<double> weights;                    ///< one for each trained goal, on the unit simplex
  std::vector<PointRecord> records;               ///< one a replicate
  TrainedModel model;                             ///< of the first replicate
  std::optional<std::size_t> privacy_level = {};  ///< which of the study's epsilons it was trained at
};

/// A study's points, measured, with all that a frontier needs to be drawn from them.
struct StudyRun {
  Study study = {};
  StudyInputs inputs = {};
  std::vector<StudyGoalInfo> goals = {};
  std::vector<StudyPoint> points = {};                                 ///< arm by arm, from accurate to fair
  std::vector<Decomposition> decompositions = {};                      ///< one for each group beside its baseline
  double training_people = 0, validation_people = 0, test_people = 0;  ///< of the first replicate
  std::optional<Scm> model = {};   ///< fitted on the first replicate's training rows, or given
  std::vector<NodeFit> fits = {};  ///< how its mechanisms were chosen, where it was fitted without noise
  bool model_has_noise = false;    ///< it was fitted with noise, as the ledger says
  PrivacyLedger ledger = {};       ///< of every touch of private rows, where the study asks for privacy
  std::vector<PrivacyStatement> privacy_statements = {};
  std::vector<std::string> assumptions = {};
  std::vector<std::string> warnings = {};
  std::size_t trainings = 0;       ///< done in this run
  std::size_t kept_trainings = 0;  ///< found in the store
};

/// Trains and measures every point of a study. A point is a weighted sum of the arm's goals, each in units of what it
/// costs to give it up: the first by how much it rises when the others are all but satisfied (its payoff), the others
/// by their value where the first alone is trained on. Points start from the parameters of an earlier, near one, as
/// plan_sweep says; those of one wave are independent tasks. Where the study asks for privacy, points are shared out
/// among its epsilons, each a weighted sum as it stands, trained from nothing with clipped gradients and noise
/// (private_gradient.hpp), and everything that touches private rows is written to the ledger. The same study gives the
/// same bits at any parallelism and with any store that keeps what it is given, but for privacy noise, which is the
/// operating system's unless the study says otherwise. Throws what its parts throw; what the store threw ends the run.
StudyRun run_study(const Study& study, const StudyOptions& options = {});

}  // namespace equipoise::inline v0
