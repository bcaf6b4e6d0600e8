#include <equipoise/scm/monte_carlo_answer.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numbers>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/gaussian_answer.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/random_discrete_worlds.hpp"
#include "scm/random_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

using enum Comparison;

// The two-sided 99.9% point of a normal distribution.
constexpr double z_999 = 3.2905;

WorldEvent event(std::size_t copy, Comparison comparison, double value) { return {copy, {}, comparison, value, {}}; }
WorldEvent is(std::size_t copy, double value) { return event(copy, equal, value); }
WorldEvent level(const ParallelWorlds& worlds, std::size_t copy, std::size_t value) {
  WorldEvent event{copy};
  event.allowed.assign(worlds.variable(copy).levels.size(), 0);
  event.allowed[value] = 1;
  return event;
}
WorldTerm mean_of(std::size_t copy, std::vector<WorldEvent> given = {}) {
  return {1, {{1, copy, {}}}, {}, std::move(given)};
}
WorldTerm chance_of(std::vector<WorldEvent> of, std::vector<WorldEvent> given = {}) {
  return {1, {}, std::move(of), std::move(given)};
}

MonteCarloEstimate estimate(const WorldQuestion& question, std::size_t draws, std::uint64_t seed = 1) {
  const auto answer = monte_carlo_answer(question, {.draws = draws, .seed = seed});
  if (const auto* none = std::get_if<NoSupport>(&answer)) FAIL(none->reason);
  return std::get<MonteCarloEstimate>(answer);
}

std::string refusal(const WorldQuestion& question, std::size_t draws, std::size_t term = 0) {
  const auto answer = monte_carlo_answer(question, {.draws = draws});
  REQUIRE(std::holds_alternative<NoSupport>(answer));
  CHECK(std::get<NoSupport>(answer).term == term);
  return std::get<NoSupport>(answer).reason;
}

VariableSpec number(std::string name) { return {std::move(name), ColumnType::continuous, {}}; }

Scm model(const std::vector<VariableSpec>& variables, const std::vector<NamedEdge>& edges,
          std::vector<NodeMechanism> mechanisms, std::vector<ExogenousVariable> exogenous = {}) {
  std::vector<std::string> names;
  for (const VariableSpec& variable : variables) names.push_back(variable.name);
  return {CausalGraph(names, edges), variables, std::move(mechanisms), std::move(exogenous)};
}

/// How often a 99.9% interval misses, over answers that differ in model, question and seed.
struct Coverage {
  std::size_t answers = 0, misses = 0, refusals = 0;
  double squares = 0;  // of (answer - truth) / standard error

  void add(const WorldQuestion& question, double truth, std::size_t draws, std::uint64_t seed) {
    const auto answer = monte_carlo_answer(question, {.draws = draws, .seed = seed});
    const auto* found = std::get_if<MonteCarloEstimate>(&answer);
    if (found == nullptr) {
      ++refusals;
      return;
    }
    ++answers;
    const double error = std::abs(found->value - truth);
    if (error <= 1e-9) return;
    misses += error > z_999 * found->standard_error;
    squares += error * error / (found->standard_error * found->standard_error);
  }
};

/// Integral of f over [low, high] by the midpoint rule.
double integral(const std::function<double(double)>& f, double low, double high) {
  constexpr int cells = 20000;
  const double width = (high - low) / cells;
  double sum = 0;
  for (int i = 0; i < cells; ++i) sum += f(low + (i + 0.5) * width);
  return sum * width;
}

double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

/// X ~ N(0, 1), Y = 2 X + N(0, 1).
Scm pair_model() {
  return model({number("X"), number("Y")}, {{"X", "Y"}},
               {{NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
                {LinearMechanism({0, {{2, {}}}}, Noise(NormalNoise{0, 1})), {"X"}}});
}

}  // namespace

// Against exact answers ------------------------------------------------------------------------------

