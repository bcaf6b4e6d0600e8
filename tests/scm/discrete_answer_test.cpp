#include <equipoise/scm/discrete_answer.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "scm/brute_force_worlds.hpp"
#include "scm/random_discrete_worlds.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

struct Tally {
  std::size_t answered = 0, impossible = 0, too_many = 0;
};

/// Asks the engine and the judge; the difference where both give a number.
void compare(const WorldQuestion& question, Tally& tally, std::size_t round) {
  INFO("round " << round);
  BruteForceWorlds judge(question.worlds, 10000);
  const ExactAnswer answer = discrete_answer(question);
  BruteForceWorlds::Answer expected;
  try {
    expected = judge.term(question.terms.front());
  } catch (const BruteForceWorlds::TooMany&) {
    ++tally.too_many;
    return;
  }
  if (!expected.value) {
    CHECK(std::holds_alternative<ImpossibleCondition>(answer));
    ++tally.impossible;
    return;
  }
  REQUIRE(std::holds_alternative<double>(answer));
  CHECK(std::abs(std::get<double>(answer) - question.terms.front().coefficient * *expected.value) < 1e-10);
  ++tally.answered;
}

CausalGraph graph_of(std::vector<std::string> names, const std::vector<NamedEdge>& edges) {
  return CausalGraph(std::move(names), edges);
}

double number(const ExactAnswer& answer) {
  REQUIRE(std::holds_alternative<double>(answer));
  return std::get<double>(answer);
}

std::string reason(const ExactAnswer& answer) {
  REQUIRE(std::holds_alternative<NotExact>(answer));
  return std::get<NotExact>(answer).reason;
}

WorldEvent is(std::size_t copy, double value) { return {.left = copy, .value = value}; }
WorldEvent compared(std::size_t left, Comparison comparison, std::size_t right) {
  return {.left = left, .right = right, .comparison = comparison};
}

/// P(of | given).
double probability(const ParallelWorlds& worlds, std::vector<WorldEvent> of, std::vector<WorldEvent> given = {}) {
  return number(discrete_answer({worlds, {{1, {}, std::move(of), std::move(given)}}}));
}

/// X -> Y, both binary: P(X = 1) = p_x and P(Y = 1 | X = x) = p_y[x].
Scm cause_and_effect(double p_x, std::vector<double> p_y, Coupling coupling) {
  return {graph_of({"X", "Y"}, {{"X", "Y"}}),
          {levels_variable("X", 2), levels_variable("Y", 2)},
          {{NoiseMechanism(BernoulliNoise{p_x}), {}},
           {TableMechanism(ProbabilityTable({2}, 2, {1 - p_y[0], p_y[0], 1 - p_y[1], p_y[1]}), coupling), {"X"}}}};
}

/// A discrete mechanism of a user's own: at its input's level 1 it reads its uniform noise backwards.
struct Backwards {
  std::vector<double> p_one;  // by the input's level
  std::size_t input_count() const { return 1; }
  std::size_t level_count() const { return 2; }
  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    std::vector<double> uniform(rows.size);
    fill_uniform(stream, rows.first, uniform);
    for (std::size_t i = 0; i < rows.size; ++i) {
      const double u = inputs[0][i] == 1 ? 1 - uniform[i] : uniform[i];
      value[i] = u < p_one[static_cast<std::size_t>(inputs[0][i])] ? 1 : 0;
    }
  }
  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    for (std::size_t i = 0; i < rows.size; ++i) {
      out[1][i] = p_one[static_cast<std::size_t>(inputs[0][i])];
      out[0][i] = 1 - out[1][i];
    }
  }
  void counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
                                    RowBlock rows, MutableColumnPointers out) const {
    for (std::size_t i = 0; i < rows.size; ++i) {
      const double p = p_one[static_cast<std::size_t>(factual_inputs[0][i])],
                   q = p_one[static_cast<std::size_t>(inputs[0][i])];
      const double both = factual_inputs[0][i] == inputs[0][i] ? p : std::max(0.0, p + q - 1);
      out[1][i] = factual_value[i] == 1 ? both / p : (q - both) / (1 - p);
      out[0][i] = 1 - out[1][i];
    }
  }
};

