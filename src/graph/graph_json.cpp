#include "graph/graph_json.hpp"

#include <string>
#include <vector>

#include "graph/graph_builder.hpp"
#include "graph/graph_text.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::EdgeKind;
using detail::GraphBuilder;
using detail::placed;

/// Runs `add`, what it finds wrong being wrong at `value`.
template <class Add>
auto at(const JsonValue& value, Add add) {
  return placed([&] { return value.place(); }, add);
}

class Reader {
 public:
  explicit Reader(const JsonValue& graph) : graph_(graph) {}

  GraphFile read() {
    graph_.allow_keys({"nodes", "directed", "bidirected", "undirected", "latent", "selection"});
    const auto nodes = graph_.find("nodes");
    nodes_are_listed_ = nodes.has_value();
    if (nodes)
      for (const JsonValue& node : nodes->items()) at(node, [&] { return builder_.add_node(node.string()); });
    read_edges("directed", EdgeKind::directed);
    read_edges("bidirected", EdgeKind::bidirected);
    read_edges("undirected", EdgeKind::undirected);
    for_names("latent", [&](Node v) { builder_.set_latent(v, true); });
    for_names("selection", [&](Node v) { builder_.set_selection(v, true); });
    return builder_.finish(graph_.place());
  }

 private:
  Node end_of(const std::string& name) { return nodes_are_listed_ ? builder_.known_node(name) : builder_.node(name); }

  void read_edges(std::string_view key, EdgeKind kind) {
    const auto list = graph_.find(key);
    if (!list) return;
    for (const JsonValue& edge : list->items()) {
      const std::vector<std::string> ends = edge.strings();
      if (ends.size() != 2)
        edge.fail(ErrorCode::json_value, std::to_string(ends.size()) + " names", "the 2 ends of an edge");
      at(edge, [&] {
        const Node from = end_of(ends[0]), to = end_of(ends[1]);
        builder_.add_edge(from, kind, to);
      });
    }
  }

  template <class Mark>
  void for_names(std::string_view key, Mark mark) {
    const auto list = graph_.find(key);
    if (!list) return;
    for (const JsonValue& name : list->items()) at(name, [&] { mark(builder_.known_node(name.string())); });
  }

  const JsonValue& graph_;
  GraphBuilder builder_;
  bool nodes_are_listed_ = false;
};

}  // namespace

GraphFile graph_from_json(const JsonValue& graph) { return Reader(graph).read(); }

Json graph_to_json(const GraphFile& file) {
  Json json = {{"nodes", file.nodes}, {"directed", file.directed}, {"bidirected", file.bidirected}};
  if (!file.undirected.empty()) json["undirected"] = file.undirected;
  if (!file.latent.empty()) json["latent"] = file.latent;
  if (!file.selection.empty()) json["selection"] = file.selection;
  return json;
}

Json graph_to_json(const CausalGraph& graph) { return graph_to_json(detail::graph_file_of(graph)); }

}  // namespace equipoise::inline v0
