// The plain normals that other random numbers stand beside: our columns of them, and the standard library's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/core/random.hpp>

/// Numbers drawn an iteration.
constexpr std::size_t column = 4096;

inline void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(column));
}

inline void normals_by_fill(benchmark::State& state) {
  const equipoise::RandomStream stream({.seed = 1});
  std::vector<double> out(column);
  std::uint64_t first = 0;
  for (auto _ : state) {
    fill_normal(stream, first, out);
    first += column;
    benchmark::DoNotOptimize(out.data());
  }
  count(state);
}
BENCHMARK(normals_by_fill);

inline void normals_by_standard_library(benchmark::State& state) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> out(column);
  for (auto _ : state) {
    for (double& x : out) x = normal(random);
    benchmark::DoNotOptimize(out.data());
  }
  count(state);
}
BENCHMARK(normals_by_standard_library);