Scm with_effect(AnyMechanism effect) {
  return {graph_of({"X", "Y"}, {{"X", "Y"}}),
          {levels_variable("X", 3), levels_variable("Y", 2)},
          {{NoiseMechanism(CategoricalNoise{{0.5, 0.25, 0.25}}), {}}, {std::move(effect), {"X"}}}};
}

double density(double x, double mean, double scale) {
  const double z = (x - mean) / scale;
  return std::exp(-z * z / 2) / (scale * std::sqrt(2 * std::numbers::pi));
}
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// A -> X -> Y, A -> Y, with X = 1 + 2 A + N a number and Y by its log-odds.
Scm loan() {
  return {graph_of({"A", "X", "Y"}, {{"A", "X"}, {"A", "Y"}, {"X", "Y"}}),
          {levels_variable("A", 2), {"X", ColumnType::continuous, {}}, levels_variable("Y", 2)},
          {{NoiseMechanism(BernoulliNoise{0.4}), {}},
           {FormulaMechanism("1 + 2 * A", {"A"}, NormalNoise{0, 1.5}), {"A"}},
           {FormulaMechanism("1 / (1 + exp(-(X - 2 * A))) > N", {"A", "X"}, UniformNoise{0, 1}, "N"), {"A", "X"}}}};
}

}  // namespace

TEST_CASE("answers about random discrete models are those of enumerating all exogenous states", "[rate]") {
  const std::size_t rounds = 1000;
  Tally tally;
  for (std::size_t round = 0; round < rounds; ++round) {
    RowStream random = RandomStream({.seed = 401, .purpose = Purpose::test}).row(round);
    DiscreteModelOptions model;
    model.kind = static_cast<DiscreteKind>(round % 5);
    model.variables = 2 + round / 5 % 5;
    model.most_levels = model.variables > 4 ? 3 : 4;
    model.most_parents = model.variables > 5 ? 2 : 3;
    model.has_zeros = round % 3 == 0;
    const Scm scm = random_discrete_model(random, model);
    RandomQuestions questions(random, scm);
    const WorldQuestionOptions kinds[] = {
        {.worlds = 0, .given = 0},
        {.worlds = 0, .given = 2},
        {.worlds = 1, .given = 0},
        {.worlds = 1, .given = 1},
        {.worlds = 2, .given = 1},
        {.worlds = 3, .given = 0},
        {.worlds = 1, .is_nested = true, .given = 1},
        {.worlds = 2, .is_nested = true, .given = 0},
        {.worlds = 2, .compares = true, .given = 1},
        {.worlds = 2, .is_mean = true, .given = 1},
        {.worlds = 2, .given_worlds = true, .given = 3},
        {.worlds = 1, .has_rules = true, .given = 1},
        {.worlds = 2, .is_nested = true, .has_rules = true, .is_mean = true, .given_worlds = true, .given = 2},
    };
    for (const WorldQuestionOptions& kind : kinds) compare(questions.question(kind), tally, round);
  }
  // Of 13,000 questions: most have an answer, and few are too long for the judge, or race in three worlds.
  CHECK(tally.answered > 10500);
  CHECK(tally.impossible > 500);
  CHECK(tally.too_many < 1000);
}

TEST_CASE("a formula that compares its noise is exact in any number of worlds, whichever way it reads the noise") {
  // At Z = 1 and 2 the noise is read the other way round.
  const char* const formulas[] = {"0.2 + 0.15 * X > N", "N < 0.9 - 0.2 * X", "(1.25 - Z) * N > 0.3 - 0.25 * Z",
                                  "0.1 * X >= (1.5 - Z) * N", "X > 4 * N"};
  Tally tally;
  std::size_t round = 0;
  for (const char* const formula : formulas) {
    const Scm scm{graph_of({"Z", "X", "Y"}, {{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}}),
                  {levels_variable("Z", 3), levels_variable("X", 4), levels_variable("Y", 2)},
                  {{NoiseMechanism(CategoricalNoise{{0.2, 0.5, 0.3}}), {}},
                   {TableMechanism(ProbabilityTable({3}, 4, {0.1, 0.2, 0.3, 0.4, 0.4, 0.3, 0.2, 0.1, 0, 0.5, 0, 0.5}),
                                   Coupling::independent),
                    {"Z"}},
                   {FormulaMechanism(formula, {"Z", "X"}, UniformNoise{0, 1}, "N"), {"Z", "X"}}}};
    for (int repeat = 0; repeat < 20; ++repeat) {
      RowStream random = RandomStream({.seed = 402, .purpose = Purpose::test}).row(round++);
      RandomQuestions questions(random, scm);
      compare(questions.question({.worlds = 3, .is_nested = true, .given_worlds = true, .given = 1}), tally, round);
      compare(questions.question({.worlds = 2, .has_rules = true, .compares = true, .given = 1}), tally, round);
    }
  }
  CHECK(tally.answered > 150);
}

