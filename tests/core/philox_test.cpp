#include <catch2/catch.hpp>

#include <equipoise/core/philox.hpp>

using namespace equipoise;

TEST_CASE("Philox4x32-10 gives the known answers of Random123", "[core]") {
  // From the file kat_vectors of the Random123 distribution that accompanies Salmon et al. 2011.
  REQUIRE(philox({0, 0, 0, 0}, {0, 0}) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  REQUIRE(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
          PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  REQUIRE(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a batch of Philox blocks equals the blocks one by one", "[core]") {
  const PhiloxKey key{123, 456};
  const std::uint64_t first = 0xFFFFFFF8ull, tag = 0x123456789abcdefull;
  std::uint64_t low[philox_batch_size], high[philox_batch_size];
  philox_batch(first, tag, key, low, high);
  for (std::size_t i = 0; i < philox_batch_size; ++i) {
    const std::uint64_t c = first + i;
    const auto block = philox({static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(c >> 32),
                               static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)},
                              key);
    REQUIRE(low[i] == (block[0] | std::uint64_t{block[1]} << 32));
    REQUIRE(high[i] == (block[2] | std::uint64_t{block[3]} << 32));
  }
}