TEST_CASE("99.9% intervals about random discrete models miss at their stated rate over 1,000 runs", "[rate]") {
  Coverage coverage;
  for (std::uint64_t round = 0; coverage.answers < 1000; ++round) {
    RowStream random = RandomStream({.seed = 501, .purpose = Purpose::test}).row(round);
    DiscreteModelOptions options;
    options.kind = static_cast<DiscreteKind>(round % 5);
    options.variables = 2 + round / 5 % 3;
    options.most_levels = 3;
    options.has_zeros = round % 3 == 0;
    const Scm scm = random_discrete_model(random, options);
    RandomQuestions questions(random, scm);
    const WorldQuestion question = questions.question({.worlds = round % 3,
                                                       .is_nested = round % 7 == 0,
                                                       .has_rules = round % 11 == 0,
                                                       .is_mean = round % 4 == 0,
                                                       .compares = round % 4 == 1,
                                                       .given_worlds = round % 2 == 0,
                                                       .given = round % 3});
    const ExactAnswer exact = discrete_answer(question);
    if (!std::holds_alternative<double>(exact)) continue;
    coverage.add(question, std::get<double>(exact), 4000, round);
  }
  // 1,000 intervals that miss with probability 0.001 miss more than 5 times with probability 0.0006.
  CHECK(coverage.misses <= 5);
  CHECK(coverage.refusals < 100);
}

TEST_CASE("99.9% intervals about random linear-Gaussian models miss at their stated rate over 1,000 runs", "[rate]") {
  Coverage coverage;
  for (std::uint64_t round = 0; coverage.answers < 1000; ++round) {
    RowStream random = RandomStream({.seed = 502, .purpose = Purpose::test}).row(round);
    const std::size_t size = 2 + round % 4;
    const auto drawn = random_linear_gaussian(random, size);
    ParallelWorlds worlds(drawn.scm);
    const WorldAction action{{0, 3 * random.uniform() - 1.5}};
    const std::size_t last = worlds.copy(size - 1, action);
    WorldTerm term;
    term.coefficient = 2 * random.uniform() - 1;
    // One or two values seen, near their means, or an inequality.
    const auto unit = sample(drawn.scm, 1, {.seed = round});
    const auto seen = [&](std::size_t v) { return is(worlds.copy(v), unit(0, static_cast<Eigen::Index>(v))); };
    if (round % 3 == 0) term.given.push_back(event(worlds.copy(size - 1), greater, drawn.intercepts[0]));
    if (round % 3 > 0) term.given.push_back(seen(size - 1));
    if (round % 3 > 1 && size > 2) term.given.push_back(seen(1));
    if (round % 2 == 0)
      term.mean_of = {{1, last, {}}, {-0.5, worlds.copy(0), {}}};
    else
      term.of.push_back(event(last, greater, unit(0, static_cast<Eigen::Index>(size) - 1)));
    const WorldQuestion question{worlds, {term}};
    const ExactAnswer exact = gaussian_answer(question);
    if (!std::holds_alternative<double>(exact)) continue;
    coverage.add(question, std::get<double>(exact), 4000, round);
  }
  CHECK(coverage.misses <= 5);  // as above
  CHECK(coverage.refusals < 250);
}

