#include <equipoise/identify/identify_query.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/graph/relations.hpp>

#include "identify/counterfactual_truth.hpp"
#include "identify/random_models.hpp"

using namespace equipoise;

namespace {

using State = std::span<const std::size_t>;

/// What queries mean, by the levels that variables would have in an exogenous state.
struct World {
  const DiscreteModel& model;

  std::size_t value(State state, Node v, std::vector<CounterfactualSetting> action = {}) const {
    return testing::level_in(model, {v, std::move(action)}, state);
  }
  double mean(const std::function<double(State)>& of, const std::function<bool(State)>& given) const {
    double total = 0, weight = 0;
    model.for_each_state([&](double probability, State state) {
      if (!given(state)) return;
      weight += probability;
      total += probability * of(state);
    });
    return total / weight;
  }
  double mean(const std::function<double(State)>& of) const {
    return mean(of, [](State) { return true; });
  }
};

CounterfactualSetting set(Node v, std::size_t level) { return {v, level, {}}; }

struct Meaning {
  std::string query;
  std::function<double(const World&, const CausalGraph&)> truth;
};

double number(std::size_t level) { return static_cast<double>(level); }

// Queries on V0 … V3 and what they mean; V3 is the outcome, V0 the treatment.
const std::vector<Meaning> meanings{
    {"P(V3 = 1 | do(V0 = 1))",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return number(w.value(s, 3, {set(0, 1)})); });
     }},
    {"P(V3 != V2 | do(V0 = 1))",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return w.value(s, 3, {set(0, 1)}) != w.value(s, 2, {set(0, 1)}) ? 1.0 : 0.0; });
     }},
    {"P(V3 >= 1 | do(V0 = 1), V1 = 0)",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return number(w.value(s, 3, {set(0, 1)})); },
                     [&](State s) { return w.value(s, 1, {set(0, 1)}) == 0; });
     }},
    {"ATE(V0 -> V3)",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return number(w.value(s, 3, {set(0, 1)})) - number(w.value(s, 3, {set(0, 0)})); });
     }},
    {"ATE(V0=0 vs 1 -> V3)",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return number(w.value(s, 3, {set(0, 0)})) - number(w.value(s, 3, {set(0, 1)})); });
     }},
    {"ETT(V0 -> V3)",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return number(w.value(s, 3, {set(0, 1)})) - number(w.value(s, 3, {set(0, 0)})); },
                     [&](State s) { return w.value(s, 0) == 1; });
     }},
    {"CDE(V0 -> V3; V1=1)",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) {
         return number(w.value(s, 3, {set(0, 1), set(1, 1)})) - number(w.value(s, 3, {set(0, 0), set(1, 1)}));
       });
     }},
    {"E[V3_{V0=1} - V3 | V0 = 0, V1 = 1]",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return number(w.value(s, 3, {set(0, 1)})) - number(w.value(s, 3)); },
                     [&](State s) { return w.value(s, 0) == 0 && w.value(s, 1) == 1; });
     }},
    {"E[V3 | do(V0 ~ bernoulli(0.3))]",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) {
         return 0.3 * number(w.value(s, 3, {set(0, 1)})) + 0.7 * number(w.value(s, 3, {set(0, 0)}));
       });
     }},
    {"PN(V0 -> V3)",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return 1 - number(w.value(s, 3, {set(0, 0)})); },
                     [&](State s) { return w.value(s, 0) == 1 && w.value(s, 3) == 1; });
     }},
    {"P(V3_{V0=1} > V3_{V0=0})",
     [](const World& w, const CausalGraph&) {
       return w.mean([&](State s) { return w.value(s, 3, {set(0, 1)}) > w.value(s, 3, {set(0, 0)}) ? 1.0 : 0.0; });
     }},
    {"NDE(V0 -> V3)",
     [](const World& w, const CausalGraph& graph) {
       return w.mean([&](State s) {
         NodeSet x = graph.none(), y = graph.none();
         x.insert(0), y.insert(3);
         std::vector<CounterfactualSetting> action{set(0, 1)};
         for (const Node m : (descendants(graph, x) & ancestors(graph, y)) - x - y)
           action.push_back(set(m, w.value(s, m, {set(0, 0)})));
         return number(w.value(s, 3, action)) - number(w.value(s, 3, {set(0, 0)}));
       });
     }},
    {"NIE(V0 -> V3)",
     [](const World& w, const CausalGraph& graph) {
       return w.mean([&](State s) {
         NodeSet x = graph.none(), y = graph.none();
         x.insert(0), y.insert(3);
         std::vector<CounterfactualSetting> action{set(0, 0)};
         for (const Node m : (descendants(graph, x) & ancestors(graph, y)) - x - y)
           action.push_back(set(m, w.value(s, m, {set(0, 1)})));
         return number(w.value(s, 3, action)) - number(w.value(s, 3, {set(0, 0)}));
       });
     }},
};

