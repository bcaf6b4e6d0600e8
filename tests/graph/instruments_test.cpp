#include <equipoise/graph/instruments.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include "graph/all_paths.hpp"
#include "graph/linear_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// Henckel, Buttenschön, Maathuis 2024, path by path.
struct Conditions {
  Node x, y;
  MaskGraph whole, cut;
  Mask forbidden;

  Conditions(const CausalGraph& graph, Node x_, Node y_)
      : x(x_), y(y_), whole(graph), cut(graph), forbidden(Mask{1} << x_ | Mask{1} << y_) {
    for (const JudgedPath& path : paths_between(whole, Mask{1} << x, Mask{1} << y)) {
      if (!path.causal) continue;
      forbidden |= whole.descendants(path.nodes & ~(Mask{1} << x));
      cut.children[x] &= ~path.nodes;  // its first arrow, and arrows to other causal nodes
    }
  }
  std::vector<Mask> sets_for(Node z, Mask allowed) const {
    const Mask self = Mask{1} << z;
    const auto to_y = paths_between(cut, self, Mask{1} << y), to_x = paths_between(whole, self, Mask{1} << x);
    return masks_where(allowed & ~self, [&](Mask w) { return !any_open(to_y, w) && any_open(to_x, w); });
  }
};

}  // namespace

TEST_CASE("instruments are those of the criterion, path by path, each with a least set", "[graph]") {
  std::mt19937_64 random(101);
  int found = 0, conditional = 0, not_ancestral = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n = 3 + random() % 5;
    const CausalGraph graph = random_mixed_graph(random, n, 0.35, 0.15);
    const Node x = 0, y = n - 1;
    const Mask extra = trial % 3 == 0 ? Mask{1} << random() % n : 0;
    const AdjustmentProblem problem(graph, NodeSet(n, {x}), NodeSet(n, {y}), from_mask(extra, n));
    const Conditions conditions(graph, x, y);
    const Mask allowed = ((Mask{1} << n) - 1) & ~conditions.forbidden & ~extra;
    REQUIRE(to_mask(problem.allowed()) == allowed);
    const ConditionalInstruments instruments = conditional_instruments(problem);
    REQUIRE(instruments.complete);
    REQUIRE(instruments.undecided.empty());
    std::size_t at = 0;
    for (Node z = 0; z < n; ++z) {
      if (!(allowed >> z & 1)) {
        REQUIRE_FALSE(is_instrument(problem, z, graph.none()));
        continue;
      }
      const auto sets = conditions.sets_for(z, allowed);
      for (const Mask w : masks_where(allowed, [](Mask) { return true; }))
        REQUIRE(is_instrument(problem, z, from_mask(w, n)) == (std::find(sets.begin(), sets.end(), w) != sets.end()));
      const Mask ancestors = to_mask(ancestors_under(graph, NodeSet(n, {z, y}), problem.cut()));
      const bool ancestral = std::any_of(sets.begin(), sets.end(), [&](Mask w) { return is_part(w, ancestors); });
      const auto nearest = ancestral_instrument(problem, z);
      REQUIRE(nearest.has_value() == ancestral);
      if (nearest) REQUIRE(std::find(sets.begin(), sets.end(), to_mask(*nearest)) != sets.end());
      if (sets.empty()) continue;
      REQUIRE(at < instruments.found.size());
      const Instrument& instrument = instruments.found[at++];
      REQUIRE(instrument.node == z);
      int least = static_cast<int>(n);
      for (const Mask w : sets) least = std::min(least, std::popcount(w));
      REQUIRE(std::find(sets.begin(), sets.end(), to_mask(instrument.given)) != sets.end());
      REQUIRE(std::popcount(to_mask(instrument.given)) == least);
      ++found;
      conditional += least > 0;
      not_ancestral += !ancestral;
    }
    REQUIRE(at == instruments.found.size());
  }
  CHECK(found > 1000);
  CHECK(conditional > 50);
  CHECK(not_ancestral > 0);
}

TEST_CASE("an instrument's ratio of covariances is the total effect in every linear model", "[graph]") {
  std::mt19937_64 random(102);
  int checked = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n = 3 + random() % 5;
    const CausalGraph graph = random_mixed_graph(random, n, 0.4, 0.2);
    const Node x = 0, y = n - 1;
    const LinearModel model(random, graph);
    const double effect = model.effects()(static_cast<Eigen::Index>(y), static_cast<Eigen::Index>(x));
    const AdjustmentProblem problem(graph, NodeSet(n, {x}), NodeSet(n, {y}));
    for (const Instrument& z : conditional_instruments(problem).found) {
      const Mask given = to_mask(z.given);
      const double strength = model.covariance_given(z.node, x, given);
      if (std::abs(strength) < 1e-3) continue;
      REQUIRE(model.covariance_given(z.node, y, given) / strength == Approx(effect).margin(1e-6));
      ++checked;
    }
  }
  CHECK(checked > 1000);
}

TEST_CASE("what a spent budget leaves open is named", "[graph]") {
  // Z moves X only once their common effect W is known (van der Zander, Textor, Liśkiewicz 2015 on such instruments).
  const std::vector<NamedEdge> directed{{"Z", "W"}, {"A", "W"}, {"A", "X"}, {"X", "Y"}}, bidirected{{"X", "Y"}};
  const CausalGraph graph({"Z", "W", "A", "X", "Y"}, directed, bidirected);
  const AdjustmentProblem problem(graph, NodeSet(5, {3}), NodeSet(5, {4}));
  const ConditionalInstruments all = conditional_instruments(problem), cut = conditional_instruments(problem, 0);
  const Instrument z{0, NodeSet(5, {1})}, w{1, graph.none()}, a{2, graph.none()};
  CHECK(all.found == std::vector{z, w, a});
  CHECK(all.complete);
  CHECK(cut.found == std::vector{w, a});
  CHECK(cut.undecided == NodeSet(5, {0}));
  CHECK_FALSE(cut.complete);
  // Two sets are tried for Z, {} and {W}.
  CHECK(conditional_instruments(problem, 1).undecided == NodeSet(5, {0}));
  CHECK(conditional_instruments(problem, 2).complete);
}
