#include <equipoise/graph/minimum_separator.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
struct Arc {
  double capacity = 0, residual = 0;
  Traits::edge_descriptor reverse = {};
};
struct Vertex {
  boost::default_color_type colour = {};
  Traits::edge_descriptor predecessor = {};
};
using Network = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Vertex, Arc>;

void connect(Network& network, std::size_t from, std::size_t to, double capacity) {
  const auto forward = boost::add_edge(from, to, network).first, back = boost::add_edge(to, from, network).first;
  network[forward].capacity = capacity;
  network[forward].reverse = back;
  network[back].reverse = forward;
}

double checked_cost(const CausalGraph& graph, std::span<const double> costs, Node v) {
  if (costs.empty()) return 1;
  if (!(costs[v] > 0) || !std::isfinite(costs[v]))
    throw Error(ErrorCode::value_out_of_range, "the cost of '" + graph.name(v) + "'", std::to_string(costs[v]),
                "a positive finite number");
  return costs[v];
}

// Each node is an entry and an exit, joined by what the node costs; each clique a vertex that its members flow into and
// out of. The flow comes from b, so that what its residual network reaches ends at the cut nearest to b.
template <class Cut>
std::optional<NodeSet> minimum_cut(const CausalGraph& graph, const NodeSet& a, const NodeSet& b, const NodeSet& allowed,
                                   std::span<const double> costs, const Cut& cut) {
  if (!costs.empty() && costs.size() != graph.size())
    throw Error(ErrorCode::value_out_of_range, "the costs", std::to_string(costs.size()) + " numbers",
                std::to_string(graph.size()) + ", one a node");
  for (const Node v : allowed) checked_cost(graph, costs, v);
  // Without a separator the flow has no bound.
  if (!minimal_separator(graph, a, b, allowed, cut)) return std::nullopt;
  const NodeSet ancestral = ancestors_under(graph, a | b, cut);
  const AugmentedGraph augmented(graph, ancestral, cut);
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  const std::size_t n = graph.size(), cliques = 2 * n, source = cliques + augmented.clique_count(), sink = source + 1;
  Network network(sink + 1);
  for (const Node v : ancestral) {
    const std::size_t entry = v, exit = n + v;
    connect(network, entry, exit, allowed.contains(v) ? checked_cost(graph, costs, v) : unbounded);
    for (const std::size_t clique : augmented.cliques_of(v)) {
      connect(network, exit, cliques + clique, unbounded);
      connect(network, cliques + clique, entry, unbounded);
    }
  }
  for (const Node v : b) connect(network, source, v, unbounded);
  for (const Node v : a) connect(network, n + v, sink, unbounded);
  boost::edmonds_karp_max_flow(network, source, sink,
                               boost::capacity_map(boost::get(&Arc::capacity, network))
                                   .residual_capacity_map(boost::get(&Arc::residual, network))
                                   .reverse_edge_map(boost::get(&Arc::reverse, network))
                                   .color_map(boost::get(&Vertex::colour, network))
                                   .predecessor_map(boost::get(&Vertex::predecessor, network)));
  // The last search for a way to the sink marks what it reaches.
  const auto reached = [&](std::size_t vertex) { return network[vertex].colour != boost::white_color; };
  NodeSet result = graph.none();
  for (const Node v : ancestral& allowed)
    if (reached(v) && !reached(n + v)) result.insert(v);
  return result;
}

}  // namespace

std::optional<NodeSet> minimum_separator(const CausalGraph& graph, const NodeSet& a, const NodeSet& b,
                                         const NodeSet& allowed, std::span<const double> costs) {
  return minimum_cut(graph, a, b, allowed, costs, CutNothing{});
}

std::optional<NodeSet> minimum_adjustment_set(const AdjustmentProblem& problem, std::span<const double> costs) {
  return minimum_cut(problem.graph(), problem.treatment(), problem.outcome(), problem.allowed(), costs, problem.cut());
}

}  // namespace equipoise::inline v0
