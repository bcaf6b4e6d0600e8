#include "train/privacy_account.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <equipoise/core/number.hpp>
#include <equipoise/privacy/accountant.hpp>

#include "train/objective_kinds.hpp"

namespace equipoise::inline v0 {
namespace {

/// What is computed of private rows besides training.
struct Matter {
  std::string_view name;  ///< of public_matters
  const char* what;
  const char* rows;
  const char* without;    ///< how it comes about
  bool in_each_model;     ///< every trained predictor rests on it
  const char* otherwise;  ///< what to do about it but to declare it public
};

constexpr std::array<Matter, public_matters.size()> matters{{
    {public_matters[0], "the scaling of the features", "training rows", "means and deviations without noise", true,
     "take them from elsewhere"},
    {public_matters[1], "the model that counterfactual rows come from", "training rows", "a fit without noise", true,
     "give the fit noise by a budget of its own, \"scm\": {\"epsilon\": …}, or the study a model"},
    {public_matters[2], "the measures, their intervals, and what is chosen by them", "validation and test rows",
     "means over rows without noise", false, "take them from elsewhere"},
    {public_matters[3], "the decompositions of disparities", "all rows", "estimates without noise", false,
     "take them from elsewhere"},
    {public_matters[4], "the predictor of reference that accuracy lost is measured beside", "training rows",
     "a training without noise", false, "leave its goal out"},
    {public_matters[5], "the measures that compare with who was trained on", "training rows", "means without noise",
     false, "leave them out"},
}};

class Account {
 public:
  Account(StudyRun& run, std::span<const PrivatePlan> plans, const PrivateScmPlan* model)
      : run_(run), plans_(plans), model_(model), privacy_(*run.study.objectives[*privacy_goal(run.study)].privacy) {
    for (const StudyGoal& goal : goals_of(run.study, run.inputs)) {
      compared_with_.members |= goal.measured.comparisons().members;
      compared_with_.reference |= goal.measured.comparisons().reference;
    }
  }

  void fill() {
    if (privacy_.seeded_for_research)
      run_.ledger.void_guarantee("The noise came from the study's seed: whoever knows it can take it away again.");
    for (const Matter& matter : matters)
      if (happened(matter)) record(matter);
    if (model_ != nullptr)
      run_.ledger.record(matters[1].what, matters[1].rows, model_->event(), run_.study.sweep.replicates);
    for (std::size_t level = 0; level < plans_.size(); ++level)
      run_.ledger.record("training at epsilon " + shortest(privacy_.epsilons[level]), "training rows",
                         plans_[level].event(), trainings(level));
    for (std::size_t level = 0; level < plans_.size(); ++level) state_one(level);
    state_all();
  }

 private:
  bool happened(const Matter& matter) const {
    if (matter.name == "scm") return !run_.fits.empty();  // without noise
    // One that failed is told of by a warning, which names rows.
    if (matter.name == "decomposition") return !run_.study.protected_attributes.empty();
    if (matter.name == "reference") return compared_with_.reference;
    if (matter.name == "membership") return compared_with_.members;
    return true;
  }

  bool is_public(const Matter& matter) const {
    return std::find(privacy_.declared_public.begin(), privacy_.declared_public.end(), matter.name) !=
           privacy_.declared_public.end();
  }

  void record(const Matter& matter) {
    if (is_public(matter))
      run_.ledger.declare_public(matter.what, matter.rows);
    else
      run_.ledger.record(matter.what, matter.rows, NonPrivateEvent{matter.without},
                         matter.name == "decomposition" ? 1 : run_.study.sweep.replicates);
  }

  std::size_t trainings(std::size_t level) const {
    std::size_t count = 0;
    for (const StudyPoint& point : run_.points)
      if (point.privacy_level == level) count += point.records.size();
    return count;
  }

  /// The statement without a number: what void it, or what it rests on that carries no noise.
  PrivacyStatement begun(std::string release, bool of_one_model) const {
    PrivacyStatement statement{.release = std::move(release), .delta = privacy_.delta, .conditions = {}};
    statement.conditions = run_.ledger.void_because();
    for (const Matter& matter : matters)
      if (happened(matter) && !is_public(matter) && (matter.in_each_model || !of_one_model))
        statement.conditions.push_back("No finite bound, since " + std::string(matter.what) + " of " + matter.rows +
                                       " carry no noise: " + matter.otherwise + "; or say with \"public\": [\"" +
                                       std::string(matter.name) + "\"] that they are no secret.");
    return statement;
  }

  void conclude(PrivacyStatement statement, double epsilon, std::vector<std::string> conditions) {
    if (statement.conditions.empty()) {
      statement.epsilon = epsilon;
      statement.conditions = std::move(conditions);
      statement.conditions.push_back(
          "Secret is whether any one person's place in the table is filled: the number of places, the columns and "
          "their levels are public.");
      if (model_ != nullptr) statement.conditions.push_back(declared_public_sentence(*model_));
      for (const Matter& matter : matters)
        if (happened(matter) && is_public(matter))
          statement.conditions.push_back("The study declares public: " + std::string(matter.what) + ".");
    }
    run_.privacy_statements.push_back(std::move(statement));
  }

  void state_one(std::size_t level) {
    std::vector<std::string> conditions{
        "It is chosen without looking at these people: not by the measures of this report.",
        "Nothing else that was trained on these people is published."};
    if (model_ != nullptr)
      conditions.back() =
          "Nothing else that was trained on these people is published but the model that its counterfactual rows come "
          "from, which takes epsilon " +
          shortest(privacy_.model_epsilon) + " of it.";
    conclude(begun("any one predictor trained at epsilon " + shortest(privacy_.epsilons[level]), true),
             plans_[level].epsilon, std::move(conditions));
  }

  void state_all() {
    PrivacyStatement statement = begun("all predictors and figures of this report together", false);
    double epsilon = 0;
    if (statement.conditions.empty()) epsilon = epsilon_of(run_.ledger.total(), privacy_.delta).upper;
    conclude(std::move(statement), epsilon, {"Nothing else that was computed of these people is published."});
  }

  StudyRun& run_;
  std::span<const PrivatePlan> plans_;
  const PrivateScmPlan* model_;
  const StudyPrivacy& privacy_;
  Comparisons compared_with_;  // by any goal
};

}  // namespace

void account_for_privacy(StudyRun& run, std::span<const PrivatePlan> plans, const PrivateScmPlan* model) {
  Account(run, plans, model).fill();
}

}  // namespace equipoise::inline v0
