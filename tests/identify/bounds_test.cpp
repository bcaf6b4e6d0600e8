#include <equipoise/identify/bounds.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/identify/tian_pearl_bounds.hpp>

#include "identify/counterfactual_truth.hpp"
#include "identify/random_models.hpp"

using namespace equipoise;

namespace {

CausalGraph confounded() {
  const std::array<NamedEdge, 1> directed{{{"X", "Y"}}}, hidden{{{"X", "Y"}}};
  return {{"X", "Y"}, directed, hidden};
}

CausalGraph instrument() {
  const std::array<NamedEdge, 2> directed{{{"Z", "X"}, {"X", "Y"}}};
  const std::array<NamedEdge, 1> hidden{{{"X", "Y"}}};
  return {{"Z", "X", "Y"}, directed, hidden};
}

BoundQuery bound(const CausalGraph& graph, const std::string& text) { return bind_query(graph, parse_query(text), {}); }

/// A distribution of the nodes from its probabilities, row-major over them.
KnownDistribution table(const CausalGraph& graph, const NodeSet& intervened, std::vector<double> values) {
  KnownDistribution known{0, intervened, zero_factor(symbols_of(graph.all()), Cardinalities(graph.size(), 2))};
  known.table.values = std::move(values);
  return known;
}

std::vector<double> random_distribution(std::mt19937_64& random, std::size_t size) {
  std::uniform_real_distribution<double> uniform;
  std::vector<double> p(size);
  double total = 0;
  for (double& cell : p) total += cell = random() % 4 == 0 ? 0 : uniform(random);
  for (double& cell : p) cell /= total;
  return p;
}

/// The truth of a bound query of counterfactual and effect terms, by enumeration.
double truth(const DiscreteModel& model, const BoundQuery& query) {
  double total = 0;
  for (const BoundTerm& term : query.terms) {
    if (const auto* question = std::get_if<CounterfactualQuestion>(&term.question)) {
      total += term.coefficient * *testing::truth(model, question->event, question->evidence);
      continue;
    }
    const auto& question = std::get<EffectQuestion>(term.question);
    std::vector<CounterfactualSetting> action;
    for (const Node x : question.treatment) action.push_back({x, question.at.at(x), {}});
    CounterfactualEvent event, evidence;
    for (const Node y : question.outcome)
      event.push_back({{y, action}, term.mean_of == y ? std::size_t{1} : question.at.at(y)});
    for (const Node z : question.given) evidence.push_back({{z, action}, question.at.at(z)});
    total += term.coefficient * *testing::truth(model, event, evidence);
  }
  return total;
}

}  // namespace

TEST_CASE("bounds on PN, PS and PNS are Tian and Pearl's, with an experiment and without") {
  const CausalGraph graph = confounded();
  NodeSet x = graph.none();
  x.insert(0);
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    // Response types: X, and Y's answers to X=0 and X=1.
    const auto p = random_distribution(random, 8);
    const auto cell = [&](int at, int y0, int y1) { return p[static_cast<std::size_t>(at * 4 + y0 * 2 + y1)]; };
    const std::vector<double> joint{cell(0, 0, 0) + cell(0, 0, 1), cell(0, 1, 0) + cell(0, 1, 1),
                                    cell(1, 0, 0) + cell(1, 1, 0), cell(1, 0, 1) + cell(1, 1, 1)};
    const double y_x0 = cell(0, 1, 0) + cell(0, 1, 1) + cell(1, 1, 0) + cell(1, 1, 1),
                 y_x1 = cell(0, 0, 1) + cell(0, 1, 1) + cell(1, 0, 1) + cell(1, 1, 1);
    const std::vector<KnownDistribution> known{table(graph, graph.none(), joint),
                                               table(graph, x, {1 - y_x0, y_x0, 1 - y_x1, y_x1})};
    const BinaryJoint binary{joint[0], joint[1], joint[2], joint[3]};
    for (const bool with_experiment : {false, true}) {
      Knowledge knowledge = observational_knowledge(graph);
      if (with_experiment) knowledge.sources.push_back({0, x, graph.none()});
      const CausationBounds expected =
          with_experiment ? tian_pearl_bounds(binary, {y_x0, y_x1}) : tian_pearl_bounds(binary);
      const auto compare = [&](const std::string& query, const std::optional<Bounds>& closed_form) {
        const auto found = bounds_of_query(graph, bound(graph, query), knowledge, known);
        INFO(query);
        REQUIRE(std::holds_alternative<Bounds>(found) == closed_form.has_value());
        if (!closed_form) return;
        REQUIRE(std::get<Bounds>(found).low == Approx(closed_form->low).margin(1e-8));
        REQUIRE(std::get<Bounds>(found).high == Approx(closed_form->high).margin(1e-8));
        REQUIRE(std::get<Bounds>(found).is_sharp);
      };
      compare("PN(X -> Y)", expected.pn);
      compare("PS(X -> Y)", expected.ps);
      compare("PNS(X -> Y)", expected.pns);
    }
  }
}

