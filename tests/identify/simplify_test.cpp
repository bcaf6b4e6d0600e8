#include <catch2/catch.hpp>

#include <array>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/check_derivation.hpp>
#include <equipoise/identify/derive.hpp>
#include <equipoise/identify/simplify.hpp>

#include "identify/all_interventions.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// How much there is to read: symbols, bound and in probabilities, and bars of fractions.
std::size_t reading(const Expression& e) {
  if (const auto* p = e.as<Expression::Probability>()) return 1 + p->of.size() + p->given.size() + p->intervened.size();
  if (const auto* s = e.as<Expression::Sum>()) return s->over.size() + reading(s->term);
  if (const auto* f = e.as<Expression::Fraction>()) return 1 + reading(f->numerator) + reading(f->denominator);
  std::size_t all = 0;
  for (const auto& factor : e.as<Expression::Product>()->factors) all += reading(factor);
  return all;
}

std::size_t bound_symbols(const Expression& e) {
  if (e.as<Expression::Probability>() != nullptr) return 0;
  if (const auto* s = e.as<Expression::Sum>()) return s->over.size() + bound_symbols(s->term);
  if (const auto* f = e.as<Expression::Fraction>()) return bound_symbols(f->numerator) + bound_symbols(f->denominator);
  std::size_t all = 0;
  for (const auto& factor : e.as<Expression::Product>()->factors) all += bound_symbols(factor);
  return all;
}

std::string simplest(std::vector<std::string> names, std::vector<NamedEdge> directed, std::vector<NamedEdge> bidirected,
                     const std::vector<std::string>& treatment, const std::vector<std::string>& given = {}) {
  const CausalGraph graph(std::move(names), directed, bidirected);
  NodeSet y = graph.none(), x = graph.none(), z = graph.none();
  y.insert(graph.node("Y"));
  for (const auto& name : treatment) x.insert(graph.node(name));
  for (const auto& name : given) z.insert(graph.node(name));
  const auto answer = identify_conditional_effect(graph, y, x, z);
  const auto shorter = simplify(graph, std::get<Identified>(answer).estimand);
  CHECK(shorter.complete);
  return to_text(shorter.derivation.estimand(), graph.names());
}

struct Counts {
  int tried = 0, shorter = 0, fewer_sums = 0;
};

void simplify_and_check(std::mt19937_64& random, const CausalGraph& graph, const Expression& estimand,
                        const std::vector<Source>& sources, bool by_number, Counts& counts) {
  const Simplification result = simplify(graph, estimand);
  const Expression& shorter = result.derivation.estimand();
  CAPTURE(to_text(result.derivation, graph.names()));
  const auto refusal = check_derivation(graph, result.derivation, sources);
  CAPTURE(refusal ? refusal->reason : std::string("no refusal"));
  REQUIRE_FALSE(refusal);
  REQUIRE(result.complete);
  REQUIRE(result.derivation.query == estimand);
  REQUIRE(bound_symbols(shorter) <= bound_symbols(estimand));
  REQUIRE(reading(shorter) <= reading(estimand));
  REQUIRE(simplify(graph, shorter).derivation.steps.empty());
  ++counts.tried;
  counts.shorter += reading(shorter) < reading(estimand);
  counts.fewer_sums += bound_symbols(shorter) < bound_symbols(estimand);
  if (!by_number) return;
  const auto known = all_interventions(random, graph, sources);
  Evaluation evaluation(known);
  REQUIRE(largest_difference(evaluation.table(estimand), evaluation.table(shorter)) < 1e-9);
}

}  // namespace

TEST_CASE("sums that the graph lets carry out are carried out", "[identify]") {
  CHECK(simplest({"X", "Z", "Y"}, {{"Z", "Y"}, {"X", "Y"}}, {}, {"X"}) == "P(Y | X)");
  CHECK(simplest({"W", "R", "X", "Y"}, {{"W", "R"}, {"R", "X"}, {"X", "Y"}}, {{"W", "X"}, {"W", "Y"}}, {}) == "P(Y)");
  CHECK(simplest({"X", "Z", "W", "Y"}, {{"W", "Z"}, {"Z", "X"}, {"Z", "Y"}, {"X", "Y"}}, {}, {"X"}) ==
        "sum_{Z} P(Z) P(Y | X, Z)");
  CHECK(simplest({"X", "M", "N", "Y"}, {{"X", "M"}, {"M", "N"}, {"N", "Y"}}, {}, {"X"}) == "P(Y | X)");
}

TEST_CASE("a conditional effect that is a conditional probability is written as one", "[identify]") {
  CHECK(simplest({"X", "Z", "Y"}, {{"X", "Y"}, {"Y", "Z"}}, {}, {"X"}, {"Z"}) == "P(Y | X, Z)");
  CHECK(simplest({"X", "Z", "Y"}, {{"X", "Y"}, {"X", "Z"}, {"Y", "Z"}}, {}, {"X"}, {"Z"}) == "P(Y | X, Z)");
}

TEST_CASE("what cannot be shorter stays as textbooks have it", "[identify]") {
  CHECK(simplest({"X", "Z", "Y"}, {{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}}, {}, {"X"}) == "sum_{Z} P(Z) P(Y | X, Z)");
  CHECK(simplest({"X", "M", "Y"}, {{"X", "M"}, {"M", "Y"}}, {{"X", "Y"}}, {"X"}) ==
        "sum_{M} P(M | X) [sum_{X'} P(X') P(Y | X', M)]");
}

