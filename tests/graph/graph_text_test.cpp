// What DOT and DAGitty text means, and what is wrong with text that means nothing.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/graph_file.hpp>

using namespace equipoise;
using Names = std::vector<std::string>;
using Edges = std::vector<NamedEdge>;

namespace {

GraphFile parse(const std::string& text) { return parse_graph(text, "g.dot", GraphFormat::dot); }

void check_error(const std::string& text, ErrorCode code, const std::string& line) {
  CAPTURE(text);
  try {
    parse(text);
    CHECK("no error" == line);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK(std::string(error.what()) == line);
  }
}

}  // namespace

TEST_CASE("DOT edges are directed, bidirected or undirected by their ends", "[graph text]") {
  const GraphFile file = parse(R"(strict digraph "a study" {
    A -> B [dir=both];  B -> C [dir=none]  C -> D [dir=back]
    D -- E; F -> G [dir=forward, color="red"]; G -> H [dir=both arrowtail=none]; H -> I [arrowhead=none];
    I -> J [dir="both", arrowhead=normal, arrowtail=vee]
  })");
  CHECK(file.directed == Edges{{"D", "C"}, {"F", "G"}, {"G", "H"}});
  CHECK(file.bidirected == Edges{{"A", "B"}, {"I", "J"}});
  CHECK(file.undirected == Edges{{"B", "C"}, {"D", "E"}, {"H", "I"}});
  CHECK(parse("graph { A -- B -- C }").undirected == Edges{{"A", "B"}, {"B", "C"}});
}

TEST_CASE("chains and groups join each with each", "[graph text]") {
  CHECK(parse("digraph { A -> B -> C }").directed == Edges{{"A", "B"}, {"B", "C"}});
  CHECK(parse("digraph { {A B} -> C -> {D; E} }").directed == Edges{{"A", "C"}, {"B", "C"}, {"C", "D"}, {"C", "E"}});
  CHECK(parse("digraph { subgraph cluster_1 { A; B -> C } -> {{D}} }").directed ==
        Edges{{"B", "C"}, {"A", "D"}, {"B", "D"}, {"C", "D"}});
  // A node of an earlier statement belongs to the group that mentions it again.
  CHECK(parse("digraph { A; {A} -> B }").directed == Edges{{"A", "B"}});
}

TEST_CASE("attributes hold for what follows within their brackets", "[graph text]") {
  const GraphFile file = parse(R"(digraph {
    graph [rankdir=LR] rankdir = TB
    A -> B
    subgraph { edge [dir=none]; node [latent=true]; A -> U; V [latent=false]; { B -> W [dir=forward] } }
    B -> C
    X [observed="no"]; Y [observed=yes, selection]; NODE [label="next"]; U [shape=circle]
  })");
  CHECK(file.nodes == Names{"A", "B", "U", "V", "W", "C", "X", "Y"});
  CHECK(file.directed == Edges{{"A", "B"}, {"B", "W"}, {"B", "C"}});
  CHECK(file.undirected == Edges{{"A", "U"}});
  CHECK(file.latent == Names{"U", "W", "X"});
  CHECK(file.selection == Names{"Y"});
}

TEST_CASE("names may be bare, numbers, quoted, broken over lines or HTML, and have ports", "[graph text]") {
  CHECK(parse("digraph { a_1; -.5; 12.75; \xC3\xA9t\xC3\xA9 }").nodes ==
        Names{"a_1", "-.5", "12.75", "\xC3\xA9t\xC3\xA9"});
  CHECK(parse(R"(digraph { "a b"; "say \"hi\""; "C:\\dir\n"; "node" })").nodes ==
        Names{"a b", "say \"hi\"", "C:\\dir\\n", "node"});
  CHECK(parse("digraph { \"one \\\ntwo\" \"three \" + /* and */ \"four\" }").nodes == Names{"one two", "three four"});
  CHECK(parse("digraph { <b <i>c</i>> -> <d> }").directed == Edges{{"b <i>c</i>", "d"}});
  CHECK(parse("digraph { A:port:sw -> B:n; A:x }").directed == Edges{{"A", "B"}});
  CHECK(parse("# a line\ndigraph { A // here\n -> /* -> Z */ B\n# C -> D\n }").directed == Edges{{"A", "B"}});
}

