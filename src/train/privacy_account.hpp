// What a study that asks for privacy did to people's rows, and what its releases give away.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <equipoise/privacy/ledger.hpp>
#include <equipoise/privacy/private_scm_plan.hpp>
#include <equipoise/train/run.hpp>

#include "train/private_training.hpp"

namespace equipoise::inline v0 {

/// Fills the run's ledger and statements. `plans`: one an epsilon; `model`: of each replicate's fit, where it is one
/// with noise, else null. The run's points, decompositions and fitted model are read.
void account_for_privacy(StudyRun& run, std::span<const PrivatePlan> plans, const PrivateScmPlan* model = nullptr);

}  // namespace equipoise::inline v0