const VariableLevels binary{{{"0", "1"}, {"0", "1"}, {"0", "1"}, {"0", "1"}}};

}  // namespace

TEST_CASE("an identified query has the value that it means, in every model") {
  std::mt19937_64 random(11);
  std::vector<int> identified(meanings.size(), 0), refused(meanings.size(), 0);
  for (int round = 0; round < 150; ++round) {
    const CausalGraph graph = testing::to_causal_graph(testing::random_judge_graph(random, 4, 0.6, 0.25));
    for (std::size_t i = 0; i < meanings.size(); ++i) {
      const BoundQuery query = bind_query(graph, parse_query(meanings[i].query), binary);
      const QueryIdentification answer = identify_query(graph, query, observational_knowledge(graph));
      if (!answer.is_identified()) {
        ++refused[i];
        continue;
      }
      ++identified[i];
      REQUIRE(names_every_value(query));
      for (int k = 0; k < 2; ++k) {
        const DiscreteModel model = testing::random_model(random, graph);
        const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
        Evaluation evaluation(known);
        const auto value = evaluate_query(answer, query, evaluation);
        REQUIRE(std::holds_alternative<double>(value));
        INFO(meanings[i].query);
        REQUIRE(std::get<double>(value) == Approx(meanings[i].truth({model}, graph)).margin(1e-9));
      }
    }
  }
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    INFO(meanings[i].query << ": " << identified[i] << " identified, " << refused[i] << " refused");
    CHECK(identified[i] > 5);
    CHECK(refused[i] > 5);
  }
}

TEST_CASE("with every experiment known, effects are identified, and joint events across worlds are not") {
  const std::array<NamedEdge, 3> edges{{{"X", "M"}, {"M", "Y"}, {"X", "Y"}}};
  const std::array<NamedEdge, 1> hidden{{{"X", "Y"}}};
  const CausalGraph graph({"X", "M", "Y"}, edges, hidden);
  const auto answer = [&](const std::string& text, bool all) {
    const BoundQuery query = bind_query(graph, parse_query(text), {});
    Knowledge knowledge = observational_knowledge(graph);
    knowledge.all_interventions = all;
    return identify_query(graph, query, knowledge).is_identified();
  };
  for (const std::string query : {"ATE(X -> Y)", "P(Y | do(X), M)", "NDE(X -> Y)", "PSE(X -> Y; X -> M)"}) {
    INFO(query);
    CHECK_FALSE(answer(query, false));
    CHECK(answer(query, true));
  }
  CHECK_FALSE(answer("PNS(X -> Y)", true));
}

TEST_CASE("a query on what never happens is undefined, and an event that cannot happen is 0") {
  const std::array<NamedEdge, 1> edges{{{"X", "Y"}}};
  const CausalGraph graph({"X", "Y"}, edges, {});
  const auto answer = [&](const std::string& text) {
    return identify_query(graph, bind_query(graph, parse_query(text), {}), observational_knowledge(graph));
  };
  CHECK(answer("P(Y_{X=1} = 1 | X_{X=1} = 0)").undefined);
  const QueryIdentification zero = answer("P(Y_{X=1} = 1, Y_{X=1} = 0)");
  CHECK(zero.is_identified());
  CHECK(zero.terms.empty());
}
