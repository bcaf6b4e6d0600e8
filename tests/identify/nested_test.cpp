#include <catch2/catch.hpp>

#include <random>
#include <span>
#include <vector>

#include <equipoise/identify/id_star.hpp>
#include <equipoise/identify/nested.hpp>

#include "identify/counterfactual_truth.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

constexpr Node x = 0, m = 1, y = 2;

}  // namespace

TEST_CASE("a nested event is the union over the levels of what is nested", "[identify]") {
  const CounterfactualVariable m_of_0{m, {{x, 0, {}}}};
  const CounterfactualEvent event{{{y, {{x, 1, {}}, {m, 0, {m_of_0}}}}, 1}};
  CHECK(is_nested(event));
  const auto plain = unnested(event, {2, 2, 2});
  REQUIRE(plain);
  const std::vector<CounterfactualEvent> expected{{{{y, {{x, 1, {}}, {m, 0, {}}}}, 1}, {m_of_0, 0}},
                                                  {{{y, {{x, 1, {}}, {m, 1, {}}}}, 1}, {m_of_0, 1}}};
  CHECK(*plain == expected);
  CHECK_FALSE(is_nested(expected.front()));
}

TEST_CASE("an event without nesting is its own union", "[identify]") {
  const CounterfactualEvent event{{{y, {{x, 1, {}}}}, 1}};
  CHECK(unnested(event, {2, 2, 2}).value() == std::vector<CounterfactualEvent>{event});
}

TEST_CASE("unnesting stops where its budget is spent", "[identify]") {
  const CounterfactualVariable m_of_0{m, {{x, 0, {}}}}, m_of_1{m, {{x, 1, {}}}};
  const CounterfactualEvent event{{{y, {{m, 0, {m_of_0}}}}, 1}, {{y, {{m, 0, {m_of_1}}}}, 1}};
  CHECK(unnested(event, {2, 3, 2}, 9).value().size() == 9);
  CHECK_FALSE(unnested(event, {2, 3, 2}, 8));
}

TEST_CASE("unnested events are disjoint, and one of them holds where the nested one does", "[identify]") {
  std::mt19937_64 random(31);
  int nested = 0;
  for (int trial = 0; trial < 600; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 3 + trial % 2, 0.6, 0.2));
    const DiscreteModel model = random_model(random, graph);
    const auto event = random_event(random, graph.size(), {.most_values = 2, .set = 0.4, .nested = 0.6});
    const auto plain = unnested(event, model.cardinalities);
    REQUIRE(plain);
    nested += plain->size() > 1;
    for (const auto& part : *plain) REQUIRE_FALSE(is_nested(part));
    model.for_each_state([&](double, std::span<const std::size_t> state) {
      int holding = 0;
      for (const auto& part : *plain) holding += holds_in(model, part, state);
      REQUIRE(holding == static_cast<int>(holds_in(model, event, state)));
    });
  }
  CHECK(nested > 200);
}

TEST_CASE("a nested event has the estimand that its union adds up to", "[identify]") {
  std::mt19937_64 random(32);
  int added = 0;
  for (int trial = 0; trial < 5000; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 3 + trial % 2, 0.6, 0.2));
    auto event = random_event(random, graph.size(), {.most_values = 2, .set = 0.4, .nested = 0.6});
    for (auto& value : event) value.variable = reduced(graph, value.variable);  // else the union asks for more
    const auto whole = identify_counterfactual(graph, event);
    if (!is_nested(event) || !std::holds_alternative<CounterfactualIdentified>(whole)) continue;
    const DiscreteModel model = random_model(random, graph);
    const auto known = observed(model);
    Evaluation evaluation(known);
    const auto value_of = [&](const CounterfactualIdentification& answer) {
      if (std::holds_alternative<ImpossibleEvent>(answer)) return 0.0;
      const auto& identified = std::get<CounterfactualIdentified>(answer);
      return std::get<double>(evaluation.value(identified.estimand, identified.at));
    };
    double sum_of = 0;
    const auto plain = unnested(event, model.cardinalities).value();
    for (const auto& part : plain) {
      const auto answer = identify_counterfactual(graph, part);
      REQUIRE(is_identified(answer));
      sum_of += value_of(answer);
    }
    REQUIRE(value_of(whole) == Approx(sum_of).margin(1e-9).epsilon(0));
    ++added;
  }
  CHECK(added > 300);
}
