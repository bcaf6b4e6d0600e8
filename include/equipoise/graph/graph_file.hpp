// Causal graphs in files: JSON, Graphviz DOT, DAGitty text and GML.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

enum class GraphFormat {
  json,
  dot,      ///< the language of Graphviz
  dagitty,  ///< the language of dagitty.net (Textor et al. 2016), which extends DOT
  /// The Graph Modelling Language (Himsolt 1997). A node is named by its `label`, else its `name`, else its `id`; an
  /// edge of a graph with `directed 1` points to its target, unless `graphics [ arrow "both" ]` makes it bidirected,
  /// "none" undirected and "first" turns it round.
  gml,
};

/// What a graph file says, before anybody asks a question of it. Where it was read from a file, every name at an
/// edge, in `latent` and in `selection` (in the order of the nodes) is one of the nodes, no edge stands twice, no
/// directed edges form a cycle, and two nodes joined by an undirected edge are joined by no other.
struct GraphFile {
  std::vector<std::string> nodes = {};  ///< as listed, or in the order of their first mention
  std::vector<NamedEdge> directed = {};
  std::vector<NamedEdge> bidirected = {};  ///< hidden common causes
  std::vector<NamedEdge> undirected = {};  ///< edges of an equivalence class, whose direction is open
  std::vector<std::string> latent = {};    ///< nodes that are not observed
  /// Nodes whose mechanism differs between the source and the target population (those that a selection node points
  /// to; Bareinboim, Pearl 2013).
  std::vector<std::string> selection = {};
  std::string place = {};  ///< begins the message of an error

  /// Whether both say the same, wherever they stood.
  friend bool operator==(const GraphFile& a, const GraphFile& b) {
    const auto said = [](const GraphFile& g) {
      return std::tie(g.nodes, g.directed, g.bidirected, g.undirected, g.latent, g.selection);
    };
    return said(a) == said(b);
  }
};

/// The format of a path by its extension: .json, .dot or .gv, .dagitty or .txt, .gml; nothing for any other.
std::optional<GraphFormat> graph_format_of(std::string_view path);

/// Reads a graph from a file, in the format of its extension or, where that tells nothing, of its content ("-" is
/// standard input). DOT, DAGitty text and GML are told apart by their first words. Throws graph_* or json_* at
/// `graph.json#/directed/2` or `graph.dot:3:7`, file_missing and file_unreadable; a graph has 1 to 20,000 nodes and a
/// file at most 64 MiB.
GraphFile read_graph_file(const std::string& path);
/// The same for a text, by its content unless the format is given; `place` stands for the file in messages.
GraphFile parse_graph(std::string_view text, std::string place, std::optional<GraphFormat> format = {});

/// The graph of the observed nodes: declared latent nodes are projected out; `selection` plays no part within one
/// population. Throws graph_unsupported where edges are undirected, and as the constructor of CausalGraph does.
CausalGraph causal_graph(const GraphFile& file);

/// The graph as the text of a file that reads back to an equal one. Throws graph_syntax for a name that files cannot
/// hold: an empty one, one of more than 1,000 bytes, or one that is no UTF-8 text.
std::string graph_text(const GraphFile& file, GraphFormat format);
std::string graph_text(const CausalGraph& graph, GraphFormat format);

}  // namespace equipoise::inline v0
