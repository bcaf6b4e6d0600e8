// Loops over independent tasks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <equipoise/core/parallelism.hpp>

namespace equipoise::inline v0 {

/// Calls f(0), …, f(n - 1), each once, on up to so many threads; tasks are started in order. The tasks must be
/// independent. Where tasks throw, no new ones are started and the exception of the least index is rethrown.
template <class F>
void parallel_for(std::size_t n, Parallelism parallelism, F&& f) {
  const std::size_t threads = std::min<std::size_t>(parallelism.threads(), n);
  if (threads <= 1) {
    for (std::size_t i = 0; i < n; ++i) f(i);
    return;
  }
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  std::exception_ptr error;
  std::size_t error_index = n;
  const auto work = [&] {
    while (!failed) {
      const std::size_t i = next++;
      if (i >= n) return;
      try {
        f(i);
      } catch (...) {
        failed = true;
        const std::scoped_lock lock(mutex);
        if (i < error_index) {
          error_index = i;
          error = std::current_exception();
        }
      }
    }
  };
  {
    std::vector<std::jthread> pool;
    pool.reserve(threads - 1);
    try {
      for (std::size_t t = 1; t < threads; ++t) pool.emplace_back(work);
    } catch (const std::system_error&) {  // the system grants no more threads; those there do the work
    }
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace equipoise::inline v0
