// Randomness that a privacy guarantee may rest on: the operating system's, and nothing else.
//
//     SecureRandom random;                 // one a thread
//     std::uint64_t word = random();
//     random.fill(words);                  // many at once
//
// Mechanisms take a PrivacyRandomness. A standard engine or a RandomStream is none: to hand one over is a type error.
// The one other model is SeededForResearch (research_random.hpp), which says of itself that it voids the guarantee.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace equipoise::inline v0 {

/// A source of independent uniform words that says, as `static constexpr bool voids_guarantee`, whether somebody may
/// know what it will draw.
template <class Randomness>
concept PrivacyRandomness = requires(Randomness& random, std::span<std::uint64_t> words) {
  { random() } -> std::same_as<std::uint64_t>;
  random.fill(words);
  requires std::same_as<decltype(Randomness::voids_guarantee), const bool>;
};

namespace detail {

/// Where further digits come from, for code that is compiled once.
struct WordSource {
  void* random;
  std::uint64_t (*draw)(void*);

  template <PrivacyRandomness Randomness>
  static WordSource of(Randomness& random) {
    return {&random, [](void* source) { return (*static_cast<Randomness*>(source))(); }};
  }
};

/// How often this process is a fork's child: what was drawn ahead before a fork must not be used by both.
const std::atomic<std::uint64_t>& forks() noexcept;

/// Fills `bytes` by read(data, size), which like getrandom returns how many it wrote, or -1 with errno set, and may be
/// interrupted. Throws std::system_error on any other failure: no weaker source takes over.
void read_whole(std::span<std::byte> bytes, std::ptrdiff_t (*read)(void*, std::size_t));

/// Overwrites in a way that no optimiser leaves out.
void wipe(std::span<std::uint64_t> words) noexcept;
void wipe(std::span<std::int64_t> words) noexcept;

}  // namespace detail

/// The operating system's generator (getrandom), drawn ahead by pages. A word is wiped when it is given out, a page is
/// thrown away in the child of a fork. Not for several threads at once. Where the system has no randomness to give,
/// every member throws std::system_error.
class SecureRandom {
 public:
  using result_type = std::uint64_t;
  static constexpr bool voids_guarantee = false;

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~result_type{0}; }

  SecureRandom() noexcept : forks_(detail::forks().load(std::memory_order_relaxed)) {}
  SecureRandom(const SecureRandom&) = delete;
  SecureRandom& operator=(const SecureRandom&) = delete;
  ~SecureRandom() { detail::wipe(words_); }

  result_type operator()() {
    if (next_ == words_.size() || forks_ != detail::forks().load(std::memory_order_relaxed)) refill();
    const result_type word = words_[next_];
    words_[next_++] = 0;
    return word;
  }

  /// As many calls of operator(); many words come straight from the system.
  void fill(std::span<std::uint64_t> words);

 private:
  void refill();

  std::array<std::uint64_t, 512> words_{};
  std::size_t next_ = words_.size();
  std::uint64_t forks_;
};

static_assert(PrivacyRandomness<SecureRandom>);

}  // namespace equipoise::inline v0
