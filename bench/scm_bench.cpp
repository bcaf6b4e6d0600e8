// What worlds cost: sampling a linear-Gaussian model of 20 variables beside the bare normals that it is made from, and
// counterfactual rows of it. The argument is the number of rows. bench/scm_peers.py sets them beside numpy.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

namespace {

using namespace equipoise;

constexpr std::size_t variables = 20;
constexpr std::int64_t million = 1'000'000;

/// Every variable has the two before it as causes.
Scm linear_gaussian_model() {
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> specs;
  std::vector<NodeMechanism> mechanisms;
  for (std::size_t v = 0; v < variables; ++v) {
    names.push_back("V" + std::to_string(v));
    specs.push_back({names.back(), ColumnType::continuous, {}});
    LinearPredictor predictor{0.5, {}};
    std::vector<std::string> inputs;
    for (std::size_t p = v < 2 ? 0 : v - 2; p < v; ++p) {
      predictor.terms.push_back({0.4 - 0.7 * static_cast<double>((v + p) % 2), {}});
      inputs.push_back(names[p]);
      edges.emplace_back(names[p], names[v]);
    }
    mechanisms.push_back({LinearMechanism(predictor, Noise(NormalNoise{0, 1.5})), inputs});
  }
  return Scm(CausalGraph(names, edges), specs, mechanisms);
}

std::size_t rows_of(const benchmark::State& state) { return static_cast<std::size_t>(state.range(0)); }

void count_rows(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * state.range(0)); }

/// The normals of as many rows, into a matrix made anew as `sample` makes one.
void bare_normals_to_matrix(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  for (auto _ : state) {
    Eigen::MatrixXd normals(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(variables));
    for (std::size_t v = 0; v < variables; ++v)
      fill_normal(RandomStream({.seed = 1, .point = static_cast<std::uint32_t>(v)}), 0,
                  std::span(normals.data() + v * rows, rows));
    benchmark::DoNotOptimize(normals.data());
  }
  count_rows(state);
}
BENCHMARK(bare_normals_to_matrix)->Arg(million)->Unit(benchmark::kMillisecond);

void sampling_to_matrix(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  const Scm scm = linear_gaussian_model();
  for (auto _ : state) {
    const Eigen::MatrixXd world = sample(scm, rows);
    benchmark::DoNotOptimize(world.data());
  }
  count_rows(state);
}
BENCHMARK(sampling_to_matrix)->Arg(million)->Unit(benchmark::kMillisecond);

/// The normals of as many rows, in blocks that stay in the cache.
void bare_normals_streamed(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  constexpr std::size_t block = 2048;
  std::vector<double> normals(block * variables);
  for (auto _ : state)
    for (std::size_t first = 0; first < rows; first += block) {
      for (std::size_t v = 0; v < variables; ++v)
        fill_normal(RandomStream({.seed = 1, .point = static_cast<std::uint32_t>(v)}), first,
                    std::span(normals.data() + v * block, block));
      benchmark::DoNotOptimize(normals.data());
    }
  count_rows(state);
}
BENCHMARK(bare_normals_streamed)->Arg(million)->Arg(10 * million)->Unit(benchmark::kMillisecond);

void sampling_streamed(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  const Scm scm = linear_gaussian_model();
  for (auto _ : state)
    sample_to(scm, rows, [](const Eigen::MatrixXd& block) { benchmark::DoNotOptimize(block.data()); });
  count_rows(state);
}
BENCHMARK(sampling_streamed)->Arg(million)->Arg(10 * million)->Arg(100 * million)->Unit(benchmark::kMillisecond);

/// V0 is set, which all others follow from.
void counterfactual_rows_of_all(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  const Scm scm = linear_gaussian_model();
  const Eigen::MatrixXd world = sample(scm, rows);
  for (auto _ : state) {
    const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{0, 1}});
    benchmark::DoNotOptimize(other.data());
  }
  count_rows(state);
}
BENCHMARK(counterfactual_rows_of_all)->Arg(million)->Unit(benchmark::kMillisecond);

/// The same in the memory of the rows as they were.
void counterfactual_rows_in_place(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  const Scm scm = linear_gaussian_model();
  Eigen::MatrixXd world = sample(scm, rows);
  double value = 0;  // another each time, so that every row changes
  for (auto _ : state) {
    world = counterfactual_rows(scm, std::move(world), Intervention{{0, value += 1}});
    benchmark::DoNotOptimize(world.data());
  }
  count_rows(state);
}
BENCHMARK(counterfactual_rows_in_place)->Arg(million)->Arg(10 * million)->Unit(benchmark::kMillisecond);

/// The same, each block of rows read once and forgotten.
void counterfactual_rows_streamed(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  const Scm scm = linear_gaussian_model();
  const Eigen::MatrixXd world = sample(scm, rows);
  for (auto _ : state)
    counterfactual_rows_to(scm, world, Intervention{{0, 1}},
                           [](const Eigen::MatrixXd& block) { benchmark::DoNotOptimize(block.data()); });
  count_rows(state);
}
BENCHMARK(counterfactual_rows_streamed)->Arg(million)->Arg(10 * million)->Unit(benchmark::kMillisecond);

/// A shift half-way, which the ten after it follow from.
void counterfactual_rows_of_half(benchmark::State& state) {
  const std::size_t rows = rows_of(state);
  const Scm scm = linear_gaussian_model();
  const Eigen::MatrixXd world = sample(scm, rows);
  for (auto _ : state) {
    const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{9, ShiftBy{1}}});
    benchmark::DoNotOptimize(other.data());
  }
  count_rows(state);
}
BENCHMARK(counterfactual_rows_of_half)->Arg(million)->Unit(benchmark::kMillisecond);

}  // namespace
