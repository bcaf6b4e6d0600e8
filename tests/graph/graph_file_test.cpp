#include <equipoise/graph/graph_file.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "graph/random_graph_files.hpp"

using namespace equipoise;
using Names = std::vector<std::string>;
using Edges = std::vector<NamedEdge>;

namespace {

GraphFile parse(const std::string& text) { return parse_graph(text, "g"); }

struct Said {
  ErrorCode code;
  std::string line;
};
Said error_of(const std::string& text, std::optional<GraphFormat> format = {}) {
  try {
    parse_graph(text, "g", format);
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  FAIL("no error in " << text.substr(0, 200));
  return {};
}

void check_error(const std::string& text, ErrorCode code, const std::string& fragment) {
  const Said said = error_of(text);
  CAPTURE(text.substr(0, 200), said.line);
  CHECK(said.code == code);
  CHECK(said.line.find(fragment) != std::string::npos);
}

}  // namespace

TEST_CASE("a graph in JSON says its nodes, edges, latent nodes and selection", "[graph file]") {
  const GraphFile file =
      parse(R"({"nodes": ["A", "X", "U", "Y"], "directed": [["A", "X"], ["U", "Y"]], "bidirected": [["A", "Y"]],
                                   "undirected": [["X", "Y"]], "latent": ["U"], "selection": ["Y", "A"]})");
  CHECK(file.nodes == Names{"A", "X", "U", "Y"});
  CHECK(file.directed == Edges{{"A", "X"}, {"U", "Y"}});
  CHECK(file.bidirected == Edges{{"A", "Y"}});
  CHECK(file.undirected == Edges{{"X", "Y"}});
  CHECK(file.latent == Names{"U"});
  CHECK(file.selection == Names{"A", "Y"});
  CHECK(parse(R"({"directed": [["B", "A"]], "bidirected": [["A", "C"]]})").nodes == Names{"B", "A", "C"});
}

TEST_CASE("a wrong graph in JSON is answered at the edge, the name or the key", "[graph file]") {
  check_error(R"({"directed": [["A", "B"], ["B", "B"]]})", ErrorCode::graph_self_loop,
              "g#/directed/1: the self-loop B -> B");
  check_error(R"({"directed": [["A", "B"], ["A", "B"]]})", ErrorCode::graph_repeated_edge,
              "g#/directed/1: the edge A -> B is listed twice");
  check_error(R"({"bidirected": [["A", "B"], ["B", "A"]]})", ErrorCode::graph_repeated_edge,
              "g#/bidirected/1: the edge B <-> A is listed twice");
  check_error(R"({"directed": [["A", "B"]], "undirected": [["B", "A"]]})", ErrorCode::graph_repeated_edge,
              "g#/undirected/0: the edge B -- A beside A -> B");
  check_error(R"({"nodes": ["gender", "dept"], "directed": [["gender", "detp"]]})", ErrorCode::graph_unknown_node,
              "g#/directed/0: the unknown node 'detp'; a node of the graph (did you mean 'dept'?)");
  check_error(R"({"directed": [["A", "B"]], "latent": ["C"]})", ErrorCode::graph_unknown_node, "g#/latent/0");
  check_error(R"({"directed": [["A", "B"], ["B", "C"], ["C", "A"]]})", ErrorCode::graph_cycle,
              "g: the cycle A -> B -> C -> A");
  check_error(R"({"nodes": ["A", "A"]})", ErrorCode::graph_syntax, "g#/nodes/1: node 'A' is listed twice");
  check_error(R"({"nodes": ["A", ""]})", ErrorCode::graph_syntax, "g#/nodes/1: a node without a name");
  check_error(R"({"nodes": ["A", "a\u0000b"]})", ErrorCode::graph_syntax, "g#/nodes/1: a name whose bytes are no text");
  check_error(R"({"nodes": [")" + std::string(2000, 'x') + "\"]}", ErrorCode::graph_syntax, "a name of 2000 bytes");
  check_error(R"({"nodes": ["A", 1]})", ErrorCode::json_type, "g#/nodes/1: 1; a text");
  check_error(R"({"directd": [["A", "B"]]})", ErrorCode::json_unknown_key, "did you mean 'directed'?");
  check_error(R"({"directed": "A -> B"})", ErrorCode::json_type, "g#/directed");
  check_error(R"({"directed": [["A", "B", "C"]]})", ErrorCode::json_value, "g#/directed/0: 3 names");
  check_error(R"({"directed": [["U", "B"]], "latent": ["U"], "selection": ["U"]})", ErrorCode::graph_unsupported,
              "selection at the latent node 'U'");
  check_error("{}", ErrorCode::graph_syntax, "a graph without nodes");
  check_error("[]", ErrorCode::json_type, "g");
  check_error("{\"nodes\": [", ErrorCode::json_syntax, "g:1:");
}

