// The two passes over a few rows at a time that private training of an affine score is made of, compiled for each kind
// of processor. Which one runs changes no bit: scores are summed in 64 / sizeof(Scalar) lanes, which are added up by
// halves, and no product is fused with a sum; shares are whole numbers.
//
// Not in equipoise.hpp: there is nothing in it for users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

namespace equipoise::inline v0::detail {

constexpr std::size_t cache_line = 64;

/// Lines of memory, none of which two rows share if rows are made up of whole lines.
template <class T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{cache_line};

  LineAllocator() = default;
  template <class U>
  LineAllocator(const LineAllocator<U>&) noexcept {}

  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory, alignment); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) = default;
};

template <class Scalar>
struct AffineKernel {
  static constexpr std::size_t lanes = cache_line / sizeof(Scalar);

  /// scores[i] = rows[i] · parameters. Rows are of parameters.size() Scalars, a multiple of `lanes`.
  void (*score)(std::span<const Scalar* const> rows, std::span<const Scalar> parameters, double* scores) noexcept;

  /// Adds to `sums` each rows[i] * factors[i] rounded to whole numbers, below 2^51 in size, and meanwhile has the rows
  /// `next`, as long as `sums`, brought from memory.
  void (*add_shares)(std::span<const Scalar* const> rows, const double* factors, std::span<const Scalar* const> next,
                     std::span<std::int64_t> sums) noexcept;
};

/// Those that this processor can run, the fastest first. Scalar: float or double.
template <class Scalar>
std::span<const AffineKernel<Scalar>> affine_kernels() noexcept;

}  // namespace equipoise::inline v0::detail
