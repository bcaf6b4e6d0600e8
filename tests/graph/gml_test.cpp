// GML: what other tools write, what we write, what is wrong, and what is damaged.
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include <equipoise/graph/graph_file.hpp>

#include "graph/random_graph_files.hpp"

using namespace equipoise;
using Names = std::vector<std::string>;
using Edges = std::vector<NamedEdge>;

namespace {

GraphFile parse(const std::string& text) { return parse_graph(text, "g.gml"); }

void check_error(const std::string& text, ErrorCode code, const std::string& line) {
  CAPTURE(text.substr(0, 200));
  try {
    parse_graph(text, "g.gml", GraphFormat::gml);
    CHECK("no error" == line);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK(std::string(error.what()) == line);
  }
}

}  // namespace

TEST_CASE("GML as networkx writes it is read", "[gml]") {
  const GraphFile file = parse(R"(graph [
  directed 1
  node [
    id 0
    label "age"
  ]
  node [
    id 1
    label "caf&#233; &#34;x&#34; &amp; y"
    value 3
    graphics [ x 1.0 y -2.5E+01 ]
  ]
  edge [
    source 0
    target 1
    weight 0.5
  ]
]
)");
  CHECK(file.nodes == Names{"age", "caf\xC3\xA9 \"x\" & y"});
  CHECK(file.directed == Edges{{"age", "caf\xC3\xA9 \"x\" & y"}});
}

TEST_CASE("GML as igraph writes it is read: nodes by their names, or by their ids", "[gml]") {
  const GraphFile file = parse(
      "Creator \"igraph version 0.10\"\nVersion 1\n# a comment ]\ngraph\n[\n  directed 1\n"
      "  edge [ source 7 target -3 ]\n  node [ id 7 name \"A\" ] node [ id -3 ]\n]\n");
  CHECK(file.nodes == Names{"A", "-3"});
  CHECK(file.directed == Edges{{"A", "-3"}});
}

TEST_CASE("the arrow of an edge says where it points", "[gml]") {
  const std::string nodes = "node [ id 1 label \"A\" ] node [ id 2 label \"B\" ] ";
  const auto with = [&](const std::string& directed, const std::string& arrow) {
    const std::string graphics = arrow.empty() ? "" : " graphics [ width 2 arrow \"" + arrow + "\" ]";
    return parse("graph [ " + nodes + "edge [ source 1 target 2" + graphics + " ] " + directed + " ]");
  };
  CHECK(with("directed 1", "").directed == Edges{{"A", "B"}});
  CHECK(with("directed 1", "last").directed == Edges{{"A", "B"}});
  CHECK(with("directed 1", "first").directed == Edges{{"B", "A"}});
  CHECK(with("directed 1", "both").bidirected == Edges{{"A", "B"}});
  CHECK(with("directed 1", "none").undirected == Edges{{"A", "B"}});
  CHECK(with("directed 0", "").undirected == Edges{{"A", "B"}});
  CHECK(with("", "").undirected == Edges{{"A", "B"}});
  CHECK(with("", "last").directed == Edges{{"A", "B"}});
}

TEST_CASE("GML marks latent nodes and selection", "[gml]") {
  const GraphFile file =
      parse("graph [ directed 1 node [ id 0 label \"U\" latent 1 ] node [ id 1 label \"S\" selection 1 latent 0 ] ]");
  CHECK(file.latent == Names{"U"});
  CHECK(file.selection == Names{"S"});
}

TEST_CASE("text that is no GML graph is answered at its line and column", "[gml]") {
  const auto syntax = ErrorCode::graph_syntax;
  const std::string two = "graph [ node [ id 1 ] node [ id 2 ]\n";
  check_error("Version 1", syntax, "g.gml:1:10: the end of the text; 'graph [ … ]'");
  check_error("graph [ node [ id 1 ] ", syntax, "g.gml:1:23: the end of the text; a key or ']'");
  check_error("graph [ node 1 ]", syntax, "g.gml:1:14: '1'; '['");
  check_error("graph [ node [ id ] ]", syntax, "g.gml:1:19: ']'; a whole number");
  check_error("graph [ node [ id 1.5 ] ]", syntax, "g.gml:1:19: '1.5'; a whole number");
  check_error("graph [ node [ id 99999999999999999999 ] ]", syntax,
              "g.gml:1:19: '99999999999999999999'; a whole number");
  check_error("graph [ node [ id 1 id 2 ] ]", syntax, "g.gml:1:21: a second 'id'; one");
  check_error("graph [ node [ label \"A\" ] ]", syntax, "g.gml:1:9: a node without an id; 'id' and a whole number");
  check_error("graph [ node [ id 1 label \"A ] ]", syntax, "g.gml:1:27: a quote that is never closed; a closing quote");
  check_error("graph [ node [ id 1 label \"\" ] ]", syntax,
              "g.gml:1:9: a node without a name; a name of one letter or more");
  check_error("graph [ node [ id 1 ]\nnode [ id 1 label \"A\" ] ]", syntax,
              "g.gml:2:1: a second node with the id 1; an id of its own for every node");
  check_error("graph [ node [ id 1 ] node [ id 2 label \"1\" ] ]", syntax,
              "g.gml:1:23: node '1' is listed twice; every node once");
  check_error(two + "edge [ source 1 ] ]", syntax,
              "g.gml:2:1: an edge without a target; the ids of both its ends, 'source' and 'target'");
  check_error(two + "edge [ source 1 target 2 graphics [ arrow \"bth\" ] ] ]", syntax,
              "g.gml:2:43: the arrow 'bth'; none, first, last or both (did you mean 'both'?)");
  check_error(two + "edge [ source 1 target 3 ] ]", ErrorCode::graph_unknown_node,
              "g.gml:2:1: an edge that ends at the unknown id 3; the id of a node");
  check_error(two + "edge [ source 1 target 1 ] ]", ErrorCode::graph_self_loop,
              "g.gml:2:1: the self-loop 1 -- 1; edges between two nodes");
  check_error(two + "directed 1 edge [ source 1 target 2 ] edge [ source 1 target 2 ] ]",
              ErrorCode::graph_repeated_edge, "g.gml:2:39: the edge 1 -> 2 is listed twice; every edge once");
  check_error(two + "directed 1 edge [ source 1 target 2 ] edge [ source 2 target 1 ] ]", ErrorCode::graph_cycle,
              "g.gml: the cycle 1 -> 2 -> 1; a graph without directed cycles");
  check_error("graph [ ] graph [ ]", syntax, "g.gml:1:11: 'graph'; one graph");
  check_error("graph [ ]", syntax, "g.gml: a graph without nodes; at least one node");
  check_error("graph [ directed 2 ]", syntax, "g.gml:1:18: '2'; 1 or 0");
  check_error("graph [\n~ ]", syntax, "g.gml:2:1: '~'; a key, a value or a bracket");
  check_error("graph [\n x \xFF ]", syntax, "g.gml:2: bytes that are no UTF-8 text; a graph as GML text");
}

