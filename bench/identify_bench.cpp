// Identification: effects with their estimands on random graphs, small and dense, large and sparse.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/identify/id.hpp>
#include <equipoise/identify/idc.hpp>
#include <equipoise/testing/random_graph.hpp>

namespace {

using namespace equipoise;

struct Query {
  CausalGraph graph;
  NodeSet outcome, treatment;
};

// The effect of an early node on the last one that it reaches.
std::vector<Query> queries(std::size_t count, const GraphDraw& draw) {
  std::vector<Query> result;
  for (std::uint64_t number = 0; result.size() < count; ++number) {
    CausalGraph graph = draw_graph(draw, 1, number);
    const auto& order = graph.topological_order();
    NodeSet x = graph.none(), y = graph.none();
    x.insert(order[number % (draw.nodes / 4)]);
    const NodeSet reached = descendants(graph, x);
    y.insert(*std::find_if(order.rbegin(), order.rend(), [&](Node v) { return reached.contains(v); }));
    if (!y.intersects(x)) result.push_back({std::move(graph), std::move(y), std::move(x)});
  }
  return result;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// One iteration asks every query. Counters: the median of all times, and the longest that a query took at its fastest.
template <class Ask>
void time_queries(benchmark::State& state, const std::vector<Query>& asked, Ask ask) {
  std::vector<double> all, fastest(asked.size(), 1e9);
  std::size_t identified = 0;
  for (auto _ : state) {
    identified = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto start = std::chrono::steady_clock::now();
      const Identification answer = ask(asked[i]);
      benchmark::DoNotOptimize(&answer);
      all.push_back(seconds_since(start));
      fastest[i] = std::min(fastest[i], all.back());
      identified += is_identified(answer);
    }
  }
  std::sort(all.begin(), all.end());
  state.counters["median_ms"] = 1e3 * all[all.size() / 2];
  state.counters["longest_ms"] = 1e3 * *std::max_element(fastest.begin(), fastest.end());
  state.counters["identified"] = static_cast<double>(identified) / static_cast<double>(asked.size());
}

GraphDraw draw_of(const benchmark::State& state) {
  return {.nodes = static_cast<std::size_t>(state.range(0)),
          .directed_degree = static_cast<double>(state.range(1)),
          .bidirected_degree = static_cast<double>(state.range(2))};
}

// P(y | do(x)). Arguments: nodes, directed and bidirected degree.
void effect(benchmark::State& state) {
  time_queries(state, queries(state.range(0) > 500 ? 50 : 200, draw_of(state)),
               [](const Query& query) { return identify_effect(query.graph, query.outcome, query.treatment); });
}
BENCHMARK(effect)
    ->Args({80, 3, 1})
    ->Args({80, 6, 1})
    ->Args({80, 6, 2})
    ->Args({80, 20, 1})
    ->Args({80, 60, 1})
    ->Args({1000, 3, 1})
    ->Args({1000, 4, 2})
    ->Args({1000, 8, 1})
    ->Unit(benchmark::kMillisecond);

// P(y | do(x), z) with every eighth node a condition.
void conditional_effect(benchmark::State& state) {
  time_queries(state, queries(state.range(0) > 500 ? 10 : 100, draw_of(state)), [](const Query& query) {
    NodeSet given = query.graph.none();
    for (Node v = 0; v < query.graph.size(); v += 8) given.insert(v);
    return identify_conditional_effect(query.graph, query.outcome, query.treatment,
                                       given - query.outcome - query.treatment);
  });
}
BENCHMARK(conditional_effect)->Args({80, 3, 1})->Args({80, 6, 1})->Args({1000, 3, 1})->Unit(benchmark::kMillisecond);

}  // namespace
