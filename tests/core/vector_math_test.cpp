#include <equipoise/core/vector_math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

// The C library's long double functions, with 11 more bits, stand for the truth.

TEST_CASE("the logarithm is within two units in the last place of the C library's") {
  double worst = 0;
  const auto compare = [&](double x) {
    const long double truth = std::log(static_cast<long double>(x));
    const double unit =
        std::nextafter(std::abs(static_cast<double>(truth)), 1e308) - std::abs(static_cast<double>(truth));
    if (truth != 0) worst = std::max(worst, static_cast<double>(std::abs(detail::log_of_normal(x) - truth)) / unit);
  };
  RowStream random = RandomStream({.seed = 2, .purpose = Purpose::test}).row(0);
  for (int i = 0; i < 200000; ++i) compare(random.open_uniform());
  for (double x = std::numeric_limits<double>::min(); x < 1e307; x *= 1.37) compare(x);
  CHECK(worst < 2);
  CHECK(detail::log_of_normal(1) == 0);
  // Near 1 the exponent's part must not cancel against the mantissa's.
  for (int i = 1; i <= 1000; ++i) {
    const double x = 1 - i * 0x1p-53;
    CHECK(detail::log_of_normal(x) == Approx(std::log1p(-i * 0x1p-53)).epsilon(1e-15));
  }
}

TEST_CASE("sine and cosine of a turn are within 4e-16 of the truth and on the circle") {
  constexpr long double turn = 6.283185307179586476925286766559L;
  double worst = 0, off_circle = 0;
  const auto compare = [&](double u) {
    const auto [sine, cosine] = detail::sine_and_cosine_of_turn(u);
    worst = std::max({worst, static_cast<double>(std::abs(sine - std::sin(turn * u))),
                      static_cast<double>(std::abs(cosine - std::cos(turn * u)))});
    off_circle = std::max(off_circle, std::abs(sine * sine + cosine * cosine - 1));
  };
  RowStream random = RandomStream({.seed = 3, .purpose = Purpose::test}).row(0);
  for (int i = 0; i < 200000; ++i) compare(random.uniform());
  for (int i = 0; i < 64; ++i) compare(i / 64.0);
  compare(1 - 0x1p-53);
  CHECK(worst < 4e-16);
  CHECK(off_circle < 1e-15);
  CHECK(detail::sine_and_cosine_of_turn(0).cosine == 1);
  CHECK(detail::sine_and_cosine_of_turn(0.25).sine == 1);
  CHECK(detail::sine_and_cosine_of_turn(0.5).cosine == -1);
  CHECK(detail::sine_and_cosine_of_turn(0.75).sine == -1);
}
