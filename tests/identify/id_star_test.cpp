#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/identify/id_star.hpp>
#include <equipoise/identify/notation.hpp>

#include "identify/counterfactual_truth.hpp"
#include "identify/pair_search.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

double value_of(const CounterfactualIdentification& answer, const std::vector<KnownDistribution>& known) {
  if (std::holds_alternative<ImpossibleEvent>(answer)) return 0;
  const auto& identified = std::get<CounterfactualIdentified>(answer);
  Evaluation evaluation(known);
  return std::get<double>(evaluation.value(identified.estimand, identified.at));
}

std::string text_of(const CounterfactualIdentification& answer, const CausalGraph& graph) {
  REQUIRE(std::holds_alternative<CounterfactualIdentified>(answer));
  return to_text(std::get<CounterfactualIdentified>(answer).estimand, graph.names());
}

CausalGraph mediation(const std::vector<NamedEdge>& bidirected = {}) {
  const std::vector<NamedEdge> directed{{"X", "M"}, {"M", "Y"}, {"X", "Y"}};
  return CausalGraph({"X", "M", "Y"}, directed, bidirected);
}

constexpr Node x = 0, m = 1, y = 2;

}  // namespace

TEST_CASE("an event of one world is an effect", "[identify]") {
  const CausalGraph graph = mediation({{"X", "Y"}});
  const auto answer = identify_counterfactual_from_interventions(graph, {{{y, {{x, 1, {}}, {m, 0, {}}}}, 1}});
  CHECK(text_of(answer, graph) == "P(Y | do(X, M))");
  const auto& identified = std::get<CounterfactualIdentified>(answer);
  CHECK(identified.at == std::map<Symbol, std::size_t>{{{x, 0}, 1}, {{m, 0}, 0}, {{y, 0}, 1}});
}

TEST_CASE("an event of one world is one effect, where experiments are known, however it comes about", "[identify]") {
  const CausalGraph graph = mediation({{"X", "Y"}});
  CHECK(text_of(identify_counterfactual_from_interventions(graph, {{{y, {{x, 1, {}}}}, 1}}), graph) == "P(Y | do(X))");
  CHECK(text_of(identify_counterfactual_from_interventions(graph, {{{y, {}}, 1}}), graph) == "P(Y)");
}

TEST_CASE("a natural effect is identified without confounding and not with it", "[identify]") {
  const CounterfactualSetting m_of_0{m, 0, {{m, {{x, 0, {}}}}}};
  const CounterfactualEvent natural{{{y, {{x, 1, {}}, m_of_0}}, 1}};
  CHECK(text_of(identify_counterfactual(mediation(), natural), mediation()) == "sum_{M} P(M | X) P(Y | X', M)");
  const auto refused = identify_counterfactual_from_interventions(mediation({{"M", "Y"}}), natural);
  REQUIRE(std::holds_alternative<ConflictingWorlds>(refused));
  const auto& worlds = std::get<ConflictingWorlds>(refused);
  CHECK(worlds.district == NodeSet(3, {m, y}));
  CHECK(worlds.first == ConflictingWorlds::Side{m, {x, 0, {}}});
  CHECK(worlds.second == ConflictingWorlds::Side{y, {x, 1, {}}});
}

TEST_CASE("values that sums run over are no levels of the query", "[identify]") {
  // P(M_{X=0} = 0, Y_{X=1} = 1): M_{X=1} is summed over, and is not M_{X=0}.
  const auto refused = identify_counterfactual(mediation(), {{{m, {{x, 0, {}}}}, 0}, {{y, {{x, 1, {}}}}, 1}});
  REQUIRE(std::holds_alternative<ConflictingWorlds>(refused));
  CHECK(std::get<ConflictingWorlds>(refused).district == NodeSet(3, {m}));
}

TEST_CASE("what an action fixes conflicts with a value of it that the district leaves open", "[identify]") {
  const CausalGraph graph = mediation({{"X", "Y"}});
  // X is its own cause's, whatever it is; Y responds to X = 1.
  const auto refused =
      identify_counterfactual_from_interventions(graph, {{{y, {{x, 1, {}}, {m, 0, {}}}}, 1}, {{m, {}}, 1}});
  REQUIRE(std::holds_alternative<ConflictingWorlds>(refused));
  const auto& worlds = std::get<ConflictingWorlds>(refused);
  CHECK(worlds.first == ConflictingWorlds::Side{y, {x, 1, {}}});
  CHECK(worlds.second == ConflictingWorlds::Side{x, {x, 0, {{x, {}}}}});
  // Where X is observed at that very level, they are the same.
  CHECK(is_identified(identify_counterfactual_from_interventions(
      graph, {{{y, {{x, 1, {}}, {m, 0, {}}}}, 1}, {{m, {}}, 1}, {{x, {}}, 1}})));
}

TEST_CASE("the empty event is certain, and a contradiction impossible", "[identify]") {
  CHECK(text_of(identify_counterfactual(mediation(), CounterfactualEvent{}), mediation()) == "1");
  CHECK(std::holds_alternative<ImpossibleEvent>(
      identify_counterfactual(mediation(), {{{x, {}}, 1}, {{y, {{x, 1, {}}}}, 0}, {{y, {}}, 1}})));
}

