// The discrete Fourier transform with a bound on its rounding, which a certified accountant must add.
//
// Cooley and Tukey's radix-2 transform on split arrays: forward by decimation in frequency, which leaves the result in
// bit-reversed order, and back by decimation in time, which takes it from there, so nothing is ever permuted. A library
// would be faster by a small factor and would not say how accurate its twiddle factors are, on which the bound rests.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <equipoise/privacy/double_double.hpp>

namespace equipoise::inline v0::detail {

inline constexpr double unit_roundoff = 0x1p-53;

/// Complex numbers in split arrays of a power of two.
template <class Real>
struct ComplexArray {
  std::vector<Real> real, imaginary;

  explicit ComplexArray(std::size_t size = 0) : real(size, Real(0)), imaginary(size, Real(0)) {}
  std::size_t size() const noexcept { return real.size(); }
};

/// The transforms of one size, for double, long double and DoubleDouble, each for what rounding in the one before would
/// decide.
template <class Real>
class Fourier {
 public:
  /// size: a power of two. O(size) time and memory.
  explicit Fourier(std::size_t size);

  std::size_t size() const noexcept { return size_; }

  /// X_k = sum_j x_j exp(-2 pi i j k / size), X_k at the place whose bits are those of k reversed.
  void forward(ComplexArray<Real>& x) const;
  /// size times the inverse of forward().
  void backward(ComplexArray<Real>& x) const;

  /// In bit-reversed order, the place of frequency -k where `place` is that of k.
  static std::size_t mirrored(std::size_t place) noexcept;

  /// A bound on ||computed - exact||_2 / ||exact||_2 of either transform: Higham, Accuracy and Stability of Numerical
  /// Algorithms (2002), theorem 24.2, with twiddle factors within `twiddle_error` of the exact ones.
  double relative_error() const noexcept;

 private:
  void forward_block(Real* re, Real* im, std::size_t block) const;
  void backward_block(Real* re, Real* im, std::size_t block) const;

  // A twiddle factor is a product of two. The angle of each is off by at most 1.4 pi u (from pi and one product), the C
  // library's sine and cosine by 2 u (a unit in the last place) each, the product by sqrt 5 u more.
  static constexpr double roundoff = roundoff_of<Real>;
  static constexpr double twiddle_error = 16 * roundoff;

  std::size_t size_;
  // Of block length b, the b / 2 factors exp(-2 pi i j / b) from place b / 2 on.
  std::vector<Real> twiddle_real_, twiddle_imaginary_;
};

extern template class Fourier<double>;
extern template class Fourier<long double>;
extern template class Fourier<DoubleDouble>;

}  // namespace equipoise::inline v0::detail