TEST_CASE("a formula's noise may be normal: what was and what would have been share it") {
  const Scm scm{graph_of({"X", "Y"}, {{"X", "Y"}}),
                {levels_variable("X", 2), levels_variable("Y", 2)},
                {{NoiseMechanism(BernoulliNoise{0.5}), {}},
                 {FormulaMechanism("2 * X - 1 > N", {"X"}, NormalNoise{0, 1}, "N"), {"X"}}}};
  ParallelWorlds worlds(scm);
  const std::size_t treated = worlds.copy(1, {{0, 1.0}}), untreated = worlds.copy(1, {{0, 0.0}});
  const double p1 = 0.5 * std::erfc(-1 / std::sqrt(2.0)), p0 = 1 - p1;  // Phi(1), Phi(-1)
  CHECK(probability(worlds, {is(treated, 1), is(untreated, 0)}) == Approx(p1 - p0).margin(1e-12));
  CHECK(probability(worlds, {is(treated, 0), is(untreated, 1)}) == 0);
}

TEST_CASE("copies in six worlds are joined through their noise where a table of all would be large") {
  const Scm scm{graph_of({"A", "Y"}, {{"A", "Y"}}),
                {levels_variable("A", 4), levels_variable("Y", 3)},
                {{NoiseMechanism(CategoricalNoise{{0.1, 0.2, 0.3, 0.4}}), {}},
                 {TableMechanism(ProbabilityTable({4}, 3, {0.5, 0.25, 0.25, 0.125, 0.5, 0.375, 0, 1, 0, 0.25, 0, 0.75}),
                                 Coupling::inverse_cdf),
                  {"A"}}}};
  WorldQuestion question{ParallelWorlds(scm), {{}}};
  ParallelWorlds& worlds = question.worlds;
  WorldTerm& term = question.terms.front();
  for (int world = 0; world < 6; ++world) {
    const std::size_t copy = worlds.copy(
        1, {{0, WorldRule{NoiseMechanism(CategoricalNoise{{0.25, 0.25, 0.25, 0.25}}), {}, worlds.fresh_noise()}}});
    (world < 3 ? term.given : term.of)
        .push_back({.left = copy, .comparison = Comparison::greater_or_equal, .value = static_cast<double>(world % 3)});
  }
  const BruteForceWorlds::Answer expected = BruteForceWorlds(worlds).term(term);
  CHECK(number(discrete_answer(question)) == Approx(*expected.value).margin(1e-12));
}

TEST_CASE("in every world a variable is what it was set to, and where nothing changed, what it was") {
  for (std::size_t round = 0; round < 60; ++round) {
    RowStream random = RandomStream({.seed = 403, .purpose = Purpose::test}).row(round);
    DiscreteModelOptions options;
    options.kind = static_cast<DiscreteKind>(round % 5);
    options.variables = 4;
    const Scm scm = random_discrete_model(random, options);
    ParallelWorlds worlds(scm);
    const Node x = pick(random, 3), y = 3, m = pick(random, 3);
    const auto value = static_cast<double>(pick(random, scm.variable(x).levels.size()));
    const WorldAction action{{x, value}};
    CHECK(probability(worlds, {is(worlds.copy(x, action), value)}) == 1);  // effectiveness
    if (probability(worlds, {is(worlds.copy(x), value)}) > 0)              // consistency
      CHECK(probability(worlds, {compared(worlds.copy(y, action), Comparison::equal, worlds.copy(y))},
                        {is(worlds.copy(x), value)}) == Approx(1).margin(1e-12));
    // Composition: holding M at what it would be anyway changes nothing.
    WorldAction held = action;
    if (m != x) held[m] = worlds.copy(m, action);
    CHECK(worlds.copy(y, held) == worlds.copy(y, action));
  }
}

