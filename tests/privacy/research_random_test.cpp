#include <equipoise/privacy/research_random.hpp>

#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

static_assert(SeededForResearch::voids_guarantee);
static_assert(!std::is_convertible_v<RandomStream, SeededForResearch>);

TEST_CASE("the same seed gives the same words however they are taken", "[research_random]") {
  const RandomStream stream({.seed = 3, .purpose = Purpose::noise, .point = 5});
  SeededForResearch one(stream), other(stream);
  std::vector<std::uint64_t> singly(500), in_pieces(500);
  for (std::uint64_t& word : singly) word = one();
  std::size_t done = 0;
  for (const int piece : {3, 0, 61, 1, 32, 200, 64, 139}) {
    const auto size = static_cast<std::size_t>(piece);
    other.fill(std::span(in_pieces).subspan(done, size));
    done += size;
  }
  REQUIRE(done == 500);
  CHECK(singly == in_pieces);
}

TEST_CASE("words differ by seed, purpose and point", "[research_random]") {
  const auto first = [](StreamKey key) { return SeededForResearch(RandomStream(key))(); };
  const std::uint64_t word = first({.seed = 1, .purpose = Purpose::noise});
  CHECK(word != first({.seed = 2, .purpose = Purpose::noise}));
  CHECK(word != first({.seed = 1, .purpose = Purpose::audit}));
  CHECK(word != first({.seed = 1, .purpose = Purpose::noise, .point = 1}));
}