TEST_CASE("junk, emptiness and brackets without end are each one clean error", "[graph file]") {
  for (const auto format : {std::optional<GraphFormat>{}, std::optional(GraphFormat::json),
                            std::optional(GraphFormat::dot), std::optional(GraphFormat::dagitty)}) {
    CHECK(error_of("", format).line.find("g: an empty file") == 0);
    CHECK(error_of(" \n\t\n", format).line.find("g: an empty file") == 0);
    for (const std::string& junk :
         {std::string("\x01\0\xfe\xff", 4), std::string("\x89PNG\r\n\x1a\n\0\0", 10), std::string(1000, '\xff')})
      CHECK(error_of(junk, format).line.find("g") == 0);
  }
  const std::size_t many = 1'000'000;
  CHECK(error_of(std::string(many, '[')).line.find("nested deeper than 100") != std::string::npos);
  CHECK(error_of(std::string(many, '{')).line.find("g:1:2") == 0);
  CHECK(error_of("digraph " + std::string(many, '{')).line.find("g:1:109: '{'; brackets nested no deeper than 100") ==
        0);
  CHECK(error_of("digraph { a " + std::string(many, '[')).code == ErrorCode::graph_syntax);
  CHECK(error_of("digraph { " + std::string(many, '<')).line.find("g:1:11: a '<' that is never closed") == 0);
  CHECK(error_of("dag { a -> " + std::string(many, '{')).code == ErrorCode::graph_syntax);
}

