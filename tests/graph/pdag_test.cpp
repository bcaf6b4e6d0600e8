#include <equipoise/graph/pdag.hpp>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;
using Names = std::vector<std::string>;

namespace {

void check_error(const std::function<void()>& make, ErrorCode code, const std::string& line) {
  try {
    make();
    CHECK("no error" == line);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK(std::string(error.what()) == line);
  }
}

}  // namespace

TEST_CASE("a PDAG tells parents, children, neighbours and all that is adjacent", "[pdag]") {
  const Pdag graph({"A", "B", "C", "D"}, Edges{{"A", "B"}}, Edges{{"C", "B"}, {"C", "D"}});
  const Node a = graph.node("A"), b = graph.node("B"), c = graph.node("C"), d = graph.node("D");
  CHECK(graph.parents(b) == NodeSet(4, {a}));
  CHECK(graph.children(a) == NodeSet(4, {b}));
  CHECK(graph.neighbours(c) == NodeSet(4, {b, d}));
  CHECK(graph.adjacent(b) == NodeSet(4, {a, c}));
  CHECK(graph.has_directed(a, b));
  CHECK_FALSE(graph.has_directed(b, a));
  CHECK_FALSE(graph.has_directed(c, d));
  CHECK(graph.has_undirected(d, c));
  CHECK_FALSE(graph.is_directed());
  CHECK_FALSE(graph.find("E"));
  CHECK(Pdag(CausalGraph({"A", "B"}, Edges{{"A", "B"}})).is_directed());
}

TEST_CASE("a PDAG that cannot be is refused at its edge", "[pdag]") {
  const Names names{"A", "B", "C"};
  const auto of = [&](Edges directed, Edges undirected) {
    return [=] { Pdag(names, directed, undirected, "g.json"); };
  };
  check_error(of({{"A", "B"}, {"B", "C"}, {"C", "A"}}, {}), ErrorCode::graph_cycle,
              "g.json: the cycle A -> B -> C -> A; a graph without directed cycles");
  check_error(of({}, {{"A", "A"}}), ErrorCode::graph_self_loop,
              "g.json: the self-loop A -- A; edges between two nodes");
  check_error(of({{"A", "B"}}, {{"B", "A"}}), ErrorCode::graph_repeated_edge,
              "g.json: the edge B -- A beside another of 'B' and 'A'; at most one edge between two nodes");
  check_error(of({}, {{"A", "B"}, {"B", "A"}}), ErrorCode::graph_repeated_edge,
              "g.json: the edge B -- A beside another of 'B' and 'A'; at most one edge between two nodes");
  check_error(of({}, {{"A", "D"}}), ErrorCode::graph_unknown_node,
              "g.json: an edge names the unknown node 'D'; a node of the graph");
  check_error([] { Pdag({"gender"}, {}, {}).node("gendre"); }, ErrorCode::graph_unknown_node,
              "no variable 'gendre' in the graph; a variable of the graph (did you mean 'gender'?)");
}

TEST_CASE("hidden causes have no place in a PDAG", "[pdag]") {
  const std::string reason =
      "directed and undirected edges alone (an equivalence class here is one of DAGs, without hidden causes)";
  check_error(
      [] {
        Pdag(CausalGraph({"A", "B"}, {}, Edges{{"A", "B"}}));
      },
      ErrorCode::graph_unsupported, "the bidirected edge A <-> B; " + reason);
  check_error([] { Pdag(parse_graph("dag { A -> B; A <-> C }", "g.txt")); }, ErrorCode::graph_unsupported,
              "g.txt: the bidirected edge A <-> C; " + reason);
  check_error([] { Pdag(parse_graph("dag { U [latent]; U -> A }", "g.txt")); }, ErrorCode::graph_unsupported,
              "g.txt: the latent node 'U'; observed nodes alone (an equivalence class here is one of DAGs, without "
              "hidden causes)");
}

TEST_CASE("a PDAG is read from a file and written to one", "[pdag]") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const Pdag graph = testing::some_mpdag(random, 2 + random() % 5, 60);
    for (const GraphFormat format : {GraphFormat::json, GraphFormat::dot, GraphFormat::dagitty})
      REQUIRE(Pdag(parse_graph(graph_text(graph_file(graph), format), "g")) == graph);
  }
}

TEST_CASE("a PDAG in another order of nodes has the same edges by name", "[pdag]") {
  const Pdag graph({"A", "B", "C"}, Edges{{"A", "B"}}, Edges{{"B", "C"}});
  CHECK(reordered(graph, {"C", "B", "A"}) == Pdag({"C", "B", "A"}, Edges{{"A", "B"}}, Edges{{"B", "C"}}));
  check_error(
      [&] {
        reordered(graph, {"A", "B", "D"}, "g.json", "h.json");
      },
      ErrorCode::graph_unknown_node, "g.json: no node 'D', which h.json has; two graphs over the same nodes");
  check_error(
      [&] {
        reordered(graph, {"A", "B"}, "g.json", "h.json");
      },
      ErrorCode::graph_unknown_node, "h.json: no node 'C', which g.json has; two graphs over the same nodes");
}
