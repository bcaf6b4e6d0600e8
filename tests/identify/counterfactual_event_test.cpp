#include <catch2/catch.hpp>

#include <random>
#include <span>
#include <string>
#include <vector>

#include <equipoise/identify/counterfactual_event.hpp>

#include "identify/counterfactual_truth.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

CausalGraph mediation() {
  const std::vector<NamedEdge> directed{{"X", "M"}, {"M", "Y"}, {"X", "Y"}, {"Y", "Z"}};
  return CausalGraph({"X", "M", "Y", "Z"}, directed);
}

}  // namespace

TEST_CASE("counterfactual events are written as they are read", "[identify]") {
  const CausalGraph graph = mediation();
  const Node x = graph.node("X"), m = graph.node("M"), y = graph.node("Y");
  const CounterfactualVariable m_of_0{m, {{x, 0, {}}}};
  const CounterfactualVariable nested{y, {{x, 1, {}}, {m, 0, {m_of_0}}}};
  CHECK(to_text(nested, graph) == "Y_{X=1, M_{X=0}}");
  CHECK(to_text(CounterfactualEvent{{nested, 1}, {{x, {}}, 0}}, graph) == "Y_{X=1, M_{X=0}} = 1, X = 0");
}

TEST_CASE("the level of a nested setting has no meaning", "[identify]") {
  const CounterfactualSetting one{1, 0, {{1, {{0, 1, {}}}}}}, other{1, 7, {{1, {{0, 1, {}}}}}};
  CHECK(one == other);
  CHECK_FALSE(CounterfactualSetting{1, 0, {}} == CounterfactualSetting{1, 7, {}});
  CHECK_FALSE(CounterfactualSetting{1, 0, {}} == one);
}

TEST_CASE("settings that cannot reach a variable are left out of its name", "[identify]") {
  const CausalGraph graph = mediation();
  const auto text = [&](const CounterfactualVariable& variable) { return to_text(reduced(graph, variable), graph); };
  const Node x = graph.node("X"), m = graph.node("M"), y = graph.node("Y"), z = graph.node("Z");
  CHECK(text({m, {{z, 1, {}}, {y, 0, {}}}}) == "M");
  CHECK(text({y, {{m, 1, {}}, {x, 0, {}}}}) == "Y_{X=0, M=1}");
  CHECK(text({z, {{y, 1, {}}, {x, 0, {}}}}) == "Z_{Y=1}");
  CHECK(text({y, {{m, 0, {{m, {{z, 1, {}}, {x, 0, {}}}}}}}}) == "Y_{M_{X=0}}");
  CHECK(text({y, {{m, 0, {{m, {{m, 1, {}}, {x, 0, {}}}}}}}}) == "Y_{M=1}");
  CHECK(text({m, {{m, 1, {}}, {x, 0, {}}}}) == "M_{M=1}");
  CHECK(text({m, {{m, 0, {{m, {{x, 1, {}}}}}}}}) == "M_{X=1}");
}

TEST_CASE("a reduced variable takes the value of the whole one in every state", "[identify]") {
  std::mt19937_64 random(3);
  int shortened = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4, 0.5, 0.2));
    const DiscreteModel model = random_model(random, graph);
    const auto variable = random_counterfactual_variable(random, graph.size(), {.set = 0.4, .nested = 0.4});
    const auto least = reduced(graph, variable);
    shortened += least.action.size() < variable.action.size();
    model.for_each_state([&](double, std::span<const std::size_t> state) {
      REQUIRE(level_in(model, least, state) == level_in(model, variable, state));
    });
    REQUIRE(reduced(graph, least) == least);
  }
  CHECK(shortened > 100);
}
