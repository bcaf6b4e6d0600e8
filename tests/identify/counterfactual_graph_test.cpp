#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/counterfactual_graph.hpp>

#include "identify/counterfactual_truth.hpp"
#include "identify/pair_search.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

CausalGraph chain() {
  const std::vector<NamedEdge> directed{{"X", "M"}, {"M", "Y"}};
  return CausalGraph({"X", "M", "Y"}, directed);
}

constexpr Node x = 0, m = 1, y = 2;

std::size_t count(const CounterfactualGraph& cg, Node v) {
  return static_cast<std::size_t>(
      std::count_if(cg.nodes.begin(), cg.nodes.end(), [&](const auto& node) { return node.variable == v; }));
}

CounterfactualGraph made(const CausalGraph& graph, const CounterfactualEvent& event) {
  const auto result = counterfactual_graph(graph, event);
  REQUIRE(std::holds_alternative<CounterfactualGraph>(result));
  return std::get<CounterfactualGraph>(result);
}

bool is_impossible(const CausalGraph& graph, const CounterfactualEvent& event) {
  return std::holds_alternative<ImpossibleEvent>(counterfactual_graph(graph, event));
}

}  // namespace

TEST_CASE("a variable that an action sets is no node of the counterfactual graph, though it be observed at that level",
          "[identify]") {
  // Y_{M=0} has no M in it; the M that is observed at 0 is another matter, and has its own causes.
  const auto cg = made(chain(), {{{y, {{m, 0, {}}}}, 1}, {{m, {}}, 0}});
  REQUIRE(count(cg, x) == 1);
  REQUIRE(count(cg, m) == 1);
  REQUIRE(count(cg, y) == 1);
  CHECK(cg.nodes[2].inputs == std::vector{CounterfactualTerm{true, 0}});
  CHECK(cg.nodes[1].inputs == std::vector{CounterfactualTerm{false, 0}});
  CHECK(count(made(chain(), {{{y, {{m, 0, {}}}}, 1}}), m) == 0);
}

TEST_CASE("worlds merge where parents' values are equal, and not where they only may be", "[identify]") {
  // M is observed at 0, so that Y is Y_{M=0}.
  CHECK(count(made(chain(), {{{y, {{m, 0, {}}}}, 1}, {{m, {}}, 0}, {{y, {}}, 1}}), y) == 1);
  // M is not observed: it may be 0 or not.
  CHECK(count(made(chain(), {{{y, {{m, 0, {}}}}, 1}, {{y, {}}, 1}}), y) == 2);
  // X is observed at 1: M and Y are in both worlds the same, whatever M is.
  const auto cg = made(chain(), {{{x, {}}, 1}, {{y, {{x, 1, {}}}}, 0}, {{y, {}}, 0}});
  CHECK(cg.nodes.size() == 3);
  // M_{X=0} and M_{X=1} are two unknown values, though each be called m.
  CHECK(count(made(chain(), {{{y, {{x, 0, {}}}}, 1}, {{y, {{x, 1, {}}}}, 1}}), y) == 2);
}

TEST_CASE("a nested setting is the variable of the world that it names", "[identify]") {
  const CounterfactualSetting m_of_0{m, 0, {{m, {{x, 0, {}}}}}};
  const auto cg = made(chain(), {{{y, {m_of_0}}, 1}, {{y, {{x, 0, {}}}}, 1}});
  CHECK(cg.nodes.size() == 2);
}

TEST_CASE("an event contradicts itself only where it does in every model", "[identify]") {
  const CausalGraph graph = chain();
  CHECK(is_impossible(graph, {{{x, {{x, 1, {}}}}, 0}}));
  CHECK_FALSE(is_impossible(graph, {{{x, {{x, 1, {}}}}, 1}}));
  CHECK(is_impossible(graph, {{{x, {}}, 1}, {{x, {{y, 1, {}}}}, 0}}));
  CHECK(is_impossible(graph, {{{x, {}}, 1}, {{m, {{x, 1, {}}}}, 0}, {{m, {}}, 1}}));
  CHECK_FALSE(is_impossible(graph, {{{m, {{x, 1, {}}}}, 0}, {{m, {}}, 1}}));
  // Of a binary X this cannot be: X is 0 or 1. Of a third level it can.
  CHECK_FALSE(is_impossible(graph, {{{m, {{x, 0, {}}}}, 0}, {{m, {{x, 1, {}}}}, 0}, {{m, {}}, 1}}));
}

TEST_CASE("an action that sets a variable twice, or to another one, is refused", "[identify]") {
  const CausalGraph graph = chain();
  const auto code_of = [&](const CounterfactualEvent& event) {
    try {
      counterfactual_graph(graph, event);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::usage;
  };
  CHECK(code_of({{{y, {{m, 0, {}}, {m, 1, {}}}}, 1}}) == ErrorCode::query_overlap);
  CHECK(code_of({{{y, {{m, 0, {{x, {}}}}}}, 1}}) == ErrorCode::query_syntax);
}

TEST_CASE("merged copies are equal in every state where the event holds", "[identify]") {
  std::mt19937_64 random(5);
  int merged_worlds = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4, 0.6, 0.2));
    const DiscreteModel model = random_model(random, graph);
    const auto event = random_event(random, graph.size(), {.set = 0.4, .nested = 0.3});
    const auto result = counterfactual_graph(graph, event);
    if (std::holds_alternative<ImpossibleEvent>(result)) {
      REQUIRE(truth(model, event) == 0);
      continue;
    }
    const auto& cg = std::get<CounterfactualGraph>(result);
    merged_worlds += event.size() > 1 && cg.nodes.size() <= graph.size();
    model.for_each_state([&](double, std::span<const std::size_t> state) {
      if (!holds_in(model, event, state)) return;
      // A node's own response to its inputs is what its origin is, and has the level that the event gives it.
      std::vector<std::size_t> value_of;
      for (const auto& node : cg.nodes) {
        std::vector<std::size_t> levels(graph.size());
        auto input = node.inputs.begin();
        for (const Node parent : graph.parents(node.variable)) {
          levels[parent] = input->is_level ? input->index : value_of[input->index];
          ++input;
        }
        value_of.push_back(model.value(node.variable, levels, state));
        REQUIRE(value_of.back() == level_in(model, node.origin, state));
        if (node.value.is_level) REQUIRE(value_of.back() == node.value.index);
      }
    });
  }
  CHECK(merged_worlds > 100);
}

TEST_CASE("an event that does not contradict itself has positive probability in some model", "[identify]") {
  std::mt19937_64 random(6);
  const PairSearch wide{.levels = 4, .hidden_states = 1, .studied_states = 64};
  int possible = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 3, 0.7, 0));
    const auto event = random_event(random, graph.size(), {.set = 0.4});
    if (is_impossible(graph, event)) continue;
    bool is_found = false;
    for (int tries = 0; tries < 200 && !is_found; ++tries)
      is_found = truth(random_wide_model(random, graph, random() % graph.size(), wide), event) > 0;
    REQUIRE(is_found);
    ++possible;
  }
  CHECK(possible > 100);
}
