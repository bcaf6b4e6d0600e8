#include <catch2/catch.hpp>

#include <array>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/check_derivation.hpp>
#include <equipoise/identify/derive.hpp>

#include "identify/all_interventions.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

using Term = Expression::Probability;

CausalGraph confounded() {
  const std::vector<NamedEdge> directed{{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}};
  return CausalGraph({"X", "Y", "Z"}, directed);
}

Derivation back_door() { return std::get<Derivation>(derive_effect(confounded(), NodeSet(3, {1}), NodeSet(3, {0}))); }

std::optional<Refusal> check(const CausalGraph& graph, const Derivation& derivation) {
  const std::array sources{observation(graph)};
  return check_derivation(graph, derivation, sources);
}

// Another term: a symbol dropped, added or moved, or another population.
Term changed(std::mt19937_64& random, Term term, std::size_t n) {
  Symbols* parts[] = {&term.of, &term.given, &term.intervened};
  Symbols& from = *parts[random() % 3];
  Symbols& into = *parts[random() % 3];
  const Symbol fresh{random() % n, static_cast<unsigned>(random() % 2)};
  switch (random() % 4) {
    case 0: into = set_union(into, {fresh}); break;
    case 1: term.population = 1 - term.population; break;
    default:
      if (from.empty()) break;
      const Symbol moved = from[random() % from.size()];
      from = set_difference(from, {moved});
      if (random() % 2 == 0) into = set_union(into, {moved});
  }
  return term;
}

// A probability within the expression, changed; every other part as it is.
Expression changed(std::mt19937_64& random, const Expression& e, std::size_t n) {
  if (const auto* p = e.as<Term>()) return probability(changed(random, *p, n));
  if (const auto* s = e.as<Expression::Sum>()) {
    if (random() % 3 == 0 && s->over.size() > 1)
      return as_written({Expression::Sum{{s->over.begin() + 1, s->over.end()}, s->term}});
    return as_written({Expression::Sum{s->over, changed(random, s->term, n)}});
  }
  if (const auto* f = e.as<Expression::Fraction>()) {
    if (random() % 3 == 0) return as_written({Expression::Fraction{f->denominator, f->numerator}});
    return as_written({Expression::Fraction{f->numerator, changed(random, f->denominator, n)}});
  }
  auto factors = e.as<Expression::Product>()->factors;
  if (factors.empty()) return e;
  const std::size_t at = random() % factors.size();
  if (random() % 2 == 0)
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(at));
  else
    factors[at] = changed(random, factors[at], n);
  return as_written({Expression::Product{std::move(factors)}});
}

// The derivation with one step tampered with, the lines after it replayed so that they are consistent.
Derivation tampered(std::mt19937_64& random, Derivation derivation, std::size_t n) {
  auto& steps = derivation.steps;
  const std::size_t at = random() % steps.size();
  DerivationStep& step = steps[at];
  switch (random() % 6) {
    case 0: step.after = changed(random, step.after, n); break;
    case 1: step.before = changed(random, step.before, n); break;
    case 2: step.rule = static_cast<DerivationRule>(random() % 10); break;
    case 3:
      if (!step.separation) {
        step.separation = Separation{NodeSet(n, {0}), NodeSet(n, {1}), NodeSet(n), {NodeSet(n), NodeSet(n)}};
        break;
      }
      (random() % 2 == 0 ? step.separation->given : step.separation->cut.incoming).insert(random() % n);
      break;
    case 4: steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 5:
      if (step.places.front().empty())
        step.places.front().push_back(random() % 3);
      else
        step.places.front().back() += 1;
      break;
  }
  Expression whole = derivation.query;
  for (auto& each : steps) {
    if (const auto next = replaced(whole, each)) whole = *next;
    each.result = whole;
  }
  return derivation;
}

}  // namespace

TEST_CASE("a right derivation is accepted", "[identify]") { CHECK_FALSE(check(confounded(), back_door())); }

