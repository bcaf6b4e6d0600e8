// How many threads a call may use.
#pragma once

namespace equipoise::inline v0 {

/// How many threads a call may use. There is no global setting: what runs in parallel says so in its signature.
class Parallelism {
 public:
  static Parallelism none() noexcept { return Parallelism(1); }
  /// As many as the machine runs at once.
  static Parallelism max() noexcept;
  static Parallelism exactly(unsigned threads) noexcept { return Parallelism(threads > 0 ? threads : 1); }
  unsigned threads() const noexcept { return threads_; }

 private:
  explicit Parallelism(unsigned threads) noexcept : threads_(threads) {}
  unsigned threads_ = 1;
};

}  // namespace equipoise::inline v0
