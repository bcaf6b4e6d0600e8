#include <equipoise/graph/structural_distance.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/equivalence.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

namespace {

/// Walks along every path from one node and judges an adjustment by the definition.
class AdjustmentJudge {
 public:
  AdjustmentJudge(const CausalGraph& dag, Node from, const NodeSet& z) : dag_(dag), z_(z), path_{from} {}

  /// Whether z, without `to`, is an adjustment set for (from, to).
  bool is_valid(Node to) {
    to_ = to;
    valid_ = true;
    walk();
    return valid_;
  }

 private:
  void walk() {
    const Node v = path_.back();
    if (v == to_) return judge();
    for (Node w = 0; w < dag_.size(); ++w) {
      if (std::find(path_.begin(), path_.end(), w) != path_.end()) continue;
      if (!dag_.has_directed(v, w) && !dag_.has_directed(w, v)) continue;
      path_.push_back(w);
      walk();
      path_.pop_back();
    }
  }
  void judge() {
    bool directed = true, open = true;
    for (std::size_t k = 0; k + 1 < path_.size(); ++k) directed = directed && dag_.has_directed(path_[k], path_[k + 1]);
    for (std::size_t k = 1; k + 1 < path_.size(); ++k) {
      const bool collider = dag_.has_directed(path_[k - 1], path_[k]) && dag_.has_directed(path_[k + 1], path_[k]);
      const NodeSet below = descendants(dag_, NodeSet(dag_.size(), {path_[k]}));
      open = open && (collider ? below.intersects(z_) : !z_.contains(path_[k]));
    }
    if (directed)
      for (std::size_t k = 1; k < path_.size(); ++k)
        valid_ = valid_ && !descendants(dag_, NodeSet(dag_.size(), {path_[k]})).intersects(z_);
    else
      valid_ = valid_ && !open;
  }

  const CausalGraph& dag_;
  const NodeSet& z_;
  std::vector<Node> path_;
  Node to_ = 0;
  bool valid_ = true;
};

std::size_t sid_by_definition(const CausalGraph& truth, const CausalGraph& estimate) {
  std::size_t wrong = 0;
  for (Node i = 0; i < truth.size(); ++i)
    for (Node j = 0; j < truth.size(); ++j) {
      if (i == j) continue;
      const NodeSet& parents = estimate.parents(i);
      if (parents.contains(j))
        wrong += descendants(truth, NodeSet(truth.size(), {i})).contains(j);
      else
        wrong += !AdjustmentJudge(truth, i, parents).is_valid(j);
    }
  return wrong;
}

}  // namespace

TEST_CASE("the intervention distance counts the adjustments that are wrong, for any two DAGs of three nodes",
          "[structural distance]") {
  const auto dags = testing::every_dag(3);
  for (const CausalGraph& truth : dags)
    for (const CausalGraph& estimate : dags) {
      const std::size_t distance = structural_intervention_distance(truth, estimate);
      REQUIRE(distance == sid_by_definition(truth, estimate));
      bool has_all = true;
      for (Node v = 0; v < 3; ++v) has_all = has_all && truth.children(v).is_subset_of(estimate.children(v));
      REQUIRE((distance == 0) == has_all);
    }
}

TEST_CASE("the intervention distance counts the adjustments that are wrong, for larger DAGs", "[structural distance]") {
  std::mt19937_64 random(41);
  for (int trial = 0; trial < 2500; ++trial) {
    const std::size_t n = 4 + random() % 3;
    const CausalGraph truth = testing::some_dag(random, n, 20 + random() % 70),
                      estimate = testing::some_dag(random, n, 20 + random() % 70);
    REQUIRE(structural_intervention_distance(truth, estimate) == sid_by_definition(truth, estimate));
  }
}

