// Hypervolumes: ours beside plain slicing, objective by objective, in one run.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/frontier/dominance.hpp>
#include <equipoise/frontier/hypervolume.hpp>

namespace {

using namespace equipoise;

// Points on the unit sphere about the reference, so that none dominates another.
Eigen::MatrixXd sphere(Eigen::Index count, Eigen::Index objectives) {
  std::mt19937_64 random(1);
  Eigen::MatrixXd points(count, objectives);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < objectives; ++j) points(i, j) = static_cast<double>((random() >> 11) + 1) * 0x1p-53;
    points.row(i) = (1 - points.row(i).normalized().array()).matrix();
  }
  return points;
}

// Slicing by each objective in turn (HSO; Zitzler 2001; While, Hingston, Barone, Huband 2006), the baseline:
// O(n^(m - 1)), every slice sorted and measured anew.
double by_slices(std::vector<std::vector<double>> gains) {
  if (gains.empty()) return 0;
  if (gains[0].size() == 1) return (*std::max_element(gains.begin(), gains.end()))[0];
  std::sort(gains.begin(), gains.end(), [](const auto& a, const auto& b) { return a.back() > b.back(); });
  std::vector<std::vector<double>> slice;
  double volume = 0;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    std::vector<double> shadow(gains[i].begin(), gains[i].end() - 1);
    const auto covers = [](const auto& a, const auto& b) {
      return std::equal(a.begin(), a.end(), b.begin(), std::greater_equal<>());
    };
    if (std::none_of(slice.begin(), slice.end(), [&](const auto& other) { return covers(other, shadow); })) {
      std::erase_if(slice, [&](const auto& other) { return covers(shadow, other); });
      slice.push_back(shadow);
    }
    volume += by_slices(slice) * (gains[i].back() - (i + 1 < gains.size() ? gains[i + 1].back() : 0.0));
  }
  return volume;
}

double naive_hypervolume(const Eigen::MatrixXd& points) {
  std::vector<std::vector<double>> gains;
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    gains.emplace_back();
    for (Eigen::Index j = 0; j < points.cols(); ++j) gains.back().push_back(1 - points(i, j));
  }
  return by_slices(gains);
}

void exact(benchmark::State& state) {
  const Eigen::MatrixXd points = sphere(state.range(0), state.range(1));
  const std::vector<double> reference(static_cast<std::size_t>(state.range(1)), 1.0);
  double volume = 0;
  for (auto _ : state) benchmark::DoNotOptimize(volume = hypervolume(points, reference));
  state.counters["volume"] = volume;
}

void naive(benchmark::State& state) {
  const Eigen::MatrixXd points = sphere(state.range(0), state.range(1));
  double volume = 0;
  for (auto _ : state) benchmark::DoNotOptimize(volume = naive_hypervolume(points));
  state.counters["volume"] = volume;
}

void sorting(benchmark::State& state) {
  const Eigen::MatrixXd points = sphere(state.range(0), state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(non_domination_ranks(points));
}

BENCHMARK(exact)->Args({1000, 3})->Args({100, 6})->Unit(benchmark::kMillisecond);
BENCHMARK(naive)->Args({1000, 3})->Args({100, 6})->Unit(benchmark::kMillisecond);
BENCHMARK(sorting)->Args({1000, 2})->Args({1000, 3})->Unit(benchmark::kMillisecond);

}  // namespace
