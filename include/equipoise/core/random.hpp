// Random streams: every draw is a function of what it is for, never of who drew before it.
//
//     RandomStream stream({.seed = 1, .purpose = Purpose::sample, .point = 3});
//     RowStream row = stream.row(17);       // the 17th row's own numbers, in any order, on any thread
//     double u = row.uniform();
//     fill_normal(stream, first_row, out);  // the same bits however the rows are cut into blocks
//
// Bits are promised for one build of the library: the same seed gives the same numbers at any number of threads and
// however rows are cut into blocks. Uniform bits are the same everywhere; a normal may differ in its last place between
// builds, since compilers may fuse a product and a sum where the processor can.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include <equipoise/core/philox.hpp>
#include <equipoise/core/vector_math.hpp>

namespace equipoise::inline v0 {

/// What randomness is for. Two purposes never share a number.
enum class Purpose : std::uint32_t {
  split = 1,
  fit,
  sample,
  abduction,
  bootstrap,
  initialisation,
  batch,
  noise,
  audit,
  search,
  test,
  intervention,
};

/// Names a stream. replicate is below 2^24.
struct StreamKey {
  std::uint64_t seed = 1;
  Purpose purpose = Purpose::sample;
  std::uint32_t point = 0;
  std::uint32_t replicate = 0;
};

class RowStream;

/// A stream of Philox blocks. The seed is the cipher's key and everything else stands in its counter, in bits of its
/// own, so that two draws that differ in seed, purpose, point, replicate, row or place are two different blocks:
///
///     key      seed (64 bits)
///     counter  low half   draws of a row: row (36), block within the row (26), 0 (2)
///                         fills: block (62), 1 for uniforms or 2 for normals (2)
///              high half  point (32), replicate (24), purpose (8)
///
/// (The first mentioned are the lowest bits.) Under one seed different blocks are different 128-bit values, the cipher
/// being a bijection.
class RandomStream {
 public:
  explicit constexpr RandomStream(StreamKey name) noexcept
      : seed_{static_cast<std::uint32_t>(name.seed), static_cast<std::uint32_t>(name.seed >> 32)},
        name_(name.point | std::uint64_t{name.replicate} << 32 |
              std::uint64_t{static_cast<std::uint32_t>(name.purpose)} << 56) {
    assert(name.replicate < (1u << 24) && static_cast<std::uint32_t>(name.purpose) < (1u << 8));
  }

  /// The numbers of one row, by its place in the whole, below 2^36.
  constexpr RowStream row(std::uint64_t row) const noexcept;

  /// The stream of the same seed and point for another purpose.
  constexpr RandomStream apart(Purpose purpose, std::uint32_t replicate = 0) const noexcept {
    return RandomStream({.seed = seed_[0] | std::uint64_t{seed_[1]} << 32,
                         .purpose = purpose,
                         .point = static_cast<std::uint32_t>(name_),
                         .replicate = replicate});
  }

  /// The cipher's key, and the high half of its counter.
  constexpr PhiloxKey seed() const noexcept { return seed_; }
  constexpr std::uint64_t name() const noexcept { return name_; }

 private:
  PhiloxKey seed_;
  std::uint64_t name_;
};

namespace detail {

/// 53 random bits as a number in [0, 1).
constexpr double to_unit(std::uint64_t bits) noexcept { return static_cast<double>(bits >> 11) * 0x1p-53; }
/// 52 random bits as a number in [0, 1), and as the middle of one of 2^52 cells: a number in (0, 1), symmetric about
/// 1/2. As bits under an exponent, since converting integers has no vector form before AVX-512.
constexpr double to_coarse_unit(std::uint64_t bits) noexcept {
  return std::bit_cast<double>((bits >> 12) | 0x3FF0000000000000ull) - 1;
}
constexpr double to_open_unit(std::uint64_t bits) noexcept { return to_coarse_unit(bits) + 0x1p-53; }

inline constexpr std::uint64_t by_uniform_fill = 1, by_normal_fill = 2;
inline constexpr int row_bits = 36, block_bits = 26;

}  // namespace detail

/// One row's numbers, in sequence: up to 2^27 draws of 64 bits. Models std::uniform_random_bit_generator.
class RowStream {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~std::uint64_t{0}; }

