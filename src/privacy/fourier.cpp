#include <equipoise/privacy/fourier.hpp>

#include <bit>
#include <cassert>
#include <numbers>
#include <type_traits>

#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr std::size_t cached_block = 2048;  // 32 kB of numbers: below it a pass over the block stays in the first cache

template <class Real>
struct Turn {
  Real real, imaginary;
};

// exp(-2 pi i j / size), size a power of two.
template <class Real>
Turn<Real> turn(std::size_t j, std::size_t size) {
  if constexpr (std::is_same_v<Real, DoubleDouble>) {
    using Wide = boost::multiprecision::cpp_bin_float_50;
    const Wide angle = -2 * boost::math::constants::pi<Wide>() * j / size;
    const auto rounded = [](const Wide& value) {
      const auto high = static_cast<double>(value);
      return DoubleDouble::of(high, static_cast<double>(value - high));
    };
    return {rounded(cos(angle)), rounded(sin(angle))};
  } else {
    const Real angle = -2 * std::numbers::pi_v<Real> / static_cast<Real>(size) * static_cast<Real>(j);
    return {std::cos(angle), std::sin(angle)};
  }
}

// One pass of decimation in frequency: (a, b) becomes (a + b, (a - b) w).
template <class Real>
void forward_pass(Real* __restrict re, Real* __restrict im, const Real* __restrict w_re, const Real* __restrict w_im,
                  std::size_t half) {
  Real* __restrict re2 = re + half, * __restrict im2 = im + half;
  for (std::size_t j = 0; j < half; ++j) {
    const Real dr = re[j] - re2[j], di = im[j] - im2[j];
    re[j] += re2[j];
    im[j] += im2[j];
    re2[j] = dr * w_re[j] - di * w_im[j];
    im2[j] = dr * w_im[j] + di * w_re[j];
  }
}

// One pass of decimation in time with the conjugate factors: (a, b) becomes (a + b conj w, a - b conj w).
template <class Real>
void backward_pass(Real* __restrict re, Real* __restrict im, const Real* __restrict w_re, const Real* __restrict w_im,
                   std::size_t half) {
  Real* __restrict re2 = re + half, * __restrict im2 = im + half;
  for (std::size_t j = 0; j < half; ++j) {
    const Real br = re2[j] * w_re[j] + im2[j] * w_im[j], bi = im2[j] * w_re[j] - re2[j] * w_im[j];
    re2[j] = re[j] - br;
    im2[j] = im[j] - bi;
    re[j] += br;
    im[j] += bi;
  }
}

}  // namespace

template <class Real>
Fourier<Real>::Fourier(std::size_t size) : size_(size), twiddle_real_(size), twiddle_imaginary_(size) {
  assert(std::has_single_bit(size));
  if (size < 2) return;
  // exp(-2 pi i j / size) as the product of a coarse and a fine turn.
  const std::size_t half = size / 2, fine = std::size_t{1} << (std::bit_width(half) / 2);
  std::vector<Turn<Real>> fine_turns;
  for (std::size_t j = 0; j < fine; ++j) fine_turns.push_back(turn<Real>(j, size));
  for (std::size_t begin = 0; begin < half; begin += fine) {
    const auto [re, im] = turn<Real>(begin, size);
    for (std::size_t j = 0; j < fine && begin + j < half; ++j) {
      const auto [fine_re, fine_im] = fine_turns[j];
      twiddle_real_[half + begin + j] = re * fine_re - im * fine_im;
      twiddle_imaginary_[half + begin + j] = re * fine_im + im * fine_re;
    }
  }
  for (std::size_t place = half - 1; place > 0; --place) {
    // Place h + j holds exp(-2 pi i j / (2 h)), as place 2 h + 2 j does.
    twiddle_real_[place] = twiddle_real_[2 * place];
    twiddle_imaginary_[place] = twiddle_imaginary_[2 * place];
  }
}

template <class Real>
void Fourier<Real>::forward_block(Real* re, Real* im, std::size_t block) const {
  if (block > cached_block) {
    const std::size_t half = block / 2;
    forward_pass(re, im, &twiddle_real_[half], &twiddle_imaginary_[half], half);
    forward_block(re, im, half);
    forward_block(re + half, im + half, half);
    return;
  }
  for (std::size_t half = block / 2; half > 0; half /= 2)
    for (std::size_t begin = 0; begin < block; begin += 2 * half)
      forward_pass(re + begin, im + begin, &twiddle_real_[half], &twiddle_imaginary_[half], half);
}

template <class Real>
void Fourier<Real>::backward_block(Real* re, Real* im, std::size_t block) const {
  if (block > cached_block) {
    const std::size_t half = block / 2;
    backward_block(re, im, half);
    backward_block(re + half, im + half, half);
    backward_pass(re, im, &twiddle_real_[half], &twiddle_imaginary_[half], half);
    return;
  }
  for (std::size_t half = 1; half < block; half *= 2)
    for (std::size_t begin = 0; begin < block; begin += 2 * half)
      backward_pass(re + begin, im + begin, &twiddle_real_[half], &twiddle_imaginary_[half], half);
}

template <class Real>
void Fourier<Real>::forward(ComplexArray<Real>& x) const {
  assert(x.size() == size_);
  if (size_ > 1) forward_block(x.real.data(), x.imaginary.data(), size_);
}

template <class Real>
void Fourier<Real>::backward(ComplexArray<Real>& x) const {
  assert(x.size() == size_);
  if (size_ > 1) backward_block(x.real.data(), x.imaginary.data(), size_);
}

template <class Real>
std::size_t Fourier<Real>::mirrored(std::size_t place) noexcept {
  // k and -k agree up to and with their lowest set bit, the highest one here, and differ in every bit beyond.
  return place < 2 ? place : place ^ (std::bit_floor(place) - 1);
}

template <class Real>
double Fourier<Real>::relative_error() const noexcept {
  constexpr double gamma_4 = 4 * roundoff / (1 - 4 * roundoff);
  const double eta = twiddle_error + gamma_4 * (std::sqrt(2.0) + twiddle_error);
  const double stages = static_cast<double>(std::bit_width(size_) - 1);
  return stages * eta / (1 - stages * eta);
}

template class Fourier<double>;
template class Fourier<long double>;
template class Fourier<DoubleDouble>;

}  // namespace equipoise::inline v0::detail