TEST_CASE("gumbel-max in three worlds is what integration over the race's cones gives") {
  const std::vector<double> table{0.5, 0.3, 0.2, 0.2, 0.5, 0.3, 0.1, 0.3, 0.6};
  const Scm scm = model({levels_variable("X", 3), levels_variable("Y", 3)}, {{"X", "Y"}},
                        {{NoiseMechanism(CategoricalNoise{{0.2, 0.3, 0.5}}), {}},
                         {TableMechanism(ProbabilityTable({3}, 3, table), Coupling::gumbel_max), {"X"}}});
  ParallelWorlds worlds(scm);
  const std::size_t y = worlds.copy(1), y0 = worlds.copy(1, {{0, 0.0}}), y1 = worlds.copy(1, {{0, 1.0}}),
                    y2 = worlds.copy(1, {{0, 2.0}});
  const std::vector<WorldTerm> terms{
      chance_of({level(worlds, y0, 0), level(worlds, y1, 1), level(worlds, y2, 2)}),
      chance_of({level(worlds, y2, 1)}, {level(worlds, y0, 0), level(worlds, y1, 1)}),
      chance_of({level(worlds, y0, 0), level(worlds, y1, 0)}, {level(worlds, y, 2), level(worlds, worlds.copy(0), 2)})};
  for (const WorldTerm& term : terms) {
    const ExactAnswer exact = discrete_answer({worlds, {term}});
    REQUIRE(std::holds_alternative<double>(exact));
    const MonteCarloEstimate found = estimate({worlds, {term}}, 200'000);
    CHECK(std::abs(found.value - std::get<double>(exact)) < z_999 * found.standard_error);
    CHECK(found.standard_error < 0.004);
  }
}

// Noise that is not normal ---------------------------------------------------------------------------

TEST_CASE("gamma and Laplace noise give the integrals of their densities") {
  // X ~ gamma(2, 1), Y = X + Laplace(0, 0.7). Given Y = 2.5: X has the density x exp(-x) exp(-|2.5 - x| / 0.7), and
  // Y_{X=1} = 1 + 2.5 - X.
  const Scm scm = model({number("X"), number("Y")}, {{"X", "Y"}},
                        {{NoiseMechanism(Noise(GammaNoise{2, 1})), {}},
                         {LinearMechanism({0, {{1, {}}}}, Noise(LaplaceNoise{0, 0.7})), {"X"}}});
  ParallelWorlds worlds(scm);
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
  const auto weight = [](double at) { return at * std::exp(-at) * std::exp(-std::abs(2.5 - at) / 0.7); };
  const double total = integral(weight, 0, 30);
  const double mean = integral([&](double at) { return at * weight(at); }, 0, 30) / total;
  const MonteCarloEstimate x_given = estimate({worlds, {mean_of(x, {is(y, 2.5)})}}, 100'000);
  CHECK(std::abs(x_given.value - mean) < z_999 * x_given.standard_error);
  const MonteCarloEstimate y1_given = estimate({worlds, {mean_of(y1, {is(y, 2.5)})}}, 100'000);
  CHECK(std::abs(y1_given.value - (3.5 - mean)) < z_999 * y1_given.standard_error);
  CHECK(y1_given.standard_error < 0.01);
  const MonteCarloEstimate above = estimate({worlds, {chance_of({event(y1, greater, 2)}, {is(y, 2.5)})}}, 100'000);
  CHECK(std::abs(above.value - integral(weight, 0, 1.5) / total) < z_999 * above.standard_error);
}

TEST_CASE("a number that is a count or not by its cause is weighed by probabilities") {
  // K ~ Poisson(2), Y = K + N(0, 0.5): given Y = 3.2, P(K = k) is proportional to Poisson(k) N(3.2 - k).
  // L = 2 B + Poisson(1.5), B ~ bernoulli(0.3): given L = 3, B = 1 has weight 0.3 Poisson(1), B = 0 0.7 Poisson(3).
  const Scm scm = model({number("K"), number("Y"), levels_variable("B", 2), number("L")}, {{"K", "Y"}, {"B", "L"}},
                        {{NoiseMechanism(Noise(PoissonNoise{2})), {}},
                         {LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, 0.5})), {"K"}},
                         {NoiseMechanism(Noise(BernoulliNoise{0.3})), {}},
                         {LinearMechanism({0, {{2, {}}}}, Noise(PoissonNoise{1.5})), {"B"}}});
  ParallelWorlds worlds(scm);
  double total = 0, mean = 0, factor = 1;
  for (int i = 0; i < 40; ++i, factor *= 2.0 / i) {
    const double weight = factor * normal_density((3.2 - i) / 0.5);
    total += weight;
    mean += i * weight;
  }
  const std::size_t k = worlds.copy(0), y = worlds.copy(1);
  const MonteCarloEstimate count = estimate({worlds, {mean_of(k, {is(y, 3.2)})}}, 50'000);
  CHECK(std::abs(count.value - mean / total) < z_999 * count.standard_error);
  const double one = 0.3 * 1.5, zero = 0.7 * 1.5 * 1.5 * 1.5 / 6;
  const std::size_t b = worlds.copy(2), l = worlds.copy(3), l0 = worlds.copy(3, {{2, 0.0}});
  const MonteCarloEstimate cause = estimate({worlds, {chance_of({level(worlds, b, 1)}, {is(l, 3)})}}, 50'000);
  CHECK(std::abs(cause.value - one / (one + zero)) < z_999 * cause.standard_error);
  // L_{B=0} is 1 for them, and 3 for the others.
  const MonteCarloEstimate other = estimate({worlds, {mean_of(l0, {is(l, 3)})}}, 50'000);
  CHECK(std::abs(other.value - (one + 3 * zero) / (one + zero)) < z_999 * other.standard_error);
}

// Whole units ----------------------------------------------------------------------------------------

TEST_CASE("a whole row of a nonlinear invertible model is answered by the noise that made it") {
  double worst = 0;
  for (std::uint64_t round = 0; round < 100; ++round) {
    RowStream random = RandomStream({.seed = 503, .purpose = Purpose::test}).row(round);
    const std::size_t size = 2 + round % 4;
    const NonlinearModel drawn = random_nonlinear_model(random, size);
    const Eigen::VectorXd row = sample(drawn.scm, 1, {.seed = round}).row(0);
    const Eigen::VectorXd noise = drawn.noise(1, round).row(0);
    const double set = 2 * random.uniform() - 1;
    Eigen::VectorXd other = row;
    other[0] = set;
    for (std::size_t v = 1; v < size; ++v)
      other[static_cast<Eigen::Index>(v)] = drawn.functions[v](other, noise[static_cast<Eigen::Index>(v)]);
    ParallelWorlds worlds(drawn.scm);
    std::vector<WorldEvent> unit;
    for (std::size_t v = 0; v < size; ++v) unit.push_back(is(worlds.copy(v), row[static_cast<Eigen::Index>(v)]));
    const double expected = other[static_cast<Eigen::Index>(size) - 1];
    const std::size_t asked = worlds.copy(size - 1, {{0, set}});
    const MonteCarloEstimate found = estimate({worlds, {mean_of(asked, unit)}}, 2000);
    worst = std::max(worst, std::abs(found.value - expected) / (1 + std::abs(expected)));
    CHECK(found.standard_error < 1e-9);
    CHECK(found.effective_sample_size == Approx(2000));
    // And as an event, and as one part more of the evidence.
    CHECK(estimate({worlds, {chance_of({is(asked, expected)}, unit)}}, 100).value == 1);
    CHECK(estimate({worlds, {chance_of({event(asked, greater, expected)}, unit)}}, 100).value == 0);
    unit.push_back(is(asked, expected));
    CHECK(estimate({worlds, {mean_of(asked, unit)}}, 100).value == Approx(expected).epsilon(1e-9));
  }
  CHECK(worst < 1e-9);
}

TEST_CASE("what a unit's values imply is certain up to rounding, in every comparison") {
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), same = worlds.copy(1, {{0, 0.1}}),
                    other = worlds.copy(1, {{0, 1.0}});
  const std::vector<WorldEvent> unit{is(x, 0.1), is(y, 0.7)};  // N = 0.5
  const auto chance = [&](WorldEvent each) { return estimate({worlds, {chance_of({each}, unit)}}, 2000).value; };
  for (const auto& [copy, value] : std::vector<std::pair<std::size_t, double>>{{same, 0.7}, {other, 2.5}}) {
    CHECK(chance(event(copy, equal, value)) == 1);
    CHECK(chance(event(copy, less_or_equal, value)) == 1);
    CHECK(chance(event(copy, greater_or_equal, value)) == 1);
    CHECK(chance(event(copy, less, value)) == 0);
    CHECK(chance(event(copy, greater, value)) == 0);
    CHECK(chance(event(copy, not_equal, value)) == 0);
    CHECK(chance(event(copy, less, value + 1e-6)) == 1);
  }
  CHECK(chance({same, y, equal, 0, {}}) == 1);
  CHECK(chance({same, y, greater, 0, {}}) == 0);
  // The same of a model in very small units.
  ParallelWorlds small(model({number("X"), number("Y")}, {{"X", "Y"}},
                             {{NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
                              {LinearMechanism({0, {{2e-10, {}}}}, Noise(NormalNoise{0, 1e-10})), {"X"}}}));
  const std::size_t small_y = small.copy(1, {{0, 1.0}});
  const MonteCarloEstimate tiny = estimate({small, {chance_of({event(small_y, greater, 3e-10)})}}, 20'000);
  CHECK(std::abs(tiny.value - 0.1587) < 0.01);  // Y_1 / 1e-10 ~ N(2, 1)
}

// Sequences of evidence ------------------------------------------------------------------------------

namespace {

/// H_1 -> H_2 -> …, a random walk, and of each O_t = H_t + noise: H_t is node 2 t, O_t node 2 t + 1.
Scm walk(std::size_t length, double step, double error) {
  std::vector<VariableSpec> variables;
  std::vector<NamedEdge> edges;
  std::vector<NodeMechanism> mechanisms;
  for (std::size_t t = 0; t < length; ++t) {
    const std::string hidden = "H" + std::to_string(t), seen = "O" + std::to_string(t);
    variables.push_back(number(hidden));
    variables.push_back(number(seen));
    edges.emplace_back(hidden, seen);
    if (t == 0) {
      mechanisms.push_back({NoiseMechanism(Noise(NormalNoise{0, step})), {}});
    } else {
      const std::string before = "H" + std::to_string(t - 1);
      edges.emplace_back(before, hidden);
      mechanisms.push_back({LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, step})), {before}});
    }
    mechanisms.push_back({LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, error})), {hidden}});
  }
  return model(variables, edges, std::move(mechanisms));
}

}  // namespace

