#include "train/private_model.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <equipoise/privacy/private_scm_fit.hpp>
#include <equipoise/privacy/research_random.hpp>

#include "train/finished_tasks.hpp"
#include "train/private_training.hpp"

namespace equipoise::inline v0 {
namespace {

/// The one of this column, if there is one.
template <class Declarations, class Name>
auto find_column(const Declarations& declarations, const std::string& column, Name name) {
  const auto found =
      std::find_if(declarations.begin(), declarations.end(), [&](const auto& each) { return each.*name == column; });
  return found == declarations.end() ? nullptr : &*found;
}

DeclaredVariable declared_variable(const Study& study, const StudyInputs& inputs, const std::string& name) {
  const ColumnDeclaration* declaration = find_column(study.columns, name, &ColumnDeclaration::name);
  DeclaredVariable declared{{.name = name, .type = ColumnType::categorical, .levels = {}}};
  if (!study.data.scm.empty())
    declared.variable.levels = inputs.table.column(name).levels;  // the model's, whatever rows it made
  else if (declaration != nullptr)
    declared.variable.levels = declaration->levels;
  if (!declared.variable.levels.empty()) return declared;
  if (const ColumnRange* range = find_column(study.ranges, name, &ColumnRange::column)) {
    declared.variable.type = ColumnType::continuous;
    declared.low = range->low;
    declared.high = range->high;
    return declared;
  }
  throw Error(ErrorCode::json_missing_key,
              study.place + "#/columns" + (declaration != nullptr ? "/" + name : std::string()),
              "neither the 'levels' nor the 'range' of '" + name + "'",
              "one of the two, declared as public: a model that is fitted with noise reads neither off the rows",
              "or declare the model public: \"public\": [\"scm\"]");
}

std::string key_of(std::uint32_t replicate) { return "scm.r" + std::to_string(replicate); }

/// Calls f, whose errors are of the study's budget for its model.
template <class F>
auto of_budget(const std::string& place, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw Error(error.code(), place, error.place() + (error.place().empty() ? "" : ": ") + error.found(),
                error.expected(), error.hint());
  }
}

}  // namespace

std::optional<PrivateScmPlan> private_model_plan(const Study& study, const StudyInputs& inputs, bool is_fitted) {
  const std::optional<std::size_t> goal = privacy_goal(study);
  if (!goal || study.objectives[*goal].privacy->model_epsilon == 0) return std::nullopt;
  const StudyPrivacy& privacy = *study.objectives[*goal].privacy;
  const std::string place = study.place + "#/objectives/" + std::to_string(*goal) + "/scm";
  if (!is_fitted)
    throw Error(ErrorCode::json_value, place, "a budget for a model that is not fitted",
                "one where a goal asks for counterfactual rows and no model is given");
  std::vector<DeclaredVariable> declared;
  for (const std::string& name : inputs.graph.names()) declared.push_back(declared_variable(study, inputs, name));
  return of_budget(place, [&] {
    return private_scm_plan_within(inputs.graph, std::move(declared), privacy.model_epsilon, privacy.delta,
                                   {.coupling = study.model.coupling});
  });
}

Scm private_model(const Study& study, const PrivateScmPlan& plan, const Table& training, std::uint32_t replicate,
                  const StudyStore& store) {
  if (auto kept = finished_model(store, key_of(replicate), plan.graph)) return std::move(*kept);
  const std::size_t goal = *privacy_goal(study);
  return of_budget(study.place + "#/objectives/" + std::to_string(goal) + "/scm", [&] {
    if (study.objectives[goal].privacy->seeded_for_research) {
      SeededForResearch random{
          RandomStream({.seed = study.seed, .purpose = Purpose::fit, .point = 0, .replicate = replicate})};
      return fit_scm_privately(training, plan, random).scm;
    }
    SecureRandom random;
    return fit_scm_privately(training, plan, random).scm;
  });
}

void keep_private_model(const StudyStore& store, std::uint32_t replicate, const Scm& scm) {
  keep_model(store, key_of(replicate), scm);
}

}  // namespace equipoise::inline v0
