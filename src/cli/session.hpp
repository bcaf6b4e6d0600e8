// What a running verb may say to the world: its answer, its warnings and its progress.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <equipoise/core/progress.hpp>

#include "cli/progress_display.hpp"

namespace equipoise::cli {

/// Holds the answer and the warnings back until the verb has succeeded, so that a failing command leaves
/// standard output empty and begins standard error with its error.
class Session {
 public:
  explicit Session(ProgressStyle style) : display_(style) {}

  /// Adds to the answer on standard output.
  void print(std::string_view text) { answer_ += text; }
  /// Makes this document the whole of the answer; numbers read back to the same double.
  void print_json(const nlohmann::ordered_json& document);
  /// One line on standard error, after the work is done.
  void warn(std::string line) { warnings_.push_back(std::move(line)); }
  /// To hand to the library as its Progress; may be called from any thread.
  Progress progress();

  const std::string& answer() const noexcept { return answer_; }
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }
  void clear_progress() { display_.clear(); }

 private:
  ProgressDisplay display_;
  std::string answer_;
  std::vector<std::string> warnings_;
};

}  // namespace equipoise::cli
