#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <span>
#include <variant>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/path_specific.hpp>

#include "identify/pair_search.hpp"
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

// The outcome's level in a state, by the definition: along every path it sees the treatment at the active value where
// the path begins as one of the beginnings does, at the reference value elsewhere. `suffix` is the path from v on.
std::size_t level_along(const CausalGraph& graph, const DiscreteModel& model, Node treatment,
                        const std::vector<PathBeginning>& active, std::size_t active_value, std::size_t reference,
                        const std::vector<Node>& suffix, std::span<const std::size_t> state) {
  const Node v = suffix.front();
  if (v == treatment) {
    const bool is_active = std::any_of(active.begin(), active.end(), [&](const PathBeginning& beginning) {
      return beginning.size() <= suffix.size() && std::equal(beginning.begin(), beginning.end(), suffix.begin());
    });
    return is_active ? active_value : reference;
  }
  std::vector<std::size_t> levels(graph.size());
  for (const Node parent : graph.parents(v)) {
    std::vector<Node> longer{parent};
    longer.insert(longer.end(), suffix.begin(), suffix.end());
    levels[parent] = level_along(graph, model, treatment, active, active_value, reference, longer, state);
  }
  return model.value(v, levels, state);
}

double truth_along(const CausalGraph& graph, const DiscreteModel& model, Node treatment, Node outcome,
                   const std::vector<PathBeginning>& active, std::size_t active_value, std::size_t level) {
  double total = 0;
  model.for_each_state([&](double probability, std::span<const std::size_t> state) {
    if (level_along(graph, model, treatment, active, active_value, 1 - active_value, {outcome}, state) == level)
      total += probability;
  });
  return total;
}

// Whether the answer is a recanting district, which must be one.
bool recants(const CausalGraph& graph, Node treatment, const PathSpecificIdentification& answer) {
  const auto* district = std::get_if<RecantingDistrict>(&answer);
  if (district == nullptr) return false;
  REQUIRE_FALSE(district->active_children.empty());
  REQUIRE_FALSE(district->inactive_children.empty());
  REQUIRE((district->active_children | district->inactive_children)
              .is_subset_of(district->district & graph.children(treatment)));
  return true;
}

// A few beginnings of directed paths from the treatment, drawn at random.
std::vector<PathBeginning> random_beginnings(std::mt19937_64& random, const CausalGraph& graph, Node treatment) {
  std::vector<PathBeginning> beginnings;
  for (std::size_t count = 1 + random() % 3; count > 0 && !graph.children(treatment).empty(); --count) {
    PathBeginning path{treatment};
    while (path.size() < 2 || random() % 2) {
      const NodeSet& children = graph.children(path.back());
      if (children.empty()) break;
      std::vector<Node> next(children.begin(), children.end());
      path.push_back(next[random() % next.size()]);
    }
    beginnings.push_back(std::move(path));
  }
  return beginnings;
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
    recanting += recants(graph, treatment, answer);
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

TEST_CASE("a mediator that passes a change on along one of its paths alone is a recanting witness", "[identify]") {
  // The change passes through W, and on along W -> Y alone: W -> M -> Y keeps the reference.
  const std::vector<NamedEdge> directed{{"A", "W"}, {"W", "M"}, {"M", "Y"}, {"W", "Y"}};
  const CausalGraph graph({"A", "W", "M", "Y"}, directed);
  const std::array sources{observation(graph)};
  const std::vector<PathBeginning> one{{0, 1, 3}}, all{{0, 1}}, each{{0, 1, 3}, {0, 1, 2, 3}};
  const auto answer = identify_path_specific(graph, NodeSet(4, {3}), 0, one, sources);
  REQUIRE(std::holds_alternative<RecantingDistrict>(answer));
  CHECK(std::get<RecantingDistrict>(answer) == RecantingDistrict{NodeSet(4, {1}), NodeSet(4, {1}), NodeSet(4, {1})});
  CHECK(std::holds_alternative<Identified>(identify_path_specific(graph, NodeSet(4, {3}), 0, all, sources)));
  CHECK(std::holds_alternative<Identified>(identify_path_specific(graph, NodeSet(4, {3}), 0, each, sources)));
}

TEST_CASE("a path that begins with no edge of the graph is refused", "[identify]") {
  const std::vector<NamedEdge> directed{{"A", "M"}, {"M", "Y"}};
  const CausalGraph graph({"A", "M", "Y"}, directed);
  const std::array sources{observation(graph)};
  const std::vector<PathBeginning> absent{{0, 2}};
  CHECK_THROWS_WITH(identify_path_specific(graph, NodeSet(3, {2}), 0, absent, sources),
                    "no edge A -> Y in the graph; a directed path");
}

TEST_CASE("identified effects along any paths equal their definition by enumeration", "[identify]") {
  std::mt19937_64 random(41);
  int identified = 0, recanting = 0;
  for (int trial = 0; trial < 1200; ++trial) {
    const int n = 3 + static_cast<int>(random() % 3);
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.7, 0.12));
    const Node treatment = random() % 2, outcome = static_cast<Node>(n - 1);
    const auto active = random_beginnings(random, graph, treatment);
    const std::array sources{observation(graph)};
    const auto answer = identify_path_specific(graph, NodeSet(graph.size(), {outcome}), treatment, active, sources);
    recanting += recants(graph, treatment, answer);
    const auto* estimand = std::get_if<Identified>(&answer);
    if (estimand == nullptr) continue;
    ++identified;
    const DiscreteModel model = random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    Evaluation evaluation(known);
    for (std::size_t value = 0; value < 2; ++value)
      for (std::size_t y = 0; y < 2; ++y) {
        std::map<Symbol, std::size_t> at{{{outcome, 0}, y}, {{treatment, 0}, value}, {{treatment, 1}, 1 - value}};
        for (const Symbol s : estimand->arbitrary) at[s] = 0;
        REQUIRE(std::get<double>(evaluation.value(estimand->estimand, at)) ==
                Approx(truth_along(graph, model, treatment, outcome, active, value, y)).margin(1e-9).epsilon(0));
      }
  }
  CHECK(identified > 400);
  CHECK(recanting > 50);
}

TEST_CASE(
    "an effect along paths that is not identified has two models that agree on all that is known and differ on it",
    "[identify]") {
  std::mt19937_64 random(42);
  int refused = 0, hedges = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const int n = 3 + trial % 2;
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, n, 0.8, 0.2));
    const Node treatment = 0, outcome = static_cast<Node>(n - 1);
    const NodeSet y(graph.size(), {outcome});
    const auto active = random_beginnings(random, graph, treatment);
    const bool has_experiments = n == 3 && random() % 2;
    const std::array sources{observation(graph)};
    const auto answer = has_experiments ? identify_path_specific_from_interventions(graph, y, treatment, active)
                                        : identify_path_specific(graph, y, treatment, active, sources);
    if (std::holds_alternative<Identified>(answer)) continue;
    ++refused;
    hedges += std::holds_alternative<NotIdentified>(answer);
    const auto known = [&](const DiscreteModel& model) {
      return cells_of(has_experiments ? every_intervention(model) : observed(model));
    };
    const auto query = [&](const DiscreteModel& model) {
      return std::vector<double>{truth_along(graph, model, treatment, outcome, active, 1, 1), 1.0};
    };
    const auto pair = find_pair(random, graph, known, query, {.hidden_states = 2, .studied_states = 32, .tries = 60});
    REQUIRE(pair);
    REQUIRE(is_sound(*pair, known));
  }
  CHECK(refused > 60);
  CHECK(hedges > 10);
}