TEST_CASE("the probabilities of necessity, of sufficiency and of both agree, within the bounds of Tian and Pearl") {
  for (std::size_t round = 0; round < 100; ++round) {
    RowStream random = RandomStream({.seed = 404, .purpose = Purpose::test}).row(round);
    DiscreteModelOptions options;
    options.kind = static_cast<DiscreteKind>(round % 5);
    options.variables = 5;
    options.most_levels = 2;
    const Scm scm = random_discrete_model(random, options);
    ParallelWorlds worlds(scm);
    const std::size_t x = worlds.copy(1), y = worlds.copy(4), y1 = worlds.copy(4, {{1, 1.0}}),
                      y0 = worlds.copy(4, {{1, 0.0}});
    const auto p = [&](std::vector<WorldEvent> of, std::vector<WorldEvent> given = {}) {
      return probability(worlds, std::move(of), std::move(given));
    };
    const double treated = p({is(x, 1), is(y, 1)}), untreated = p({is(x, 0), is(y, 0)});
    const double pns = p({is(y1, 1), is(y0, 0)});
    const double pn = treated > 0 ? p({is(y0, 0)}, {is(x, 1), is(y, 1)}) : 0;
    const double ps = untreated > 0 ? p({is(y1, 1)}, {is(x, 0), is(y, 0)}) : 0;
    CHECK(pns == Approx(treated * pn + untreated * ps).margin(1e-12));
    const double p1 = p({is(y1, 1)}), p0 = p({is(y0, 1)});
    CHECK(pns >= std::max(0.0, p1 - p0) - 1e-12);
    CHECK(pns <= std::min(p1, 1 - p0) + 1e-12);
    // The law of total probability, over what another variable was.
    double total = 0;
    for (const double level : {0.0, 1.0}) {
      const double weight = p({is(worlds.copy(2), level)});
      if (weight > 0) total += weight * p({is(y1, 1)}, {is(worlds.copy(2), level)});
    }
    CHECK(total == Approx(p1).margin(1e-12));
  }
}

TEST_CASE("a gumbel-max race is exact in more than two worlds") {
  const std::vector<double> rows{0.5, 0.3, 0.2, 0.1, 0.6, 0.3, 0.25, 0.25, 0.5};
  const Scm scm{graph_of({"X", "Y"}, {{"X", "Y"}}),
                {levels_variable("X", 3), levels_variable("Y", 3)},
                {{NoiseMechanism(CategoricalNoise{{0.2, 0.3, 0.5}}), {}},
                 {TableMechanism(ProbabilityTable({3}, 3, rows), Coupling::gumbel_max), {"X"}}}};
  ParallelWorlds worlds(scm);
  const std::size_t y = worlds.copy(1), y0 = worlds.copy(1, {{0, 0.0}}), y1 = worlds.copy(1, {{0, 1.0}}),
                    y2 = worlds.copy(1, {{0, 2.0}});
  // Level 0 wins everywhere where e_0 / p_0 is least: the others need e_k >= e_0 max(p_k / p_0).
  CHECK(probability(worlds, {is(y0, 0), is(y1, 0), is(y2, 0)}) == Approx(1 / (1 + 6 + 3.0)).margin(1e-14));
  // The actual world is one of the three, so summing over X gives back the races of three.
  double total = 0;
  const double p_x[] = {0.2, 0.3, 0.5};
  for (std::size_t x = 0; x < 3; ++x)
    total += p_x[x] * probability(worlds, {is(y0, 0), is(y1, 1), is(y2, 2), is(x == 0 ? y0 : x == 1 ? y1 : y2, 1)});
  CHECK(probability(worlds, {is(y0, 0), is(y1, 1), is(y2, 2), is(y, 1)}) == Approx(total).margin(1e-14));
  CHECK(total > 0.01);
}

