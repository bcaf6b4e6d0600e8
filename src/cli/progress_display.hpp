// How far the work has come, shown on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace equipoise::cli {

/// Where progress goes: nowhere, a terminal (one line, rewritten) or a file or pipe (plain lines, few).
enum class ProgressStyle { hidden, terminal, lines };

/// `training 12/50, 0:07 left`: the text of one state of the work; without the time where it is unknown.
std::string progress_text(std::string_view what, std::size_t done, std::size_t total, double seconds_left);

/// Shows progress; may be called from any thread.
class ProgressDisplay {
 public:
  explicit ProgressDisplay(ProgressStyle style) : style_(style) {}

  /// `seconds_left` is negative where nobody knows.
  void show(std::string_view what, std::size_t done, std::size_t total, double seconds_left);
  /// Takes the line off the terminal, so that what follows begins a line of its own.
  void clear();

 private:
  const ProgressStyle style_;
  std::mutex mutex_;
  bool on_screen_ = false;
  std::string last_what_;
  std::chrono::steady_clock::time_point last_shown_{};
};

}  // namespace equipoise::cli
