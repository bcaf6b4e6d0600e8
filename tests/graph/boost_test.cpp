// Boost.Graph's algorithms on our graphs, against our own.
#include <equipoise/graph/boost.hpp>

#include <algorithm>
#include <iterator>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <boost/concept/assert.hpp>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/graph/transitive_closure.hpp>

#include <catch2/catch.hpp>

#include <equipoise/graph/relations.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

BOOST_CONCEPT_ASSERT((boost::concepts::VertexListGraphConcept<CausalGraph>));
BOOST_CONCEPT_ASSERT((boost::concepts::EdgeListGraphConcept<CausalGraph>));
BOOST_CONCEPT_ASSERT((boost::concepts::AdjacencyGraphConcept<CausalGraph>));
BOOST_CONCEPT_ASSERT((boost::concepts::BidirectionalGraphConcept<CausalGraph>));
BOOST_CONCEPT_ASSERT((boost::concepts::ReadablePropertyGraphConcept<CausalGraph, Node, boost::vertex_name_t>));

TEST_CASE("Boost sorts our graphs so that causes come before effects", "[boost]") {
  std::mt19937_64 random(73);
  for (int trial = 0; trial < 300; ++trial) {
    const CausalGraph graph = testing::some_dag(random, 1 + random() % 20, random() % 80);
    std::vector<Node> order;
    boost::topological_sort(graph, std::back_inserter(order));  // effects first
    REQUIRE(order.size() == graph.size());
    std::vector<std::size_t> position(graph.size());
    for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
    for (const DirectedEdge& edge : boost::make_iterator_range(edges(graph)))
      REQUIRE(position[edge.from] > position[edge.to]);
  }
}

TEST_CASE("descendants are what Boost's transitive closure joins, ancestors the same on the graph reversed",
          "[boost]") {
  using Closed = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  std::mt19937_64 random(79);
  for (int trial = 0; trial < 300; ++trial) {
    const CausalGraph graph = testing::some_dag(random, 1 + random() % 20, random() % 50);
    Closed closed, reversed;
    boost::transitive_closure(graph, closed);
    boost::transitive_closure(boost::make_reverse_graph(graph), reversed,
                              boost::vertex_index_map(boost::typed_identity_property_map<Node>()));
    for (Node v = 0; v < graph.size(); ++v) {
      NodeSet below(graph.size(), {v}), above(graph.size(), {v});
      for (const Node w : boost::make_iterator_range(boost::adjacent_vertices(v, closed))) below.insert(w);
      for (const Node w : boost::make_iterator_range(boost::adjacent_vertices(v, reversed))) above.insert(w);
      REQUIRE(descendants(graph, NodeSet(graph.size(), {v})) == below);
      REQUIRE(ancestors(graph, NodeSet(graph.size(), {v})) == above);
    }
  }
}

TEST_CASE("a copy of Boost's has the same nodes, edges and degrees", "[boost]") {
  std::mt19937_64 random(83);
  for (int trial = 0; trial < 300; ++trial) {
    const CausalGraph graph = testing::some_dag(random, 1 + random() % 20, random() % 80);
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS> copy(graph.size());
    for (const DirectedEdge& edge : boost::make_iterator_range(edges(graph)))
      boost::add_edge(source(edge, graph), target(edge, graph), copy);
    REQUIRE(num_edges(graph) == boost::num_edges(copy));
    REQUIRE(num_vertices(graph) == boost::num_vertices(copy));
    for (const Node v : boost::make_iterator_range(vertices(graph))) {
      REQUIRE(out_degree(v, graph) == boost::out_degree(v, copy));
      REQUIRE(in_degree(v, graph) == boost::in_degree(v, copy));
      REQUIRE(degree(v, graph) == boost::degree(v, copy));
      NodeSet parents = graph.none(), children = graph.none(), adjacent = graph.none();
      for (const DirectedEdge& edge : boost::make_iterator_range(in_edges(v, graph))) parents.insert(edge.from);
      for (const DirectedEdge& edge : boost::make_iterator_range(out_edges(v, graph))) children.insert(edge.to);
      for (const Node w : boost::make_iterator_range(adjacent_vertices(v, graph))) adjacent.insert(w);
      REQUIRE(parents == graph.parents(v));
      REQUIRE(children == graph.children(v));
      REQUIRE(adjacent == graph.children(v));
    }
  }
}

TEST_CASE("bidirected edges are not seen, and nodes have their names", "[boost]") {
  const CausalGraph graph({"A", "B", "C"}, Edges{{"A", "B"}}, Edges{{"B", "C"}});
  CHECK(num_edges(graph) == 1);
  CHECK(get(boost::vertex_name, graph, 2) == "C");
  std::ostringstream text;
  boost::write_graphviz(text, graph, boost::make_label_writer(get(boost::vertex_name, graph)));
  CHECK(text.str() == "digraph G {\n0[label=A];\n1[label=B];\n2[label=C];\n0->1 ;\n}\n");
}

TEST_CASE("Boost's dominator tree runs in both directions of an edge", "[boost]") {
  const CausalGraph graph({"A", "B", "C", "D", "E"}, Edges{{"A", "B"}, {"A", "C"}, {"B", "D"}, {"C", "D"}, {"D", "E"}});
  std::vector<Node> dominator(graph.size(), boost::graph_traits<CausalGraph>::null_vertex());
  boost::lengauer_tarjan_dominator_tree(
      graph, graph.node("A"), boost::make_iterator_property_map(dominator.begin(), get(boost::vertex_index, graph)));
  CHECK(dominator[graph.node("D")] == graph.node("A"));
  CHECK(dominator[graph.node("E")] == graph.node("D"));
}
