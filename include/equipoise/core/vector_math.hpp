// Branch-free elementary functions that compilers vectorise and whose bits no mathematics library decides.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace equipoise::inline v0::detail {

inline double square_root(double x) noexcept { return std::sqrt(x); }

/// The natural logarithm of a positive normal double, to about 2 units in the last place.
inline double log_of_normal(double x) noexcept {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) carries into the exponent.
  constexpr std::uint64_t sqrt_half_bits = 0x3FE6A09E667F3BCDull;
  constexpr std::uint64_t mantissa = 0x000FFFFFFFFFFFFFull;
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) - sqrt_half_bits;
  const double m = std::bit_cast<double>((shifted & mantissa) + sqrt_half_bits);
  // The exponent as a double without an integer conversion, which has no vector form before AVX-512.
  const std::uint64_t biased = (shifted >> 52) ^ 0x800;  // e + 2048 modulo 4096
  const double e = std::bit_cast<double>(biased | 0x4330000000000000ull) - (0x1p52 + 2048);
  const double s = (m - 1) / (m + 1);  // log m = 2 atanh s = 2 (s + s^3/3 + s^5/5 + …)
  const double z = s * s;
  double tail = 1.0 / 23;
  for (int k = 21; k >= 3; k -= 2) tail = tail * z + 1.0 / k;
  constexpr double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
  return e * ln2_high + (2 * s + (2 * s * z * tail + e * ln2_low));
}

struct SineCosine {
  double sine, cosine;
};

/// sin(2 pi u) and cos(2 pi u) for u in [0, 1), to about 1e-16.
inline SineCosine sine_and_cosine_of_turn(double u) noexcept {
  // The nearest quarter turn q, exactly: adding 2^52 rounds to an integer.
  const double shifted = 4 * u + 0x1p52;
  const std::uint64_t quarter = std::bit_cast<std::uint64_t>(shifted) & 3;
  const double x = 6.283185307179586476925 * (u - 0.25 * (shifted - 0x1p52));  // in [-pi/4, pi/4]
  const double z = x * x;
  double sine = -1.0 / 121645100408832000;  // Taylor: x - x^3/3! + …, the last term here being x^19/19!
  sine = sine * z + 1.0 / 355687428096000;
  sine = sine * z - 1.0 / 1307674368000;
  sine = sine * z + 1.0 / 6227020800;
  sine = sine * z - 1.0 / 39916800;
  sine = sine * z + 1.0 / 362880;
  sine = sine * z - 1.0 / 5040;
  sine = sine * z + 1.0 / 120;
  sine = sine * z - 1.0 / 6;
  sine = x + x * z * sine;
  double cosine = 1.0 / 2432902008176640000;
  cosine = cosine * z - 1.0 / 6402373705728000;
  cosine = cosine * z + 1.0 / 20922789888000;
  cosine = cosine * z - 1.0 / 87178291200;
  cosine = cosine * z + 1.0 / 479001600;
  cosine = cosine * z - 1.0 / 3628800;
  cosine = cosine * z + 1.0 / 40320;
  cosine = cosine * z - 1.0 / 720;
  cosine = cosine * z + 1.0 / 24;
  cosine = cosine * z - 0.5;
  cosine = 1 + z * cosine;
  // A quarter turn swaps the two and flips a sign; bit operations keep it free of branches.
  const std::uint64_t swap = 0 - (quarter & 1);
  const std::uint64_t s = std::bit_cast<std::uint64_t>(sine), c = std::bit_cast<std::uint64_t>(cosine);
  const std::uint64_t sine_bits = ((s & ~swap) | (c & swap)) ^ ((quarter & 2) << 62);
  const std::uint64_t cosine_bits = ((c & ~swap) | (s & swap)) ^ (((quarter + 1) & 2) << 62);
  return {std::bit_cast<double>(sine_bits), std::bit_cast<double>(cosine_bits)};
}

}  // namespace equipoise::inline v0::detail