TEST_CASE("the coupling changes what would have been, and nothing that an experiment shows") {
  // P(Y = 1 | X) = 0.3, 0.6, of three levels.
  const std::vector<double> table{0.5, 0.3, 0.2, 0.1, 0.6, 0.3};
  std::vector<double> necessity;
  for (const Coupling coupling : {Coupling::inverse_cdf, Coupling::independent, Coupling::gumbel_max}) {
    const Scm scm{graph_of({"X", "Y"}, {{"X", "Y"}}),
                  {levels_variable("X", 2), levels_variable("Y", 3)},
                  {{NoiseMechanism(BernoulliNoise{0.5}), {}},
                   {TableMechanism(ProbabilityTable({2}, 3, table), coupling), {"X"}}}};
    ParallelWorlds worlds(scm);
    const std::size_t y1 = worlds.copy(1, {{0, 1.0}}), y0 = worlds.copy(1, {{0, 0.0}});
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(probability(worlds, {is(y0, static_cast<double>(k))}) == Approx(table[k]).margin(1e-15));
      CHECK(probability(worlds, {is(y1, static_cast<double>(k))}) == Approx(table[3 + k]).margin(1e-15));
    }
    necessity.push_back(probability(worlds, {compared(y1, Comparison::equal, y0)}));
  }
  CHECK(necessity[0] == Approx(0.1 + 0.2 + 0.2).margin(1e-12));
  CHECK(necessity[1] == Approx(0.05 + 0.18 + 0.06).margin(1e-12));
  // P(k in both) = 1 / sum over j of max(p_j / p_k, q_j / q_k).
  CHECK(necessity[2] == Approx(1 / (1 + 6 + 3.0) + 1 / (1 + 5 / 3.0 + 2 / 3.0) + 1 / (1 + 2.5 + 2.0)).margin(1e-12));
}

TEST_CASE("a table without a coupling answers within one world, and of means in several") {
  const Scm scm = cause_and_effect(0.4, {0.2, 0.7}, Coupling::unstated);
  ParallelWorlds worlds(scm);
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}}),
                    y0 = worlds.copy(1, {{0, 0.0}});
  CHECK(probability(worlds, {is(y1, 1)}) == Approx(0.7));
  CHECK(probability(worlds, {is(x, 1)}, {is(y, 1)}) == Approx(0.28 / 0.4));
  CHECK(probability(worlds, {is(y1, 1)}, {is(x, 0)}) == Approx(0.7));
  CHECK(number(discrete_answer({worlds, {{1, {{1, y1, {}}, {-1, y0, {}}}, {}, {}}}})) == Approx(0.5));
  CHECK(number(discrete_answer({worlds, {{2, {}, {is(y1, 1)}, {}}, {-3, {}, {is(y0, 1)}, {}}}})) == Approx(0.8));
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(y1, 1), is(y0, 0)}, {}}}})) ==
        "the coupling of 'Y' is not stated");
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(y1, 1)}, {is(y, 0)}}}})) == "the coupling of 'Y' is not stated");
}

TEST_CASE("a mechanism of a user's own answers for two worlds") {
  const std::vector<double> p{0.4, 0.7, 0.9};
  ParallelWorlds worlds(with_effect(Backwards{p}));
  const std::size_t y0 = worlds.copy(1, {{0, 0.0}}), y1 = worlds.copy(1, {{0, 1.0}}), y2 = worlds.copy(1, {{0, 2.0}}),
                    x = worlds.copy(0), y = worlds.copy(1);
  CHECK(probability(worlds, {is(y0, 1), is(y1, 1)}) == Approx(0.1).margin(1e-15));
  // P(Y_{X=1} = 1 | Y = 1): X is 0, 1 or 2 with the weights 0.5 * 0.4, 0.25 * 0.7, 0.25 * 0.9.
  CHECK(probability(worlds, {is(y1, 1)}, {is(y, 1)}) ==
        Approx((0.5 * 0.1 + 0.25 * 0.7 + 0.25 * 0.6) / (0.5 * 0.4 + 0.25 * 0.7 + 0.25 * 0.9)).margin(1e-14));
  CHECK(probability(worlds, {compared(y1, Comparison::equal, y)}, {is(x, 1)}) == Approx(1).margin(1e-15));
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(y0, 1), is(y1, 1), is(y2, 1)}, {}}}})) ==
        "'Y' is in 3 worlds at once, and its mechanism answers for two");
}

