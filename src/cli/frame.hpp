// One command of the command line, from its words to its exit status.
#pragma once

#include <string>
#include <vector>

namespace equipoise::cli {

enum class ExitStatus : int { done = 0, defect = 1, usage = 2, input = 3, computation = 4 };

/// Runs `equipoise WORDS…`, writing to standard output and standard error. Never throws.
ExitStatus run_command(const std::vector<std::string>& words) noexcept;

}  // namespace equipoise::cli
