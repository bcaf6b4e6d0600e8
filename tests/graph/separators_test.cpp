#include <equipoise/graph/separators.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "graph/all_paths.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("separators found are those that block every path", "[graph]") {
  std::mt19937_64 random(41);
  int several = 0;
  for (int trial = 0; trial < 12000; ++trial) {
    const SeparatorDraw drawn = SeparatorDraw::draw(random, trial % 2 == 0, trial % 3 != 0);
    const CausalGraph& graph = drawn.graph;
    const std::size_t n = graph.size();
    const Mask a = drawn.a, b = drawn.b, allowed = drawn.allowed;
    const auto separating = masks_where(allowed, [&](Mask z) { return !any_open(drawn.paths, z); });
    const auto set = [&](Mask mask) { return from_mask(mask, n); };

    for (const Mask required : {Mask{0}, static_cast<Mask>(random()) & allowed}) {
      const auto found = separator(graph, set(a), set(b), set(required), set(allowed));
      const bool exists =
          std::any_of(separating.begin(), separating.end(), [&](Mask z) { return is_part(required, z); });
      REQUIRE(found.has_value() == exists);
      if (!found) continue;
      REQUIRE(is_part(required, to_mask(*found)));
      REQUIRE(std::none_of(separating.begin(), separating.end(), [&](Mask z) {
        return is_part(required, z) && is_part(z, to_mask(*found)) && z != to_mask(*found);
      }));
      REQUIRE(std::count(separating.begin(), separating.end(), to_mask(*found)) == 1);
    }
    const auto minimal = minimal_masks(separating);
    REQUIRE(all_masks(MinimalSeparators(graph, set(a), set(b), set(allowed))) == minimal);
    const auto one = minimal_separator(graph, set(a), set(b), set(allowed));
    REQUIRE(one.has_value() == !minimal.empty());
    if (one) REQUIRE(std::count(minimal.begin(), minimal.end(), to_mask(*one)) == 1);
    several += minimal.size() > 2;
  }
  CHECK(several > 300);
}

TEST_CASE("a ladder has as many minimal separators as ways to cut its rails", "[graph]") {
  // A -> P0 -> P1 -> ... -> B and A -> Q0 -> Q1 -> ... -> B: one node of each rail.
  constexpr std::size_t length = 12;
  std::vector<std::string> names{"A", "B"};
  std::vector<NamedEdge> directed;
  for (const std::string rail : {"P", "Q"}) {
    std::string last = "A";
    for (std::size_t i = 0; i < length; ++i) {
      names.push_back(rail + std::to_string(i));
      directed.emplace_back(last, names.back());
      last = names.back();
    }
    directed.emplace_back(last, "B");
  }
  const CausalGraph graph(names, directed);
  const std::size_t n = graph.size();
  MinimalSeparators listing(graph, NodeSet(n, {0}), NodeSet(n, {1}), graph.all() - NodeSet(n, {0, 1}));
  std::vector<NodeSet> found;
  while (auto set = listing.next()) found.push_back(*set);
  CHECK(found.size() == length * length);
  std::sort(found.begin(), found.end());
  CHECK(std::adjacent_find(found.begin(), found.end()) == found.end());
  for (const NodeSet& set : found) CHECK(set.size() == 2);
  CHECK(minimal_separator(graph, NodeSet(n, {0}), NodeSet(n, {1}), graph.all() - NodeSet(n, {0, 1})) ==
        NodeSet(n, {1 + length, 1 + 2 * length}));  // nearest to B
}
