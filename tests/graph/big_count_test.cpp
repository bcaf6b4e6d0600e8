#include <equipoise/graph/big_count.hpp>

#include <cstdint>
#include <random>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

__extension__ using Wide = unsigned __int128;

std::string text_of(Wide value) {
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return text;
}

}  // namespace

TEST_CASE("counts are exact where 128 bits are", "[big count]") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 20'000; ++trial) {
    const std::uint64_t a = random() >> (random() % 64), b = random() >> (random() % 64);
    REQUIRE((BigCount(a) + b).text() == text_of(Wide{a} + b));
    REQUIRE((BigCount(a) * b).text() == text_of(Wide{a} * b));
    REQUIRE((BigCount(a) < BigCount(b)) == (a < b));
    REQUIRE((BigCount(a) == BigCount(b)) == (a == b));
    REQUIRE(BigCount(a).as_uint64() == a);
    const Wide product = Wide{a} * b, larger = product > a ? product : a, smaller = product > a ? a : product;
    const BigCount x = BigCount(a) * b;
    REQUIRE((x < a ? BigCount(a) - x : x - a).text() == text_of(larger - smaller));
    REQUIRE(x.as_uint64().has_value() == (product >> 64 == 0));
  }
}

TEST_CASE("factorials are the published ones", "[big count]") {
  CHECK(factorial(0).text() == "1");
  CHECK(factorial(20).text() == "2432902008176640000");
  CHECK(factorial(21).text() == "51090942171709440000");
  CHECK(factorial(30).text() == "265252859812191058636308480000000");
  CHECK_FALSE(factorial(21).as_uint64());
  CHECK((factorial(30) - factorial(30)).text() == "0");
  CHECK(BigCount().as_uint64() == std::uint64_t{0});
}