TEST_CASE("a graph too large for sets of nodes is refused by its size", "[graph file]") {
  std::string text = "digraph {", groups = "digraph { {";
  for (int v = 0; v <= 20'000; ++v) text += " n" + std::to_string(v);
  CHECK(error_of(text + "}").line.find("more than 20000 nodes") != std::string::npos);
  for (int v = 0; v < 2000; ++v) groups += " a" + std::to_string(v);
  groups += "} -> {";
  for (int v = 0; v < 2000; ++v) groups += " b" + std::to_string(v);
  CHECK(error_of(groups + "} }").line.find("more than 2000000 edges") != std::string::npos);
}

TEST_CASE("a file is read in the format of its extension, or else of its content", "[graph file]") {
  CHECK(graph_format_of("a/g.json") == GraphFormat::json);
  CHECK(graph_format_of("g.dot") == GraphFormat::dot);
  CHECK(graph_format_of("g.gv") == GraphFormat::dot);
  CHECK(graph_format_of("g.dagitty") == GraphFormat::dagitty);
  CHECK(graph_format_of("g.txt") == GraphFormat::dagitty);
  CHECK_FALSE(graph_format_of("-"));

  const std::string base =
      (std::filesystem::temp_directory_path() / ("equipoise_graph_file_" + std::to_string(::getpid()))).string();
  const std::string json = R"({"directed": [["A", "B"]]})", dot = "digraph { A -> B }",
                    dagitty = "\xEF\xBB\xBF\n dag { A -> B }";
  for (const auto& [extension, text] :
       {std::pair(".json", json), std::pair(".dot", dot), std::pair(".gv", dot), std::pair(".dagitty", dagitty),
        std::pair(".txt", dagitty), std::pair("", json), std::pair("", dot), std::pair(".graph", dagitty)}) {
    const std::string path = base + extension;
    std::ofstream(path) << text;
    const GraphFile file = read_graph_file(path);
    CHECK(file.directed == Edges{{"A", "B"}});
    CHECK(file.place == path);
    std::filesystem::remove(path);
  }
  CHECK_THROWS_WITH(read_graph_file(base + ".json"), Catch::Contains("no such file"));
  std::ofstream(base + ".json") << dot;
  CHECK_THROWS_WITH(read_graph_file(base + ".json"), Catch::Contains(".json:1:"));
  std::filesystem::remove(base + ".json");
}

TEST_CASE("declared latent nodes are projected out of the causal graph", "[graph file]") {
  const CausalGraph graph = causal_graph(parse("dag { U [latent]; U -> X; U -> Y; X -> Y }"));
  CHECK(graph == CausalGraph({"X", "Y"}, Edges{{"X", "Y"}}, Edges{{"X", "Y"}}));
  CHECK_THROWS_WITH(causal_graph(parse("pdag { X -- Y }")), Catch::Contains("g: the undirected edge X -- Y"));
  CHECK_THROWS_WITH(causal_graph(parse("dag { X [latent] }")), Catch::Contains("g: a graph of latent nodes alone"));
  GraphFile by_hand{.nodes = {"A", "B"}, .directed = {{"A", "C"}}};
  CHECK_THROWS_AS(causal_graph(by_hand), Error);
  by_hand = {.nodes = {"A", "B"}, .latent = {"C"}};
  CHECK_THROWS_AS(causal_graph(by_hand), Error);
}

TEST_CASE("what is written reads back to the same graph, whatever the names", "[graph file]") {
  std::mt19937_64 random(41);
  for (int trial = 0; trial < 600; ++trial) {
    const GraphFile file = testing::random_graph_file(random);
    for (const GraphFormat format : {GraphFormat::json, GraphFormat::dot, GraphFormat::dagitty}) {
      const std::string text = graph_text(file, format);
      CAPTURE(trial, text);
      REQUIRE(parse(text) == file);
      REQUIRE(parse_graph(text, "g", format) == file);
      if (!file.undirected.empty() || file.latent.size() == file.nodes.size()) continue;
      const CausalGraph graph = causal_graph(file);
      REQUIRE(causal_graph(parse(graph_text(graph, format))) == graph);
    }
  }
}

TEST_CASE("the examples of docs/formats.md are one graph in three formats", "[graph file]") {
  std::ifstream document(std::string(EQUIPOISE_SOURCE_DIR) + "/docs/formats.md");
  const std::string text{std::istreambuf_iterator<char>(document), {}};
  std::vector<GraphFile> graphs;
  for (const char* language : {"json", "dot", "dagitty"}) {
    const std::string fence = std::string("```") + language + "\n";
    const std::size_t begin = text.find(fence, text.find("## Graph files")) + fence.size();
    GraphFile graph = parse(text.substr(begin, text.find("```", begin) - begin));
    std::sort(graph.nodes.begin(), graph.nodes.end());
    std::sort(graph.directed.begin(), graph.directed.end());
    graphs.push_back(graph);
  }
  CHECK(graphs[0].latent == Names{"U"});
  CHECK(graphs[1] == graphs[0]);
  CHECK(graphs[2] == graphs[0]);
}

TEST_CASE("a name that no file can hold is not written", "[graph file]") {
  for (const std::string& name : {std::string(), std::string("a\0b", 3), std::string("\xff"), std::string(1001, 'x')})
    for (const GraphFormat format : {GraphFormat::json, GraphFormat::dot, GraphFormat::dagitty})
      CHECK_THROWS_AS(graph_text(CausalGraph({name}, {}), format), Error);
}
