#include <equipoise/graph/background_knowledge.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/equivalence.hpp>

#include "graph/small_dags.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

namespace {

bool agrees(const CausalGraph& dag, const BackgroundKnowledge& knowledge) {
  for (const auto& [from, to] : knowledge.required)
    if (!dag.has_directed(dag.node(from), dag.node(to))) return false;
  for (const auto& [from, to] : knowledge.forbidden)
    if (dag.has_directed(dag.node(from), dag.node(to))) return false;
  for (std::size_t i = 0; i < knowledge.tiers.size(); ++i)
    for (std::size_t j = i + 1; j < knowledge.tiers.size(); ++j)
      for (const std::string& early : knowledge.tiers[i])
        for (const std::string& late : knowledge.tiers[j])
          if (dag.has_directed(dag.node(late), dag.node(early))) return false;
  return true;
}

bool agrees(const CausalGraph& dag, const KnownEdge& known) { return dag.has_directed(known.edge.from, known.edge.to); }

BackgroundKnowledge some_knowledge(std::mt19937_64& random, const Pdag& graph) {
  BackgroundKnowledge knowledge;
  const auto some_edge = [&] {
    const std::size_t n = graph.size(), a = random() % n, b = (a + 1 + random() % (n - 1)) % n;
    const NodeSet& near = graph.adjacent(a);
    if (near.empty() || random() % 10 == 0) return NamedEdge(graph.name(a), graph.name(b));
    std::vector<Node> others(near.begin(), near.end());
    return NamedEdge(graph.name(a), graph.name(others[random() % others.size()]));
  };
  for (auto left = random() % 3; left > 0; --left) knowledge.required.push_back(some_edge());
  for (auto left = random() % 3; left > 0; --left) knowledge.forbidden.push_back(some_edge());
  if (random() % 3 == 0) {
    knowledge.tiers.resize(1 + random() % 3);
    for (const std::string& name : graph.names())
      if (random() % 4 != 0) knowledge.tiers[random() % knowledge.tiers.size()].push_back(name);
  }
  return knowledge;
}

}  // namespace

TEST_CASE("knowledge leaves what the DAGs that agree with it have in common, or names a contradiction",
          "[background knowledge]") {
  std::mt19937_64 random(13);
  int contradictions = 0, explained = 0, cut = 0;
  for (int trial = 0; trial < trials(6000); ++trial) {
    const CausalGraph dag = testing::some_dag(random, 3 + random() % 3, 40 + random() % 50);
    const Mpdag graph = random() % 2 == 0 ? cpdag(dag) : Mpdag(testing::some_mpdag(random, 4, 70));
    const BackgroundKnowledge knowledge = some_knowledge(random, graph);
    const auto members = testing::extensions(graph);
    std::vector<CausalGraph> agreeing;
    for (const CausalGraph& member : members)
      if (agrees(member, knowledge)) agreeing.push_back(member);

    const auto result = with_knowledge(graph, knowledge);
    REQUIRE(std::holds_alternative<Mpdag>(result) == !agreeing.empty());
    if (const auto* known = std::get_if<Mpdag>(&result)) {
      REQUIRE(*known == testing::in_common(agreeing));
      cut += *known != graph;
      continue;
    }
    // What is named is enough for a contradiction.
    const auto& contradiction = std::get<Contradiction>(result);
    ++contradictions;
    explained += !contradiction.because.empty();
    for (const CausalGraph& member : members) {
      bool all = agrees(member, contradiction.wanted);
      for (const KnownEdge& known : contradiction.because) all = all && agrees(member, known);
      REQUIRE_FALSE(all);
    }
    REQUIRE(contradiction.adjacent ==
            graph.adjacent(contradiction.wanted.edge.from).contains(contradiction.wanted.edge.to));
  }
  CHECK(cut > trials(1000));
  CHECK(contradictions > trials(500));
  CHECK(explained > trials(100));
}

TEST_CASE("a contradiction names the edge and what it contradicts", "[background knowledge]") {
  const Mpdag chain(Pdag({"A", "B", "C", "D"}, {}, Edges{{"A", "B"}, {"B", "C"}, {"C", "D"}}));
  const auto text = [&](const Mpdag& graph, const BackgroundKnowledge& knowledge) {
    return to_text(std::get<Contradiction>(with_knowledge(graph, knowledge)), graph);
  };
  CHECK(text(chain, {.required = {{"A", "B"}, {"D", "C"}}}) ==
        "the required edge D -> C contradicts C -> D, which follows from the required edge A -> B");
  CHECK(text(chain, {.forbidden = {{"B", "A"}}, .tiers = {{"C"}, {"B"}}}) ==
        "the tier order of C and B contradicts B -> C, which follows from the forbidden edge B -> A");
  CHECK(text(chain, {.required = {{"A", "D"}}}) ==
        "the required edge A -> D joins nodes that are not adjacent in any DAG of the class");
  const Mpdag collider(Pdag({"A", "B", "C"}, Edges{{"A", "B"}, {"C", "B"}}, {}));
  CHECK(text(collider, {.required = {{"B", "C"}}}) ==
        "the required edge B -> C contradicts C -> B, which every DAG of the class has");
}

TEST_CASE("knowledge of unknown nodes, and a node in two tiers, are refused", "[background knowledge]") {
  const Mpdag graph(Pdag({"gender", "dept"}, {}, Edges{{"gender", "dept"}}));
  CHECK_THROWS_WITH(with_knowledge(graph, {.required = {{"gender", "detp"}}}), Catch::Contains("did you mean 'dept'?"));
  CHECK_THROWS_WITH(with_knowledge(graph, {.tiers = {{"dept"}, {"dept"}}}),
                    "'dept' twice among the tiers; every node in at most one");
}
