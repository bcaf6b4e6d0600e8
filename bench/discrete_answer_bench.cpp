// Exact queries on a discrete model of 30 variables and treewidth 4 (the graph of causes is a 4-tree): tables of random
// probabilities, every variable but the first four with four causes.
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace {

using namespace equipoise;

constexpr std::size_t width = 4;

/// Each variable's causes are a clique of those before it, so that eliminating backwards meets cliques of width + 1.
Scm tree_of_cliques(std::size_t size, std::size_t levels, Coupling coupling) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0.05, 1);
  std::vector<std::vector<std::size_t>> cliques;
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  for (std::size_t v = 0; v < size; ++v) {
    std::vector<std::size_t> causes;
    if (v < width) {
      for (std::size_t p = 0; p < v; ++p) causes.push_back(p);
    } else {
      causes = cliques[random() % cliques.size()];
      for (std::size_t left_out = 0; left_out < width; ++left_out) {
        cliques.push_back(causes);
        cliques.back()[left_out] = v;
      }
    }
    if (v + 1 == width) {
      cliques.push_back(causes);
      cliques.back().push_back(v);
    }
    names.push_back("V" + std::to_string(v));
    variables.push_back({names[v], levels == 2 ? ColumnType::binary : ColumnType::categorical, {}});
    for (std::size_t k = 0; k < levels; ++k) variables[v].levels.push_back(std::to_string(k));
    std::vector<std::string> inputs;
    std::size_t rows = 1;
    for (const std::size_t p : causes) {
      inputs.push_back(names[p]);
      edges.emplace_back(names[p], names[v]);
      rows *= levels;
    }
    std::vector<double> table(rows * levels);
    for (std::size_t row = 0; row < rows; ++row) {
      double total = 0;
      for (std::size_t k = 0; k < levels; ++k) total += table[row * levels + k] = uniform(random);
      for (std::size_t k = 0; k < levels; ++k) table[row * levels + k] /= total;
    }
    mechanisms.push_back(
        {TableMechanism(ProbabilityTable(std::vector<std::size_t>(causes.size(), levels), levels, table), coupling),
         inputs});
  }
  return {CausalGraph(names, edges), variables, mechanisms};
}

WorldEvent is(std::size_t copy, std::size_t level, std::size_t levels) {
  WorldEvent event{copy};
  event.allowed.assign(levels, 0);
  event.allowed[level] = 1;
  return event;
}

void answer(benchmark::State& state, const WorldQuestion& question) {
  for (auto _ : state) {
    const ExactAnswer found = discrete_answer(question);
    if (!std::holds_alternative<double>(found)) return state.SkipWithError("no number");
    benchmark::DoNotOptimize(found);
  }
}

/// The variables without effects: a question about all of them rests on the whole model.
std::vector<Node> sinks(const Scm& scm) {
  std::vector<Node> found;
  for (Node v = 0; v < scm.size(); ++v)
    if (scm.graph().children(v).empty()) found.push_back(v);
  return found;
}

/// P(a sink = 1 | do(V0 = 1), all other sinks seen): the whole model, in one world.
void conditional(benchmark::State& state) {
  const auto levels = static_cast<std::size_t>(state.range(0));
  const Scm scm = tree_of_cliques(30, levels, Coupling::inverse_cdf);
  WorldQuestion question{ParallelWorlds(scm), {{}}};
  const WorldAction action{{0, 1.0}};
  for (const Node v : sinks(scm))
    (v == 29 ? question.terms[0].of : question.terms[0].given)
        .push_back(is(question.worlds.copy(v, action), v % levels, levels));
  answer(state, question);
}

/// P(a sink = 1 had V0 been 1 | V0 = 0, all sinks as they are): every variable that V0 reaches is in two worlds.
void counterfactual(benchmark::State& state) {
  const Scm scm = tree_of_cliques(30, 2, static_cast<Coupling>(state.range(0)));
  WorldQuestion question{ParallelWorlds(scm), {{}}};
  question.terms[0].given.push_back(is(question.worlds.copy(0), 0, 2));
  for (const Node v : sinks(scm)) question.terms[0].given.push_back(is(question.worlds.copy(v), v % 2, 2));
  question.terms[0].of.push_back(is(question.worlds.copy(29, {{0, 1.0}}), 1, 2));
  answer(state, question);
}

/// P(all sinks = 1 had V0 been 1, all 0 had it been 0): the whole model in two worlds.
void two_worlds(benchmark::State& state) {
  const Scm scm = tree_of_cliques(30, 2, static_cast<Coupling>(state.range(0)));
  WorldQuestion question{ParallelWorlds(scm), {{}}};
  for (const Node v : sinks(scm))
    for (const std::size_t level : {0u, 1u})
      question.terms[0].of.push_back(is(question.worlds.copy(v, {{0, static_cast<double>(level)}}), level, 2));
  state.counters["copies"] = static_cast<double>(question.worlds.copies().size());
  answer(state, question);
}

void by_coupling(benchmark::internal::Benchmark* bench) {
  for (const Coupling coupling : {Coupling::inverse_cdf, Coupling::independent, Coupling::gumbel_max})
    bench->Arg(static_cast<int>(coupling))->Unit(benchmark::kMillisecond);
}

BENCHMARK(conditional)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);
BENCHMARK(counterfactual)->Apply(by_coupling);
BENCHMARK(two_worlds)->Apply(by_coupling);

}  // namespace
