// Counting finished tasks, to tell how far long work has come.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include <equipoise/core/progress.hpp>

namespace equipoise::inline v0 {

/// Counts finished tasks, from any thread, and reports each: one call at a time, `done` rising.
class ProgressMeter {
 public:
  /// Reports at once that nothing is done yet.
  ProgressMeter(Progress progress, std::string what, std::size_t total)
      : progress_(std::move(progress)), what_(std::move(what)), total_(total), start_(Clock::now()) {
    report();
  }

  void advance(std::size_t tasks = 1) {
    const std::scoped_lock lock(mutex_);
    done_ += tasks;
    report();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void report() const {
    if (!progress_) return;
    const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    const double left = done_ < total_ ? static_cast<double>(total_ - done_) : 0;
    progress_({.what = what_,
               .done = done_,
               .total = total_,
               .elapsed_seconds = elapsed,
               .remaining_seconds = done_ > 0 ? elapsed / static_cast<double>(done_) * left : 0});
  }

  Progress progress_;
  std::string what_;
  std::size_t done_ = 0, total_;
  Clock::time_point start_;
  std::mutex mutex_;
};

}  // namespace equipoise::inline v0
