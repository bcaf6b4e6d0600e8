// A CausalGraph as Boost.Graph sees one, so that any of its algorithms runs on it.
//
//     #include <boost/graph/topological_sort.hpp>
//     std::vector<Node> order;
//     boost::topological_sort(graph, std::back_inserter(order));
//
// Over its directed edges a CausalGraph models VertexListGraph, EdgeListGraph, AdjacencyGraph and BidirectionalGraph
// (hence IncidenceGraph), with the properties vertex_index and vertex_name; its bidirected edges are not seen. This is
// the one public header that includes Boost, and no other includes it.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <utility>

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

/// A directed edge as Boost.Graph names one: its descriptor.
struct DirectedEdge {
  Node from = 0;
  Node to = 0;
  friend bool operator==(const DirectedEdge&, const DirectedEdge&) = default;
  friend auto operator<=>(const DirectedEdge&, const DirectedEdge&) = default;
};

namespace detail {

using NodeList = decltype(std::declval<const CausalGraph&>().child_list(Node{}));

/// The edges between one node and those of a list, out of it or into it.
template <bool out>
class EdgesAtNode
    : public boost::iterator_facade<EdgesAtNode<out>, DirectedEdge, boost::forward_traversal_tag, DirectedEdge> {
 public:
  EdgesAtNode() = default;
  EdgesAtNode(Node v, NodeList::iterator other) : v_(v), other_(other) {}

 private:
  friend class boost::iterator_core_access;
  DirectedEdge dereference() const { return out ? DirectedEdge{v_, *other_} : DirectedEdge{*other_, v_}; }
  bool equal(const EdgesAtNode& other) const { return other_ == other.other_; }
  void increment() { ++other_; }

  Node v_ = 0;
  NodeList::iterator other_{};
};

/// All directed edges, by their first nodes.
class EveryEdge : public boost::iterator_facade<EveryEdge, DirectedEdge, boost::forward_traversal_tag, DirectedEdge> {
 public:
  EveryEdge() = default;
  EveryEdge(const CausalGraph& graph, Node from) : graph_(&graph), from_(from) { skip_childless(); }

 private:
  friend class boost::iterator_core_access;
  DirectedEdge dereference() const { return {from_, graph_->child_list(from_)[child_]}; }
  bool equal(const EveryEdge& other) const { return from_ == other.from_ && child_ == other.child_; }
  void increment() {
    if (++child_ < graph_->child_list(from_).size()) return;
    child_ = 0;
    ++from_;
    skip_childless();
  }
  void skip_childless() {
    while (from_ < graph_->size() && graph_->child_list(from_).empty()) ++from_;
  }

  const CausalGraph* graph_ = nullptr;
  Node from_ = 0;
  std::size_t child_ = 0;
};

/// A node's name, as a readable property map.
class NodeNames {
 public:
  using key_type = Node;
  using value_type = std::string;
  using reference = const std::string&;
  using category = boost::readable_property_map_tag;

  NodeNames() = default;
  explicit NodeNames(const CausalGraph& graph) : graph_(&graph) {}
  reference operator[](Node v) const { return graph_->name(v); }
  friend reference get(const NodeNames& names, Node v) { return names[v]; }

 private:
  const CausalGraph* graph_ = nullptr;
};

}  // namespace detail

}  // namespace equipoise::inline v0

namespace boost {

template <>
struct graph_traits<equipoise::CausalGraph> {
  using vertex_descriptor = equipoise::Node;
  using edge_descriptor = equipoise::DirectedEdge;
  using directed_category = bidirectional_tag;
  using edge_parallel_category = disallow_parallel_edge_tag;
  struct traversal_category : bidirectional_graph_tag,
                              adjacency_graph_tag,
                              vertex_list_graph_tag,
                              edge_list_graph_tag {};
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using vertex_iterator = counting_iterator<equipoise::Node>;
  using edge_iterator = equipoise::detail::EveryEdge;
  using adjacency_iterator = equipoise::detail::NodeList::iterator;
  using out_edge_iterator = equipoise::detail::EdgesAtNode<true>;
  using in_edge_iterator = equipoise::detail::EdgesAtNode<false>;
  static constexpr vertex_descriptor null_vertex() { return static_cast<vertex_descriptor>(-1); }
};

template <>
struct property_map<equipoise::CausalGraph, vertex_index_t> {
  using type = typed_identity_property_map<equipoise::Node>;
  using const_type = type;
};

template <>
struct property_map<equipoise::CausalGraph, vertex_name_t> {
  using type = equipoise::detail::NodeNames;
  using const_type = type;
};

}  // namespace boost

namespace equipoise::inline v0 {

// What Boost.Graph finds by the type of the graph.

inline std::size_t num_vertices(const CausalGraph& graph) { return graph.size(); }
inline auto vertices(const CausalGraph& graph) {
  return std::pair(boost::counting_iterator<Node>(0), boost::counting_iterator<Node>(graph.size()));
}
/// Linear in the nodes.
inline std::size_t num_edges(const CausalGraph& graph) {
  std::size_t count = 0;
  for (Node v = 0; v < graph.size(); ++v) count += graph.child_list(v).size();
  return count;
}
inline auto edges(const CausalGraph& graph) {
  return std::pair(detail::EveryEdge(graph, 0), detail::EveryEdge(graph, graph.size()));
}
inline Node source(const DirectedEdge& edge, const CausalGraph&) { return edge.from; }
inline Node target(const DirectedEdge& edge, const CausalGraph&) { return edge.to; }

inline auto adjacent_vertices(Node v, const CausalGraph& graph) {
  return std::pair(graph.child_list(v).begin(), graph.child_list(v).end());
}
inline auto out_edges(Node v, const CausalGraph& graph) {
  const auto list = graph.child_list(v);
  return std::pair(detail::EdgesAtNode<true>(v, list.begin()), detail::EdgesAtNode<true>(v, list.end()));
}
inline auto in_edges(Node v, const CausalGraph& graph) {
  const auto list = graph.parent_list(v);
  return std::pair(detail::EdgesAtNode<false>(v, list.begin()), detail::EdgesAtNode<false>(v, list.end()));
}
inline std::size_t out_degree(Node v, const CausalGraph& graph) { return graph.child_list(v).size(); }
inline std::size_t in_degree(Node v, const CausalGraph& graph) { return graph.parent_list(v).size(); }
inline std::size_t degree(Node v, const CausalGraph& graph) { return in_degree(v, graph) + out_degree(v, graph); }

inline auto get(boost::vertex_index_t, const CausalGraph&) { return boost::typed_identity_property_map<Node>(); }
inline Node get(boost::vertex_index_t, const CausalGraph&, Node v) { return v; }
inline auto get(boost::vertex_name_t, const CausalGraph& graph) { return detail::NodeNames(graph); }
inline const std::string& get(boost::vertex_name_t, const CausalGraph& graph, Node v) { return graph.name(v); }

}  // namespace equipoise::inline v0
