#include <equipoise/graph/graph_file.hpp>

#include <utility>

#include <equipoise/graph/projection.hpp>

#include "core/file.hpp"
#include "graph/gml.hpp"
#include "graph/graph_builder.hpp"
#include "graph/graph_json.hpp"
#include "graph/graph_text.hpp"

namespace equipoise::inline v0 {

namespace {

using detail::EdgeKind;

constexpr std::size_t largest_graph_file = std::size_t{64} << 20;

GraphFile parse_graph_json(std::string_view text, std::string place) {
  const JsonDocument document = parse_json(text, std::move(place));
  return graph_from_json(document.root());
}

}  // namespace

GraphFile detail::graph_file_of(const CausalGraph& graph) {
  GraphFile file{.nodes = graph.names()};
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) file.directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) file.bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  return file;
}

std::optional<GraphFormat> graph_format_of(std::string_view path) {
  if (path.ends_with(".json")) return GraphFormat::json;
  if (path.ends_with(".dot") || path.ends_with(".gv")) return GraphFormat::dot;
  if (path.ends_with(".gml")) return GraphFormat::gml;
  if (path.ends_with(".dagitty") || path.ends_with(".txt")) return GraphFormat::dagitty;
  return std::nullopt;
}

GraphFile parse_graph(std::string_view text, std::string place, std::optional<GraphFormat> format) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    throw Error(ErrorCode::graph_syntax, std::move(place), "an empty file",
                "a graph as JSON, DOT, DAGitty or GML text");
  if (!format)
    format = text[first] == '{' || text[first] == '[' ? GraphFormat::json
             : detail::is_gml(text)                   ? GraphFormat::gml
                                                      : GraphFormat::dot;
  if (*format == GraphFormat::json) return parse_graph_json(text, std::move(place));
  if (*format == GraphFormat::gml) return detail::read_gml(text, place);
  return detail::read_graph_text(text, place);
}

GraphFile read_graph_file(const std::string& path) {
  return parse_graph(read_file(path, largest_graph_file), path, graph_format_of(path));
}

CausalGraph causal_graph(const GraphFile& file) {
  if (!file.undirected.empty()) {
    const auto& [a, b] = file.undirected.front();
    throw Error(ErrorCode::graph_unsupported, file.place,
                "the undirected edge " + detail::edge_text(a, EdgeKind::undirected, b),
                "directed and bidirected edges (undirected ones are for adjustment and equivalence)");
  }
  CausalGraph graph(file.nodes, file.directed, file.bidirected, file.place);
  if (file.latent.empty()) return graph;
  if (file.latent.size() == graph.size())
    throw Error(ErrorCode::graph_unsupported, file.place, "a graph of latent nodes alone",
                "at least one observed node");
  NodeSet latent = graph.none();
  for (const std::string& name : file.latent) latent.insert(graph.node(name));
  return latent_projection(graph, latent);
}

std::string graph_text(const GraphFile& file, GraphFormat format) {
  for (const std::string& node : file.nodes) detail::check_node_name(node);
  if (format == GraphFormat::json) return to_text(graph_to_json(file));
  if (format == GraphFormat::gml) return detail::write_gml(file);
  return detail::write_graph_text(file, format);
}

std::string graph_text(const CausalGraph& graph, GraphFormat format) {
  return graph_text(detail::graph_file_of(graph), format);
}

}  // namespace equipoise::inline v0
