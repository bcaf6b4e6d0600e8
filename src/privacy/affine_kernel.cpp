#include <equipoise/privacy/affine_kernel.hpp>

#include <array>
#include <bit>
#include <cstring>

namespace equipoise::inline v0::detail {

namespace {

// A vector of the size that a processor has: GCC makes poor code of wider ones.
template <class T, std::size_t size>
struct Vector {
  typedef T type __attribute__((vector_size(size * sizeof(T))));
};

template <class V, class T>
[[gnu::always_inline]] inline void load(V& vector, const T* from) noexcept {
  std::memcpy(&vector, from, sizeof vector);
}

template <std::size_t bytes, class Scalar>
[[gnu::always_inline]] inline void score(std::span<const Scalar* const> rows, std::span<const Scalar> parameters,
                                         double* scores) noexcept {
  constexpr std::size_t lanes = AffineKernel<Scalar>::lanes, size = bytes / sizeof(Scalar);
  using V = typename Vector<Scalar, size>::type;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    V sums[lanes / size] = {};
    for (std::size_t column = 0; column < parameters.size(); column += lanes)
      for (std::size_t v = 0; v < lanes / size; ++v) {
        V x, parameter;
        load(x, rows[i] + column + v * size);
        load(parameter, parameters.data() + column + v * size);
        sums[v] += x * parameter;
      }
    Scalar lane[lanes];
    std::memcpy(lane, sums, sizeof lane);
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
      for (std::size_t k = 0; k < half; ++k) lane[k] += lane[k + half];
    scores[i] = static_cast<double>(lane[0]);
  }
}

template <std::size_t bytes, class Scalar>
[[gnu::always_inline]] inline void add_shares(std::span<const Scalar* const> rows, const double* factors,
                                              std::span<const Scalar* const> next,
                                              std::span<std::int64_t> sums) noexcept {
  constexpr std::size_t lanes = AffineKernel<Scalar>::lanes, size = bytes / sizeof(double);
  using Doubles = typename Vector<double, size>::type;
  using Integers = typename Vector<std::int64_t, size>::type;
  constexpr double to_whole = 0x1.8p52;  // added, it rounds to a whole number and leaves it in the low bits
  for (std::size_t column = 0; column < sums.size(); column += lanes) {
    // Into the second cache, which can wait for more lines at once than the first.
    for (const Scalar* const row : next) __builtin_prefetch(row + column, 0, 2);
    Integers whole[lanes / size] = {};
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t v = 0; v < lanes / size; ++v) {
        typename Vector<Scalar, size>::type x;
        load(x, rows[i] + column + v * size);
        const Doubles shifted = __builtin_convertvector(x, Doubles) * factors[i] + to_whole;
        whole[v] += reinterpret_cast<Integers>(shifted) - std::bit_cast<std::int64_t>(to_whole);
      }
    std::int64_t lane[lanes];
    std::memcpy(lane, whole, sizeof lane);
    for (std::size_t k = 0; k < lanes; ++k) sums[column + k] += lane[k];
  }
}

#if defined(__x86_64__)
template <class Scalar>
[[gnu::target("avx2")]] void score_by_avx2(std::span<const Scalar* const> rows, std::span<const Scalar> parameters,
                                           double* scores) noexcept {
  score<32>(rows, parameters, scores);
}
template <class Scalar>
[[gnu::target("avx2")]] void add_shares_by_avx2(std::span<const Scalar* const> rows, const double* factors,
                                                std::span<const Scalar* const> next,
                                                std::span<std::int64_t> sums) noexcept {
  add_shares<32>(rows, factors, next, sums);
}
#endif

}  // namespace

template <class Scalar>
std::span<const AffineKernel<Scalar>> affine_kernels() noexcept {
#if defined(__x86_64__)
  static constexpr std::array<AffineKernel<Scalar>, 2> kernels{
      {{score_by_avx2<Scalar>, add_shares_by_avx2<Scalar>}, {score<16, Scalar>, add_shares<16, Scalar>}}};
  return std::span(kernels).subspan(__builtin_cpu_supports("avx2") ? 0 : 1);
#else
  static constexpr std::array<AffineKernel<Scalar>, 1> kernels{{{score<16, Scalar>, add_shares<16, Scalar>}}};
  return kernels;
#endif
}

template std::span<const AffineKernel<float>> affine_kernels() noexcept;
template std::span<const AffineKernel<double>> affine_kernels() noexcept;

}  // namespace equipoise::inline v0::detail
