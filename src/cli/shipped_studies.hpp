// The studies that the command carries with it.
#pragma once

#include <string>
#include <vector>

#include <equipoise/train/study.hpp>

namespace equipoise::cli {

/// The names of the studies that run anywhere, and of those whose data lie where EQUIPOISE_DATA says.
std::vector<std::string> shipped_study_names();

/// A shipped study, complete: the files that the command carries stand in it. Throws usage for an unknown name, with a
/// suggestion, and file_missing for a study over data that EQUIPOISE_DATA does not lead to.
Study shipped_study(const std::string& name);

}  // namespace equipoise::cli