TEST_CASE("brackets without end are one clean error in GML", "[gml]") {
  const std::size_t many = 200'000;
  std::string deep = "graph ";
  for (std::size_t i = 0; i < many; ++i) deep += "[ a ";
  check_error(deep, ErrorCode::graph_syntax, "g.gml:1:407: '['; brackets nested no deeper than 100");
}

TEST_CASE("what is written as GML reads back to the same graph, whatever the names", "[gml]") {
  std::mt19937_64 random(67);
  for (int trial = 0; trial < 2000; ++trial) {
    const GraphFile file = testing::random_graph_file(random);
    const std::string text = graph_text(file, GraphFormat::gml);
    CAPTURE(trial, text);
    REQUIRE(parse(text) == file);
    REQUIRE(parse_graph(text, "g", GraphFormat::gml) == file);
  }
  const GraphFile unknown{.nodes = {"A"}, .directed = {{"A", "B"}}};
  CHECK_THROWS_WITH(graph_text(unknown, GraphFormat::gml), Catch::Contains("the unknown node 'B'"));
  for (const std::string& name : {std::string(), std::string("a\0b", 3), std::string("\xff")})
    CHECK_THROWS_AS(graph_text(CausalGraph({name}, {}), GraphFormat::gml), Error);
}

TEST_CASE("entities stand for characters, and what only looks like one for itself", "[gml]") {
  const auto name = [](const std::string& label) {
    return parse("graph [ node [ id 1 label \"" + label + "\" ] ]").nodes.front();
  };
  CHECK(name("&lt;&gt;&amp;&apos;&quot;") == "<>&'\"");
  CHECK(name("&#65;&#x42;&#xe9;&#8364;&#x1F600;") == "AB\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  for (const std::string plain :
       {"R&D", "a & b;", "&;", "&#;", "&#x;", "&#xD800;", "&#1114112;", "&unknown;", "&amp", "& amp;"})
    CHECK(name(plain) == plain);
  check_error("graph [ node [ id 1 label \"a&#0;b\" ] ]", ErrorCode::graph_syntax,
              "g.gml:1:9: a name whose bytes are no text; a name in UTF-8");
}

TEST_CASE("GML is known by its extension, or else by its first words", "[gml]") {
  CHECK(graph_format_of("a/g.gml") == GraphFormat::gml);
  CHECK(parse_graph("# made by hand\ngraph [ node [ id 1 ] ]", "g").nodes == Names{"1"});
  CHECK(parse_graph("graph { A -- B }", "g").undirected == Edges{{"A", "B"}});
  CHECK(parse_graph("graph \"a name\" { A -- B }", "g").undirected == Edges{{"A", "B"}});
  const std::string path =
      (std::filesystem::temp_directory_path() / ("equipoise_gml_" + std::to_string(::getpid()) + ".gml")).string();
  std::ofstream(path) << "graph [ node [ id 1 ] ]";
  CHECK(read_graph_file(path).nodes == Names{"1"});
  std::ofstream(path) << "digraph { A -> B }";
  CHECK_THROWS_WITH(read_graph_file(path), Catch::Contains(path + ":1:9: '{'"));
  std::filesystem::remove(path);
}

TEST_CASE("a damaged GML file is read or refused with its place, and what is read can be written", "[gml]") {
  static const std::vector<std::string> pieces{"[",    "]",      "\"",    "&",        "&#",    ";",
                                               "#",    "\n",     "\xff",  "\xC3",     "id",    "label ",
                                               "edge", "node [", "graph", "source 1", "arrow", "99999999999999999999",
                                               "-",    "1e9",    "\0",    "directed"};
  std::mt19937_64 random(71);
  int read = 0, refused = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const std::string text =
        testing::mutated(graph_text(testing::random_graph_file(random), GraphFormat::gml), pieces, random);
    const auto format = random() % 4 == 0 ? std::nullopt : std::optional(GraphFormat::gml);
    CAPTURE(trial, text);
    try {
      const GraphFile file = parse_graph(text, "place", format);
      ++read;
      REQUIRE(parse_graph(graph_text(file, GraphFormat::gml), "again") == file);
    } catch (const Error& error) {
      ++refused;
      REQUIRE(error.place().find("place") == 0);
      REQUIRE_FALSE(error.found().empty());
    }
  }
  CHECK(read > 1500);
  CHECK(refused > 5000);
}