  constexpr RowStream(const RandomStream& stream, std::uint64_t row) noexcept
      : seed_(stream.seed()), name_(stream.name()), row_(row) {
    assert(row >> detail::row_bits == 0);
  }

  constexpr std::uint64_t operator()() noexcept {
    if (next_ % 2 == 0) {
      assert(next_ / 2 >> detail::block_bits == 0);
      const std::uint64_t place = row_ | next_ / 2 << detail::row_bits;
      block_ = philox({static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(place >> 32),
                       static_cast<std::uint32_t>(name_), static_cast<std::uint32_t>(name_ >> 32)},
                      seed_);
    }
    const std::size_t half = 2 * (next_++ % 2);
    return block_[half] | std::uint64_t{block_[half + 1]} << 32;
  }

  /// In [0, 1), a multiple of 2^-53.
  constexpr double uniform() noexcept { return detail::to_unit((*this)()); }
  /// In (0, 1), never an end.
  constexpr double open_uniform() noexcept { return detail::to_open_unit((*this)()); }

 private:
  PhiloxKey seed_;
  std::uint64_t name_;
  std::uint64_t row_;
  std::uint64_t next_ = 0;
  PhiloxBlock block_{};
};

constexpr RowStream RandomStream::row(std::uint64_t row) const noexcept { return {*this, row}; }

namespace detail {

/// Fills out[i] with element first + i of an endless sequence, two elements a Philox block, whole batches at a
/// time; transform(low, high, pairs) turns a batch's bits into 2 * philox_batch_size elements.
template <class Transform>
void fill_by_batches(const RandomStream& stream, std::uint64_t kind, std::uint64_t first, std::span<double> out,
                     Transform transform) {
  constexpr std::size_t elements = 2 * philox_batch_size;
  std::uint64_t low[philox_batch_size], high[philox_batch_size];
  double batch[elements];
  std::size_t done = 0;
  while (done < out.size()) {
    const std::uint64_t index = first + done;
    const std::size_t skipped = index % elements;
    philox_batch((index / elements * philox_batch_size) | kind << 62, stream.name(), stream.seed(), low, high);
    const std::size_t count = std::min(elements - skipped, out.size() - done);
    if (count == elements) {
      transform(low, high, out.data() + done);
    } else {
      transform(low, high, batch);
      for (std::size_t i = 0; i < count; ++i) out[done + i] = batch[skipped + i];
    }
    done += count;
  }
}

}  // namespace detail

/// out[i] is element first + i of the stream's sequence of numbers in (0, 1).
inline void fill_uniform(const RandomStream& stream, std::uint64_t first, std::span<double> out) {
  detail::fill_by_batches(stream, detail::by_uniform_fill, first, out,
                          [](const std::uint64_t* low, const std::uint64_t* high, double* batch) {
                            for (std::size_t i = 0; i < philox_batch_size; ++i) {
                              batch[i] = detail::to_open_unit(low[i]);
                              batch[i + philox_batch_size] = detail::to_open_unit(high[i]);
                            }
                          });
}

/// out[i] is element first + i of the stream's sequence of standard normal numbers (Box, Muller 1958). Values
/// beyond 8.6 in size do not occur (probability 1e-17).
inline void fill_normal(const RandomStream& stream, std::uint64_t first, std::span<double> out) {
  detail::fill_by_batches(stream, detail::by_normal_fill, first, out,
                          [](const std::uint64_t* low, const std::uint64_t* high, double* batch) {
                            double radius[philox_batch_size];
                            for (std::size_t i = 0; i < philox_batch_size; ++i)
                              radius[i] = -2 * detail::log_of_normal(detail::to_open_unit(low[i]));
                            detail::square_roots(radius, philox_batch_size);
                            for (std::size_t i = 0; i < philox_batch_size; ++i) {
                              const auto turn = detail::sine_and_cosine_of_turn(detail::to_coarse_unit(high[i]));
                              batch[i] = radius[i] * turn.cosine;
                              batch[i + philox_batch_size] = radius[i] * turn.sine;
                            }
                          });
}

}  // namespace equipoise::inline v0
