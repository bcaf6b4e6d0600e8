#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <vector>

#include <equipoise/graph/node_set.hpp>

using namespace equipoise;

namespace {

std::set<Node> members(const NodeSet& set) { return {set.begin(), set.end()}; }

}  // namespace

TEST_CASE("set algebra agrees with std::set over universes of every size", "[graph]") {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::size_t universe = 1 + random() % 200;
    NodeSet a(universe), b(universe);
    std::set<Node> x, y;
    for (std::size_t i = random() % 40; i > 0; --i) {
      const Node u = random() % universe, v = random() % universe;
      a.insert(u), x.insert(u), b.insert(v), y.insert(v);
    }
    if (!x.empty()) {
      a.erase(*x.begin());
      x.erase(x.begin());
    }
    std::set<Node> either(x), both, only;
    either.insert(y.begin(), y.end());
    for (const Node v : x) (y.count(v) ? both : only).insert(v);
    REQUIRE(members(a) == x);
    REQUIRE(members(a | b) == either);
    REQUIRE(members(a & b) == both);
    REQUIRE(members(a - b) == only);
    REQUIRE(a.size() == x.size());
    REQUIRE(a.empty() == x.empty());
    REQUIRE(a.intersects(b) == !both.empty());
    REQUIRE(a.is_subset_of(b) == only.empty());
    REQUIRE((a == b) == (x == y));
    REQUIRE(members(NodeSet::all(universe) - a).size() == universe - x.size());
    if (!x.empty()) REQUIRE(a.front() == *x.begin());
    REQUIRE(std::vector<Node>(a.begin(), a.end()) == std::vector<Node>(x.begin(), x.end()));
  }
}

TEST_CASE("the empty universe has one set", "[graph]") {
  CHECK(NodeSet(0) == NodeSet::all(0));
  CHECK(NodeSet(0).empty());
  const NodeSet nothing(0);
  CHECK(nothing.begin() == nothing.end());
}
