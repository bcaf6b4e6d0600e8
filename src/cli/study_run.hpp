// Runs a study into a directory for the verbs that do so, and says what came of it.
#pragma once

#include <string>

#include <equipoise/train/study.hpp>

#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {

/// Runs `study` into the directory `out` with the verb's --seed, --jobs and --resume, writes its report, and prints
/// where it lies, the knees and what a step along each front costs. `command` reproduces the run.
void run_study_for(const Arguments& arguments, Session& session, Study study, const std::string& out,
                   std::string command);

}  // namespace equipoise::cli
