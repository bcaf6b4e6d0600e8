#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include <equipoise/graph/equivalence.hpp>
#include <equipoise/graph/implied_independences.hpp>
#include <equipoise/testing/random_graph.hpp>

using namespace equipoise;

namespace {

std::vector<std::string> texts(const CausalGraph& graph) {
  std::vector<std::string> result;
  for (const ImpliedIndependence& claim : implied_independences(graph)) result.push_back(text_of(graph, claim));
  return result;
}

constexpr std::size_t nodes = 5;

/// Whether each pair is independent given each set of other nodes, the set as bits.
class IndependenceModel {
 public:
  bool& holds(std::size_t a, std::size_t b, std::size_t given) { return holds_[(a * nodes + b) * sets + given]; }
  void add(std::size_t a, std::size_t b, std::size_t given) { holds(a, b, given) = holds(b, a, given) = true; }
  friend bool operator==(const IndependenceModel& one, const IndependenceModel& other) {
    return std::equal(std::begin(one.holds_), std::end(one.holds_), std::begin(other.holds_));
  }

  /// Adds what contraction, weak union, intersection and composition imply, until nothing is new. Of three nodes and a
  /// set, any two of the four statements below imply all four, unless both are of b or both of c.
  void close() {
    for (bool grows = true; grows;) {
      grows = false;
      for (std::size_t a = 0; a < nodes; ++a)
        for (std::size_t b = 0; b < nodes; ++b)
          for (std::size_t c = 0; c < nodes; ++c)
            for (std::size_t given = 0; given < sets; ++given)
              if (a != b && a != c && b != c && (given & (bit(a) | bit(b) | bit(c))) == 0)
                grows |= close_at(a, b, c, given);
    }
  }

  static std::size_t bit(std::size_t v) { return std::size_t{1} << v; }
  static constexpr std::size_t sets = std::size_t{1} << nodes;

 private:
  bool close_at(std::size_t a, std::size_t b, std::size_t c, std::size_t given) {
    const bool b_first = holds(a, b, given), c_first = holds(a, c, given);
    const bool b_last = holds(a, b, given | bit(c)), c_last = holds(a, c, given | bit(b));
    if (b_first && c_first && b_last && c_last) return false;
    const bool contraction = (b_first && c_last) || (c_first && b_last);
    const bool intersection = b_last && c_last, composition = b_first && c_first;
    if (!contraction && !intersection && !composition) return false;
    add(a, b, given);
    add(a, c, given);
    add(a, b, given | bit(c));
    add(a, c, given | bit(b));
    return true;
  }

  bool holds_[nodes * nodes * sets] = {};
};

/// By separation, of every pair and every set.
IndependenceModel separations(const CausalGraph& graph) {
  IndependenceModel model;
  for (std::size_t given = 0; given < IndependenceModel::sets; ++given) {
    NodeSet set(nodes);
    for (Node v = 0; v < nodes; ++v)
      if ((given >> v & 1) != 0) set.insert(v);
    for (Node a = 0; a < nodes; ++a)
      for (Node b = 0; b < a; ++b)
        if (!set.contains(a) && !set.contains(b) && separated(graph, NodeSet(nodes, {a}), NodeSet(nodes, {b}), set))
          model.add(a, b, given);
  }
  return model;
}

CausalGraph small_graph(std::uint64_t number) {
  return draw_graph({.nodes = nodes, .directed_degree = 1.6, .bidirected_degree = number % 2 == 0 ? 0 : 1.0}, 11,
                    number);
}

}  // namespace

TEST_CASE("a chain, a collider, an instrument and a front door imply what textbooks say") {
  const std::vector<NamedEdge> chain{{"A", "B"}, {"B", "C"}}, collider{{"A", "B"}, {"C", "B"}};
  CHECK(texts(CausalGraph({"A", "B", "C"}, chain)) == std::vector<std::string>{"A _||_ C | B"});
  CHECK(texts(CausalGraph({"A", "B", "C"}, collider)) == std::vector<std::string>{"A _||_ C"});
  const std::vector<NamedEdge> hidden{{"B", "C"}};
  // Of an instrument nothing is left, with a hidden cause of B and C; of a front door neither.
  CHECK(texts(CausalGraph({"A", "B", "C"}, chain, hidden)).empty());
  const std::vector<NamedEdge> ends{{"A", "C"}};
  CHECK(texts(CausalGraph({"A", "B", "C"}, chain, ends)).empty());
}

