// Where to draw the nodes of a causal graph: causes to the left of effects (Sugiyama, Tagawa, Toda 1981).
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

/// A directed edge as the cells that it runs through, from cause to effect. Cells are (layer, place within it).
struct LayeredEdge {
  Node from = 0, to = 0;
  std::vector<std::pair<std::size_t, std::size_t>> route;
};

struct LayeredLayout {
  std::vector<std::size_t> layer;                       ///< of each node, from 0
  std::vector<std::size_t> place;                       ///< of each node within its layer, from 0
  std::vector<std::vector<std::optional<Node>>> cells;  ///< of each layer: a node, or an edge that passes through
  std::vector<LayeredEdge> edges;
};

/// Layers by longest path from the sources; an edge that skips a layer holds a cell of it; cells are ordered by
/// barycentres, in sweeps, the order with the fewest crossings winning.
LayeredLayout layered_layout(const CausalGraph& graph);

}  // namespace equipoise::inline v0
