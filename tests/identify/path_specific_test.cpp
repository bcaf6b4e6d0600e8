#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <variant>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/path_specific.hpp>

#include "identify/random_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

// P(outcome) by enumeration where children in `active` see the treatment at 1 - reference and all else at `reference`;
// a table over the outcome, by its level.
std::array<double, 2> enumerated(const CausalGraph& graph, const DiscreteModel& model, Node treatment,
                                 const NodeSet& active, Node outcome, std::size_t active_value, std::size_t reference) {
  std::array<double, 2> result{};
  model.for_each_state([&](double probability, std::span<const std::size_t> state) {
    std::vector<std::size_t> levels(graph.size());
    for (const Node v : model.order) {
      if (v == treatment) continue;
      levels[treatment] = active.contains(v) ? active_value : reference;
      levels[v] = model.value(v, levels, state);
    }
    result[levels[outcome]] += probability;
  });
  return result;
}

}  // namespace

TEST_CASE("identified path-specific effects equal their nested counterfactuals by enumeration", "[identify]") {
  std::mt19937_64 random(12);
  int identified = 0, recanting = 0;
  for (int trial = 0; trial < 800; ++trial) {
    const int n = 3 + static_cast<int>(random() % 3);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.6, 0.15));
    const Node treatment = 0, outcome = static_cast<Node>(n - 1);
    NodeSet active = graph.none();
    for (const Node child : graph.children(treatment))
      if (random() % 2) active.insert(child);
    const std::array sources{observation(graph)};
    const auto answer = identify_path_specific(graph, NodeSet(graph.size(), {outcome}), treatment, active, sources);
    if (const auto* district = std::get_if<RecantingDistrict>(&answer)) {
      ++recanting;
      REQUIRE_FALSE(district->active_children.empty());
      REQUIRE_FALSE(district->inactive_children.empty());
      REQUIRE((district->active_children | district->inactive_children)
                  .is_subset_of(district->district & graph.children(treatment)));
    }
    const auto* estimand = std::get_if<Identified>(&answer);
    if (estimand == nullptr) continue;
    ++identified;
    const DiscreteModel model = random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    Evaluation evaluation(known);
    for (std::size_t value = 0; value < 2; ++value) {
      const auto truth = enumerated(graph, model, treatment, active, outcome, value, 1 - value);
      for (std::size_t y = 0; y < 2; ++y) {
        std::map<Symbol, std::size_t> at{{{outcome, 0}, y}, {{treatment, 0}, value}, {{treatment, 1}, 1 - value}};
        for (const Symbol s : estimand->arbitrary) at[s] = 0;
        REQUIRE(std::get<double>(evaluation.value(estimand->estimand, at)) == Approx(truth[y]).margin(1e-9));
      }
    }
  }
  REQUIRE(identified > 200);
  REQUIRE(recanting > 10);
}
