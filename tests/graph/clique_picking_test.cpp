#include <equipoise/graph/clique_picking.hpp>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"
#include "random_trials.hpp"

using namespace equipoise;

namespace {

/// A connected chordal graph: each node joins a random part of a clique of earlier ones.
std::vector<NodeSet> chordal_graph(std::mt19937_64& random, std::size_t n) {
  std::vector<NodeSet> adjacent(n, NodeSet(n)), cliques{NodeSet(n, {0})};
  for (Node v = 1; v < n; ++v) {
    const NodeSet from = cliques[random() % cliques.size()];
    NodeSet clique(n);
    while (clique.empty())
      for (const Node w : from)
        if (random() % 3 != 0) clique.insert(w);
    for (const Node w : clique) {
      adjacent[v].insert(w);
      adjacent[w].insert(v);
    }
    clique.insert(v);
    cliques.push_back(clique);
  }
  return adjacent;
}

bool is_clique(const std::vector<NodeSet>& adjacent, const NodeSet& nodes) {
  for (const Node v : nodes) {
    NodeSet beyond = nodes - adjacent[v];
    beyond.erase(v);
    if (!beyond.empty()) return false;
  }
  return true;
}

/// The acyclic orientations without an unshielded collider, by trying every order of the nodes.
std::size_t amos(const std::vector<NodeSet>& adjacent) {
  const std::size_t n = adjacent.size();
  std::vector<Node> order(n);
  std::iota(order.begin(), order.end(), Node{0});
  std::set<std::vector<NodeSet>> found;
  do {
    std::vector<NodeSet> parents(n, NodeSet(n));
    NodeSet before(n);
    bool moral = true;
    for (const Node v : order) {
      parents[v] = adjacent[v] & before;
      moral = moral && is_clique(adjacent, parents[v]);
      before.insert(v);
    }
    if (moral) found.insert(parents);
  } while (std::next_permutation(order.begin(), order.end()));
  return found.size();
}

}  // namespace

TEST_CASE("a clique tree holds the maximal cliques, those with a node in common connected", "[clique picking]") {
  std::mt19937_64 random(19);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::size_t n = 1 + random() % 8;
    const auto adjacent = chordal_graph(random, n);
    const auto tree = detail::clique_tree(adjacent, NodeSet::all(n));
    std::set<NodeSet> expected;
    for (std::size_t code = 1; code < std::size_t{1} << n; ++code) {
      const NodeSet nodes = testing::subset(NodeSet::all(n), code);
      bool maximal = is_clique(adjacent, nodes);
      for (Node v = 0; v < n && maximal; ++v) maximal = nodes.contains(v) || !nodes.is_subset_of(adjacent[v]);
      if (maximal) expected.insert(nodes);
    }
    REQUIRE(std::set<NodeSet>(tree.cliques.begin(), tree.cliques.end()) == expected);
    REQUIRE(tree.cliques.size() == expected.size());
    for (Node v = 0; v < n; ++v) {
      int tops = 0;  // cliques with v whose parent is without
      for (std::size_t i = 0; i < tree.cliques.size(); ++i) {
        REQUIRE((tree.parents[i] < i || i == 0));
        tops += tree.cliques[i].contains(v) && (i == 0 || !tree.cliques[tree.parents[i]].contains(v));
      }
      REQUIRE(tops == 1);
    }
  }
}

TEST_CASE("orders that begin with none of some nested sets are counted", "[clique picking]") {
  for (std::size_t size = 1; size <= 6; ++size)
    for (std::size_t code = 0; code < std::size_t{1} << (size - 1); ++code) {
      std::vector<std::size_t> prefixes;
      for (std::size_t i = 1; i < size; ++i)
        if ((code >> (i - 1)) % 2 == 1) prefixes.push_back(i);
      std::vector<std::size_t> order(size);
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::uint64_t expected = 0;
      do {
        bool none = true;
        for (const std::size_t prefix : prefixes) {
          const auto begin = order.begin();
          none = none && *std::max_element(begin, begin + static_cast<std::ptrdiff_t>(prefix)) >= prefix;
        }
        expected += none;
      } while (std::next_permutation(order.begin(), order.end()));
      REQUIRE(detail::orders_without_prefix(size, prefixes) == BigCount(expected));
    }
}

TEST_CASE("picking cliques counts the moral acyclic orientations", "[clique picking]") {
  std::mt19937_64 random(23);
  for (int trial = 0; trial < trials(700); ++trial) {
    const std::size_t n = 1 + random() % 7;
    const auto adjacent = chordal_graph(random, n);
    detail::CliquePicker picker(adjacent, 10'000);
    REQUIRE(picker.count(NodeSet::all(n)) == BigCount(amos(adjacent)));
  }
}
