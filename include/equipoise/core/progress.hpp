// How far long work has come.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace equipoise::inline v0 {

/// One report of progress.
struct ProgressEvent {
  std::string_view what;  ///< the work, in a few words; lives for the call
  std::size_t done = 0;   ///< of `total`
  std::size_t total = 0;
  double elapsed_seconds = 0;
  double remaining_seconds = 0;  ///< at the pace so far; 0 where nothing is done yet
};

/// Called from one thread at a time, with `done` never falling. An empty one means: report nothing.
using Progress = std::function<void(const ProgressEvent&)>;

}  // namespace equipoise::inline v0
