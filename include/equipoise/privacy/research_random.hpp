// Noise that can be drawn again: for research on private mechanisms, never for privacy.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <equipoise/core/random.hpp>
#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0 {

/// The words of a RandomStream, from its first on, as a mechanism's randomness. Whoever knows the seed can take the
/// noise off again, so no guarantee holds: `voids_guarantee` says so to ledgers and reports. It uses the same numbers
/// as the stream's rows.
class SeededForResearch {
 public:
  using result_type = std::uint64_t;
  static constexpr bool voids_guarantee = true;

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~result_type{0}; }

  explicit SeededForResearch(const RandomStream& stream) noexcept : stream_(stream) {}

  result_type operator()() noexcept {
    if (next_ == words_.size()) {
      draw_batch(words_.data());
      next_ = 0;
    }
    return words_[next_++];
  }

  /// As many calls of operator(), faster.
  void fill(std::span<std::uint64_t> words) noexcept {
    std::size_t done = 0;
    while (done < words.size() && next_ < words_.size()) words[done++] = words_[next_++];
    for (; words.size() - done >= words_.size(); done += words_.size()) draw_batch(words.data() + done);
    while (done < words.size()) words[done++] = (*this)();
  }

 private:
  void draw_batch(std::uint64_t* words) noexcept {
    philox_batch(block_, stream_.name(), stream_.seed(), words, words + philox_batch_size);
    block_ += philox_batch_size;
  }

  RandomStream stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint64_t, 2 * philox_batch_size> words_{};
  std::size_t next_ = words_.size();
};

static_assert(PrivacyRandomness<SeededForResearch>);

}  // namespace equipoise::inline v0
