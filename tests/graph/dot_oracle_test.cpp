// Boost.Graph's reader of Graphviz files against ours, on random text of directed graphs.
#define BOOST_GRAPH_USE_SPIRIT_PARSER  // the one that is a header
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/graph_file.hpp>

#include "random_trials.hpp"

using namespace equipoise;

namespace {

struct Said {
  std::vector<std::string> nodes;
  std::vector<NamedEdge> edges;
};

// Boost leaves quotes and their escapes in place.
std::string unquoted(const std::string& id) {
  if (id.empty() || id.front() != '"') return id;
  std::string name;
  for (std::size_t i = 1; i + 1 < id.size(); ++i)
    if (id[i] != '\\' || id[i + 1] != '"') name += id[i];
  return name;
}

Said read_by_boost(const std::string& text) {
  using Vertex = boost::property<boost::vertex_name_t, std::string>;
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Vertex> graph;
  boost::dynamic_properties properties(boost::ignore_other_properties);
  properties.property("node_id", boost::get(boost::vertex_name, graph));
  REQUIRE(boost::read_graphviz(text, graph, properties));
  const auto name = [&](std::size_t v) { return unquoted(boost::get(boost::vertex_name, graph, v)); };
  Said said;
  for (const std::size_t v : boost::make_iterator_range(boost::vertices(graph))) said.nodes.push_back(name(v));
  for (const auto edge : boost::make_iterator_range(boost::edges(graph)))
    said.edges.emplace_back(name(boost::source(edge, graph)), name(boost::target(edge, graph)));
  return said;
}

/// Statements over names that grow along the text, so that cycles come seldom; loops and repetitions happen.
class RandomText {
 public:
  explicit RandomText(std::mt19937_64& random) : random_(random) {}

  std::string write() {
    std::string text =
        one_of({"digraph", "digraph G", "strict digraph \"a study\"", "Digraph\n g"}) + blank() + "{" + blank();
    for (auto left = 1 + random_() % 6; left > 0; --left)
      text += statement() + one_of({";", " ;\n", "\n", " "}) + blank();
    return text + "}" + blank();
  }

 private:
  std::string one_of(const std::vector<std::string>& choices) { return choices[random_() % choices.size()]; }
  std::string blank() { return one_of({"", " ", "\n", "\t ", " /* a -> b */ ", "// {\n", "  "}); }
  std::string name(std::size_t k) {
    static const std::vector<std::string> forms{"v",    "_",      "Node", "\"a b",    "\"->",
                                                "\"{;", "\"\\\"", "-1.",  "\"digraph"};
    const std::string& form = forms[k % forms.size()];
    return form + std::to_string(k) + (form.front() == '"' ? "\"" : "");
  }
  std::string attributes() {
    return one_of({"", "", " [label=\"x -> y\"]", "[color=red,weight=2 ]", " [a=b][c=\"]\"]", "[]"});
  }
  std::string fresh() { return name(fresh_++); }
  std::string known_or_fresh() {
    const bool known = fresh_ > 0 && random_() % 3 == 0;
    return known ? name(fresh_ - 1 - random_() % std::min<std::size_t>(fresh_, 4)) : fresh();
  }
  // Boost counts only a group's new nodes as its members, so groups hold no others here.
  std::string group() {
    std::string text = one_of({"{", "subgraph {", "subgraph s" + std::to_string(fresh_) + " {"}) + blank();
    for (auto left = 1 + random_() % 3; left > 0; --left) text += fresh() + one_of({" ", "; ", "\n"});
    return text + "}";
  }
  std::string statement() {
    switch (random_() % 6) {
      case 0: return known_or_fresh() + attributes();
      case 1: return one_of({"rankdir=LR", "graph [label=\"g\"]", "node [shape=box]", "edge [color=blue]"});
      case 2: return group() + blank() + "->" + blank() + known_or_fresh() + attributes();
      default: break;
    }
    std::string text = known_or_fresh();
    for (auto left = 1 + random_() % 3; left > 0; --left)
      text += blank() + "->" + blank() + (random_() % 4 == 0 ? group() : known_or_fresh());
    return text + attributes();
  }

  std::mt19937_64& random_;
  std::size_t fresh_ = 0;
};

}  // namespace

TEST_CASE("random DOT text says the nodes and edges that Boost.Graph reads", "[graph text]") {
  std::mt19937_64 random(51);
  int read = 0, refused = 0;
  for (int trial = 0; trial < trials(3000); ++trial) {
    const std::string text = RandomText(random).write();
    CAPTURE(trial, text);
    Said expected = read_by_boost(text);
    if (expected.nodes.empty()) continue;
    try {
      GraphFile found = parse_graph(text, "g", GraphFormat::dot);
      std::sort(expected.nodes.begin(), expected.nodes.end());
      std::sort(expected.edges.begin(), expected.edges.end());
      std::sort(found.nodes.begin(), found.nodes.end());
      std::sort(found.directed.begin(), found.directed.end());
      REQUIRE(found.nodes == expected.nodes);
      REQUIRE(found.directed == expected.edges);
      REQUIRE(found.bidirected.empty());
      ++read;
    } catch (const Error& error) {
      CAPTURE(error.what());
      std::vector<NamedEdge> edges = expected.edges;
      std::sort(edges.begin(), edges.end());
      const bool repeats = std::adjacent_find(edges.begin(), edges.end()) != edges.end();
      const bool loops =
          std::any_of(edges.begin(), edges.end(), [](const NamedEdge& edge) { return edge.first == edge.second; });
      if (error.code() == ErrorCode::graph_repeated_edge)
        REQUIRE(repeats);
      else if (error.code() == ErrorCode::graph_self_loop)
        REQUIRE(loops);
      else {
        REQUIRE(error.code() == ErrorCode::graph_cycle);
        CHECK_THROWS_AS(CausalGraph(expected.nodes, expected.edges), Error);
      }
      ++refused;
    }
  }
  CHECK(read > trials(1200));
  CHECK(refused > trials(50));
}