TEST_CASE("a hedge refuses from observation what experiments tell", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}}, bidirected{{"X", "Y"}};
  const CausalGraph bow({"X", "Y"}, directed, bidirected);
  const CounterfactualEvent event{{{1, {{0, 1, {}}}}, 1}};
  CHECK(std::holds_alternative<NotIdentified>(identify_counterfactual(bow, event)));
  CHECK(is_identified(identify_counterfactual_from_interventions(bow, event)));
}

TEST_CASE("events on every graph of up to three nodes have the probability that their estimands give", "[identify]") {
  std::mt19937_64 random(11);
  int identified = 0;
  for (const int n : {2, 3})
    for (const CausalGraph& graph : every_graph(n)) {
      std::vector<DiscreteModel> models;
      for (int i = 0; i < 20; ++i) models.push_back(random_model(random, graph));
      std::vector<std::vector<KnownDistribution>> joints, interventions;
      for (const auto& model : models) {
        joints.push_back(observed(model));
        interventions.push_back(every_intervention(model));
      }
      for (int trial = 0; trial < 25; ++trial) {
        const auto event = random_event(random, graph.size(), {.set = 0.4, .nested = trial % 2 ? 0.4 : 0.0});
        const auto answer = identify_counterfactual(graph, event);
        const auto from_interventions = identify_counterfactual_from_interventions(graph, event);
        REQUIRE((!is_identified(answer) || is_identified(from_interventions)));
        if (!is_identified(from_interventions)) continue;
        ++identified;
        for (std::size_t i = 0; i < models.size(); ++i) {
          const double expected = truth(models[i], event);
          REQUIRE(value_of(from_interventions, interventions[i]) == Approx(expected).margin(1e-9).epsilon(0));
          if (is_identified(answer)) REQUIRE(value_of(answer, joints[i]) == Approx(expected).margin(1e-9).epsilon(0));
        }
      }
    }
  CHECK(identified > 800);
}

TEST_CASE("events on random graphs of four and five nodes have the probability that their estimands give",
          "[identify]") {
  std::mt19937_64 random(12);
  int identified = 0, refused = 0;
  for (int trial = 0; trial < trials(2500); ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 4 + trial % 2, 0.5, 0.2));
    const auto event = random_event(random, graph.size(), {.set = 0.25, .nested = trial % 3 ? 0.0 : 0.4});
    const auto answer = identify_counterfactual(graph, event);
    if (!is_identified(answer)) {
      ++refused;
      continue;
    }
    ++identified;
    const DiscreteModel model = random_model(random, graph);
    REQUIRE(value_of(answer, observed(model)) == Approx(truth(model, event)).margin(1e-9).epsilon(0));
  }
  CHECK(identified > trials(1500));
  CHECK(refused > trials(100));
}

TEST_CASE("an event that is not identified has two models that agree on all that is known and differ on it",
          "[identify]") {
  std::mt19937_64 random(13);
  RefutedEvents tally;
  for (int trial = 0; trial < trials(2500); ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 2 + trial % 2, 0.7, 0.35));
    const auto event = random_event(random, graph.size(), {.set = 0.4, .nested = trial % 3 ? 0.0 : 0.4});
    const bool has_experiments = random() % 2;
    const auto answer = has_experiments ? identify_counterfactual_from_interventions(graph, event)
                                        : identify_counterfactual(graph, event);
    if (is_identified(answer)) continue;
    tally.refute(random, graph, has_experiments, event, {});
  }
  CHECK(tally.refused > trials(80));
  CHECK(tally.found >= tally.refused * 49 / 50);
  CHECK(tally.binary > tally.refused * 8 / 10);
  CHECK(tally.unsound == 0);
}

TEST_CASE("listed experiments identify events, and what they refuse two models refute", "[identify]") {
  std::mt19937_64 random(14);
  int identified = 0, by_experiment = 0, refused = 0, found = 0;
  for (int trial = 0; trial < trials(2500); ++trial) {
    const CausalGraph graph = to_causal_graph(random_judge_graph(random, 2 + trial % 2, 0.7, 0.35));
    const auto event = random_event(random, graph.size(), {.set = 0.4, .nested = trial % 3 ? 0.0 : 0.4});
    std::vector<Source> sources;
    for (std::size_t count = 1 + random() % 2; count > 0; --count)
      sources.push_back({0, to_set(static_cast<judge::Set>(random() % 8), graph.size()), graph.none()});
    const auto known = [&](const DiscreteModel& model) {
      std::vector<KnownDistribution> listed;
      for (const Source& source : sources)
        listed.push_back({0, source.intervened, model.distribution(source.intervened)});
      return listed;
    };
    const auto answer = identify_counterfactual(graph, event, sources);
    if (is_identified(answer)) {
      ++identified;
      by_experiment += !is_identified(identify_counterfactual(graph, event));
      const DiscreteModel model = random_model(random, graph);
      REQUIRE(value_of(answer, known(model)) == Approx(truth(model, event)).margin(1e-9).epsilon(0));
      continue;
    }
    ++refused;
    const auto cells = [&](const DiscreteModel& model) { return cells_of(known(model)); };
    const auto pair = find_pair_of_some_size(random, graph, cells, query_of_event(event, {}));
    if (!pair) continue;
    ++found;
    REQUIRE(is_sound(*pair, cells));
  }
  CHECK(identified > trials(1000));
  CHECK(by_experiment > trials(10));
  CHECK(refused > trials(200));
  CHECK(found >= refused * 49 / 50);
}
