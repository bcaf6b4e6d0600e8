// A study run into a directory that a stopped run can go on from.
#pragma once

#include <cstddef>
#include <string>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/frontier/frontier.hpp>
#include <equipoise/train/study.hpp>

namespace equipoise::inline v0 {

struct StudyDirectoryOptions {
  bool resume = false;       ///< go on from what the directory holds; else it is begun anew
  std::string command = {};  ///< what reproduces the result, for the frontier
  Parallelism parallelism = Parallelism::none();
  Progress progress = {};
};

struct StudyDirectoryRun {
  Frontier frontier;
  std::size_t trainings = 0;       ///< done by this run
  std::size_t kept_trainings = 0;  ///< found finished
};

/// Runs a study and writes study.json, scm.json (a model that was fitted, on the first replicate's training rows),
/// models/ID.json, frontier.csv and frontier.json; each whole or not at all, frontier.json last. While it runs,
/// finished trainings stand in progress/, so that a run stopped at any moment goes on with `resume`, trains nothing
/// twice and ends with the same bytes. A new run replaces what an earlier one left. Throws study_changed where `resume`
/// finds another study, file_unwritable for a directory that holds other files, and what run_study throws; before the
/// first training is finished, nothing is written.
StudyDirectoryRun run_study_in(const std::string& directory, const Study& study,
                               const StudyDirectoryOptions& options = {});

}  // namespace equipoise::inline v0
