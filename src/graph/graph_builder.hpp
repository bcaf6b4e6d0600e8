// What the readers of every format share: nodes and edges one by one, each checked as it comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/graph_file.hpp>

namespace equipoise::inline v0::detail {

enum class EdgeKind { directed, bidirected, undirected };

/// "A -> B", "A <-> B" or "A -- B".
std::string edge_text(std::string_view from, EdgeKind kind, std::string_view to);

/// Throws graph_syntax for a name that no graph file can hold.
void check_node_name(std::string_view name);

/// Gathers a graph. Errors have no place yet: the reader knows it (see `placed`).
class GraphBuilder {
 public:
  /// Adds a node. Throws graph_syntax where its name is taken or no name, graph_unsupported beyond 20,000 nodes.
  Node add_node(std::string_view name);
  /// The node of this name, added where there is none.
  Node node(std::string_view name);
  /// The node of this name. Throws graph_unknown_node, with a suggestion.
  Node known_node(std::string_view name) const;
  const std::string& name(Node v) const { return file_.nodes[v]; }
  std::size_t size() const noexcept { return file_.nodes.size(); }

  /// Throws graph_self_loop, graph_repeated_edge (also beside an undirected edge), graph_unsupported beyond 2,000,000.
  void add_edge(Node from, EdgeKind kind, Node to);
  void set_latent(Node v, bool is) { is ? void(latent_.insert(v)) : void(latent_.erase(v)); }
  void set_selection(Node v, bool is) { is ? void(selection_.insert(v)) : void(selection_.erase(v)); }

  /// Throws graph_cycle, graph_syntax where there is no node, graph_unsupported where selection marks a latent node.
  GraphFile finish(std::string place);

 private:
  GraphFile file_;
  std::unordered_map<std::string, Node> index_;
  std::unordered_set<std::uint64_t> edges_;  // kind and both ends, packed
  std::unordered_set<Node> latent_, selection_;
};

/// Runs `add`; an error that it throws gets the place that `place_of` tells.
template <class PlaceOf, class Add>
auto placed(PlaceOf place_of, Add add) {
  try {
    return add();
  } catch (const Error& error) {
    throw Error(error.code(), place_of(), error.found(), error.expected(), error.hint());
  }
}

}  // namespace equipoise::inline v0::detail
