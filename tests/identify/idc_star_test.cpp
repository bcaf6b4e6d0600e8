#include <catch2/catch.hpp>

#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/identify/idc.hpp>
#include <equipoise/identify/idc_star.hpp>
#include <equipoise/identify/notation.hpp>

#include "identify/counterfactual_truth.hpp"
#include "identify/pair_search.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

std::optional<double> value_of(const CounterfactualIdentification& answer,
                               const std::vector<KnownDistribution>& known) {
  if (std::holds_alternative<ImpossibleEvent>(answer)) return 0;
  const auto& identified = std::get<CounterfactualIdentified>(answer);
  Evaluation evaluation(known);
  const auto value = evaluation.value(identified.estimand, identified.at);
  return std::holds_alternative<double>(value) ? std::optional(std::get<double>(value)) : std::nullopt;
}

std::string text_of(const CounterfactualIdentification& answer, const CausalGraph& graph) {
  REQUIRE(std::holds_alternative<CounterfactualIdentified>(answer));
  return to_text(std::get<CounterfactualIdentified>(answer).estimand, graph.names());
}

constexpr Node x = 0, y = 1, z = 2;

}  // namespace

TEST_CASE("the effect of treatment on the untreated is identified where the treatment is confounded by what is seen",
          "[identify]") {
  const std::vector<NamedEdge> directed{{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}};
  const CausalGraph graph({"X", "Y", "Z"}, directed);
  const auto answer = identify_counterfactual(graph, {{{y, {{x, 1, {}}}}, 1}}, {{{x, {}}, 0}});
  CHECK(text_of(answer, graph) == "[sum_{Z} P(X | Z) P(Y | X', Z) P(Z)] / [sum_{Z} P(X | Z) P(Z)]");
}

TEST_CASE("what evidence separates from the event cancels", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}};
  const CausalGraph graph({"X", "Y"}, directed);
  CHECK(text_of(identify_counterfactual(graph, {{{y, {}}, 1}}, {{{x, {}}, 0}}), graph) == "P(Y | X)");
  const auto answer = identify_counterfactual(graph, {{{y, {{x, 1, {}}}}, 1}}, {{{x, {}}, 0}});
  CHECK(text_of(answer, graph) == "P(Y | X)");
  CHECK(std::get<CounterfactualIdentified>(answer).at.at({x, 0}) == 1);
  // A part cancels though it has no estimand: what Z would be, which X confounds.
  const std::vector<NamedEdge> bow_directed{{"X", "Z"}, {"W", "Y"}}, bow_bidirected{{"X", "Z"}};
  const CausalGraph bow({"X", "Y", "Z", "W"}, bow_directed, bow_bidirected);
  const CounterfactualEvent unknown{{{z, {{x, 1, {}}}}, 1}};
  CHECK_FALSE(is_identified(identify_counterfactual(bow, unknown)));
  CHECK(text_of(identify_counterfactual(bow, {{{y, {{3, 1, {}}}}, 1}}, unknown), bow) == "P(Y | W)");
}

TEST_CASE("an event that is its own evidence is certain", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}}, bidirected{{"X", "Y"}};
  const CausalGraph bow({"X", "Y"}, directed, bidirected);
  const CounterfactualEvent event{{{y, {{x, 1, {}}}}, 1}};
  CHECK(text_of(identify_counterfactual(bow, event, event), bow) == "1");
}

TEST_CASE("impossible evidence defines nothing, and an event that contradicts possible evidence has probability 0",
          "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}};
  const CausalGraph graph({"X", "Y"}, directed);
  const CounterfactualEvent both{{{x, {}}, 0}, {{x, {}}, 1}};
  CHECK(std::holds_alternative<ImpossibleEvidence>(identify_counterfactual(graph, {{{y, {}}, 1}}, both)));
  const auto answer = identify_counterfactual(graph, {{{y, {{x, 1, {}}}}, 0}}, {{{x, {}}, 1}, {{y, {}}, 1}});
  CHECK(std::holds_alternative<ImpossibleEvent>(answer));
}

TEST_CASE("the probability of necessity is not identified, and its witness is the response to both treatments",
          "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}};
  const CausalGraph graph({"X", "Y"}, directed);
  const auto answer =
      identify_counterfactual_from_interventions(graph, {{{y, {{x, 0, {}}}}, 0}}, {{{x, {}}, 1}, {{y, {}}, 1}});
  REQUIRE(std::holds_alternative<ConflictingWorlds>(answer));
  const auto& worlds = std::get<ConflictingWorlds>(answer);
  CHECK(worlds.district == NodeSet(2, {y}));
  CHECK(worlds.first == ConflictingWorlds::Side{y, {x, 1, {}}});
  CHECK(worlds.second == ConflictingWorlds::Side{y, {x, 0, {}}});
}