TEST_CASE("a chain of evidence is answered as normal conditioning answers it, the shift along the chain included") {
  constexpr std::size_t length = 15;
  ParallelWorlds worlds(walk(length, 1, 0.5));
  std::vector<WorldEvent> given;
  for (std::size_t t = 0; t < length; ++t)
    given.push_back(is(worlds.copy(2 * t + 1), std::sin(static_cast<double>(t)) / 2));
  const std::size_t last = worlds.copy(2 * length - 2), moved = worlds.copy(2 * length - 1, {{2 * length - 4, 0.0}});
  for (const WorldTerm& term :
       {mean_of(last, given), mean_of(moved, given), chance_of({event(last, greater, 3)}, given)}) {
    const WorldQuestion question{worlds, {term}};
    const ExactAnswer exact = gaussian_answer(question);
    REQUIRE(std::holds_alternative<double>(exact));
    const MonteCarloEstimate found = estimate(question, 100'000);
    CHECK(std::abs(found.value - std::get<double>(exact)) < z_999 * found.standard_error);
    CHECK(found.standard_error < 0.02);
  }
}

TEST_CASE("intervals given chains of evidence miss at their stated rate, be the evidence likely or not", "[rate]") {
  for (const double surprise : {1.0, 2.5}) {
    INFO("surprise " << surprise);
    Coverage coverage;
    for (std::uint64_t round = 0; round < 150; ++round) {
      RowStream random = RandomStream({.seed = 504, .purpose = Purpose::test}).row(round);
      ParallelWorlds worlds(walk(6, 1, 0.3));
      std::vector<WorldEvent> given;
      for (std::size_t t = 0; t < 6; ++t)
        given.push_back(
            is(worlds.copy(2 * t + 1), surprise * (2 * random.uniform() - 1) * std::sqrt(1 + static_cast<double>(t))));
      const std::size_t last = worlds.copy(10);
      const WorldQuestion question{worlds, {mean_of(last, given)}};
      coverage.add(question, std::get<double>(gaussian_answer(question)), 20'000, round);
    }
    INFO(coverage.answers << " answers, " << coverage.misses << " misses, mean square "
                          << coverage.squares / static_cast<double>(coverage.answers));
    // 150 intervals that miss with probability 0.001 miss more than twice with probability 0.0005.
    CHECK(coverage.misses <= 2);
  }
}

TEST_CASE("evidence that a few lucky blocks of draws explain is refused and not answered with a small error") {
  // One block in hundreds then has nearly all the weight, and nothing beside it to tell its error by.
  Coverage coverage;
  for (std::uint64_t round = 0; round < 12; ++round) {
    RowStream random = RandomStream({.seed = 504, .purpose = Purpose::test}).row(round);
    ParallelWorlds worlds(walk(6, 1, 0.3));
    std::vector<WorldEvent> given;
    for (std::size_t t = 0; t < 6; ++t) given.push_back(is(worlds.copy(2 * t + 1), 12 * random.uniform() - 6));
    const std::size_t asked = worlds.copy(round % 2 == 0 ? 0 : 10);
    const WorldQuestion question{worlds, {mean_of(asked, given)}};
    coverage.add(question, std::get<double>(gaussian_answer(question)), 200'000, round);
  }
  CHECK(coverage.misses == 0);  // of at most 4, a false alarm in 0.004
  CHECK(coverage.refusals >= 8);
}

// Refusals -------------------------------------------------------------------------------------------

TEST_CASE("evidence without support, or with too little, is refused as a value that names the term") {
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
  const WorldTerm fine = mean_of(y);
  CHECK(refusal({worlds, {fine, mean_of(y, {is(x, 1), is(x, 2)})}}, 2000, 1) ==
        "none of 2000 draws meets the condition");
  CHECK(refusal({worlds, {mean_of(y, {event(x, greater, 1), event(x, less, 0)})}}, 2000) ==
        "none of 2000 draws meets the condition");
  CHECK(refusal({worlds, {mean_of(y, {is(x, 0.1), is(y, 0.7), is(y1, 2.6)})}}, 2000) ==
        "none of 2000 draws meets the condition");
  CHECK(refusal({worlds, {mean_of(y, {event(x, greater, 2.5)})}}, 2000).find("an effective sample size of ") == 0);
  CHECK(refusal({worlds, {fine}}, 0).find("none of 0 draws") == 0);
}

TEST_CASE("a mechanism that cannot be followed into another world is named") {
  const auto scm = model({levels_variable("X", 2), levels_variable("Y", 2)}, {{"X", "Y"}},
                         {{NoiseMechanism(BernoulliNoise{0.5}), {}},
                          {TableMechanism(ProbabilityTable({2}, 2, {0.6, 0.4, 0.3, 0.7}), Coupling::unstated), {"X"}}});
  ParallelWorlds worlds(scm);
  const std::size_t y0 = worlds.copy(1, {{0, 0.0}}), y1 = worlds.copy(1, {{0, 1.0}});
  try {
    monte_carlo_answer({worlds, {chance_of({level(worlds, y0, 0), level(worlds, y1, 1)})}}, {.draws = 1000});
    FAIL("answered");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_missing_rung);
    CHECK(error.place() == "variable 'Y'");
  }
}

TEST_CASE("a mean in each of two worlds needs no coupling, and its standard error is of the difference") {
  // M = X + N(0, 1), Y by its log-odds M - 0.5, no coupling stated.
  const Scm scm = model(
      {levels_variable("X", 2), number("M"), levels_variable("Y", 2)}, {{"X", "M"}, {"M", "Y"}},
      {{NoiseMechanism(BernoulliNoise{0.5}), {}},
       {LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, 1})), {"X"}},
       {LogisticMechanism(LogisticProbabilities(1, {LinearPredictor{-0.5, {{1, {}}}}}), Coupling::unstated), {"M"}}});
  ParallelWorlds worlds(scm);
  const std::size_t y0 = worlds.copy(2, {{0, 0.0}}), y1 = worlds.copy(2, {{0, 1.0}});
  const auto risk = [](double mean) {
    return integral([&](double m) { return normal_density(m - mean) / (1 + std::exp(0.5 - m)); }, -9, 10);
  };
  const double effect = risk(1) - risk(0);
  WorldTerm treated = chance_of({level(worlds, y1, 1)}), untreated = chance_of({level(worlds, y0, 1)});
  untreated.coefficient = -1;
  WorldTerm difference;
  difference.mean_of = {{1, y1, {0, 1}}, {-1, y0, {0, 1}}};
  for (const WorldQuestion& question :
       {WorldQuestion{worlds, {treated, untreated}}, WorldQuestion{worlds, {difference}}}) {
    const MonteCarloEstimate found = estimate(question, 40'000);
    CHECK(std::abs(found.value - effect) < z_999 * found.standard_error);
    CHECK(found.standard_error < std::sqrt(0.5 / 40'000) * 1.2);
  }
}

TEST_CASE("a rule that gives what its variable is not is an error that names the variable") {
  const auto scm = model(
      {levels_variable("X", 2), number("Y")}, {{"X", "Y"}},
      {{NoiseMechanism(BernoulliNoise{0.5}), {}}, {LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, 1})), {"X"}}});
  ParallelWorlds worlds(scm);
  const WorldRule rule{FormulaMechanism("X + 1", {"X"}, ConstantNoise{}), {0}, worlds.fresh_noise()};
  const std::size_t x = worlds.copy(0, {{0, rule}});
  for (const WorldTerm& term : {chance_of({level(worlds, x, 1)}), WorldTerm{1, {{1, x, {0, 5}}}, {}, {}}}) {
    try {
      monte_carlo_answer({worlds, {term}}, {.draws = 1000});
      FAIL("answered");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::scm_no_support);
      CHECK(error.place().find("variable 'X'") == 0);
    }
  }
}