TEST_CASE("where neither of a pair causes the other, each is claimed given its own causes") {
  const std::vector<NamedEdge> edges{{"P", "A"}, {"Q", "B"}};
  const std::vector<std::string> claims = texts(CausalGraph({"P", "Q", "A", "B"}, edges));
  for (const char* claim : {"A _||_ B | Q", "B _||_ A | P", "P _||_ Q", "P _||_ B | Q", "Q _||_ A | P"})
    CHECK(std::count(claims.begin(), claims.end(), claim) == 1);
}

TEST_CASE("every claim of a random graph holds in it, and every pair that can be separated has one") {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const CausalGraph graph =
        draw_graph({.nodes = 7, .directed_degree = 2.5, .bidirected_degree = number % 2 == 0 ? 0 : 0.8}, 3, number);
    std::vector<NodeSet> claimed(7, NodeSet(7));
    for (const ImpliedIndependence& claim : implied_independences(graph)) {
      CHECK(separated(graph, NodeSet(7, {claim.a}), NodeSet(7, {claim.b}), claim.given));
      CHECK_FALSE(ancestors(graph, NodeSet(7, {claim.a})).contains(claim.b));
      if (number % 2 == 0) CHECK(claim.given == graph.parents(claim.b));
      const bool unordered = !ancestors(graph, NodeSet(7, {claim.b})).contains(claim.a);
      CHECK((!claim.both_ways || unordered));
      CHECK((unordered || !claimed[claim.a].contains(claim.b)));  // one claim, the later given its own causes
      claimed[claim.a].insert(claim.b);
      claimed[claim.b].insert(claim.a);
    }
    for (Node a = 0; a < 7; ++a)
      for (Node b = 0; b < a; ++b) {
        const NodeSet from(7, {a}), to(7, {b});
        const bool can_be = minimal_separator(graph, from, to, graph.all() - from - to).has_value();
        CHECK(claimed[a].contains(b) == can_be);
      }
  }
}

TEST_CASE("two DAGs imply the same independences exactly where their CPDAGs are equal") {
  std::size_t same = 0;
  for (std::uint64_t number = 0; number < 400; ++number) {
    const CausalGraph one = draw_graph({.nodes = 5, .directed_degree = 2}, 7, number);
    // Another graph over the same nodes: one edge turned round where that makes no cycle.
    for (Node to = 0; to < 5; ++to)
      for (const Node from : one.parents(to)) {
        if (ancestors(one, one.parents(to) - NodeSet(5, {from})).contains(from)) continue;
        std::vector<NamedEdge> edges{{one.name(to), one.name(from)}};
        for (Node v = 0; v < 5; ++v)
          for (const Node child : one.children(v))
            if (v != from || child != to) edges.emplace_back(one.name(v), one.name(child));
        const CausalGraph other(one.names(), edges);
        const bool equivalent = cpdag(one) == cpdag(other);
        CHECK(imply_the_same(one, other) == equivalent);
        same += equivalent ? 1 : 0;
      }
  }
  CHECK(same > 100);
}

TEST_CASE("the claims imply every separation of a graph, mixed ones too, by the axioms of a compositional graphoid") {
  for (std::uint64_t number = 0; number < 200; ++number) {
    const CausalGraph graph = small_graph(number);
    IndependenceModel implied;
    for (const ImpliedIndependence& claim : implied_independences(graph)) {
      std::size_t given = 0;
      for (const Node v : claim.given) given |= IndependenceModel::bit(v);
      implied.add(claim.a, claim.b, given);
    }
    implied.close();
    CHECK(implied == separations(graph));
  }
}

TEST_CASE("two mixed graphs imply the same exactly where every separation of every pair agrees") {
  std::size_t same = 0, different = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const CausalGraph one = small_graph(number);
    const IndependenceModel model = separations(one);
    // Another graph over the same nodes: a cause of one made a hidden common cause, or a hidden cause put beside it.
    for (Node to = 0; to < nodes; ++to)
      for (const Node from : one.parents(to))
        for (const bool kept : {false, true}) {
          std::vector<NamedEdge> edges, hidden{{one.name(from), one.name(to)}};
          for (Node v = 0; v < nodes; ++v) {
            for (const Node child : one.children(v))
              if (kept || v != from || child != to) edges.emplace_back(one.name(v), one.name(child));
            for (const Node sibling : one.siblings(v))
              if (v < sibling && !(one.siblings(from).contains(to) && NodeSet(nodes, {from, to}).contains(v) &&
                                   NodeSet(nodes, {from, to}).contains(sibling)))
                hidden.emplace_back(one.name(v), one.name(sibling));
          }
          const CausalGraph other(one.names(), edges, hidden);
          const bool agree = model == separations(other);
          CHECK(imply_the_same(one, other) == agree);
          CHECK(imply_the_same(other, one) == agree);
          ++(agree ? same : different);
        }
  }
  CHECK(same > 300);
  CHECK(different > 300);
}