TEST_CASE("a derivation is refused on a graph without its separations", "[identify]") {
  const std::vector<NamedEdge> directed{{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}}, hidden{{"X", "Y"}};
  const CausalGraph bow({"X", "Y", "Z"}, directed, hidden);
  const auto refusal = check(bow, back_door());
  REQUIRE(refusal);
  CHECK(back_door().steps[refusal->step].rule == DerivationRule::rule_2);
  CHECK(refusal->reason == "the graph does not have the separation");
}

TEST_CASE("wrong steps are refused, each for its reason", "[identify]") {
  const CausalGraph graph = confounded();
  const auto refused = [&](auto tamper) {
    Derivation derivation = back_door();
    tamper(derivation);
    const auto refusal = check(graph, derivation);
    return refusal ? std::to_string(refusal->step) + ": " + refusal->reason : std::string("accepted");
  };
  CHECK(refused([](Derivation& d) { d.steps.resize(3); }) == "3: the estimand uses a distribution that is not known");
  CHECK(refused([](Derivation& d) { d.steps[0].rule = DerivationRule::chain_rule; }) == "0: no instance of chain rule");
  CHECK(refused([](Derivation& d) { d.steps[2].separation->given.insert(1); }) ==
        "2: the rule rests on another separation than the one that is named");
  CHECK(refused([](Derivation& d) { d.steps[2].separation.reset(); }) ==
        "2: the rule rests on another separation than the one that is named");
  CHECK(refused([](Derivation& d) { d.steps[0].separation = d.steps[2].separation; }) ==
        "0: an axiom of probability rests on no separation");
  CHECK(refused([](Derivation& d) { d.steps[1].result = d.steps[0].result; }) ==
        "1: the result is not what the replacement gives");
  CHECK(refused([](Derivation& d) { d.steps[3].places = {{7}}; }) == "3: there is no such place in the expression");
  CHECK(refused([](Derivation& d) { d.steps.insert(d.steps.begin(), d.steps[0]); }) ==
        "1: what is replaced stands nowhere");
  CHECK(refused([](Derivation& d) {
          d.query = probability({0, {{9, 0}}, {}, {}});
        }) == "0: the query names a variable twice, or one that the graph has not");
  CHECK(refused([](Derivation& d) {
          d.steps[0].after = probability({0, {{1, 0}}, {{1, 1}}, {}});
        }) == "0: a term names a variable twice, or one that the graph has not");
  CHECK(refused([](Derivation& d) { d.steps[2].rule = DerivationRule::transport; }) == "2: no instance of transport");
}

TEST_CASE("tampered derivations are refused, or what they prove is true all the same", "[identify]") {
  std::mt19937_64 random(51);
  int tried = 0, refused = 0, harmless = 0;
  for (int trial = 0; trial < trials(250); ++trial) {
    const int n = 3 + trial % 2;
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.5, 0.25));
    const auto size = graph.size();
    const Node y = random() % size, x = (y + 1 + random() % (size - 1)) % size;
    NodeSet selection = graph.none();
    selection.insert(random() % size);
    const std::vector<Source> sources{
        {1, graph.none(), selection}, {1, NodeSet(size, {x}), selection}, observation(graph)};
    const auto answer = derive_effect(graph, NodeSet(size, {y}), NodeSet(size, {x}), sources);
    const auto* derivation = std::get_if<Derivation>(&answer);
    if (derivation == nullptr || derivation->steps.empty()) continue;
    for (int times = 0; times < 30; ++times) {
      const Derivation wrong = tampered(random, *derivation, size);
      ++tried;
      if (check_derivation(graph, wrong, sources)) {
        ++refused;
        continue;
      }
      ++harmless;
      const auto known = all_interventions(random, graph, sources);
      Evaluation evaluation(known);
      CAPTURE(to_text(wrong, graph.names()));
      REQUIRE(largest_difference(evaluation.table(wrong.query), evaluation.table(wrong.estimand())) < 1e-9);
    }
  }
  CHECK(tried > trials(1000));
  CHECK(refused > tried * 3 / 4);
  CHECK(harmless > 0);
}