TEST_CASE("units that the evidence rules out are not asked what they cannot be") {
  // A ~ exponential, Y = A + exponential, Z = sqrt(Y - A): given Y = 1, units with A > 1 are none, and Z of them no
  // number. A is then uniform on (0, 1), and E[Z] is the integral of sqrt(1 - a).
  const Scm scm = model({number("A"), number("Y"), number("Z")}, {{"A", "Y"}, {"A", "Z"}, {"Y", "Z"}},
                        {{NoiseMechanism(Noise(ExponentialNoise{1})), {}},
                         {LinearMechanism({0, {{1, {}}}}, Noise(ExponentialNoise{1})), {"A"}},
                         {FormulaMechanism("sqrt(Y - A)", {"A", "Y"}, ConstantNoise{}), {"A", "Y"}}});
  ParallelWorlds worlds(scm);
  const std::size_t y = worlds.copy(1), z = worlds.copy(2);
  const MonteCarloEstimate found = estimate({worlds, {mean_of(z, {is(y, 1)})}}, 20'000);
  CHECK(std::abs(found.value - 2.0 / 3) < z_999 * found.standard_error);
  // Y_{A=0} = 1 - A for them: the same integral by abduction.
  const std::size_t z0 = worlds.copy(2, {{0, 0.0}});
  const MonteCarloEstimate abducted = estimate({worlds, {mean_of(z0, {is(y, 1)})}}, 20'000);
  CHECK(std::abs(abducted.value - 2.0 / 3) < z_999 * abducted.standard_error);
}

namespace {

/// X fed with a level: (X + U) mod 3, whose likelihood it tells while it does not draw its noise given its value.
struct Turned {
  std::vector<double> p;
  std::size_t input_count() const { return 1; }
  std::size_t noise_count() const { return 1; }
  std::size_t level_count() const { return 3; }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw(Noise(CategoricalNoise{p}), stream, rows, noise[0]);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    for (std::size_t i = 0; i < rows.size; ++i) value[i] = std::fmod(inputs[0][i] + noise[0][i], 3);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    for (std::size_t i = 0; i < rows.size; ++i)
      out[i] = std::log(p[static_cast<std::size_t>(std::fmod(value[i] - inputs[0][i] + 3, 3))]);
  }
  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    for (std::size_t k = 0; k < 3; ++k) {
      const std::vector<double> value(rows.size, static_cast<double>(k));
      log_density(inputs, value.data(), rows, out[k]);
      for (std::size_t i = 0; i < rows.size; ++i) out[k][i] = std::exp(out[k][i]);
    }
  }
};

}  // namespace

