// Every DAG over a few nodes, random ones, and equivalence classes from the definition.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/graph/class_members.hpp>
#include <equipoise/graph/mpdag.hpp>
#include <equipoise/graph/separation.hpp>

namespace equipoise::testing {

inline std::vector<std::string> letters(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.emplace_back(1, static_cast<char>('A' + i));
  return names;
}

/// Every DAG over n labelled nodes: 1, 3, 25, 543 for n from 1 to 4.
inline std::vector<CausalGraph> every_dag(std::size_t n) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b) pairs.emplace_back(a, b);
  std::size_t codes = 1;
  for (std::size_t i = 0; i < pairs.size(); ++i) codes *= 3;
  const auto names = letters(n);
  std::vector<CausalGraph> dags;
  for (std::size_t code = 0; code < codes; ++code) {
    std::vector<NamedEdge> directed;
    std::size_t rest = code;
    for (const auto& [a, b] : pairs) {
      if (rest % 3 == 1) directed.emplace_back(names[a], names[b]);
      if (rest % 3 == 2) directed.emplace_back(names[b], names[a]);
      rest /= 3;
    }
    try {
      dags.emplace_back(names, directed);
    } catch (const Error&) {  // a cycle
    }
  }
  return dags;
}

/// A DAG over n nodes in a random order, with about `percent` of all possible edges.
inline CausalGraph some_dag(std::mt19937_64& random, std::size_t n, std::size_t percent) {
  const auto names = letters(n);
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = i;
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::vector<NamedEdge> directed;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (random() % 100 < percent) directed.emplace_back(names[order[i]], names[order[j]]);
  return CausalGraph(names, directed);
}

/// A random DAG of 2 to 5 nodes with two thirds of its directions forgotten, which may leave it without an extension.
inline Pdag some_pdag(std::mt19937_64& random) {
  const CausalGraph dag = some_dag(random, 2 + random() % 4, 50 + random() % 50);
  std::vector<NamedEdge> directed, undirected;
  for (Node v = 0; v < dag.size(); ++v)
    for (const Node child : dag.children(v))
      (random() % 3 == 0 ? directed : undirected).emplace_back(dag.name(v), dag.name(child));
  return Pdag(dag.names(), directed, undirected);
}

inline std::vector<CausalGraph> members_of(const Mpdag& graph) {
  std::vector<CausalGraph> result;
  ClassMembers members(graph);
  while (const auto dag = members.next()) result.push_back(*dag);
  return result;
}

/// The subset of `of` whose members are the bits of `code`.
inline NodeSet subset(const NodeSet& of, std::size_t code) {
  NodeSet result(of.universe());
  for (const Node v : of) {
    if (code % 2 == 1) result.insert(v);
    code /= 2;
  }
  return result;
}

/// Every statement "a and b are separated given z" as one bit.
inline std::vector<bool> separations(const CausalGraph& graph) {
  std::vector<bool> result;
  for (Node a = 0; a < graph.size(); ++a)
    for (Node b = a + 1; b < graph.size(); ++b) {
      const NodeSet pair(graph.size(), {a, b}), others = graph.all() - pair;
      for (std::size_t code = 0; code < std::size_t{1} << others.size(); ++code)
        result.push_back(
            separated(graph, NodeSet(graph.size(), {a}), NodeSet(graph.size(), {b}), subset(others, code)));
    }
  return result;
}

/// Every DAG over the adjacencies of `graph` that keeps its directed edges: all directions tried.
inline std::vector<CausalGraph> every_direction(const Pdag& graph) {
  std::vector<NamedEdge> fixed, open;
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) fixed.emplace_back(graph.name(v), graph.name(child));
    for (const Node w : graph.neighbours(v))
      if (v < w) open.emplace_back(graph.name(v), graph.name(w));
  }
  std::vector<CausalGraph> dags;
  for (std::size_t code = 0; code < std::size_t{1} << open.size(); ++code) {
    std::vector<NamedEdge> directed = fixed;
    for (std::size_t i = 0; i < open.size(); ++i)
      directed.push_back((code >> i) % 2 == 0 ? open[i] : NamedEdge(open[i].second, open[i].first));
    try {
      dags.emplace_back(graph.names(), directed);
    } catch (const Error&) {  // a cycle
    }
  }
  return dags;
}

/// The unshielded colliders a -> c <- b, as triples with a < b.
inline std::vector<std::array<Node, 3>> unshielded_colliders(const Pdag& graph) {
  std::vector<std::array<Node, 3>> result;
  for (Node c = 0; c < graph.size(); ++c)
    for (const Node a : graph.parents(c))
      for (const Node b : graph.parents(c))
        if (a < b && !graph.adjacent(a).contains(b)) result.push_back({a, c, b});
  return result;
}

/// The consistent extensions of a PDAG by their definition.
inline std::vector<CausalGraph> extensions(const Pdag& graph) {
  std::vector<CausalGraph> result;
  for (const CausalGraph& dag : every_direction(graph))
    if (unshielded_colliders(Pdag(dag)) == unshielded_colliders(graph)) result.push_back(dag);
  return result;
}

/// What DAGs over the same adjacencies have in common: an edge is directed where all agree.
inline Pdag in_common(const std::vector<CausalGraph>& dags) {
  std::vector<NamedEdge> directed, undirected;
  const CausalGraph& first = dags.front();
  for (Node v = 0; v < first.size(); ++v)
    for (const Node child : first.children(v)) {
      bool all_agree = true;
      for (const CausalGraph& dag : dags) all_agree = all_agree && dag.has_directed(v, child);
      (all_agree ? directed : undirected).emplace_back(first.name(v), first.name(child));
    }
  return Pdag(first.names(), directed, undirected);
}

/// An MPDAG made by definition: of a random DAG's class, with a random part of its edges known.
inline Pdag some_mpdag(std::mt19937_64& random, std::size_t n, std::size_t percent) {
  const CausalGraph dag = some_dag(random, n, percent);
  std::vector<NamedEdge> directed, undirected;
  const Pdag known(dag);
  for (Node v = 0; v < n; ++v)
    for (const Node child : dag.children(v)) {
      NodeSet unshielded = dag.parents(child) - known.adjacent(v);
      unshielded.erase(v);
      (!unshielded.empty() || random() % 8 == 0 ? directed : undirected).emplace_back(dag.name(v), dag.name(child));
    }
  return in_common(extensions(Pdag(dag.names(), directed, undirected)));
}

}  // namespace equipoise::testing