TEST_CASE("a condition of probability 0 is told apart, with its term") {
  const Scm scm = cause_and_effect(0.4, {0.2, 0.7}, Coupling::inverse_cdf);
  ParallelWorlds worlds(scm);
  const std::size_t y1 = worlds.copy(1, {{0, 1.0}}), y0 = worlds.copy(1, {{0, 0.0}});
  const WorldTerm fine{1, {}, {is(y1, 1)}, {}};
  // Monotone: who is 1 without the cause is 1 with it. 1 - 0.8 and 0.2 differ by rounding.
  const ExactAnswer of_event = discrete_answer({worlds, {fine, {1, {}, {is(y1, 1)}, {is(y0, 1), is(y1, 0)}}}});
  REQUIRE(std::holds_alternative<ImpossibleCondition>(of_event));
  CHECK(std::get<ImpossibleCondition>(of_event).term == 1);
  CHECK(std::holds_alternative<ImpossibleCondition>(
      discrete_answer({worlds, {{1, {{1, y1, {}}}, {}, {is(y0, 1), is(y1, 0)}}}})));
  CHECK(probability(worlds, {is(y0, 1), is(y1, 0)}) == 0);
  CHECK(probability(worlds, {}) == 1);
}

TEST_CASE("rounding of a table's sums makes no event possible") {
  // The same row three times, its sums taken in another order.
  const Scm scm{
      graph_of({"X", "Y"}, {{"X", "Y"}}),
      {levels_variable("X", 2), levels_variable("Y", 4)},
      {{NoiseMechanism(BernoulliNoise{0.5}), {}},
       {TableMechanism(ProbabilityTable({2}, 4, {0.1, 0.2, 0.3, 0.4, 0.1 + 0.2, 0, 0.3, 0.4}), Coupling::inverse_cdf),
        {"X"}}}};
  ParallelWorlds worlds(scm);
  const std::size_t y1 = worlds.copy(1, {{0, 1.0}}), y0 = worlds.copy(1, {{0, 0.0}});
  CHECK(probability(worlds, {is(y0, 2), is(y1, 0)}) == 0);
  CHECK(probability(worlds, {is(y0, 1), is(y1, 2)}) == 0);
  CHECK(probability(worlds, {is(y1, 2)}, {is(y0, 2)}) == Approx(1).margin(1e-15));
}

TEST_CASE("rare evidence at either end of the noise keeps its digits") {
  for (const double rare : {1e-9, 1e-18, 1e-200}) {
    const Scm scm = cause_and_effect(0.5, {rare, 4 * rare}, Coupling::inverse_cdf);
    ParallelWorlds worlds(scm);
    const std::size_t x = worlds.copy(0), y = worlds.copy(1), y0 = worlds.copy(1, {{0, 0.0}});
    CHECK(probability(worlds, {is(y0, 0)}, {is(x, 1), is(y, 1)}) == Approx(0.75).margin(1e-12));
  }
}

TEST_CASE("long products do not underflow") {
  const std::size_t length = 400;
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  const double p = 1e-5;
  for (std::size_t v = 0; v < length; ++v) {
    names.push_back("V" + std::to_string(v));
    variables.push_back(levels_variable(names.back(), 2));
    if (v == 0) {
      mechanisms.push_back({NoiseMechanism(BernoulliNoise{p}), {}});
      continue;
    }
    edges.emplace_back(names[v - 1], names[v]);
    mechanisms.push_back({TableMechanism(ProbabilityTable({2}, 2, {1 - p, p, 1 - 2 * p, 2 * p}), Coupling::inverse_cdf),
                          {names[v - 1]}});
  }
  ParallelWorlds worlds(Scm(CausalGraph(names, edges), variables, mechanisms));
  std::vector<WorldEvent> given;
  for (Node v = 0; v + 1 < length; ++v) given.push_back(is(worlds.copy(v), 1));
  CHECK(probability(worlds, {is(worlds.copy(length - 1), 1)}, given) == Approx(2 * p).epsilon(1e-12));
  // All are 1 in the actual world, so had V0 been 0, V1 is 1 still with probability 1 / 2, and so on.
  given.push_back(is(worlds.copy(length - 1), 1));
  CHECK(probability(worlds, {is(worlds.copy(2, {{0, 0.0}}), 1)}, given) == Approx(0.75).epsilon(1e-12));
}

