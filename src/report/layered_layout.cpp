#include "report/layered_layout.hpp"

#include <algorithm>
#include <utility>

namespace equipoise::inline v0 {

namespace {

// Every node and every passage of an edge through a layer, joined to its neighbours in the layers beside.
struct Cells {
  std::vector<std::size_t> layer;
  std::vector<std::vector<std::size_t>> left, right;
  std::vector<std::vector<std::size_t>> order;  ///< of the cells within each layer
  std::vector<std::vector<std::size_t>> routes;

  std::size_t add(std::size_t in) {
    layer.push_back(in);
    left.emplace_back();
    right.emplace_back();
    order[in].push_back(layer.size() - 1);
    return layer.size() - 1;
  }
  void join(std::size_t a, std::size_t b) {
    right[a].push_back(b);
    left[b].push_back(a);
  }
  std::vector<std::size_t> places() const {
    std::vector<std::size_t> place(layer.size());
    for (const auto& cells : order)
      for (std::size_t i = 0; i < cells.size(); ++i) place[cells[i]] = i;
    return place;
  }
};

std::vector<std::size_t> longest_paths(const CausalGraph& graph) {
  std::vector<std::size_t> layer(graph.size(), 0);
  for (const Node v : graph.topological_order())
    for (const Node child : graph.children(v)) layer[child] = std::max(layer[child], layer[v] + 1);
  return layer;
}

Cells cells_of(const CausalGraph& graph, const std::vector<std::size_t>& layer) {
  Cells cells;
  cells.order.resize(graph.size() == 0 ? 0 : *std::max_element(layer.begin(), layer.end()) + 1);
  for (Node v = 0; v < graph.size(); ++v) cells.add(layer[v]);
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) {
      std::vector<std::size_t> route{v};
      for (std::size_t between = layer[v] + 1; between < layer[child]; ++between) route.push_back(cells.add(between));
      route.push_back(child);
      for (std::size_t i = 0; i + 1 < route.size(); ++i) cells.join(route[i], route[i + 1]);
      cells.routes.push_back(std::move(route));
    }
  }
  return cells;
}

std::size_t crossings(const Cells& cells) {
  const auto place = cells.places();
  std::size_t count = 0;
  for (const auto& in_layer : cells.order)
    for (std::size_t i = 0; i < in_layer.size(); ++i)
      for (std::size_t j = i + 1; j < in_layer.size(); ++j)
        for (const std::size_t a : cells.right[in_layer[i]])
          for (const std::size_t b : cells.right[in_layer[j]]) count += place[a] > place[b];
  return count;
}

void order_by_barycentre(Cells& cells, std::size_t in, const std::vector<std::vector<std::size_t>>& neighbours) {
  const auto place = cells.places();
  std::vector<double> centre(cells.layer.size());
  for (const std::size_t cell : cells.order[in]) {
    double sum = 0;
    for (const std::size_t other : neighbours[cell]) sum += static_cast<double>(place[other]);
    centre[cell] = neighbours[cell].empty() ? static_cast<double>(place[cell])
                                            : sum / static_cast<double>(neighbours[cell].size());
  }
  std::stable_sort(cells.order[in].begin(), cells.order[in].end(),
                   [&](std::size_t a, std::size_t b) { return centre[a] < centre[b]; });
}

void untangle(Cells& cells) {
  constexpr int sweeps = 12;
  auto best = cells.order;
  std::size_t fewest = crossings(cells);
  for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
    const std::size_t layers = cells.order.size();
    for (std::size_t i = 1; i < layers; ++i) {
      if (sweep % 2 == 0)
        order_by_barycentre(cells, i, cells.left);
      else
        order_by_barycentre(cells, layers - 1 - i, cells.right);
    }
    if (const std::size_t count = crossings(cells); count < fewest) {
      fewest = count;
      best = cells.order;
    }
  }
  cells.order = std::move(best);
}

}  // namespace

LayeredLayout layered_layout(const CausalGraph& graph) {
  LayeredLayout layout{.layer = longest_paths(graph), .place = {}, .cells = {}, .edges = {}};
  Cells cells = cells_of(graph, layout.layer);
  untangle(cells);
  const auto place = cells.places();
  layout.place.assign(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(graph.size()));
  for (const auto& in_layer : cells.order) {
    layout.cells.emplace_back();
    for (const std::size_t cell : in_layer)
      layout.cells.back().push_back(cell < graph.size() ? std::optional<Node>(cell) : std::nullopt);
  }
  for (const auto& route : cells.routes) {
    LayeredEdge edge{.from = route.front(), .to = route.back(), .route = {}};
    for (const std::size_t cell : route) edge.route.emplace_back(cells.layer[cell], place[cell]);
    layout.edges.push_back(std::move(edge));
  }
  return layout;
}

}  // namespace equipoise::inline v0
