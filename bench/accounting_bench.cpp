// Privacy accounting: the bracket for one (rate, multiplier, steps, delta), and the calibration of noise.
//
// Figures to hold it against, on the same cases: published accountants take 30 to 1,500 ms for an upper bound alone.
#include <array>
#include <cstdint>

#include <benchmark/benchmark.h>

#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/noise_calibration.hpp>

namespace {

using namespace equipoise;

struct Case {
  double rate, multiplier;
  std::int64_t steps;
  double delta;
};

// The published reference's cases.
constexpr std::array cases{Case{3e-4, 0.8, 300, 1e-10}, Case{3e-4, 0.8, 3000, 1e-9},    Case{0.005, 0.6, 300, 1e-7},
                           Case{0.05, 20, 3000, 1e-11}, Case{1e-3, 0.4, 10000, 1e-9},   Case{1e-5, 0.3, 1, 1e-6},
                           Case{0.5, 5, 50, 1e-5},      Case{1e-5, 3, 1000, 1e-6},      Case{0.005, 3, 100000, 1e-5},
                           Case{3e-5, 2, 30000, 1e-10}, Case{1e-5, 50, 1000000, 1e-6},  Case{1e-5, 1, 5, 1e-7},
                           Case{1, 50, 1000, 1e-6},     Case{0.001024, 0.6, 3000, 1e-6}};

void bracket(benchmark::State& state) {
  const Case& c = cases[static_cast<std::size_t>(state.range(0))];
  EpsilonBounds found;
  for (auto _ : state) {
    found = epsilon_of(RepeatedEvent{c.steps, PoissonSampledEvent{c.rate, GaussianEvent{c.multiplier}}}, c.delta);
    benchmark::DoNotOptimize(found);
  }
  state.counters["upper"] = found.upper;
  state.counters["lower"] = found.lower;
}
BENCHMARK(bracket)->DenseRange(0, static_cast<std::int64_t>(cases.size()) - 1)->Unit(benchmark::kMillisecond);

void renyi(benchmark::State& state) {
  const Case& c = cases[static_cast<std::size_t>(state.range(0))];
  for (auto _ : state)
    benchmark::DoNotOptimize(
        epsilon_of(RepeatedEvent{c.steps, PoissonSampledEvent{c.rate, GaussianEvent{c.multiplier}}}, c.delta,
                   Adjacency::add_or_remove_one, Accountant::renyi));
}
BENCHMARK(renyi)->Arg(2)->Arg(6)->Unit(benchmark::kMillisecond);

void calibration(benchmark::State& state) {
  constexpr std::array plans{NoisyPlan{6, 1e-7, 2e-4, 100000}, NoisyPlan{1, 1e-5, 0.01, 1000},
                             NoisyPlan{20, 1e-3, 0.2, 200}};
  const NoisyPlan& plan = plans[static_cast<std::size_t>(state.range(0))];
  double multiplier = 0;
  for (auto _ : state) benchmark::DoNotOptimize(multiplier = noise_multiplier_for(plan));
  state.counters["multiplier"] = multiplier;
}
BENCHMARK(calibration)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
