// Damaged files: whatever the bytes, a graph or one clean error with its place.
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/graph_file.hpp>

#include "graph/random_graph_files.hpp"

using namespace equipoise;

namespace {

const std::vector<std::string> seeds{
    R"({"nodes": ["A", "X", "U", "Y"], "directed": [["A", "X"], ["U", "Y"]], "bidirected": [["A", "Y"]], "undirected": [["X", "Y"]], "latent": ["U"], "selection": ["Y"]})",
    "strict digraph \"g\" { graph [rankdir=LR]; node [latent=true] U; edge [dir=none]; A:n -> {B \"c d\"} -> E "
    "[dir=both, arrowhead=vee]; subgraph s { <F<b>> } -> G; x = y }",
    "dag {\nbb=\"0,0,1,1\"\nX [exposure,pos=\"0,1\"]\nY [outcome]\nU [latent]\nU -> X U -> Y X -> Y <-> Z\n/* c */ "
    "\"a\" + \"b\" -- W // d\n}\n"};

const std::vector<std::string> pieces{
    "{",    "}",    "[",      "]",        "\"",   "\\",   "<",      ">",    "->",    "<->",     "--",   "@->", "=",
    ";",    ",",    ":",      "+",        "/*",   "*/",   "//",     "#",    "\n",    "\0",      "\xff", "dir", "odot",
    "both", "none", "latent", "subgraph", "node", "edge", "strict", "null", "1e999", "\\u0000", "\xC3"};

}  // namespace

TEST_CASE("a damaged graph file is read or refused with its place, and what is read can be written", "[graph file]") {
  std::mt19937_64 random(61);
  int read = 0, refused = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    std::string valid = seeds[random() % seeds.size()];
    if (random() % 3 == 0)
      valid = graph_text(testing::random_graph_file(random), static_cast<GraphFormat>(random() % 3));
    const std::string text = testing::mutated(std::move(valid), pieces, random);
    const auto format = random() % 4 == 0 ? std::optional(static_cast<GraphFormat>(random() % 3)) : std::nullopt;
    CAPTURE(trial, text);
    try {
      const GraphFile file = parse_graph(text, "place", format);
      ++read;
      REQUIRE(parse_graph(graph_text(file, GraphFormat::dot), "again") == file);
      if (file.undirected.empty()) static_cast<void>(causal_graph(file));
    } catch (const Error& error) {
      ++refused;
      REQUIRE(error.place().find("place") == 0);
      REQUIRE_FALSE(error.found().empty());
    }
  }
  CHECK(read > 1500);
  CHECK(refused > 5000);
}
