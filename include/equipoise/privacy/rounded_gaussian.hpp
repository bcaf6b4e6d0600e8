// The normal distribution rounded to whole numbers, exactly: round(offset + scale Z) as if Z were a real number.
//
// Rounding a real normal is post-processing of it, so what holds of Gaussian noise holds of this to the last digit,
// whereas the floating-point normal leaks by which doubles it can reach (Mironov 2012) and has no tails.
//
// Z is Box and Muller's sqrt(-2 ln U) cos(2 pi V) of two uniforms whose binary digits are drawn as far as they are
// needed. With 52 digits of each, Z is known up to
//
//     r 2^-48 + 2^-51 / (U r),   r = sqrt(-2 ln U),
//
// by the cells' widths (2 pi 2^-53 r and 2^-52 / (U r)) and the rounding of floating point: 2^-50 of the logarithm's
// size and 2^-50 of the turn's cosine cover their polynomials (core/vector_math.hpp), one unit each for square root and
// product. Where that leaves the nearest whole number in doubt, about once in 2^13 draws at a scale of 2^32, or where U
// is below 2^-16, both uniforms get more digits and Z is enclosed in integer arithmetic, until there is no doubt.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/vector_math.hpp>
#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// round(offsets[i] + scale Z_i) of the two normals that U and V make, whose first 64 digits are u and v. scale: in (0,
/// 2^40]; offsets: of size 1 at most.
std::array<std::int64_t, 2> exactly_rounded_pair(std::uint64_t u, std::uint64_t v, double scale,
                                                 std::array<double, 2> offsets, WordSource more);

/// Up to `most` pairs at once: those of the words u[i] and v[i] become rounded[i] and rounded[most + i].
struct RoundedPairs {
  static constexpr std::size_t most = 128;

  std::array<std::uint64_t, 2 * most> words;
  std::array<double, 2 * most> offsets{};
  std::array<std::int64_t, 2 * most> rounded;
  std::array<double, most> doubt;  // at least 0 where either is in doubt

  RoundedPairs() = default;
  RoundedPairs(const RoundedPairs&) = delete;
  RoundedPairs& operator=(const RoundedPairs&) = delete;
  ~RoundedPairs() { wipe(words); }

  const std::uint64_t* u() const noexcept { return words.data(); }
  const std::uint64_t* v() const noexcept { return words.data() + most; }

  /// From 52 digits of each, with doubt.
  void round(std::size_t pairs, double scale) noexcept {
    const std::size_t even = pairs + pairs % 2;
    std::array<double, most> radius;
    for (std::size_t i = 0; i < even; ++i) radius[i] = -2 * log_of_normal(to_open_unit(words[i]));
    square_roots(radius.data(), even);
    for (std::size_t i = 0; i < even; ++i) {
      const double uniform = to_open_unit(words[i]), r = radius[i];
      const SineCosine turn = sine_and_cosine_of_turn(to_open_unit(words[most + i]));
      const double error = scale * (r * 0x1p-48 + 0x1p-51 / (uniform * r)) + 0x1p-50;
      const double x = scale * (r * turn.cosine) + offsets[i], y = scale * (r * turn.sine) + offsets[most + i];
      // Adding 1.5 2^52 rounds to a whole number and leaves it in the low bits.
      const double shifted_x = x + to_whole, shifted_y = y + to_whole;
      const double off = std::max(std::abs(x - (shifted_x - to_whole)), std::abs(y - (shifted_y - to_whole)));
      rounded[i] = std::bit_cast<std::int64_t>(shifted_x) - std::bit_cast<std::int64_t>(to_whole);
      rounded[most + i] = std::bit_cast<std::int64_t>(shifted_y) - std::bit_cast<std::int64_t>(to_whole);
      doubt[i] = std::max(off + error - 0.5, 0x1p-16 - uniform);
    }
  }

  void resolve_doubt(std::size_t pairs, double scale, WordSource more) {
    for (std::size_t i = 0; i < pairs; ++i) {
      if (doubt[i] < 0) continue;
      const auto [x, y] = exactly_rounded_pair(words[i], words[most + i], scale, {offsets[i], offsets[most + i]}, more);
      rounded[i] = x;
      rounded[most + i] = y;
    }
  }

 private:
  static constexpr double to_whole = 0x1.8p52;
};

}  // namespace detail

/// Draws round(offset + scale Z) for independent standard normals Z.
class RoundedGaussian {
 public:
  static constexpr double largest_scale = 0x1p40;

  /// scale: the standard deviation in whole numbers, in (0, largest_scale].
  explicit RoundedGaussian(double scale) : scale_(scale) {
    detail::check_number("rounded Gaussian", "scale", scale, "above 0 and at most 2^40",
                         [](double s) { return s > 0 && s <= largest_scale; });
  }

  double scale() const noexcept { return scale_; }

  /// rounded[i] = round(scale Z_i).
  template <PrivacyRandomness Randomness>
  void draw(Randomness& random, std::span<std::int64_t> rounded) const {
    by_pairs(random, rounded, [](detail::RoundedPairs&, std::size_t, std::size_t) {});
  }

  /// rounded[i] = round(offsets[i] + scale Z_i). offsets: as many, each of size 1 at most.
  template <PrivacyRandomness Randomness>
  void draw(Randomness& random, std::span<const double> offsets, std::span<std::int64_t> rounded) const {
    assert(offsets.size() == rounded.size());
    by_pairs(random, rounded, [offsets](detail::RoundedPairs& block, std::size_t first, std::size_t count) {
      const std::size_t pairs = (count + 1) / 2;
      std::copy_n(offsets.data() + first, pairs, block.offsets.data());
      std::copy_n(offsets.data() + first + pairs, count - pairs, block.offsets.data() + detail::RoundedPairs::most);
    });
  }

 private:
  template <class Randomness, class SetOffsets>
  void by_pairs(Randomness& random, std::span<std::int64_t> rounded, SetOffsets set_offsets) const {
    constexpr std::size_t most = detail::RoundedPairs::most;
    detail::RoundedPairs block;
    for (std::size_t first = 0; first < rounded.size(); first += 2 * most) {
      const std::size_t count = std::min(rounded.size() - first, 2 * most), pairs = (count + 1) / 2;
      if (pairs == most) {
        random.fill(block.words);
      } else {
        block.words.fill(0);
        random.fill(std::span(block.words).first(pairs));
        random.fill(std::span(block.words).subspan(most, pairs));
      }
      set_offsets(block, first, count);
      block.round(pairs, scale_);
      block.resolve_doubt(pairs, scale_, detail::WordSource::of(random));
      std::copy_n(block.rounded.data(), pairs, rounded.data() + first);
      std::copy_n(block.rounded.data() + most, count - pairs, rounded.data() + first + pairs);
    }
  }

  double scale_;
};

}  // namespace equipoise::inline v0