TEST_CASE("two graphs at the same Hamming distance may be far apart for interventions", "[structural distance]") {
  // Peters, Bühlmann 2015, Example 1: the truth, an edge too many, and an edge reversed.
  const std::vector<std::string> names{"X1", "X2", "Y1", "Y2", "Y3"};
  Edges common;
  for (const char* x : {"X1", "X2"})
    for (const char* y : {"Y1", "Y2", "Y3"}) common.emplace_back(x, y);
  const auto with = [&](Edges more) {
    more.insert(more.end(), common.begin(), common.end());
    return CausalGraph(names, more);
  };
  const CausalGraph truth = with({{"X1", "X2"}}), more = with({{"X1", "X2"}, {"Y1", "Y2"}}),
                    reversed = with({{"X2", "X1"}});
  CHECK(structural_hamming_distance(Pdag(truth), Pdag(more)) == 1);
  CHECK(structural_hamming_distance(Pdag(truth), Pdag(reversed)) == 1);
  CHECK(structural_intervention_distance(truth, more) == 0);
  CHECK(structural_intervention_distance(truth, reversed) == 8);
  CHECK(structural_intervention_distance(truth, truth) == 0);
}

TEST_CASE("between classes the intervention distance runs from the nearest DAGs to the farthest",
          "[structural distance]") {
  std::mt19937_64 random(43);
  int wide = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const std::size_t n = 3 + random() % 3;
    const Mpdag truth = random() % 2 == 0 ? Mpdag(testing::some_dag(random, n, 50))
                                          : Mpdag(testing::some_mpdag(random, n, 50)),
                estimate(testing::some_mpdag(random, n, 30 + random() % 60));
    InterventionDistance expected{static_cast<std::size_t>(-1), 0};
    for (const CausalGraph& a : testing::extensions(truth))
      for (const CausalGraph& b : testing::extensions(estimate)) {
        const std::size_t distance = structural_intervention_distance(a, b);
        expected = {std::min(expected.least, distance), std::max(expected.largest, distance)};
      }
    const auto found = structural_intervention_distance(truth, estimate);
    REQUIRE(found);
    REQUIRE(*found == expected);
    wide += found->least < found->largest;
  }
  CHECK(wide > 100);
}

TEST_CASE("the Hamming distance counts pairs whose edge differs", "[structural distance]") {
  std::mt19937_64 random(47);
  for (int trial = 0; trial < 500; ++trial) {
    const std::size_t n = 2 + random() % 5;
    const Pdag a = testing::some_mpdag(random, n, 50), b = testing::some_mpdag(random, n, 50);
    std::size_t expected = 0;
    for (Node v = 0; v < n; ++v)
      for (Node w = v + 1; w < n; ++w) {
        const auto kind = [&](const Pdag& g) {
          return g.has_undirected(v, w) ? 3 : g.has_directed(v, w) ? 2 : g.has_directed(w, v) ? 1 : 0;
        };
        expected += kind(a) != kind(b);
      }
    REQUIRE(structural_hamming_distance(a, b) == expected);
    REQUIRE(structural_hamming_distance(b, a) == expected);
  }
}

TEST_CASE("nodes may stand in another order but must be the same", "[structural distance]") {
  const Pdag a({"A", "B", "C"}, Edges{{"A", "B"}}, {}), b({"C", "B", "A"}, Edges{{"A", "B"}}, {}),
      c({"A", "B", "D"}, Edges{{"A", "B"}}, {});
  CHECK(structural_hamming_distance(a, b) == 0);
  CHECK(structural_intervention_distance(Mpdag(a), Mpdag(b)) == InterventionDistance{0, 0});
  CHECK_THROWS_AS(structural_hamming_distance(a, c), Error);
  CHECK_THROWS_AS(structural_intervention_distance(Mpdag(a), Mpdag(c)), Error);
}

TEST_CASE("a distance over more DAGs than the budget allows is given up", "[structural distance]") {
  Edges complete;
  for (const char* v : {"A", "B", "C", "D"})
    for (const char* w : {"A", "B", "C", "D"})
      if (*v < *w) complete.emplace_back(v, w);
  const Mpdag graph(Pdag({"A", "B", "C", "D"}, {}, complete)), dag(Pdag({"A", "B", "C", "D"}, complete, {}));
  CHECK_FALSE(structural_intervention_distance(dag, graph, 24));
  CHECK(structural_intervention_distance(dag, graph, 25));
  CHECK_FALSE(structural_intervention_distance(graph, dag, 23));
  CHECK(structural_intervention_distance(graph, dag, 24));
}
