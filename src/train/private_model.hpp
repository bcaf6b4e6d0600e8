// The model of a study that spends part of its privacy on it: fitted with noise, from columns whose domains are public.
#pragma once

#include <cstdint>
#include <optional>

#include <equipoise/data/table.hpp>
#include <equipoise/privacy/private_scm_plan.hpp>
#include <equipoise/train/run.hpp>

namespace equipoise::inline v0 {

/// What each replicate's fit releases; nothing where the study does not ask for it. A column's levels are those that
/// the study declares, or those of the model that the rows are drawn from; a number's range is declared. Throws
/// json_missing_key at the place of a column of which neither is, json_value at the objective's place where `is_fitted`
/// is false, since then no model is fitted, and what private_scm_plan_within throws at that place.
std::optional<PrivateScmPlan> private_model_plan(const Study& study, const StudyInputs& inputs, bool is_fitted);

/// The model of one replicate: the store's, since to fit it once more would be one more release; else fitted, with
/// noise as the study has it. Throws as fit_scm_privately.
Scm private_model(const Study& study, const PrivateScmPlan& plan, const Table& training, std::uint32_t replicate,
                  const StudyStore& store);
void keep_private_model(const StudyStore& store, std::uint32_t replicate, const Scm& scm);

}  // namespace equipoise::inline v0