TEST_CASE("factors above and below a bar cancel, also those that stand in a sum", "[identify]") {
  const CausalGraph graph({"X", "Y", "Z"}, std::vector<NamedEdge>{{"X", "Y"}, {"X", "Z"}, {"Y", "Z"}});
  const Symbol x{0, 0}, y{1, 0}, z{2, 0};
  const auto p = [](Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); };
  const auto shorter = [&](const Expression& e) { return simplify(graph, e).derivation.estimand(); };
  CHECK(shorter(fraction(product({p({x}), p({y}, {x})}), p({x}))) == p({y}, {x}));
  CHECK(shorter(fraction(product({p({x}), p({y}, {x})}), sum({y}, product({p({x}), p({y}, {x})})))) == p({y}, {x}));
  CHECK(shorter(fraction(product({p({x, y}), p({z}, {x, y})}), p({x}))) == p({y, z}, {x}));
  CHECK(shorter(fraction(p({x}), product({p({x}), p({y}, {x})}))) == fraction(Expression(), p({y}, {x})));
}

TEST_CASE("conditions that do not matter are dropped", "[identify]") {
  const CausalGraph chain({"X", "Y", "Z"}, std::vector<NamedEdge>{{"X", "Y"}, {"Y", "Z"}});
  const Simplification shorter = simplify(chain, probability({0, {{2, 0}}, {{0, 0}, {1, 0}}, {}}));
  CHECK(shorter.derivation.estimand() == probability({0, {{2, 0}}, {{1, 0}}, {}}));
  REQUIRE(shorter.derivation.steps.size() == 1);
  CHECK(shorter.derivation.steps[0].rule == DerivationRule::rule_1);
}

TEST_CASE("shorter estimands have the same value, by the checker of derivations and in random models", "[identify]") {
  std::mt19937_64 random(61);
  Counts counts;
  for (int trial = 0; trial < 1500; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 3 + trial % 4, 0.4, 0.2));
    NodeSet parts[3] = {graph.none(), graph.none(), graph.none()};
    for (Node v = 0; v < graph.size(); ++v)
      if (const auto part = random() % 5; part < 3) parts[part].insert(v);
    if (parts[0].empty()) continue;
    const std::vector<Source> sources{observation(graph)};
    const auto answer = identify_conditional_effect(graph, parts[0], parts[1], parts[2]);
    if (const auto* found = std::get_if<Identified>(&answer))
      simplify_and_check(random, graph, found->estimand, sources, trial % 4 == 0 && graph.size() < 6, counts);
  }
  CHECK(counts.tried > 800);
  CHECK(counts.shorter > 250);
  CHECK(counts.fewer_sums > 100);
}

TEST_CASE("so have estimands from experiments in several populations", "[identify]") {
  std::mt19937_64 random(62);
  Counts counts;
  for (int trial = 0; trial < 600; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 3 + trial % 3, 0.4, 0.3));
    const auto random_set = [&](unsigned odds) {
      NodeSet set = graph.none();
      for (Node v = 0; v < graph.size(); ++v)
        if (random() % odds == 0) set.insert(v);
      return set;
    };
    std::vector<Source> sources;
    for (std::size_t population = 0; population < 3; ++population)
      sources.push_back({population, random_set(3), population == 0 ? graph.none() : random_set(4)});
    const Node y = random() % graph.size();
    NodeSet x = random_set(3);
    x.erase(y);
    const auto answer = identify_effect(graph, NodeSet(graph.size(), {y}), x, sources);
    if (const auto* found = std::get_if<Identified>(&answer))
      simplify_and_check(random, graph, found->estimand, sources, trial % 8 == 0, counts);
  }
  CHECK(counts.tried > 200);
  CHECK(counts.shorter > 50);
}

TEST_CASE("a derivation goes on to the shorter estimand", "[identify]") {
  const CausalGraph graph({"X", "Z", "Y"}, std::vector<NamedEdge>{{"Z", "Y"}, {"X", "Y"}});
  const auto answer = derive_effect(graph, NodeSet(3, {2}), NodeSet(3, {0}));
  const Derivation longer = std::get<Derivation>(answer);
  const Derivation whole = simplified(graph, longer);
  const std::array sources{observation(graph)};
  CHECK_FALSE(check_derivation(graph, whole, sources));
  CHECK(whole.steps.size() > longer.steps.size());
  CHECK(to_text(whole.estimand(), graph.names()) == "P(Y | X)");
}

TEST_CASE("a simplification whose budget is spent says so and is right as far as it goes", "[identify]") {
  const CausalGraph graph({"X", "Z", "Y"}, std::vector<NamedEdge>{{"Z", "Y"}, {"X", "Y"}});
  const auto answer = identify_effect(graph, NodeSet(3, {2}), NodeSet(3, {0}));
  const Expression& estimand = std::get<Identified>(answer).estimand;
  const std::array sources{observation(graph)};
  std::set<bool> completed;
  for (std::size_t attempts = 1; attempts < 12; ++attempts) {
    const Simplification cut = simplify(graph, estimand, {.max_attempts = attempts});
    completed.insert(cut.complete);
    CHECK_FALSE(check_derivation(graph, cut.derivation, sources));
  }
  CHECK(completed.size() == 2);
  const Simplification untouched = simplify(graph, estimand, {.derivation = {.max_nodes = 2}});
  CHECK_FALSE(untouched.complete);
  CHECK(untouched.derivation.steps.empty());
}
