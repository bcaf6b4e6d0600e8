// The full sweep of identification against its independent judge (tests/identify/shpitser_pearl.hpp), the truth of
// random models and pairs of models: identify_sweep [small] [verdicts] [numbers] [experiments] [populations] [proofs];
// without a word, all of them. Exits with 1 where anything is wrong; a pair that a search missed is counted and told.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/identify/check_derivation.hpp>
#include <equipoise/identify/derive.hpp>
#include <equipoise/identify/simplify.hpp>

#include "identify/sweep.hpp"

namespace {

using namespace equipoise::testing;

bool report(const char* name, const SweepFindings& found, double seconds) {
  std::printf("%s: %zu graphs, %zu queries, %zu identified, %zu not; %.1f s\n", name, found.graphs, found.queries,
              found.identified, found.refused, seconds);
  std::printf("  wrong: %zu verdicts, %zu estimands, %zu pairs; pairs missed by a search: %zu\n", found.verdicts_wrong,
              found.estimands_wrong, found.pairs_wrong, found.pairs_missed);
  if (found.proofs > 0) std::printf("  %zu derivations checked, %zu of them wrong\n", found.proofs, found.proofs_wrong);
  if (found.largest_error > 0) std::printf("  largest error of an estimand: %.2g\n", found.largest_error);
  if (found.smallest_query_difference < 1)
    std::printf("  pairs: smallest cell %.2g, largest difference known %.2g, smallest difference on the query %.2g\n",
                found.smallest_cell, found.largest_known_difference, found.smallest_query_difference);
  for (const auto& failure : found.failures) std::printf("  %s\n", failure.c_str());
  std::fflush(stdout);
  return found.verdicts_wrong + found.estimands_wrong + found.pairs_wrong + found.proofs_wrong == 0;
}

// Every graph of up to four nodes up to relabelling, every query, 20 models, pairs.
SweepFindings small() {
  SweepFindings found;
  for (int n = 1; n <= 4; ++n)
    for (const auto& g : graphs_up_to_relabelling(n)) {
      GraphSweep sweep(g, 20, true, found.graphs, found);
      for (const auto& query : every_query(n)) sweep.ask(query);
    }
  return found;
}

// 100,000 random graphs of 5 to 12 nodes, verdicts alone.
SweepFindings verdicts() {
  SweepFindings found;
  std::mt19937_64 random(100);
  for (int i = 0; i < 100'000; ++i) {
    const auto g = random_swept_graph(random, 5, 12);
    GraphSweep(g, 0, false, 0, found).ask(random_query(random, g.n));
  }
  return found;
}

// 10,000 random graphs of 5 to 7 nodes, 20 models, pairs.
SweepFindings numbers() {
  SweepFindings found;
  std::mt19937_64 random(200);
  for (int i = 0; i < 10'000; ++i) {
    const auto g = random_swept_graph(random, 5, 7);
    GraphSweep(g, 20, true, random(), found).ask(random_query(random, g.n));
  }
  return found;
}

// Random queries of random graphs of four nodes, from random sources, 20 models, pairs by search.
void ask_at_random(bool elsewhere, int queries, SweepFindings& found) {
  std::mt19937_64 random(300);
  for (int i = 0; i < queries; ++i) {
    const auto g = random_swept_graph(random, 4, 4);
    const auto sources = random_sources(random, to_causal_graph(g), elsewhere);
    ask_of_sources(random, g, random_query(random, g.n), sources, 20, {}, found);
    ++found.graphs;
  }
}

// Every graph of up to three nodes, every query, every collection of experiments (observation is the empty one), 5
// models; 10,000 random ones of four nodes.
SweepFindings experiments() {
  SweepFindings found;
  std::mt19937_64 random(400);
  for (int n = 1; n <= 3; ++n)
    for (const auto& g : graphs_up_to_relabelling(n)) {
      ++found.graphs;
      const auto size = static_cast<std::size_t>(n);
      const unsigned experiments = (1U << n) - 1;  // on any set but that of all nodes
      for (unsigned collection = 1; collection < 1U << experiments; ++collection) {
        std::vector<equipoise::Source> sources;
        for (unsigned on = 0; on < experiments; ++on)
          if (collection >> on & 1) sources.push_back({0, to_set(on, size), equipoise::NodeSet(size)});
        for (const auto& query : every_query(n)) ask_of_sources(random, g, query, sources, 5, {}, found);
      }
    }
  ask_at_random(false, 10'000, found);
  return found;
}

// Every graph of up to three nodes, every query, from the target's observation and each kind of one other population:
// every selection there, every experiment; 10,000 random ones of four nodes.
SweepFindings populations() {
  SweepFindings found;
  std::mt19937_64 random(500);
  for (int n = 1; n <= 3; ++n)
    for (const auto& g : graphs_up_to_relabelling(n)) {
      ++found.graphs;
      const auto size = static_cast<std::size_t>(n);
      for (unsigned selection = 0; selection < 1U << n; ++selection)
        for (unsigned on = 0; on + 1 < 1U << n; ++on)
          for (const bool observed : {false, true}) {
            std::vector<equipoise::Source> sources{{1, to_set(on, size), to_set(selection, size)}};
            if (observed) sources.push_back({0, equipoise::NodeSet(size), equipoise::NodeSet(size)});
            for (const auto& query : every_query(n)) ask_of_sources(random, g, query, sources, 5, {}, found);
          }
    }
  ask_at_random(true, 10'000, found);
  return found;
}

// The derivation of an identified query must pass the check, end in the estimand, and, made shorter, pass again and
// give the truth of a random model.
void prove(const judge::Graph& g, const SweptQuery& query, std::uint64_t seed, SweepFindings& found) {
  using namespace equipoise;
  const CausalGraph graph = to_causal_graph(g);
  const NodeSet y = to_set(query.y, graph.size()), x = to_set(query.x, graph.size()), z = to_set(query.z, graph.size());
  const auto answer = identify_conditional_effect(graph, y, x, z);
  ++found.queries;
  ++(is_identified(answer) ? found.identified : found.refused);
  if (!is_identified(answer)) return;
  const std::vector<Source> sources{observation(graph)};
  const auto made = derive_conditional_effect(graph, y, x, z, sources);
  const auto* derivation = std::get_if<Derivation>(&made);
  const auto is_right = [&](const Derivation& each) { return !check_derivation(graph, each, sources); };
  ++found.proofs;
  if (derivation == nullptr || !is_right(*derivation) ||
      !(derivation->estimand() == std::get<Identified>(answer).estimand)) {
    ++found.proofs_wrong;
    found.add_failure("derivation", g, query);
    return;
  }
  const Derivation shorter = simplified(graph, *derivation);
  std::mt19937_64 random(seed);
  const ProbabilityModel model(random, graph);
  const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
  const double error = error_of(shorter.estimand(), known, conditional_of(model.distribution(x), y, x, z));
  found.largest_error = std::max(found.largest_error, error);
  ++found.proofs;
  if (is_right(shorter) && error <= 1e-9) return;
  ++found.proofs_wrong;
  found.add_failure("simplification", g, query);
}

// Every graph of up to four nodes, every query; 5,000 random ones of 5 to 8 nodes.
SweepFindings proofs() {
  SweepFindings found;
  for (int n = 1; n <= 4; ++n)
    for (const auto& g : graphs_up_to_relabelling(n)) {
      ++found.graphs;
      for (const auto& query : every_query(n)) prove(g, query, found.queries, found);
    }
  std::mt19937_64 random(600);
  for (int i = 0; i < 5'000; ++i) {
    const auto g = random_swept_graph(random, 5, 8);
    ++found.graphs;
    prove(g, random_query(random, g.n), random(), found);
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::pair<std::string, std::function<SweepFindings()>>> parts{{"small", small},
                                                                                  {"verdicts", verdicts},
                                                                                  {"numbers", numbers},
                                                                                  {"experiments", experiments},
                                                                                  {"populations", populations},
                                                                                  {"proofs", proofs}};
  bool right = true;
  for (const auto& [name, run] : parts) {
    bool asked = argc == 1;
    for (int i = 1; i < argc; ++i) asked = asked || argv[i] == name;
    if (!asked) continue;
    const auto start = std::chrono::steady_clock::now();
    const SweepFindings found = run();
    right =
        report(name.c_str(), found, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()) &&
        right;
  }
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