TEST_CASE("a program's own mechanism with levels and no posterior is answered by the draws that give the evidence") {
  const Scm scm = model({levels_variable("X", 3), levels_variable("Y", 3)}, {{"X", "Y"}},
                        {{NoiseMechanism(CategoricalNoise{{0.2, 0.3, 0.5}}), {}}, {Turned{{0.5, 0.3, 0.2}}, {"X"}}});
  ParallelWorlds worlds(scm);
  const std::size_t y = worlds.copy(1), y0 = worlds.copy(1, {{0, 0.0}});
  // Y = 0: U = 0, 2, 1 at X = 0, 1, 2, and Y_0 = U.
  const double zero = 0.2 * 0.5, two = 0.3 * 0.2, one = 0.5 * 0.3;
  const MonteCarloEstimate found =
      estimate({worlds, {chance_of({level(worlds, y0, 1)}, {level(worlds, y, 0)})}}, 50'000);
  CHECK(std::abs(found.value - one / (zero + one + two)) < z_999 * found.standard_error);
}

// Standard errors ------------------------------------------------------------------------------------

TEST_CASE("an event that no draw or every draw has is uncertain by two draws, times its coefficient") {
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0), y = worlds.copy(1);
  WorldTerm rare = chance_of({event(x, greater, 9)});
  const MonteCarloEstimate none = estimate({worlds, {rare}}, 2000);
  CHECK(none.value == 0);
  CHECK(none.standard_error == Approx(2.0 / 2000));
  rare.coefficient = -3;
  CHECK(estimate({worlds, {rare}}, 2000).standard_error == Approx(3 * 2.0 / 2000));
  CHECK(estimate({worlds, {chance_of({event(x, less, 9)})}}, 2000).standard_error == Approx(2.0 / 2000));
  // Beside a term that varies, with a condition of its own.
  const WorldTerm common = chance_of({event(y, greater, 0)}, {event(x, greater, 0)});
  const double alone = estimate({worlds, {common}}, 2000).standard_error;
  CHECK(estimate({worlds, {common, rare}}, 2000).standard_error == Approx(std::hypot(alone, 3 * 2.0 / 2000)));
}

