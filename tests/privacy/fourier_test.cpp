#include <equipoise/privacy/fourier.hpp>

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>

#include <catch2/catch.hpp>

using namespace equipoise;
using detail::ComplexArray;
using detail::DoubleDouble;
using detail::Fourier;

namespace {

template <class Real>
ComplexArray<Real> some_numbers(std::size_t size) {
  ComplexArray<Real> x(size);
  for (std::size_t j = 0; j < size; ++j) {
    x.real[j] = static_cast<Real>(std::sin(static_cast<double>(j * j) + 1));
    x.imaginary[j] = static_cast<Real>(std::cos(3.0 * static_cast<double>(j)));
  }
  return x;
}

std::size_t reversed(std::size_t place, std::size_t size) {
  std::size_t k = 0;
  for (std::size_t bit = 1, other = size / 2; bit < size; bit *= 2, other /= 2)
    if (place & bit) k |= other;
  return k;
}

}  // namespace

TEMPLATE_TEST_CASE("the transform is the sum that defines it, to within its own bound", "", double, long double) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{64}, std::size_t{1024}}) {
    const auto x = some_numbers<TestType>(size);
    auto y = x;
    const Fourier<TestType> fourier(size);
    fourier.forward(y);
    long double off = 0, all = 0;
    for (std::size_t place = 0; place < size; ++place) {
      const std::size_t k = reversed(place, size);
      std::complex<long double> sum = 0;
      for (std::size_t j = 0; j < size; ++j)
        sum += std::complex<long double>(x.real[j], x.imaginary[j]) *
               std::polar(1.0L, -2 * std::numbers::pi_v<long double> * static_cast<long double>(j * k % size) /
                                    static_cast<long double>(size));
      off += std::norm(std::complex<long double>(y.real[place], y.imaginary[place]) - sum);
      all += std::norm(sum);
    }
    CAPTURE(size);
    // The sum above rounds as well: by a thousand units of long double at most.
    CHECK(static_cast<double>(std::sqrt(off / all)) <= fourier.relative_error() + 1e-16);
  }
}

TEST_CASE("twice a double's precision transforms there and back within its own bound, and as long doubles do") {
  const std::size_t size = 8192;
  const auto x = some_numbers<DoubleDouble>(size);
  auto y = x;
  const Fourier<DoubleDouble> fourier(size);
  fourier.forward(y);
  auto z = some_numbers<long double>(size);
  Fourier<long double>(size).forward(z);
  double apart = 0, all = 0;
  for (std::size_t k = 0; k < size; ++k) {
    apart += std::pow(static_cast<double>(z.real[k] - y.real[k].high() - y.real[k].low()), 2) +
             std::pow(static_cast<double>(z.imaginary[k] - y.imaginary[k].high() - y.imaginary[k].low()), 2);
    all += static_cast<double>(z.real[k] * z.real[k] + z.imaginary[k] * z.imaginary[k]);
  }
  CHECK(std::sqrt(apart / all) <= Fourier<long double>(size).relative_error());
  fourier.backward(y);
  double off = 0, whole = 0;
  for (std::size_t j = 0; j < size; ++j) {
    const auto difference = [&](DoubleDouble found, DoubleDouble truth) {
      return static_cast<double>(found * DoubleDouble(1.0 / static_cast<double>(size)) - truth);
    };
    off += std::pow(difference(y.real[j], x.real[j]), 2) + std::pow(difference(y.imaginary[j], x.imaginary[j]), 2);
    whole += std::pow(x.real[j].high(), 2) + std::pow(x.imaginary[j].high(), 2);
  }
  CHECK(std::sqrt(off / whole) <= 2 * fourier.relative_error());
  CHECK(std::sqrt(off / whole) > 0);
  CHECK(fourier.relative_error() < 1e-27);
}

TEST_CASE("the transform back undoes the transform") {
  const std::size_t size = 8192;  // beyond what is done block by block
  const auto x = some_numbers<double>(size);
  auto y = x;
  const Fourier<double> fourier(size);
  fourier.forward(y);
  fourier.backward(y);
  double worst = 0;
  for (std::size_t j = 0; j < size; ++j)
    worst = std::fmax(worst, std::fabs(y.real[j] / static_cast<double>(size) - x.real[j]));
  CHECK(worst < 1e-14);
}

TEST_CASE("frequencies k and -k are found at mirrored places") {
  for (const std::size_t size : {std::size_t{2}, std::size_t{8}, std::size_t{256}})
    for (std::size_t place = 0; place < size; ++place)
      CHECK((reversed(place, size) + reversed(Fourier<double>::mirrored(place), size)) % size == 0);
}

TEST_CASE("the bound grows with the logarithm of the size and falls with the precision") {
  CHECK(Fourier<double>(1).relative_error() == 0);
  CHECK(Fourier<double>(1024).relative_error() == Approx(2 * Fourier<double>(32).relative_error()).epsilon(1e-9));
  CHECK(Fourier<long double>(1024).relative_error() <= Fourier<double>(1024).relative_error());
}
