// Branch-free elementary functions that compilers vectorise and whose bits no mathematics library decides.
// The polynomials are minimax (Remez), fitted in 60 digits; their errors are relative to the function.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace equipoise::inline v0::detail {

/// Replaces x[0], …, x[n - 1], at least 0, by their square roots; n is even.
inline void square_roots(double* x, std::size_t n) noexcept {
#if defined(__SSE2__)
  // std::sqrt may set errno, which keeps compilers from vectorising it.
  for (std::size_t i = 0; i < n; i += 2) _mm_storeu_pd(x + i, _mm_sqrt_pd(_mm_loadu_pd(x + i)));
#else
  for (std::size_t i = 0; i < n; ++i) x[i] = std::sqrt(x[i]);
#endif
}

/// The natural logarithm of a positive normal double, to about 1 unit in the last place.
inline double log_of_normal(double x) noexcept {
  // x = (1 + f) 2^e with 1 + f in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) carries into the exponent.
  constexpr std::uint64_t sqrt_half_bits = 0x3FE6A09E667F3BCDull;
  constexpr std::uint64_t mantissa = 0x000FFFFFFFFFFFFFull;
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) - sqrt_half_bits;
  const double f = std::bit_cast<double>((shifted & mantissa) + sqrt_half_bits) - 1;
  // The exponent as a double without an integer conversion, which has no vector form before AVX-512.
  const std::uint64_t biased = (shifted >> 52) ^ 0x800;  // e + 2048 modulo 4096
  const double e = std::bit_cast<double>(biased | 0x4330000000000000ull) - (0x1p52 + 2048);
  // log(1 + f) = 2 atanh s = 2 s (1 + z p(z) / 2) with s = f / (2 + f) and z = s^2; error of p: 1.3e-18.
  const double s = f / (2 + f), z = s * s;
  double p = 0x1.2f0d8ef234f70p-3;
  p = p * z + 0x1.39a0f4f5f828fp-3;
  p = p * z + 0x1.7466462d33713p-3;
  p = p * z + 0x1.c71c51e7f3125p-3;
  p = p * z + 0x1.2492494217a8bp-2;
  p = p * z + 0x1.999999997fb31p-2;
  p = p * z + 0x1.5555555555593p-1;
  // 2 s = f - s f loses the digits of the quotient's rounding; f - (h - s (h + …)), h = f^2 / 2, keeps them.
  const double h = 0.5 * f * f;
  constexpr double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
  return e * ln2_high - ((h - (s * (h + z * p) + e * ln2_low)) - f);
}

struct SineCosine {
  double sine, cosine;
};

/// sin(2 pi u) and cos(2 pi u) for u in [0, 1), to about 2e-16.
inline SineCosine sine_and_cosine_of_turn(double u) noexcept {
  // u is a number of quarter turns and a rest r in [-1/8, 1/8], exactly: adding 2^52 rounds to an integer.
  const double shifted = 4 * u + 0x1p52;
  const std::uint64_t quarter = std::bit_cast<std::uint64_t>(shifted);
  const double r = u - 0.25 * (shifted - 0x1p52), z = r * r;
  double sine = 0x1.e4028e7cf6fc3p+1;  // error 3.5e-18
  sine = sine * z - 0x1.e300a2f39c746p+3;
  sine = sine * z + 0x1.50783017fe16bp+5;
  sine = sine * z - 0x1.32d2cce330239p+6;
  sine = sine * z + 0x1.466bc67758d5fp+6;
  sine = sine * z - 0x1.4abbce625be47p+5;
  sine = r * (0x1.921fb54442d18p+2 + z * sine);
  double cosine = -0x1.b26ec616eabf1p+0;  // error 3.3e-20
  cosine = cosine * z + 0x1.f9cc672bdc973p+2;
  cosine = cosine * z - 0x1.a6d1ecb2b5258p+4;
  cosine = cosine * z + 0x1.e1f50683aea2cp+5;
  cosine = cosine * z - 0x1.55d3c7e3c9586p+6;
  cosine = cosine * z + 0x1.03c1f081b5ab0p+6;
  cosine = cosine * z - 0x1.3bd3cc9be45dep+4;
  cosine = 1 + z * cosine;
  // A quarter turn swaps the two and flips a sign; bit operations keep it free of branches.
  const std::uint64_t s = std::bit_cast<std::uint64_t>(sine), c = std::bit_cast<std::uint64_t>(cosine);
  const std::uint64_t exchanged = (s ^ c) & (0 - (quarter & 1));
  return {std::bit_cast<double>(s ^ exchanged ^ ((quarter & 2) << 62)),
          std::bit_cast<double>(c ^ exchanged ^ (((quarter + 1) & 2) << 62))};
}

}  // namespace equipoise::inline v0::detail
