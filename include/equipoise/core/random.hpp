// Random streams: every draw is a function of what it is for, never of who drew before it.
//
//     RandomStream stream({.seed = 1, .purpose = Purpose::sample, .point = 3});
//     RowStream row = stream.row(17);       // the 17th row's own numbers, in any order, on any thread
//     double u = row.uniform();
//     fill_normal(stream, first_row, out);  // the same bits however the rows are cut into blocks
//
// Bits are promised for one build of the library: the same seed gives the same numbers at any number of threads.
#pragma once

#include <algorithm>
#include <array>
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
};

/// Names a stream. Different keys give different streams: all 2^96 of (purpose, point, replicate) map to
/// different states under one seed, and another seed is another key of the cipher.
struct StreamKey {
  std::uint64_t seed = 1;
  Purpose purpose = Purpose::sample;
  std::uint32_t point = 0;
  std::uint32_t replicate = 0;
};

class RowStream;

/// A stream's state: a Philox key and a tag, made from its name by one application of Philox (a bijection of
/// names for each seed), of which 96 of the 128 bits are kept. The counter is (block, row or index, tag).
class RandomStream {
 public:
  explicit constexpr RandomStream(StreamKey name) noexcept {
    const PhiloxBlock state = philox({static_cast<std::uint32_t>(name.purpose), name.point, name.replicate, 0x65717569u},
                                     {static_cast<std::uint32_t>(name.seed), static_cast<std::uint32_t>(name.seed >> 32)});
    key_ = {state[0], state[1]};
    tag_ = state[2];
  }

  /// The numbers of one row, by its place in the whole.
  constexpr RowStream row(std::uint64_t row) const noexcept;

  constexpr PhiloxKey key() const noexcept { return key_; }
  constexpr std::uint32_t tag() const noexcept { return tag_; }

 private:
  PhiloxKey key_{};
  std::uint32_t tag_ = 0;
};

namespace detail {

/// 53 random bits as a number in [0, 1).
constexpr double to_unit(std::uint64_t bits) noexcept { return static_cast<double>(bits >> 11) * 0x1p-53; }
/// 52 random bits as the middle of one of 2^52 cells: a number in (0, 1), symmetric about 1/2.
constexpr double to_open_unit(std::uint64_t bits) noexcept {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

// The counter's last word keeps draws by row, and fills of uniforms and of normals, apart.
inline constexpr std::uint32_t by_row = 0, by_uniform_fill = 1, by_normal_fill = 2;

}  // namespace detail

/// One row's numbers, in sequence: up to 2^33 draws of 64 bits. Models std::uniform_random_bit_generator.
class RowStream {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~std::uint64_t{0}; }

  constexpr RowStream(PhiloxKey key, std::uint32_t tag, std::uint64_t row) noexcept : key_(key), tag_(tag), row_(row) {}

  constexpr std::uint64_t operator()() noexcept {
    if (next_ % 2 == 0) {
      // Rows take 40 bits and the block within the row 24, so that by_row keeps a word of its own.
      const std::uint64_t block = next_ / 2;
      block_ = philox({static_cast<std::uint32_t>(row_), static_cast<std::uint32_t>((row_ >> 32) & 0xFF) |
                       static_cast<std::uint32_t>(block << 8), tag_, detail::by_row}, key_);
    }
    const std::size_t half = 2 * (next_++ % 2);
    return block_[half] | std::uint64_t{block_[half + 1]} << 32;
  }

  /// In [0, 1), a multiple of 2^-53.
  constexpr double uniform() noexcept { return detail::to_unit((*this)()); }
  /// In (0, 1), never an end.
  constexpr double open_uniform() noexcept { return detail::to_open_unit((*this)()); }

 private:
  PhiloxKey key_;
  std::uint32_t tag_;
  std::uint64_t row_;
  std::uint64_t next_ = 0;
  PhiloxBlock block_{};
};

constexpr RowStream RandomStream::row(std::uint64_t row) const noexcept { return {key_, tag_, row}; }

namespace detail {

/// Fills out[i] with element first + i of an endless sequence, two elements a Philox block, whole batches at a
/// time; transform(low, high, pairs) turns a batch's bits into 2 * philox_batch_size elements.
template <class Transform>
void fill_by_batches(const RandomStream& stream, std::uint32_t lane, std::uint64_t first, std::span<double> out,
                     Transform transform) {
  constexpr std::size_t elements = 2 * philox_batch_size;
  std::uint64_t low[philox_batch_size], high[philox_batch_size];
  double batch[elements];
  std::size_t done = 0;
  while (done < out.size()) {
    const std::uint64_t index = first + done;
    const std::size_t skipped = index % elements;
    philox_batch(index / elements * philox_batch_size, stream.tag() | std::uint64_t{lane} << 32, stream.key(), low, high);
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
                            for (std::size_t i = 0; i < philox_batch_size; ++i) {
                              const double radius = detail::square_root(-2 * detail::log_of_normal(detail::to_open_unit(low[i])));
                              const auto turn = detail::sine_and_cosine_of_turn(detail::to_unit(high[i]));
                              batch[i] = radius * turn.cosine;
                              batch[i + philox_batch_size] = radius * turn.sine;
                            }
                          });
}

}  // namespace equipoise::inline v0
