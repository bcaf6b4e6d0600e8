// What the numbers of a study rest on, in words.
#pragma once

#include <string>
#include <vector>

#include <equipoise/train/replicate.hpp>
#include <equipoise/train/study.hpp>
#include <equipoise/train/study_inputs.hpp>

namespace equipoise::inline v0 {

/// `causal`: whether a goal asks for counterfactual worlds. `replicate`: one that ran.
std::vector<std::string> study_assumptions(const Study& study, const StudyInputs& inputs,
                                           const StudyReplicate& replicate, bool causal);

}  // namespace equipoise::inline v0
