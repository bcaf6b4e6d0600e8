// Why the groups of a study differ: the decomposition of each disparity in its outcome.
#pragma once

#include <string>
#include <vector>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/train/study_inputs.hpp>

namespace equipoise::inline v0 {

/// The disparity of each group of each protected attribute beside its baseline, decomposed: of the table by its cells
/// where people of both groups fill them, else doubly robustly; where groups do not overlap, by a model that was given,
/// and then assumed; by the model at once where the rows were drawn from it. A fitted model decomposes nothing: what is
/// uncertain in its fit would be missing from the intervals. What cannot be decomposed is left out, and `warnings` says
/// why. The same bits at any parallelism.
std::vector<Decomposition> decompose_study(const Study& study, const StudyInputs& inputs, Parallelism parallelism,
                                           std::vector<std::string>& warnings);

}  // namespace equipoise::inline v0
