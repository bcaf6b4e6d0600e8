#include <equipoise/privacy/secure_random.hpp>

#include <bit>
#include <cerrno>
#include <cstring>
#include <random>
#include <set>
#include <system_error>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

static_assert(PrivacyRandomness<SecureRandom> && !SecureRandom::voids_guarantee);
static_assert(!PrivacyRandomness<RandomStream> && !PrivacyRandomness<RowStream>);
static_assert(!PrivacyRandomness<std::mt19937_64> && !PrivacyRandomness<std::random_device>);
static_assert(!std::is_copy_constructible_v<SecureRandom>);

TEST_CASE("no word comes twice and bits are fair", "[secure_random]") {
  SecureRandom random;
  std::set<std::uint64_t> seen;
  std::vector<std::uint64_t> words(5000);
  random.fill(std::span(words).first(1000));
  for (std::size_t i = 1000; i < words.size(); ++i) words[i] = random();
  double ones = 0;
  for (const std::uint64_t word : words) {
    seen.insert(word);
    ones += std::popcount(word);
  }
  // A repetition: 7e-13. The count of ones: six standard deviations, 2e-9.
  CHECK(seen.size() == words.size());
  CHECK(std::abs(ones - 32.0 * 5000) < 6 * std::sqrt(16.0 * 5000));
}

TEST_CASE("a fork's child and its parent draw different words", "[secure_random]") {
  SecureRandom random;
  random();  // so that words are drawn ahead
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::uint64_t word = random();
    _exit(write(ends[1], &word, sizeof word) == sizeof word ? 0 : 1);
  }
  const std::uint64_t ours = random();
  std::uint64_t theirs = 0;
  REQUIRE(read(ends[0], &theirs, sizeof theirs) == sizeof theirs);
  int status = 1;
  waitpid(child, &status, 0);
  close(ends[0]);
  close(ends[1]);
  CHECK(status == 0);
  CHECK(ours != theirs);
}

TEST_CASE("interrupted and short reads are finished, failed ones throw", "[secure_random]") {
  std::vector<std::byte> bytes(10);
  static int calls;
  calls = 0;
  detail::read_whole(bytes, [](void* data, std::size_t size) -> std::ptrdiff_t {
    if (++calls == 2) {
      errno = EINTR;
      return -1;
    }
    std::memset(data, calls, std::min<std::size_t>(size, 4));
    return static_cast<std::ptrdiff_t>(std::min<std::size_t>(size, 4));
  });
  CHECK(calls == 4);
  CHECK(bytes[3] == std::byte{1});
  CHECK(bytes[4] == std::byte{3});
  CHECK(bytes[9] == std::byte{4});
  const auto without_system = [](void*, std::size_t) -> std::ptrdiff_t {
    errno = ENOSYS;
    return -1;
  };
  CHECK_THROWS_AS(detail::read_whole(bytes, without_system), std::system_error);
  CHECK_THROWS_AS(detail::read_whole(bytes, [](void*, std::size_t) -> std::ptrdiff_t { return 0; }), std::system_error);
}

TEST_CASE("words that were given out are wiped", "[secure_random]") {
  alignas(SecureRandom) std::byte storage[sizeof(SecureRandom)];
  auto* const random = new (storage) SecureRandom;
  std::vector<std::uint64_t> drawn(20);
  for (std::uint64_t& word : drawn) word = (*random)();
  const auto holds = [&](std::uint64_t word) {
    for (std::size_t at = 0; at + 8 <= sizeof storage; at += 8)
      if (std::memcmp(storage + at, &word, 8) == 0) return true;
    return false;
  };
  for (const std::uint64_t word : drawn) CHECK_FALSE(holds(word));
  std::uint64_t ahead = 0;
  std::memcpy(&ahead, storage + 8 * 100, 8);
  CHECK(ahead != 0);
  random->~SecureRandom();
}