TEST_CASE("intervals of rare events hold them, seen or not") {
  std::size_t misses = 0, unseen = 0;
  ParallelWorlds worlds(pair_model());
  const std::size_t x = worlds.copy(0);
  for (const double expected : {0.5, 2.0, 4.0, 6.0, 10.0})  // draws that have the event
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      const double p = expected / 2000;
      const MonteCarloEstimate found =
          estimate({worlds, {chance_of({event(x, greater, -normal_quantile(p))})}}, 2000, seed);
      unseen += found.value == 0;
      misses += std::abs(found.value - p) > z_999 * found.standard_error;
    }
  CHECK(unseen > 100);
  // By the binomial distribution intervals miss with probability 0.0005 of 10 draws, less of fewer: over 3 in 4e-6.
  CHECK(misses <= 3);
}

TEST_CASE("a mean of levels that all draws share is as uncertain as a probability, a number's that is implied is not") {
  const Scm scm = model(
      {levels_variable("X", 2), number("Y")}, {{"X", "Y"}},
      {{NoiseMechanism(BernoulliNoise{1e-7}), {}}, {LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, 1})), {"X"}}});
  ParallelWorlds worlds(scm);
  const std::size_t x = worlds.copy(0), y = worlds.copy(1);
  const MonteCarloEstimate level_mean = estimate({worlds, {{1, {{2, x, {1, 4}}}, {}, {}}}}, 2000);
  CHECK(level_mean.value == 2);
  CHECK(level_mean.standard_error == Approx(2 * 3 * 2.0 / 2000));
  CHECK(estimate({worlds, {mean_of(y, {is(y, 0.5)})}}, 2000).standard_error == 0);
  const std::size_t one = worlds.copy(0, {{0, 1.0}});
  CHECK(estimate({worlds, {{1, {{1, one, {1, 4}}}, {}, {}}}}, 2000).standard_error == 0);
}

