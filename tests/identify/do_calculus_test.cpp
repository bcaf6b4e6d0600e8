#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include <equipoise/identify/do_calculus.hpp>
#include <equipoise/identify/evaluation.hpp>

#include "identify/all_interventions.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

using Term = Expression::Probability;

struct Sets {
  Symbols y, x, z, w;
};

Sets random_sets(std::mt19937_64& random, std::size_t n) {
  Sets sets;
  for (Node v = 0; v < n; ++v) {
    Symbols* part[] = {&sets.y, &sets.x, &sets.z, &sets.w, nullptr};
    if (Symbols* into = part[random() % 5]) into->push_back({v, 0});
  }
  return sets;
}

double difference(Evaluation& evaluation, const Term& a, const Term& b) {
  return largest_difference(evaluation.table(probability(a)), evaluation.table(probability(b)));
}

}  // namespace

TEST_CASE("where a rule of do-calculus holds, its two terms are equal in every model; both directions agree",
          "[identify]") {
  std::mt19937_64 random(41);
  int held[3] = {};
  for (int trial = 0; trial < 700; ++trial) {
    const auto n = 3 + static_cast<std::size_t>(trial % 3);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, static_cast<int>(n), 0.35, 0.2));
    const Sets s = random_sets(random, n);
    if (s.y.empty() || s.z.empty()) continue;
    const Term with_z{0, s.y, set_union(s.z, s.w), s.x}, without_z{0, s.y, s.w, s.x},
        do_z{0, s.y, s.w, set_union(s.x, s.z)};
    const RuleApplication forward[] = {delete_observation(graph, with_z, s.z), observe_action(graph, do_z, s.z),
                                       delete_action(graph, do_z, s.z)};
    const RuleApplication backward[] = {insert_observation(graph, without_z, s.z),
                                        act_on_observation(graph, with_z, s.z), insert_action(graph, without_z, s.z)};
    const Term left[] = {with_z, do_z, do_z}, right[] = {without_z, with_z, without_z};
    const std::optional<Separation> between[] = {rule_1_between(graph, with_z, without_z),
                                                 rule_2_between(graph, with_z, do_z),
                                                 rule_3_between(graph, without_z, do_z)};
    const auto known = all_interventions(random, graph, {});
    Evaluation evaluation(known);
    for (int rule = 0; rule < 3; ++rule) {
      REQUIRE(forward[rule].term == right[rule]);
      REQUIRE(backward[rule].term == left[rule]);
      REQUIRE(forward[rule].separation == backward[rule].separation);
      REQUIRE(between[rule] == forward[rule].separation);
      REQUIRE(forward[rule].holds == backward[rule].holds);
      if (!forward[rule].holds) continue;
      ++held[rule];
      REQUIRE(difference(evaluation, left[rule], right[rule]) < 1e-9);
    }
  }
  for (const int times : held) CHECK(times > 50);
}

TEST_CASE("where rule 1 does not hold, some model tells the two terms apart", "[identify]") {
  std::mt19937_64 random(42);
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4, 0.35, 0.2));
    const Sets s = random_sets(random, 4);
    if (s.y.empty() || s.z.empty()) continue;
    const Term with_z{0, s.y, set_union(s.z, s.w), s.x};
    const RuleApplication deleted = delete_observation(graph, with_z, s.z);
    if (deleted.holds) continue;
    ++refused;
    double largest = 0;
    for (int model = 0; model < 40 && largest < 1e-9; ++model) {
      const auto known = all_interventions(random, graph, {});
      Evaluation evaluation(known);
      largest = difference(evaluation, with_z, deleted.term);
    }
    REQUIRE(largest > 1e-9);
  }
  CHECK(refused > 30);
}

