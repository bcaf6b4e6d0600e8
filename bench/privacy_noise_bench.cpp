// What private noise costs a draw, beside plain normals.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/privacy/above_threshold.hpp>
#include <equipoise/privacy/discrete_gaussian.hpp>
#include <equipoise/privacy/discrete_laplace.hpp>
#include <equipoise/privacy/exponential_mechanism.hpp>
#include <equipoise/privacy/gaussian_mechanism.hpp>
#include <equipoise/privacy/laplace_mechanism.hpp>
#include <equipoise/privacy/permute_and_flip.hpp>
#include <equipoise/privacy/randomised_response.hpp>
#include <equipoise/privacy/report_noisy_max.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/privacy/secure_random.hpp>

#include "normal_columns.hpp"

namespace {

using namespace equipoise;

void secure_words(benchmark::State& state) {
  SecureRandom random;
  std::vector<std::uint64_t> out(column);
  for (auto _ : state) {
    random.fill(out);
    benchmark::DoNotOptimize(out.data());
  }
  count(state);
}
BENCHMARK(secure_words);

// add_noise to a vector at the mechanism's own grid: what private training draws.
void exact_gaussian(benchmark::State& state, auto random) {
  const GaussianMechanism mechanism(L2Sensitivity<Adjacency::add_or_remove_one>(1), 1.1);
  std::vector<double> out(column, 0.0);
  for (auto _ : state) {
    mechanism.add_noise(*random, out);
    benchmark::DoNotOptimize(out.data());
  }
  count(state);
}

SecureRandom* secure() {
  static SecureRandom random;
  return &random;
}

SeededForResearch* seeded() {
  static SeededForResearch random(RandomStream({.seed = 1, .purpose = Purpose::noise}));
  return &random;
}

BENCHMARK_CAPTURE(exact_gaussian, secure, secure());
BENCHMARK_CAPTURE(exact_gaussian, seeded, seeded());

// One draw a mechanism, with secure randomness.
void each(benchmark::State& state, auto draw) {
  for (auto _ : state) benchmark::DoNotOptimize(draw(*secure()));
  state.SetItemsProcessed(state.iterations());
}

const LinfSensitivity<Adjacency::replace_one> one(1);
const std::vector<double> scores{0, 2.5, -1, 2.5, 4.25, 3, 3, 3};  // of eight candidates

BENCHMARK_CAPTURE(each, one_exact_gaussian, [](SecureRandom& random) {
  static const GaussianMechanism mechanism(L2Sensitivity<Adjacency::replace_one>(1), 1.1);
  double value = 0.5;
  mechanism.add_noise(random, std::span(&value, 1));
  return value;
});
BENCHMARK_CAPTURE(each, laplace,
                  [mechanism = LaplaceMechanism(L1Sensitivity<Adjacency::replace_one>(1), 1.1)](SecureRandom& random) {
                    return mechanism.noisy(random, 0.5);
                  });
BENCHMARK_CAPTURE(each, discrete_laplace,
                  [laplace = DiscreteLaplace(20)](SecureRandom& random) { return laplace.draw(random); });
BENCHMARK_CAPTURE(each, discrete_gaussian,
                  [gaussian = DiscreteGaussian(20)](SecureRandom& random) { return gaussian.draw(random); });
BENCHMARK_CAPTURE(each, exponential_mechanism, [mechanism = ExponentialMechanism(one, 1.0)](SecureRandom& random) {
  return mechanism.select(random, scores);
});
BENCHMARK_CAPTURE(each, permute_and_flip, [mechanism = PermuteAndFlip(one, 1.0)](SecureRandom& random) {
  return mechanism.select(random, scores);
});
BENCHMARK_CAPTURE(each, report_noisy_max, [mechanism = ReportNoisyMax(one, 1.0)](SecureRandom& random) {
  return mechanism.select(random, scores);
});
BENCHMARK_CAPTURE(each, above_threshold, [](SecureRandom& random) {
  static AboveThreshold above(random, one, 1.0);
  return above.ask(random, -1e9, 0);
});
BENCHMARK_CAPTURE(each, randomised_response,
                  [response = RandomisedResponse(4, 0.2)](SecureRandom& random) { return response.answer(random, 2); });

}  // namespace
