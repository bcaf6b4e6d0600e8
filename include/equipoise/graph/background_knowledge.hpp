// Background knowledge: what a person knows of directions, beyond what independences tell.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/mpdag.hpp>

namespace equipoise::inline v0 {

/// What is known of a graph's edges. Adjacencies are not open to it: a required edge must direct one that is there, a
/// forbidden one matters only where its nodes are adjacent.
struct BackgroundKnowledge {
  std::vector<NamedEdge> required = {};   ///< A -> B: the edge between A and B points to B
  std::vector<NamedEdge> forbidden = {};  ///< A -> B: it does not
  /// No edge points from a later tier into an earlier one. A node may stand in no tier, and then is free.
  std::vector<std::vector<std::string>> tiers = {};
};

/// One piece of background knowledge that bears on an edge, and the direction that it asks for.
struct KnownEdge {
  enum class Kind { required, forbidden, tiers };
  Kind kind;
  Arrow edge;
  friend bool operator==(const KnownEdge&, const KnownEdge&) = default;
};

/// Why no DAG of a class agrees with the knowledge: `wanted` asks for a direction, yet the edge is not there, or
/// stands the other way in every DAG that agrees with `because`.
struct Contradiction {
  KnownEdge wanted;
  bool adjacent = true;                 ///< whether the edge is there at all
  std::vector<KnownEdge> because = {};  ///< none where the edge stands so in the whole class
};

/// As text: "the required edge A -> B", "the forbidden edge B -> A" or "the tier order of A and B".
inline std::string to_text(const KnownEdge& known, const Pdag& graph) {
  const std::string &from = graph.name(known.edge.from), &to = graph.name(known.edge.to);
  switch (known.kind) {
    case KnownEdge::Kind::required: return "the required edge " + from + " -> " + to;
    case KnownEdge::Kind::forbidden: return "the forbidden edge " + to + " -> " + from;
    default: return "the tier order of " + from + " and " + to;
  }
}

/// As a sentence without its full stop: "the required edge B -> A contradicts A -> B, which follows from …".
inline std::string to_text(const Contradiction& contradiction, const Pdag& graph) {
  const auto [from, to] = contradiction.wanted.edge;
  const std::string wanted = to_text(contradiction.wanted, graph);
  if (!contradiction.adjacent) return wanted + " joins nodes that are not adjacent in any DAG of the class";
  std::string text = wanted + " contradicts " + graph.name(to) + " -> " + graph.name(from) + ", which ";
  if (contradiction.because.empty()) return text + "every DAG of the class has";
  text += "follows from ";
  for (std::size_t i = 0; i < contradiction.because.size(); ++i)
    text += (i == 0 ? "" : " and ") + to_text(contradiction.because[i], graph);
  return text;
}

namespace detail {

/// The knowledge edge by edge. Throws graph_unknown_node, and graph_syntax for a node in two tiers.
inline std::vector<KnownEdge> known_edges(const Pdag& graph, const BackgroundKnowledge& knowledge) {
  std::vector<KnownEdge> result;
  for (const auto& [from, to] : knowledge.required)
    result.push_back({KnownEdge::Kind::required, {graph.node(from), graph.node(to)}});
  for (const auto& [from, to] : knowledge.forbidden)
    if (const Arrow arrow{graph.node(to), graph.node(from)}; graph.adjacent(arrow.from).contains(arrow.to))
      result.push_back({KnownEdge::Kind::forbidden, arrow});
  NodeSet earlier = graph.none();
  for (const std::vector<std::string>& tier : knowledge.tiers) {
    NodeSet nodes = graph.none();
    for (const std::string& name : tier) {
      const Node v = graph.node(name);
      if (earlier.contains(v) || nodes.contains(v))
        throw Error(ErrorCode::graph_syntax, {}, "'" + name + "' twice among the tiers", "every node in at most one");
      nodes.insert(v);
    }
    for (const Node v : nodes)
      for (const Node before : graph.adjacent(v) & earlier) result.push_back({KnownEdge::Kind::tiers, {before, v}});
    earlier |= nodes;
  }
  return result;
}

/// Directs the edges of a class one known edge at a time, and remembers what forced what.
class KnowledgeApplier {
 public:
  explicit KnowledgeApplier(const Mpdag& graph) : edges_(graph.edges()) {}

  /// Whether the class still has a DAG.
  bool apply(const KnownEdge& known) {
    const auto [from, to] = known.edge;
    if (edges_.children[from].contains(to)) return true;
    if (!edges_.neighbours[from].contains(to)) return false;
    edges_.orient(from, to);
    known_.emplace(known.edge, known);
    close_under_meek(edges_, {known.edge}, [&](const ForcedEdge& forced) { forced_.emplace(forced.edge, forced); });
    return true;
  }

  /// Why the edge of `known` cannot be directed so.
  Contradiction contradiction(const KnownEdge& known) const {
    const auto [from, to] = known.edge;
    Contradiction result{known, edges_.adjacent[from].contains(to), {}};
    std::vector<Arrow> open{{to, from}};
    for (std::set<Arrow> seen; !open.empty();) {
      const Arrow arrow = open.back();
      open.pop_back();
      if (!seen.insert(arrow).second) continue;
      if (const auto found = known_.find(arrow); found != known_.end()) result.because.push_back(found->second);
      if (const auto found = forced_.find(arrow); found != forced_.end())
        for (const auto& premise : found->second.because)
          if (premise) open.push_back(*premise);
    }
    return result;
  }

  PartialEdges& edges() { return edges_; }

 private:
  PartialEdges edges_;
  std::map<Arrow, KnownEdge> known_;
  std::map<Arrow, ForcedEdge> forced_;
};

}  // namespace detail

/// The MPDAG of those DAGs of a class that agree with the knowledge, or why there are none. Source: Meek, "Causal
/// inference and causal explanation with background knowledge", UAI 1995, phases II and III: since an undirected edge
/// of an MPDAG stands either way in some DAG (his Theorem 4), each known edge is directed and the graph closed under
/// the four rules in turn. Throws graph_unknown_node, and graph_syntax for a node in two tiers.
inline std::variant<Mpdag, Contradiction> with_knowledge(const Mpdag& graph, const BackgroundKnowledge& knowledge) {
  detail::KnowledgeApplier applier(graph);
  for (const KnownEdge& known : detail::known_edges(graph, knowledge))
    if (!applier.apply(known)) return applier.contradiction(known);
  return detail::trusted_mpdag(graph.names(), std::move(applier.edges()));
}

}  // namespace equipoise::inline v0