TEST_CASE("rule 3 keeps the arrows into actions that an observation descends from", "[identify]") {
  // W <- Z <-> Y: W tells of Y through Z, unless Z is fixed. Without Z <-> Y they would seem to be separated.
  const std::vector<NamedEdge> directed{{"Z", "W"}}, hidden{{"Z", "Y"}};
  const CausalGraph graph({"Z", "W", "Y"}, directed, hidden);
  const Term observed{0, {{2, 0}}, {{1, 0}}, {}};
  const RuleApplication inserted = insert_action(graph, observed, {{0, 0}});
  CHECK(inserted.separation.cut.incoming.empty());
  CHECK_FALSE(inserted.holds);
  // Without W there is nothing to keep, and the action does not reach Y.
  const RuleApplication marginal = insert_action(graph, {0, {{2, 0}}, {}, {}}, {{0, 0}});
  CHECK(marginal.separation.cut.incoming == NodeSet(3, {0}));
  CHECK(marginal.holds);
}

TEST_CASE("terms are equal across populations where selection nodes are separated", "[identify]") {
  std::mt19937_64 random(43);
  int held = 0, refused = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const auto n = 3 + static_cast<std::size_t>(trial % 3);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, static_cast<int>(n), 0.35, 0.2));
    const Sets s = random_sets(random, n);
    if (s.y.empty()) continue;
    NodeSet selection = graph.none();
    for (Node v = 0; v < n; ++v)
      if (random() % 3 == 0) selection.insert(v);
    const Term here{0, s.y, s.w, s.x};
    const RuleApplication there = transport_to(graph, here, 1, selection);
    CHECK(there.term.population == 1);
    CHECK(transport_between(graph, there.term, here, selection) == there.separation);
    const std::vector<Source> sources{{1, graph.none(), selection}};
    const auto known = all_interventions(random, graph, sources);
    Evaluation evaluation(known);
    (there.holds ? held : refused) += 1;
    if (there.holds) REQUIRE(difference(evaluation, here, there.term) < 1e-9);
  }
  CHECK(held > 50);
  CHECK(refused > 100);
}

TEST_CASE("a selection diagram has one more node, whatever the others are called", "[identify]") {
  const std::vector<NamedEdge> directed{{"selection", "B"}}, hidden{{"selection", "B"}};
  const CausalGraph graph({"selection", "B"}, directed, hidden);
  const CausalGraph diagram = selection_diagram(graph, NodeSet(2, {1}));
  REQUIRE(diagram.size() == 3);
  CHECK(diagram.name(2) == "selection'");
  CHECK(diagram.parents(1) == NodeSet(3, {0, 2}));
  CHECK(diagram.siblings(0) == NodeSet(3, {1}));
  CHECK(diagram.children(2) == NodeSet(3, {1}));
}

TEST_CASE("terms that differ in more than a rule may change are not its instances", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}, {"Z", "Y"}};
  const CausalGraph graph({"X", "Y", "Z"}, directed);
  const Symbol x{0, 0}, y{1, 0}, z{2, 0}, other_x{0, 1};
  const Term base{0, {y}, {x}, {}};
  CHECK_FALSE(rule_1_between(graph, base, base));
  CHECK_FALSE(rule_1_between(graph, base, {0, {y}, {z}, {}}));
  CHECK_FALSE(rule_1_between(graph, base, {1, {y}, {}, {}}));
  CHECK_FALSE(rule_2_between(graph, base, {0, {y}, {}, {other_x}}));
  CHECK_FALSE(rule_2_between(graph, base, {0, {y}, {}, {x, z}}));
  CHECK_FALSE(rule_2_between(graph, base, {0, {y}, {}, {}}));
  CHECK_FALSE(rule_3_between(graph, {0, {y}, {}, {x}}, {0, {y}, {}, {z}}));
  CHECK_FALSE(rule_3_between(graph, {0, {y}, {}, {x}}, {0, {y}, {z}, {}}));
  CHECK_FALSE(transport_between(graph, base, base, graph.none()));
  CHECK_FALSE(transport_between(graph, base, {1, {y}, {}, {}}, graph.none()));
}
