#include <algorithm>
#include <string>
#include <utility>

#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/train/study.hpp>

#include "train/objective_kinds.hpp"

namespace equipoise::inline v0 {
namespace {

void complete(StudyObjective& objective, const Study& study, const std::string& place) {
  if (objective.own) {
    objective.name = objective.own->name();
    return;
  }
  const auto kind = std::find(objective_kind_names.begin(), objective_kind_names.end(), objective.kind);
  if (kind == objective_kind_names.end())
    throw Error(ErrorCode::json_value, place + "/kind", "'" + objective.kind + "'",
                "a kind of objective, or one of your own", suggestion(objective.kind, objective_kind_names));
  if (objective.name.empty()) objective.name = objective.kind;
  const ObjectiveKind& known = objective_kinds[static_cast<std::size_t>(kind - objective_kind_names.begin())];
  objective.train = objective.train && known.trainable;
  if (known.is_privacy && !objective.privacy)
    throw Error(ErrorCode::json_missing_key, place, "no epsilon", "what each trained predictor may give away");
  if (!known.has_attribute || !objective.attribute.empty()) return;
  if (study.protected_attributes.size() != 1)
    throw Error(ErrorCode::json_value, place,
                "no attribute, where the study protects " + std::to_string(study.protected_attributes.size()),
                "the column whose groups are compared");
  objective.attribute = study.protected_attributes.front().column;
}

/// The model's share is less than the least epsilon, so that something is left to train with.
void check_model_budget(const StudyPrivacy& privacy, const std::string& place) {
  if (privacy.model_epsilon == 0) return;
  if (!(privacy.model_epsilon > 0) || privacy.epsilons.empty() || privacy.model_epsilon >= privacy.epsilons.front())
    throw Error(ErrorCode::json_value, place + "/scm/epsilon", shortest(privacy.model_epsilon),
                "a number above 0 and below the least epsilon, of which training takes the rest");
  const auto& open = privacy.declared_public;
  if (std::find(open.begin(), open.end(), public_matters[1]) != open.end())
    throw Error(ErrorCode::json_value, place + "/scm", "a budget for a model that is declared public",
                "one of the two");
}

/// One privacy, of people who each have a row.
void check_privacy(const Study& study) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < study.objectives.size(); ++i) {
    const std::string place = study.place + "#/objectives/" + std::to_string(i);
    if (!study.objectives[i].privacy) continue;
    if (++count > 1) throw Error(ErrorCode::json_value, place, "a second 'privacy'", "one, with a list of epsilons");
    check_model_budget(*study.objectives[i].privacy, place);
  }
  if (count > 0 && study.data.weight)
    throw Error(ErrorCode::json_value, study.place + "#/data/weight", "weights in a study that asks for privacy",
                "a row for each person: who is protected must have a place of their own");
}

}  // namespace

Study completed(Study study) {
  check_privacy(study);
  for (std::size_t i = 0; i < study.objectives.size(); ++i) {
    StudyObjective& objective = study.objectives[i];
    const std::string place = study.place + "#/objectives/" + std::to_string(i);
    complete(objective, study, place);
    for (std::size_t j = 0; j < i; ++j)
      if (study.objectives[j].name == objective.name)
        throw Error(ErrorCode::json_value, place, "the name '" + objective.name + "' twice",
                    "names that tell the objectives apart");
  }
  return study;
}

}  // namespace equipoise::inline v0