TEST_CASE("DAGitty text says what dagitty.net draws", "[graph text]") {
  // As dagitty.net saves a model.
  const GraphFile file = parse(R"(dag {
bb="-3,-2,3,2"
"blood pressure" [outcome,pos="1.000,-0.500"]
edge [pos="0,0"]
smoking.now [exposure,pos="-1.000,-0.500"]
U1 [latent,pos="0.1,0.2"]
U2 [u]
U3 [unobserved]
W [adjusted]
U1 -> "blood pressure" [pos="0.2,-0.1"]
smoking.now <- U1
smoking.now <-> "blood pressure"
W -> edge
node [shape=circle]
U2 -> W U3 -> W
})");
  CHECK(file.nodes == Names{"blood pressure", "edge", "smoking.now", "U1", "U2", "U3", "W"});
  CHECK(file.directed ==
        Edges{{"U1", "blood pressure"}, {"U1", "smoking.now"}, {"W", "edge"}, {"U2", "W"}, {"U3", "W"}});
  CHECK(file.bidirected == Edges{{"smoking.now", "blood pressure"}});
  CHECK(file.latent == Names{"U1", "U2", "U3"});
  CHECK(parse("pdag{ x -- y -> z }").undirected == Edges{{"x", "y"}});
  CHECK(parse("dag { x -> { a b } x <-> a }").bidirected == Edges{{"x", "a"}});
}

TEST_CASE("text that is no graph is answered at its line and column", "[graph text]") {
  const auto syntax = ErrorCode::graph_syntax;
  check_error("digrph { A -> B }", syntax,
              "g.dot:1:1: 'digrph'; 'digraph', 'graph', 'dag' or 'pdag' (did you mean 'digraph'?)");
  check_error("digraph { gender -> dept; admit -> ", syntax,
              "g.dot:1:36: the end of the text; the other end of the edge");
  check_error("digraph {\n  A -> B\n", syntax, "g.dot:3:1: the end of the text; a node, an edge or '}'");
  check_error("digraph {\n  A -> -> B }", syntax, "g.dot:2:8: '->'; the other end of the edge");
  check_error("digraph { A [dir=both }", syntax, "g.dot:1:23: '}'; an attribute or ']'");
  check_error("digraph { A -> B [dir=bth] }", syntax,
              "g.dot:1:23: 'bth'; forward, back, both or none (did you mean 'both'?)");
  check_error("digraph { U [latent=maybe] }", syntax, "g.dot:1:21: 'maybe'; true or false");
  check_error("digraph { A } digraph { B }", syntax, "g.dot:1:15: 'digraph'; the end of the text after one graph");
  check_error("digraph { \"A -> B }", syntax, "g.dot:1:11: a quote that is never closed; a closing quote");
  check_error("digraph { A /* -> B }", syntax, "g.dot:1:13: a comment that is never closed; '*/'");
  check_error("digraph { \"a\" + b }", syntax, "g.dot:1:17: no quoted text after '+'; the rest of the name in quotes");
  check_error("digraph { A ~ B }", syntax, "g.dot:1:13: '~'; a name, an edge or a bracket");
  check_error("digraph { \"\" }", syntax, "g.dot:1:11: a node without a name; a name of one letter or more");
  check_error("digraph { }", syntax, "g.dot: a graph without nodes; at least one node");
  check_error("digraph {\n A -> \xFF }", syntax,
              "g.dot:2: bytes that are no UTF-8 text; a graph as JSON, DOT or DAGitty text");
}

TEST_CASE("an edge that cannot be, in text, is answered at the edge", "[graph text]") {
  check_error("dag { A -> B\n B -> B }", ErrorCode::graph_self_loop,
              "g.dot:2:4: the self-loop B -> B; edges between two nodes");
  check_error("dag { A -> B; B <- A }", ErrorCode::graph_repeated_edge,
              "g.dot:1:17: the edge A -> B is listed twice; every edge once");
  check_error("dag { A -> B -> C -> A }", ErrorCode::graph_cycle,
              "g.dot: the cycle A -> B -> C -> A; a graph without directed cycles");
  check_error("dag { A -> B; A -- B }", ErrorCode::graph_repeated_edge,
              "g.dot:1:17: the edge A -- B beside A -> B; no other edge where one is undirected");
}

TEST_CASE("text that means more than a causal graph is refused rather than misread", "[graph text]") {
  const auto unsupported = ErrorCode::graph_unsupported;
  check_error("mag { A -> B }", unsupported,
              "g.dot:1:1: an ancestral graph ('mag'), whose arrows are no direct causes; a dag or pdag");
  check_error("pag { A @-> B }", unsupported,
              "g.dot:1:1: an ancestral graph ('pag'), whose arrows are no direct causes; a dag or pdag");
  check_error("dag { A @-> B }", unsupported,
              "g.dot:1:9: a circle mark ('@->'), of a partial ancestral graph; edges ->, <-> or --");
  check_error("digraph { A -> B [dir=both arrowtail=odot] }", unsupported,
              "g.dot:1:38: a circle mark ('odot'), of a partial ancestral graph; edges ->, <-> or --");
  check_error(
      "dag { S [selected] }", unsupported,
      "g.dot:1:10: a node that the sample was selected by ('selected'); a graph of people who were not selected");
  check_error("digraph { subgraph a { X } subgraph a { Y } -> Z }", unsupported,
              "g.dot:1:37: a second subgraph 'a'; every name of a subgraph once");
}