TEST_CASE("bounds by an instrument are Balke and Pearl's") {
  const CausalGraph graph = instrument();
  std::mt19937_64 random(4);
  int feasible = 0, infeasible = 0;
  for (int round = 0; round < 300; ++round) {
    double p[2][2][2];  // P(y, x | z)
    std::vector<double> joint;
    const bool from_model = round % 3 != 0;
    const auto types = random_distribution(random, 16);
    for (std::size_t z = 0; z < 2; ++z) {
      const auto free = random_distribution(random, 4);
      for (auto& row : p[0]) row[z] = 0;
      for (auto& row : p[1]) row[z] = 0;
      if (from_model)
        for (std::size_t type = 0; type < 16; ++type) {
          const std::size_t x = type >> z & 1, y = type >> (2 + x) & 1;
          p[y][x][z] += types[type];
        }
      else
        for (std::size_t y = 0; y < 2; ++y)
          for (std::size_t x = 0; x < 2; ++x) p[y][x][z] = free[2 * y + x];
      for (std::size_t x = 0; x < 2; ++x)
        for (std::size_t y = 0; y < 2; ++y) joint.push_back(p[y][x][z] * (z == 0 ? 0.4 : 0.6));
    }
    const std::vector<KnownDistribution> known{table(graph, graph.none(), joint)};
    const auto found = bounds_of_query(graph, bound(graph, "ATE(X -> Y)"), observational_knowledge(graph), known);
    // The instrument's inequalities: max over x of sum over y of max over z of P(y, x | z) is at most 1.
    bool holds = true;
    for (int x = 0; x < 2; ++x)
      holds = holds && std::max(p[0][x][0], p[0][x][1]) + std::max(p[1][x][0], p[1][x][1]) <= 1 + 1e-9;
    REQUIRE(std::holds_alternative<Bounds>(found) == holds);
    ++(holds ? feasible : infeasible);
    if (!holds) continue;
    const double low =
        std::max({p[1][1][1] + p[0][0][0] - 1, p[1][1][0] + p[0][0][1] - 1,
                  p[1][1][0] - p[1][1][1] - p[1][0][1] - p[0][1][0] - p[1][0][0],
                  p[1][1][1] - p[1][1][0] - p[1][0][0] - p[0][1][1] - p[1][0][1], -p[0][1][1] - p[1][0][1],
                  -p[0][1][0] - p[1][0][0], p[0][0][1] - p[0][1][1] - p[1][0][1] - p[0][1][0] - p[0][0][0],
                  p[0][0][0] - p[0][1][0] - p[1][0][0] - p[0][1][1] - p[0][0][1]});
    const double high =
        std::min({1 - p[0][1][1] - p[1][0][0], 1 - p[0][1][0] - p[1][0][1],
                  -p[0][1][0] + p[0][1][1] + p[0][0][1] + p[1][1][0] + p[0][0][0],
                  -p[0][1][1] + p[1][1][1] + p[0][0][1] + p[0][1][0] + p[0][0][0], p[1][1][1] + p[0][0][1],
                  p[1][1][0] + p[0][0][0], -p[1][0][1] + p[1][1][1] + p[0][0][1] + p[1][1][0] + p[1][0][0],
                  -p[1][0][0] + p[1][1][0] + p[0][0][0] + p[1][1][1] + p[1][0][1]});
    REQUIRE(std::get<Bounds>(found).low == Approx(low).margin(1e-8));
    REQUIRE(std::get<Bounds>(found).high == Approx(high).margin(1e-8));
    REQUIRE(std::get<Bounds>(found).is_sharp);
  }
  CHECK(feasible > 150);
  CHECK(infeasible > 20);
}

