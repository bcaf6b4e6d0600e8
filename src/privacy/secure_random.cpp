#include <equipoise/privacy/secure_random.hpp>

#include <string.h>
#include <cerrno>
#include <system_error>

#include <pthread.h>
#include <sys/random.h>

namespace equipoise::inline v0 {

namespace detail {

namespace {

std::atomic<std::uint64_t> fork_count{0};

}  // namespace

const std::atomic<std::uint64_t>& forks() noexcept {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { fork_count.fetch_add(1, std::memory_order_relaxed); });
  (void)registered;
  return fork_count;
}

void read_whole(std::span<std::byte> bytes, std::ptrdiff_t (*read)(void*, std::size_t)) {
  while (!bytes.empty()) {
    const std::ptrdiff_t count = read(bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      throw std::system_error(count < 0 ? errno : EIO, std::generic_category(), "the system gives no randomness");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void wipe(std::span<std::uint64_t> words) noexcept { explicit_bzero(words.data(), words.size_bytes()); }
void wipe(std::span<std::int64_t> words) noexcept { explicit_bzero(words.data(), words.size_bytes()); }

namespace {

void read_system(std::span<std::uint64_t> words) {
  read_whole(std::as_writable_bytes(words),
             [](void* data, std::size_t size) -> std::ptrdiff_t { return getrandom(data, size, 0); });
}

}  // namespace

}  // namespace detail

void SecureRandom::fill(std::span<std::uint64_t> words) {
  constexpr std::size_t few = 128;
  if (words.size() >= few) return detail::read_system(words);
  for (std::uint64_t& word : words) word = (*this)();
}

void SecureRandom::refill() {
  next_ = words_.size();  // as long as the words are not there
  detail::read_system(words_);
  forks_ = detail::forks().load(std::memory_order_relaxed);
  next_ = 0;
}

}  // namespace equipoise::inline v0
