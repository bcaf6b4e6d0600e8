// Causal graphs drawn at random: sparse, dense, or of a given degree, with hidden common causes where asked for.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::inline v0 {

/// What graphs are drawn. A degree is the mean number of edges that a node ends, from 0 to nodes - 1.
struct GraphDraw {
  std::size_t nodes = 10;
  double directed_degree = 3;    ///< arrows out of a node and into it
  double bidirected_degree = 0;  ///< hidden common causes with another node
};

/// Few edges however many nodes: three arrows a node, or all there can be.
inline GraphDraw sparse_graphs(std::size_t nodes) {
  return {.nodes = nodes, .directed_degree = nodes > 4 ? 3 : static_cast<double>(nodes - 1)};
}
/// Half of all pairs of nodes joined by an arrow.
inline GraphDraw dense_graphs(std::size_t nodes) {
  return {.nodes = nodes, .directed_degree = static_cast<double>(nodes - 1) / 2};
}

namespace detail {

/// Calls visit(i, j) for pairs i < j below n, each taken with probability p on its own. Skips from one to the next, so
/// that the time is that of the pairs taken and n. Source: Batagelj, Brandes, "Efficient generation of large random
/// networks", Physical Review E 71, 2005.
template <class Visit>
void draw_pairs(std::size_t n, double p, RowStream& random, Visit visit) {
  if (p <= 0) return;
  std::size_t i = 0, j = 0;  // the last pair taken, or that before the first
  for (;;) {
    const double skipped = p < 1 ? std::floor(std::log(random.open_uniform()) / std::log1p(-p)) : 0;
    if (skipped >= static_cast<double>(n) * static_cast<double>(n)) return;
    std::size_t left = static_cast<std::size_t>(skipped) + 1;
    while (i + 1 < n && j + left >= n) {  // pairs of i end with n - 1
      left -= n - 1 - j;
      ++i;
      j = i;
    }
    if (i + 1 >= n) return;
    j += left;
    visit(i, j);
  }
}

}  // namespace detail

/// Draws an acyclic graph over v0, v1, … whose causal order is random: each pair of nodes is joined by an arrow, and by
/// a bidirected edge, with one probability each and independently of all else (an ordered Erdős-Rényi graph). A
/// function of the seed and `number`. The time is that of making a CausalGraph of its edges.
inline CausalGraph draw_graph(const GraphDraw& draw, std::uint64_t seed, std::uint64_t number) {
  const std::size_t n = draw.nodes;
  assert(n >= 1);
  RowStream random = RandomStream({.seed = seed, .purpose = Purpose::test}).row(number);
  std::vector<std::string> names;
  for (std::size_t v = 0; v < n; ++v) names.push_back("v" + std::to_string(v));
  std::vector<std::size_t> order(n);
  for (std::size_t v = 0; v < n; ++v) order[v] = v;
  for (std::size_t v = n; v > 1; --v)
    std::swap(order[v - 1], order[static_cast<std::size_t>(random.uniform() * static_cast<double>(v))]);
  const double others = n > 1 ? static_cast<double>(n - 1) : 1;
  assert(draw.directed_degree <= others && draw.bidirected_degree <= others);
  std::vector<NamedEdge> directed, bidirected;
  detail::draw_pairs(n, draw.directed_degree / others, random,
                     [&](std::size_t i, std::size_t j) { directed.emplace_back(names[order[i]], names[order[j]]); });
  detail::draw_pairs(n, draw.bidirected_degree / others, random,
                     [&](std::size_t i, std::size_t j) { bidirected.emplace_back(names[order[i]], names[order[j]]); });
  return CausalGraph(std::move(names), directed, bidirected);
}

}  // namespace equipoise::inline v0
