#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/identify/check_derivation.hpp>
#include <equipoise/identify/derive.hpp>

#include "identify/all_interventions.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

struct Case {
  CausalGraph graph;
  NodeSet y, x, z;
  std::vector<Source> sources;
};

Case random_case(std::mt19937_64& random, int n, bool conditional, bool several_sources) {
  const double directed = 0.3 + 0.1 * static_cast<double>(random() % 4);
  const double bidirected = 0.1 + 0.1 * static_cast<double>(random() % 4);
  Case c{to_causal_graph(random_judge_graph(random, n, directed, bidirected)), {}, {}, {}, {}};
  c.y = c.x = c.z = c.graph.none();
  c.y.insert(random() % c.graph.size());
  for (Node v = 0; v < c.graph.size(); ++v) {
    if (c.y.contains(v)) continue;
    const auto part = random() % (conditional ? 5 : 6);
    if (part < 2) c.x.insert(v);
    if (part == 2) c.y.insert(v);
    if (part == 3 && conditional) c.z.insert(v);
  }
  if (!several_sources) {
    c.sources.push_back(observation(c.graph));
    return c;
  }
  for (std::size_t population = 0; population < 3; ++population) {
    NodeSet selection = c.graph.none();
    for (Node v = 0; v < c.graph.size(); ++v)
      if (population > 0 && random() % 4 == 0) selection.insert(v);
    for (int experiment = 0; experiment < 2; ++experiment) {
      NodeSet intervened = c.graph.none();
      for (Node v = 0; v < c.graph.size(); ++v)
        if (random() % 3 == 0) intervened.insert(v);
      c.sources.push_back({population, intervened, selection});
    }
  }
  return c;
}

// Every graph over n nodes in one topological order.
template <class Visit>
void for_every_graph(int n, Visit visit) {
  const int pairs = n * (n - 1) / 2;
  for (int code = 0; code < 1 << (2 * pairs); ++code) {
    std::vector<std::string> names;
    std::vector<NamedEdge> directed, bidirected;
    int bit = 0;
    for (int v = 0; v < n; ++v) {
      names.push_back("V" + std::to_string(v));
      for (int p = 0; p < v; ++p) {
        const NamedEdge edge{"V" + std::to_string(p), names.back()};
        if (code >> bit++ & 1) directed.push_back(edge);
        if (code >> bit++ & 1) bidirected.push_back(edge);
      }
    }
    visit(CausalGraph(names, directed, bidirected));
  }
}

// Every outcome (not empty), treatment and condition that are disjoint.
template <class Visit>
void for_every_split(std::size_t n, Visit visit) {
  for (std::size_t code = 0; code < std::size_t{1} << (2 * n); ++code) {
    NodeSet parts[4] = {NodeSet(n), NodeSet(n), NodeSet(n), NodeSet(n)};
    for (Node v = 0; v < n; ++v) parts[code >> (2 * v) & 3].insert(v);
    if (!parts[0].empty()) visit(parts[0], parts[1], parts[2]);
  }
}

struct Counts {
  int derived = 0, refused = 0, transported = 0;
};

// Derives, checks, compares the last line with the estimand and, where `by_number`, every line with the first.
void derive_and_check(std::mt19937_64& random, const Case& c, bool by_number, Counts& counts) {
  const auto answer = derive_conditional_effect(c.graph, c.y, c.x, c.z, c.sources);
  const auto identified = identify_conditional_effect(c.graph, c.y, c.x, c.z, c.sources);
  if (std::holds_alternative<NotIdentified>(answer)) {
    REQUIRE_FALSE(is_identified(identified));
    ++counts.refused;
    return;
  }
  const auto& derivation = std::get<Derivation>(answer);
  CAPTURE(to_text(derivation, c.graph.names()));
  const auto refusal = check_derivation(c.graph, derivation, c.sources);
  CAPTURE(refusal ? refusal->reason : std::string("no refusal"));
  REQUIRE_FALSE(refusal);
  REQUIRE(derivation.query == probability({0, symbols_of(c.y), symbols_of(c.z), symbols_of(c.x)}));
  REQUIRE(derivation.estimand() == std::get<Identified>(identified).estimand);
  ++counts.derived;
  for (const auto& step : derivation.steps) counts.transported += step.rule == DerivationRule::transport;
  if (!by_number) return;
  const auto known = all_interventions(random, c.graph, c.sources);
  Evaluation evaluation(known);
  const Factor truth = evaluation.table(derivation.query);
  for (const auto& step : derivation.steps) REQUIRE(largest_difference(evaluation.table(step.result), truth) < 1e-9);
}

}  // namespace