TEST_CASE("numbers without levels have means where their noises take finitely many values") {
  const Scm scm{graph_of({"X", "Y"}, {{"X", "Y"}}),
                {levels_variable("X", 2), {"Y", ColumnType::continuous, {}}},
                {{NoiseMechanism(BernoulliNoise{0.3}), {}},
                 {FormulaMechanism("10 * X + N", {"X"}, CategoricalNoise{{0.2, 0.3, 0.5}}, "N"), {"X"}}}};
  ParallelWorlds worlds(scm);
  const std::size_t y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
  CHECK(number(discrete_answer({worlds, {{1, {{1, y, {}}}, {}, {}}}})) == Approx(4.3));
  CHECK(number(discrete_answer({worlds, {{1, {{1, y1, {}}}, {}, {is(y, 2)}}}})) == Approx(12));
  CHECK(probability(worlds, {{.left = y, .comparison = Comparison::greater, .value = 10.5}}) == Approx(0.3 * 0.8));
}

TEST_CASE("what is not discrete is named, and what the question does not rest on is not asked") {
  const Scm scm{
      graph_of({"Z", "X", "Y", "W"}, {{"Z", "X"}, {"X", "Y"}, {"Y", "W"}}),
      {{"Z", ColumnType::continuous, {}}, levels_variable("X", 2), levels_variable("Y", 2), levels_variable("W", 2)},
      {{NoiseMechanism(NormalNoise{0, 1}), {}},
       {FormulaMechanism("Z > N", {"Z"}, NormalNoise{0, 1}, "N"), {"Z"}},
       {LookupMechanism({2}, 2, {1, 0}), {"X"}},
       {FormulaMechanism("U + Y > N", {"U", "Y"}, NormalNoise{0, 1}, "N"), {"U", "Y"}}},
      {{"U", UniformNoise{0, 1}}}};
  ParallelWorlds worlds(scm);
  CHECK(probability(worlds, {is(worlds.copy(2, {{1, 1.0}}), 0)}) == 1);
  const std::size_t y = worlds.copy(2), w1 = worlds.copy(3, {{1, 1.0}});
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(y, 1)}, {}}}})) == "'Z' is not discrete");
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(w1, 1)}, {}}}})) == "the exogenous variable 'U' is not discrete");
}

TEST_CASE("a table beyond the budget is not made") {
  const Scm scm = cause_and_effect(0.4, {0.2, 0.7}, Coupling::inverse_cdf);
  ParallelWorlds worlds(scm);
  const std::size_t y = worlds.copy(1);
  const WorldQuestion question{worlds, {{1, {}, {is(y, 1)}, {}}}};
  CHECK(reason(discrete_answer(question, {.most_cells = 2})).find("cells, more than 2") != std::string::npos);
  CHECK(number(discrete_answer(question, {.most_cells = 8})) == Approx(0.4));
}

TEST_CASE("what a rule or a mechanism must not give is an error that names the variable") {
  const Scm scm = cause_and_effect(0.4, {0.2, 0.7}, Coupling::inverse_cdf);
  ParallelWorlds worlds(scm);
  const std::size_t y =
      worlds.copy(1, {{0, WorldRule{FormulaMechanism("X + 1", {"X"}, ConstantNoise{}), {0}, worlds.fresh_noise()}}});
  try {
    discrete_answer({worlds, {{1, {}, {is(y, 1)}, {}}}});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_no_support);
    CHECK(error.place() == "variable 'X'");
    CHECK(error.found() == "the value 2, which is no level of it");
  }
  ParallelWorlds bad(with_effect(Backwards{{0.5, 0.5, 1.5}}));
  CHECK_THROWS_AS(probability(bad, {is(bad.copy(1), 1)}), Error);
}

