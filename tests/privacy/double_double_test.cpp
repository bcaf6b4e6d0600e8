#include <equipoise/privacy/double_double.hpp>

#include <cmath>
#include <random>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>

using equipoise::detail::DoubleDouble;
using equipoise::detail::roundoff_of;

namespace {

using Exact = boost::multiprecision::cpp_bin_float_100;

Exact exact(DoubleDouble x) { return Exact(x.high()) + Exact(x.low()); }

}  // namespace

TEST_CASE("sums and products of pairs of doubles are within their bound of the exact ones") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const auto draw = [&] {
    const double scale = std::ldexp(1.0, static_cast<int>(random() % 40) - 20);
    const double high = scale * uniform(random);
    return DoubleDouble::of(high, high * 0x1p-53 * uniform(random));
  };
  double worst_sum = 0, worst_difference = 0, worst_product = 0;
  for (int i = 0; i < 20'000; ++i) {
    const DoubleDouble a = draw(), near = a * DoubleDouble(1 + 1e-9 * uniform(random)), b = i % 2 == 0 ? draw() : near;
    const auto off = [](DoubleDouble found, const Exact& truth) {
      return truth == 0 ? 0.0 : static_cast<double>(abs((exact(found) - truth) / truth));
    };
    worst_sum = std::fmax(worst_sum, off(a + b, exact(a) + exact(b)));
    worst_difference = std::fmax(worst_difference, off(a - b, exact(a) - exact(b)));
    worst_product = std::fmax(worst_product, off(a * b, exact(a) * exact(b)));
  }
  CHECK(worst_sum <= 3 * 0x1p-106);
  CHECK(worst_difference <= 3 * 0x1p-106);
  CHECK(worst_product <= 7 * 0x1p-106);
  CHECK(worst_product > 0x1p-110);  // the check could fail
}

TEST_CASE("a complex product is off by the root of five roundings at most") {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const auto draw = [&] { return DoubleDouble::of(uniform(random), 0x1p-55 * uniform(random)); };
  double worst = 0;
  for (int i = 0; i < 20'000; ++i) {
    const DoubleDouble a = draw(), b = draw(), c = draw(), d = draw();
    const Exact re = exact(a) * exact(c) - exact(b) * exact(d), im = exact(a) * exact(d) + exact(b) * exact(c);
    const Exact off_re = exact(a * c - b * d) - re, off_im = exact(a * d + b * c) - im;
    worst = std::fmax(worst, static_cast<double>(sqrt((off_re * off_re + off_im * off_im) / (re * re + im * im))));
  }
  CHECK(worst <= std::sqrt(5.0) * roundoff_of<DoubleDouble>);
}