TEST_CASE("derivations of effects pass the checker, end in the estimand, and every line has the query's value",
          "[identify]") {
  std::mt19937_64 random(31);
  Counts counts;
  for (int trial = 0; trial < trials(450); ++trial)
    derive_and_check(random, random_case(random, 3 + trial % 3, false, false), trial % 4 == 0, counts);
  for (int trial = 0; trial < trials(250); ++trial)
    derive_and_check(random, random_case(random, 6 + trial % 3, false, false), false, counts);
  CHECK(counts.derived > trials(200));
  CHECK(counts.refused > trials(100));
}

TEST_CASE("so do derivations of conditional effects", "[identify]") {
  std::mt19937_64 random(32);
  Counts counts;
  for (int trial = 0; trial < trials(450); ++trial)
    derive_and_check(random, random_case(random, 3 + trial % 3, true, false), trial % 4 == 0, counts);
  for (int trial = 0; trial < trials(250); ++trial)
    derive_and_check(random, random_case(random, 6 + trial % 3, true, false), false, counts);
  CHECK(counts.derived > trials(200));
  CHECK(counts.refused > trials(100));
}

TEST_CASE("so do derivations from experiments in several populations", "[identify]") {
  std::mt19937_64 random(33);
  Counts counts;
  for (int trial = 0; trial < trials(450); ++trial)
    derive_and_check(random, random_case(random, 3 + trial % 3, trial % 2 == 0, true), trial % 8 == 0, counts);
  for (int trial = 0; trial < trials(250); ++trial)
    derive_and_check(random, random_case(random, 6 + trial % 3, trial % 2 == 0, true), false, counts);
  CHECK(counts.derived > trials(150));
  CHECK(counts.refused > trials(100));
  CHECK(counts.transported > trials(50));
}

TEST_CASE("every effect that is identified on a graph of up to three nodes is derived", "[identify]") {
  std::mt19937_64 random(34);
  Counts counts;
  for (int n = 1; n <= 3; ++n)
    for_every_graph(n, [&](const CausalGraph& graph) {
      for_every_split(graph.size(), [&](const NodeSet& y, const NodeSet& x, const NodeSet& z) {
        derive_and_check(random, {graph, y, x, z, {observation(graph)}}, false, counts);
      });
    });
  CHECK(counts.derived > 2000);
  CHECK(counts.refused > 100);
}

TEST_CASE("the napkin is derived as one would by hand", "[identify]") {
  const std::vector<NamedEdge> directed{{"W", "R"}, {"R", "X"}, {"X", "Y"}}, hidden{{"W", "X"}, {"W", "Y"}};
  const CausalGraph napkin({"W", "R", "X", "Y"}, directed, hidden);
  const auto answer = derive_effect(napkin, NodeSet(4, {3}), NodeSet(4, {2}));
  const auto& steps = std::get<Derivation>(answer).steps;
  REQUIRE(steps.size() > 3);
  const auto line = [&](std::size_t i) { return to_text(steps[i].result, napkin.names()); };
  CHECK(line(0) == "P(Y | do(R, X))");
  CHECK(reason(steps[0], napkin.names()) ==
        "rule 3: Y and R are separated given X in the graph without arrows into R, X");
  CHECK(line(1) == "P(Y | do(R), X)");
  CHECK(reason(steps[1], napkin.names()) ==
        "rule 2: Y and X are separated given R in the graph without arrows into R and out of X");
  CHECK(line(2) == "P(X, Y | do(R)) / P(X | do(R))");
}

TEST_CASE("a derivation that would be too long is given up, and nothing is derived where nothing is identified",
          "[identify]") {
  const std::vector<NamedEdge> directed{{"W", "R"}, {"R", "X"}, {"X", "Y"}}, hidden{{"W", "X"}, {"W", "Y"}};
  const CausalGraph napkin({"W", "R", "X", "Y"}, directed, hidden);
  const auto cut = derive_effect(napkin, NodeSet(4, {3}), NodeSet(4, {2}), DerivationOptions{.max_steps = 4});
  REQUIRE(std::holds_alternative<DerivationTooLong>(cut));
  CHECK(std::get<DerivationTooLong>(cut).steps == 4);
  const std::vector<NamedEdge> edge{{"X", "Y"}}, bow{{"X", "Y"}};
  const CausalGraph graph({"X", "Y"}, edge, bow);
  CHECK(std::holds_alternative<NotIdentified>(derive_effect(graph, NodeSet(2, {1}), NodeSet(2, {0}))));
}