TEST_CASE("the joint distribution of copies is that of enumerating all exogenous states") {
  for (std::size_t round = 0; round < 60; ++round) {
    RowStream random = RandomStream({.seed = 405, .purpose = Purpose::test}).row(round);
    DiscreteModelOptions options;
    options.kind = round % 2 == 0 ? DiscreteKind::lookups : DiscreteKind::inverse_cdf;
    options.variables = 4;
    const Scm scm = random_discrete_model(random, options);
    ParallelWorlds worlds(scm);
    const std::size_t asked[] = {worlds.copy(3, {{0, 1.0}}), worlds.copy(1), worlds.copy(3)};
    const auto found = world_distribution(worlds, asked);
    REQUIRE(std::holds_alternative<WorldDistribution>(found));
    const Factor& table = std::get<WorldDistribution>(found).table;
    std::vector<std::size_t> sorted(asked, asked + 3);
    std::sort(sorted.begin(), sorted.end());  // V3 is one copy in both worlds where V0 does not reach it
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    REQUIRE(table.symbols.size() == sorted.size());
    std::vector<double> expected(table.values.size());
    BruteForceWorlds judge(worlds);
    judge.walk(sorted, [&](double weight) {
      std::size_t cell = 0;
      for (std::size_t i = 0; i < sorted.size(); ++i)
        cell = cell * table.cardinalities[i] + static_cast<std::size_t>(judge.value(sorted[i]));
      expected[cell] += weight;
    });
    for (std::size_t i = 0; i < sorted.size(); ++i)
      CHECK(table.cardinalities[i] == worlds.variable(sorted[i]).levels.size());
    for (std::size_t cell = 0; cell < expected.size(); ++cell)
      CHECK(std::abs(table.values[cell] - expected[cell]) < 1e-12);
  }
  const Scm scm = cause_and_effect(0.4, {0.2, 0.7}, Coupling::inverse_cdf);
  ParallelWorlds worlds(scm);
  const std::size_t x[] = {worlds.copy(0)};
  const auto posterior = world_distribution(worlds, x, {is(worlds.copy(1), 1)});
  CHECK(std::get<WorldDistribution>(posterior).table.values[1] == Approx(0.7));
  CHECK(std::holds_alternative<ImpossibleCondition>(world_distribution(worlds, x, {is(x[0], 3)})));
}

TEST_CASE("numbers that have been seen are conditioned on by their densities") {
  ParallelWorlds worlds(loan());
  const std::size_t a = worlds.copy(0), x = worlds.copy(1), y = worlds.copy(2);
  const double x0 = 2.25, with = 0.4 * density(x0, 3, 1.5), without = 0.6 * density(x0, 1, 1.5);
  CHECK(probability(worlds, {is(a, 1)}, {is(x, x0)}) == Approx(with / (with + without)).margin(1e-13));
  CHECK(probability(worlds, {is(y, 1)}, {is(x, x0)}) ==
        Approx((with * logistic(x0 - 2) + without * logistic(x0)) / (with + without)).margin(1e-13));
  // Far out, where the densities underflow.
  CHECK(probability(worlds, {is(a, 1)}, {is(x, 400)}) == Approx(1).margin(1e-13));
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(x, x0)}, {}}}})) == "'X' is not discrete");
}

TEST_CASE("copies of a number that has been seen follow from its noise") {
  ParallelWorlds worlds(loan());
  // The counterfactual copies first, so that they stand before what is seen.
  const std::size_t y1 = worlds.copy(2, {{0, 1.0}}), x1 = worlds.copy(1, {{0, 1.0}});
  const std::size_t a = worlds.copy(0), x = worlds.copy(1), y = worlds.copy(2);
  const double x0 = 0.5;
  // A = 0: X was 1 + N, so N = -0.5, and had A been 1, X would have been 2.5.
  CHECK(number(discrete_answer({worlds, {{1, {{1, x1, {}}}, {}, {is(x, x0), is(a, 0)}}}})) ==
        Approx(2.5).margin(1e-14));
  const double was = logistic(x0), would_be = logistic(2.5 - 2);
  CHECK(probability(worlds, {is(y1, 1)}, {is(a, 0), is(x, x0), is(y, 0)}) ==
        Approx(std::max(0.0, would_be - was) / (1 - was)).margin(1e-13));
  // A unknown: either noise, each by its density.
  const double with = 0.4 * density(x0, 3, 1.5), without = 0.6 * density(x0, 1, 1.5);
  CHECK(number(discrete_answer({worlds, {{1, {{1, x1, {}}}, {}, {is(x, x0)}}}})) ==
        Approx((with * x0 + without * 2.5) / (with + without)).margin(1e-13));
  CHECK(probability(worlds, {{.left = x1, .comparison = Comparison::greater, .value = 1}}, {is(x, x0)}) ==
        Approx(without / (with + without)).margin(1e-13));
  CHECK(reason(discrete_answer({worlds, {{1, {}, {is(y1, 1)}, {is(x, x0), is(x1, 1)}}}})) ==
        "'X' is seen in two worlds");
}