TEST_CASE("the truth of every model lies within the bounds, and those of an identified query are one number") {
  std::mt19937_64 random(8);
  int sharp = 0, outer = 0, identified = 0, informative = 0;
  for (int round = 0; round < 150; ++round) {
    const CausalGraph graph = testing::to_causal_graph(testing::random_judge_graph(random, 4, 0.5, 0.3));
    const DiscreteModel model = testing::random_model(random, graph);
    const std::vector<KnownDistribution> known{{0, graph.none(), model.distribution(graph.none())}};
    for (const std::string text :
         {"P(V3 = 1 | do(V0 = 1))", "ATE(V1 -> V3)", "PNS(V0 -> V3)", "PN(V0 -> V3)", "NDE(V0 -> V3)", "ETT(V0 -> V3)",
          "P(V3 = 1 | do(V0 = 1), V1 = 0)", "P(V3_{V0=1} = 1, V2_{V1=0} = 1)"}) {
      const BoundQuery query = bound(graph, text);
      const Knowledge knowledge = observational_knowledge(graph);
      const auto found = bounds_of_query(graph, query, knowledge, known);
      INFO(text);
      REQUIRE(std::holds_alternative<Bounds>(found));
      const auto& bounds = std::get<Bounds>(found);
      const double value = truth(model, query);
      REQUIRE(bounds.low <= bounds.high + 1e-12);
      REQUIRE(bounds.low <= value + 1e-9);
      REQUIRE(bounds.high >= value - 1e-9);
      if (identify_query(graph, query, knowledge).is_identified()) {
        ++identified;
        REQUIRE(bounds.high - bounds.low < 1e-9);
        REQUIRE(bounds.is_sharp);
      } else {
        ++(bounds.is_sharp ? sharp : outer);
        informative += bounds.high - bounds.low < 0.95;
      }
    }
  }
  INFO(identified << " identified, " << sharp << " sharp, " << outer << " outer, " << informative << " informative");
  CHECK(identified > 400);
  CHECK(sharp > 70);
  CHECK(outer > 70);
  CHECK(informative > 150);
}

TEST_CASE("a trial in a population that differs in what it randomises bounds as one in the target") {
  const CausalGraph graph = confounded();
  NodeSet x = graph.none();
  x.insert(0);
  const std::vector<KnownDistribution> in_target{table(graph, graph.none(), {0.2, 0.2, 0.3, 0.3}),
                                                 table(graph, x, {0.5, 0.5, 0.4, 0.6})};
  std::vector<KnownDistribution> elsewhere = in_target;
  elsewhere[1].population = 1;
  const BoundQuery query = bound(graph, "PNS(X -> Y)");
  Knowledge knowledge = observational_knowledge(graph);
  knowledge.sources.push_back({0, x, graph.none()});
  const auto expected = std::get<Bounds>(bounds_of_query(graph, query, knowledge, in_target));
  knowledge.sources[1] = {1, x, x};
  const auto found = std::get<Bounds>(bounds_of_query(graph, query, knowledge, elsewhere));
  CHECK(found.low == Approx(expected.low).margin(1e-9));
  CHECK(found.high == Approx(expected.high).margin(1e-9));
  CHECK(expected.low == Approx(0.1).margin(1e-9));  // 0 without the trial
  CHECK(found.is_sharp);
}

TEST_CASE("bounds are not called sharp where another population tells more than their equations say") {
  // Observed where X's mechanism differs, P*(X=0, Y=1) = 0.9 is at most P(Y_{X=0} = 1) in the target too.
  const CausalGraph graph = confounded();
  NodeSet x = graph.none(), both = graph.all();
  x.insert(0);
  std::vector<KnownDistribution> known{table(graph, graph.none(), {0.02, 0.48, 0.25, 0.25}),
                                       table(graph, graph.none(), {0.05, 0.9, 0.02, 0.03})};
  known[1].population = 1;
  const BoundQuery query = bound(graph, "P(Y = 1 | do(X = 0))");
  Knowledge knowledge = observational_knowledge(graph);
  knowledge.sources.push_back({1, graph.none(), x});
  CHECK_FALSE(std::get<Bounds>(bounds_of_query(graph, query, knowledge, known)).is_sharp);
  knowledge.sources[1].selection = both;  // nothing of the district is shared: what is left is all there is
  CHECK(std::get<Bounds>(bounds_of_query(graph, query, knowledge, known)).is_sharp);
}

TEST_CASE("a budget of response types is kept, and the bounds beyond it are by consistency and not called sharp") {
  const CausalGraph graph = instrument();
  const std::vector<KnownDistribution> known{table(graph, graph.none(), {0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2})};
  const BoundQuery query = bound(graph, "P(Y = 1 | do(X = 1))");
  const auto bounds = std::get<Bounds>(
      bounds_of_query(graph, query, observational_knowledge(graph), known, {.most_response_types = 15}));
  CHECK(bounds.low == Approx(0.3));   // P(X=1, Y=1)
  CHECK(bounds.high == Approx(0.8));  // 1 - P(X=1, Y=0)
  CHECK_FALSE(bounds.is_sharp);
}
