// How many threads may be used, and loops over independent tasks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace equipoise::inline v0 {

/// How many threads a call may use. There is no global setting: what runs in parallel says so in its signature.
class Parallelism {
 public:
  static Parallelism none() noexcept { return Parallelism(1); }
  static Parallelism max() noexcept { return Parallelism(std::max(1u, std::thread::hardware_concurrency())); }
  static Parallelism exactly(unsigned threads) noexcept { return Parallelism(std::max(1u, threads)); }
  unsigned threads() const noexcept { return threads_; }

 private:
  explicit Parallelism(unsigned threads) noexcept : threads_(threads) {}
  unsigned threads_ = 1;
};

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
