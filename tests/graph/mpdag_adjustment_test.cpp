#include <equipoise/graph/mpdag_adjustment.hpp>

#include <algorithm>
#include <random>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/graph/class_members.hpp>
#include <equipoise/graph/equivalence.hpp>
#include <equipoise/graph/optimal_adjustment.hpp>

#include "graph/small_dags.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

namespace {

/// The adjustment criterion in a DAG as it is written down, along every proper path.
class DagJudge {
 public:
  DagJudge(const CausalGraph& dag, const NodeSet& x, const NodeSet& y)
      : dag_(dag), x_(x), y_(y), forbidden_(dag.none()) {
    for (const Node v : x) {
      path_ = {v};
      walk();
    }
  }
  bool is_valid(const NodeSet& z) const {
    if (z.intersects(forbidden_)) return false;
    return std::none_of(others_.begin(), others_.end(), [&](const auto& path) { return is_open(path, z); });
  }

 private:
  void walk() {
    const Node v = path_.back();
    if (y_.contains(v)) record();
    for (Node w = 0; w < dag_.size(); ++w) {
      if (x_.contains(w) || std::find(path_.begin(), path_.end(), w) != path_.end()) continue;
      if (!dag_.has_directed(v, w) && !dag_.has_directed(w, v)) continue;
      path_.push_back(w);
      walk();
      path_.pop_back();
    }
  }
  void record() {
    for (std::size_t k = 0; k + 1 < path_.size(); ++k)
      if (!dag_.has_directed(path_[k], path_[k + 1])) return others_.push_back(path_);
    for (std::size_t k = 1; k < path_.size(); ++k) forbidden_ |= descendants(dag_, NodeSet(dag_.size(), {path_[k]}));
  }
  bool is_open(const std::vector<Node>& path, const NodeSet& z) const {
    for (std::size_t k = 1; k + 1 < path.size(); ++k) {
      const bool collider = dag_.has_directed(path[k - 1], path[k]) && dag_.has_directed(path[k + 1], path[k]);
      if (collider ? !descendants(dag_, NodeSet(dag_.size(), {path[k]})).intersects(z) : z.contains(path[k]))
        return false;
    }
    return true;
  }

  const CausalGraph& dag_;
  const NodeSet &x_, &y_;
  std::vector<Node> path_;
  NodeSet forbidden_;
  std::vector<std::vector<Node>> others_;  // the proper paths that are not causal
};

struct Tally {
  int amenable = 0, not_amenable = 0, valid = 0;
};

/// Every set for one effect: valid in the class iff valid in each of its DAGs, as `judge_of(dag)` judges.
template <class JudgeOf>
void check_effect(const Mpdag& graph, const std::vector<CausalGraph>& members, const NodeSet& x, const NodeSet& y,
                  Tally& tally, JudgeOf judge_of) {
  const auto answer = adjustment_in_class(graph, x, y);
  const auto* reduced = std::get_if<ClassAdjustment>(&answer);
  std::vector<decltype(judge_of(members.front()))> judges;
  for (const CausalGraph& member : members) judges.push_back(judge_of(member));
  std::optional<AdjustmentProblem> problem;
  if (reduced) problem.emplace(reduced->member, x, y, reduced->forbidden);
  ++(reduced ? tally.amenable : tally.not_amenable);
  const NodeSet others = graph.all() - x - y;
  for (std::size_t code = 0; code < std::size_t{1} << others.size(); ++code) {
    const NodeSet z = testing::subset(others, code);
    const bool in_all = std::all_of(judges.begin(), judges.end(), [&](const auto& judge) { return judge(z); });
    REQUIRE((problem && is_adjustment_set(*problem, z)) == in_all);
    tally.valid += in_all;
  }
  if (const auto* path = std::get_if<NotAmenable>(&answer)) {
    REQUIRE(graph.has_undirected(path->path[0], path->path[1]));
    bool carries = false, misses = false;  // the effect, from DAG to DAG
    for (const CausalGraph& member : members) {
      bool directed = true;
      for (std::size_t i = 0; i + 1 < path->path.size(); ++i)
        directed = directed && member.has_directed(path->path[i], path->path[i + 1]);
      (directed ? carries : misses) = true;
    }
    REQUIRE(carries);
    REQUIRE(misses);
  }
}

template <class JudgeOf>
void check_every_effect(const Mpdag& graph, std::size_t largest, Tally& tally, JudgeOf judge_of) {
  const auto members = testing::members_of(graph);
  const std::size_t sets = std::size_t{1} << graph.size();
  for (std::size_t a = 1; a < sets; ++a)
    for (std::size_t b = 1; b < sets; ++b) {
      const NodeSet x = testing::subset(graph.all(), a), y = testing::subset(graph.all(), b);
      if (x.intersects(y) || x.size() > largest || y.size() > largest) continue;
      check_effect(graph, members, x, y, tally, [&](const CausalGraph& dag) { return judge_of(dag, x, y); });
    }
}

const auto by_definition = [](const CausalGraph& dag, const NodeSet& x, const NodeSet& y) {
  return [judge = DagJudge(dag, x, y)](const NodeSet& z) { return judge.is_valid(z); };
};
const auto by_separation = [](const CausalGraph& dag, const NodeSet& x, const NodeSet& y) {
  return [problem = AdjustmentProblem(dag, x, y)](const NodeSet& z) { return is_adjustment_set(problem, z); };
};

}  // namespace

