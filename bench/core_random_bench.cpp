// What random numbers cost: whole columns of normals beside the standard library's, and beside their raw bits.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <equipoise/core/philox.hpp>
#include <equipoise/core/random.hpp>

#include "normal_columns.hpp"

namespace {

using namespace equipoise;

void uniforms_by_fill(benchmark::State& state) {
  const RandomStream stream({.seed = 1});
  std::vector<double> out(column);
  std::uint64_t first = 0;
  for (auto _ : state) {
    fill_uniform(stream, first, out);
    first += column;
    benchmark::DoNotOptimize(out.data());
  }
  count(state);
}
BENCHMARK(uniforms_by_fill);

void raw_philox_words(benchmark::State& state) {
  std::vector<std::uint64_t> low(column / 2), high(column / 2);
  std::uint64_t first = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < low.size(); i += philox_batch_size, first += philox_batch_size)
      philox_batch(first, 0, {1, 0}, low.data() + i, high.data() + i);
    benchmark::DoNotOptimize(low.data());
    benchmark::DoNotOptimize(high.data());
  }
  count(state);
}
BENCHMARK(raw_philox_words);

void uniforms_by_row(benchmark::State& state) {
  const RandomStream stream({.seed = 1});
  std::vector<double> out(column);
  for (auto _ : state) {
    for (std::size_t i = 0; i < column; ++i) out[i] = stream.row(i).uniform();
    benchmark::DoNotOptimize(out.data());
  }
  count(state);
}
BENCHMARK(uniforms_by_row);

}  // namespace
