// Separation and adjustment on large random graphs; bench/graph_peers.py sets networkx beside them.
#include <cstddef>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/minimum_separator.hpp>
#include <equipoise/graph/separation.hpp>

namespace {

using namespace equipoise;

// A random graph with this many arrows a node on average, each pointing from a lower index to a higher one.
CausalGraph sparse(std::size_t n, double arrows_per_node, double bidirected_per_node) {
  std::mt19937_64 random(1);
  std::vector<std::string> names;
  for (std::size_t v = 0; v < n; ++v) names.push_back(std::to_string(v));
  NodeSet none(n);
  std::vector<NodeSet> met(n, none), hidden(n, none);
  std::vector<NamedEdge> directed, bidirected;
  const auto draw = [&](double per_node, std::vector<NodeSet>& seen, std::vector<NamedEdge>& edges) {
    for (auto left = static_cast<std::size_t>(per_node * static_cast<double>(n)); left > 0;) {
      const Node a = random() % n, b = random() % n;
      if (a >= b || seen[a].contains(b)) continue;
      seen[a].insert(b);
      edges.emplace_back(names[a], names[b]);
      --left;
    }
  };
  draw(arrows_per_node, met, directed);
  draw(bidirected_per_node, hidden, bidirected);
  return CausalGraph(names, directed, bidirected);
}

// A separation that holds, so that the search meets all that open walks reach.
void separation(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const CausalGraph graph = sparse(n, static_cast<double>(state.range(1)), 0.2);
  std::mt19937_64 random(2);
  NodeSet z = graph.none();
  for (std::size_t i = 0; i < n / 20; ++i) z.insert(random() % n);
  NodeSet a = graph.none();
  a.insert((graph.all() - z).front());
  const NodeSet reached = detail::reached_by_open_walks(graph, a, z, CutNothing{}), b = graph.all() - z - reached;
  for (auto _ : state) benchmark::DoNotOptimize(separated(graph, a, b, z));
  state.counters["reached"] = static_cast<double>(reached.size());
}

// Effects that need a set of two nodes or more, and have one.
std::vector<AdjustmentProblem> problems(const CausalGraph& graph, std::size_t count) {
  std::mt19937_64 random(3);
  std::vector<AdjustmentProblem> found;
  while (found.size() < count) {
    const Node x = random() % graph.size(), y = random() % graph.size();
    if (x >= y) continue;
    NodeSet treatment = graph.none(), outcome = graph.none();
    treatment.insert(x);
    outcome.insert(y);
    AdjustmentProblem problem(graph, treatment, outcome);
    const auto set = minimal_adjustment_set(problem);
    if (set && set->size() > 1 && !problem.causal().empty()) found.push_back(std::move(problem));
  }
  return found;
}

void minimal_set(benchmark::State& state) {
  const CausalGraph graph = sparse(static_cast<std::size_t>(state.range(0)), static_cast<double>(state.range(1)), 0.1);
  const auto asked = problems(graph, 20);
  std::size_t i = 0;
  for (auto _ : state) {
    const AdjustmentProblem& of = asked[i++ % asked.size()];
    // From treatment and outcome to a set: the problem is made anew.
    const AdjustmentProblem problem(graph, of.treatment(), of.outcome());
    benchmark::DoNotOptimize(minimal_adjustment_set(problem));
  }
}

void thousand_minimal_sets(benchmark::State& state) {
  const CausalGraph graph = sparse(static_cast<std::size_t>(state.range(0)), static_cast<double>(state.range(1)), 0.1);
  std::vector<AdjustmentProblem> rich;
  for (const AdjustmentProblem& problem : problems(graph, 200))
    if (rich.size() < 5 && first_sets(minimal_adjustment_sets(problem), 1000).sets.size() == 1000)
      rich.push_back(problem);
  if (rich.empty()) return state.SkipWithError("no effect has a thousand minimal sets");
  std::size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(first_sets(minimal_adjustment_sets(rich[i++ % rich.size()]), 1000).sets.size());
}

void minimum_set(benchmark::State& state) {
  const CausalGraph graph = sparse(static_cast<std::size_t>(state.range(0)), static_cast<double>(state.range(1)), 0.1);
  const auto asked = problems(graph, 20);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(minimum_adjustment_set(asked[i++ % asked.size()]));
}

BENCHMARK(separation)->Args({5000, 2})->Args({5000, 5})->Unit(benchmark::kMicrosecond);
BENCHMARK(minimal_set)->Args({200, 2})->Args({200, 5})->Unit(benchmark::kMicrosecond);
BENCHMARK(thousand_minimal_sets)->Args({200, 3})->Args({200, 5})->Unit(benchmark::kMillisecond);
BENCHMARK(minimum_set)->Args({200, 2})->Args({200, 5})->Unit(benchmark::kMicrosecond);

}  // namespace