TEST_CASE("a contrast of worlds that share their noise has the error of what differs alone") {
  // Y_1 - Y_0 = 2 for every unit.
  ParallelWorlds worlds(pair_model());
  const std::size_t y1 = worlds.copy(1, {{0, 1.0}}), y0 = worlds.copy(1, {{0, 0.0}});
  WorldTerm minus = mean_of(y0);
  minus.coefficient = -1;
  const MonteCarloEstimate found = estimate({worlds, {mean_of(y1), minus}}, 2000);
  CHECK(found.value == Approx(2).epsilon(1e-12));
  CHECK(found.standard_error < 1e-12);
}

// The same bits --------------------------------------------------------------------------------------

TEST_CASE("the same seed gives the same bits at any number of threads, and another seed gives others") {
  ParallelWorlds worlds(walk(4, 1, 0.2));
  std::vector<WorldEvent> given;
  for (std::size_t t = 0; t < 4; ++t) given.push_back(is(worlds.copy(2 * t + 1), 0.4 * static_cast<double>(t)));
  const std::size_t last = worlds.copy(6), first = worlds.copy(0);
  const WorldQuestion question{worlds, {mean_of(last, given), chance_of({event(first, less, 1)})}};
  MonteCarloOptions options{.draws = 50'000, .seed = 9};
  const auto one = std::get<MonteCarloEstimate>(monte_carlo_answer(question, options));
  options.parallelism = Parallelism::exactly(3);
  const auto three = std::get<MonteCarloEstimate>(monte_carlo_answer(question, options));
  CHECK(one.value == three.value);
  CHECK(one.standard_error == three.standard_error);
  CHECK(one.effective_sample_size == three.effective_sample_size);
  options.seed = 10;
  CHECK(std::get<MonteCarloEstimate>(monte_carlo_answer(question, options)).value != one.value);
}

// Orders ---------------------------------------------------------------------------------------------

TEST_CASE("a known copy that is made from another of its noise is not drawn before it") {
  // M = X + N; in the second world X is what M was in the first, so that M_1 = N and M_2 = 2 N.
  const Scm scm = model({number("X"), number("M"), number("Y")}, {{"X", "M"}, {"M", "Y"}},
                        {{NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
                         {FormulaMechanism("X + N", {"X"}, Noise(BernoulliNoise{0.3}), "N"), {"X"}},
                         {LinearMechanism({0, {{1, {}}}}, Noise(NormalNoise{0, 1})), {"M"}}});
  ParallelWorlds worlds(scm);
  const std::size_t m1 = worlds.copy(1, {{0, 0.0}}), y1 = worlds.copy(2, {{0, 0.0}});
  const WorldRule as_m{FormulaMechanism("M", {"M"}, ConstantNoise{}), {1}, worlds.fresh_noise()};
  const std::size_t from_m1 = worlds.copy(0, {{0, as_m}, {1, m1}}), m2 = worlds.copy(1, {{0, from_m1}});
  const WorldEvent sure = event(y1, greater, -100);
  const MonteCarloEstimate found = estimate({worlds, {mean_of(m1, {sure, is(m2, 2)})}}, 4000);
  CHECK(found.value == 1);
  CHECK(found.effective_sample_size == Approx(0.3 * 4000).epsilon(0.1));
  CHECK(refusal({worlds, {mean_of(m1, {sure, is(m2, 1)})}}, 4000) == "none of 4000 draws meets the condition");
}