TEST_CASE("a set is valid in a CPDAG iff it is in each of its DAGs, for every class of up to four nodes",
          "[mpdag adjustment]") {
  Tally tally;
  for (std::size_t n = 2; n <= 4; ++n) {
    std::vector<Pdag> met;
    for (const CausalGraph& dag : testing::every_dag(n)) {
      const Mpdag graph = cpdag(dag);
      if (std::find(met.begin(), met.end(), graph) != met.end()) continue;
      met.push_back(graph);
      check_every_effect(graph, n, tally, by_definition);
    }
  }
  CHECK(tally.amenable > 1000);
  CHECK(tally.not_amenable > 1000);
}

TEST_CASE("a set is valid in an MPDAG iff it is in each of its DAGs", "[mpdag adjustment][long]") {
  std::mt19937_64 random(53);
  Tally small, large;
  for (int trial = 0; trial < 150; ++trial)
    check_every_effect(Mpdag(testing::some_mpdag(random, 4, 50 + random() % 50)), 2, small, by_definition);
  for (int trial = 0; trial < 60; ++trial)
    check_every_effect(Mpdag(testing::some_mpdag(random, 5 + random() % 2, 40 + random() % 50)), 2, large,
                       by_separation);
  for (const Tally& tally : {small, large}) {
    CHECK(tally.amenable > 1000);
    CHECK(tally.not_amenable > 1000);
    CHECK(tally.valid > 1000);
  }
}

TEST_CASE("causal and forbidden nodes of an amenable class are those of all its DAGs together", "[mpdag adjustment]") {
  std::mt19937_64 random(59);
  int open = 0;
  for (int trial = 0; trial < trials(500); ++trial) {
    const Mpdag graph(testing::some_mpdag(random, 4 + random() % 3, 40 + random() % 50));
    NodeSet x = graph.none(), y = graph.none();
    x.insert(random() % graph.size());
    if (random() % 3 == 0) x.insert(random() % graph.size());
    for (const Node v : graph.all() - x)
      if (y.empty() || random() % 4 == 0) y.insert(v);
    if (y.empty()) continue;
    const auto answer = adjustment_in_class(graph, x, y);
    const auto* reduced = std::get_if<ClassAdjustment>(&answer);
    if (!reduced) continue;
    NodeSet causal = graph.none(), forbidden = graph.none();
    for (const CausalGraph& member : testing::members_of(graph)) {
      const NodeSet here = AdjustmentProblem(member, x, y).causal();
      causal |= here;
      forbidden |= descendants(member, here);
    }
    REQUIRE(reduced->causal == causal);
    REQUIRE(reduced->forbidden == forbidden);
    open += !graph.is_directed() && !causal.empty();
  }
  CHECK(open > trials(20));
}

TEST_CASE("the optimal set of an amenable class is that of each of its DAGs", "[mpdag adjustment]") {
  std::mt19937_64 random(61);
  int compared = 0;
  for (int trial = 0; trial < 600; ++trial) {
    const Mpdag graph(testing::some_mpdag(random, 4 + random() % 3, 40 + random() % 50));
    NodeSet x = graph.none(), y = graph.none();
    x.insert(random() % graph.size());
    if (random() % 3 == 0) x.insert(random() % graph.size());
    y.insert((graph.all() - x).front());
    const auto answer = adjustment_in_class(graph, x, y);
    const auto* reduced = std::get_if<ClassAdjustment>(&answer);
    if (!reduced || graph.is_directed()) continue;
    const auto optimal = optimal_adjustment_set(AdjustmentProblem(reduced->member, x, y, reduced->forbidden));
    for (const CausalGraph& member : testing::members_of(graph)) {
      const AdjustmentProblem problem(member, x, y);
      if (const auto* set = std::get_if<NodeSet>(&optimal)) {
        REQUIRE(std::get<NodeSet>(optimal_adjustment_set(problem)) == *set);
        ++compared;
      } else {
        REQUIRE(std::get<NoOptimalSet>(optimal_adjustment_set(problem)) == std::get<NoOptimalSet>(optimal));
      }
    }
  }
  CHECK(compared > 60);
}

TEST_CASE("an effect that the class leaves open is answered with the path that does so", "[mpdag adjustment]") {
  const Mpdag graph(Pdag({"X", "A", "Y"}, Edges{{"X", "Y"}, {"A", "Y"}}, Edges{{"X", "A"}}));
  const auto answer = adjustment_in_class(graph, NodeSet(3, {0}), NodeSet(3, {2}));
  CHECK(to_text(std::get<NotAmenable>(answer), graph) == "X -- A -> Y");
}

TEST_CASE("a path back into the treatment is not possibly causal, though each of its parts is", "[mpdag adjustment]") {
  // X -- W -- D with D -> X and D -> Y: no DAG lets X cause Y, so that W is free, whichever way its edges point.
  const Mpdag graph(Pdag({"X", "W", "D", "Y"}, Edges{{"D", "X"}, {"D", "Y"}}, Edges{{"X", "W"}, {"W", "D"}}));
  const auto answer = adjustment_in_class(graph, NodeSet(4, {0}), NodeSet(4, {3}));
  const auto& reduced = std::get<ClassAdjustment>(answer);
  CHECK(reduced.forbidden.empty());
  CHECK(is_adjustment_set(AdjustmentProblem(reduced.member, NodeSet(4, {0}), NodeSet(4, {3}), reduced.forbidden),
                          NodeSet(4, {1, 2})));
}