TEST_CASE("evidence of the event's own world makes a conditional effect, with the same verdict and value",
          "[identify]") {
  std::mt19937_64 random(21);
  int identified = 0, refused = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 3 + trial % 3, 0.5, 0.25));
    std::vector<NodeSet> role(3, graph.none());
    for (Node v = 0; v < graph.size(); ++v)
      if (const auto r = random() % 4; r < 3) role[r].insert(v);
    if (role[0].empty()) continue;
    std::map<Symbol, std::size_t> at;
    std::vector<CounterfactualSetting> action;
    for (const Node v : role[1]) action.push_back({v, at[{v, 0}] = random() % 2, {}});
    CounterfactualEvent event, evidence;
    for (const Node v : role[0]) event.push_back({{v, action}, at[{v, 0}] = random() % 2});
    for (const Node v : role[2]) evidence.push_back({{v, action}, at[{v, 0}] = random() % 2});
    const auto expected = identify_conditional_effect(graph, role[0], role[1], role[2]);
    const auto answer = identify_counterfactual(graph, event, evidence);
    REQUIRE(is_identified(answer) == is_identified(expected));
    if (!is_identified(answer)) {
      ++refused;
      continue;
    }
    ++identified;
    const auto known = observed(random_model(random, graph));
    Evaluation evaluation(known);
    const auto& identified_effect = std::get<Identified>(expected);
    for (const Symbol s : identified_effect.arbitrary) at[s] = 0;
    REQUIRE(value_of(answer, known) ==
            Approx(std::get<double>(evaluation.value(identified_effect.estimand, at))).margin(1e-9).epsilon(0));
  }
  CHECK(identified > 500);
  CHECK(refused > 50);
}

TEST_CASE("events given evidence have the probability that their estimands give", "[identify]") {
  std::mt19937_64 random(22);
  int identified = 0, undefined = 0;
  for (int trial = 0; trial < trials(4000); ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 2 + trial % 4, 0.55, 0.25));
    const EventShape shape{.most_values = 2, .set = 0.25, .nested = trial % 3 ? 0.0 : 0.4};
    const auto event = random_event(random, graph.size(), shape), evidence = random_event(random, graph.size(), shape);
    const bool has_experiments = graph.size() < 5 && random() % 2;
    const auto answer = has_experiments ? identify_counterfactual_from_interventions(graph, event, evidence)
                                        : identify_counterfactual(graph, event, evidence);
    const DiscreteModel model = random_model(random, graph);
    const auto expected = truth(model, event, evidence);
    if (std::holds_alternative<ImpossibleEvidence>(answer)) {
      REQUIRE_FALSE(expected);
      ++undefined;
    }
    if (!is_identified(answer) || !expected) continue;
    ++identified;
    const auto value = value_of(answer, has_experiments ? every_intervention(model) : observed(model));
    REQUIRE(value);
    REQUIRE(*value == Approx(*expected).margin(1e-9).epsilon(0));
  }
  CHECK(identified > trials(2000));
  CHECK(undefined > trials(50));
}

TEST_CASE("an event not identified given evidence has two models that agree on all that is known and differ on it",
          "[identify]") {
  std::mt19937_64 random(23);
  RefutedEvents tally;
  for (int trial = 0; trial < trials(2500); ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 2 + trial % 2, 0.7, 0.35));
    const EventShape shape{.most_values = 2, .set = 0.4, .nested = trial % 3 ? 0.0 : 0.4};
    const auto event = random_event(random, graph.size(), shape), evidence = random_event(random, graph.size(), shape);
    const bool has_experiments = random() % 2;
    const auto answer = has_experiments ? identify_counterfactual_from_interventions(graph, event, evidence)
                                        : identify_counterfactual(graph, event, evidence);
    if (is_identified(answer) || std::holds_alternative<ImpossibleEvidence>(answer)) continue;
    tally.refute(random, graph, has_experiments, event, evidence);
  }
  CHECK(tally.refused > trials(80));
  CHECK(tally.found >= tally.refused * 49 / 50);
  CHECK(tally.binary > tally.refused * 8 / 10);
  CHECK(tally.unsound == 0);
}
