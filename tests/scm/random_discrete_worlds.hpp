// Random discrete models and random questions about their parallel worlds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>
#include <equipoise/scm/world_question.hpp>

#include "scm/random_models.hpp"

namespace equipoise::testing {

inline std::size_t pick(RowStream& random, std::size_t below) {
  return std::min(below - 1, static_cast<std::size_t>(random.uniform() * static_cast<double>(below)));
}

enum class DiscreteKind { lookups, inverse_cdf, independent, gumbel_max, mixed };

struct DiscreteModelOptions {
  DiscreteKind kind = DiscreteKind::mixed;
  std::size_t variables = 4;  ///< at least 2
  std::size_t most_levels = 4, most_parents = 2, exogenous = 2;
  double density = 0.6;    ///< of the graph
  bool has_zeros = false;  ///< whether some rows of tables have levels of probability 0
};

/// A distribution, some of whose entries may be 0.
inline std::vector<double> distribution_with_zeros(RowStream& random, std::size_t levels, bool has_zeros) {
  std::vector<double> p = random_distribution(random, levels);
  if (!has_zeros || random.uniform() < 0.5) return p;
  const std::size_t zero = pick(random, levels);
  p[zero == 0 ? 1 : 0] += p[zero];
  p[zero] = 0;
  return p;
}

/// V0, V1, …, each after its parents; lookups read exogenous variables that others may read too.
inline Scm random_discrete_model(RowStream& random, const DiscreteModelOptions& options) {
  std::vector<std::string> names;
  std::vector<std::size_t> levels;
  std::vector<VariableSpec> variables;
  std::vector<NamedEdge> edges;
  std::vector<NodeMechanism> mechanisms;
  std::vector<ExogenousVariable> exogenous;
  std::vector<std::size_t> states;
  for (std::size_t u = 0; u < options.exogenous; ++u) {
    states.push_back(2 + pick(random, 2));
    exogenous.push_back({"U" + std::to_string(u), CategoricalNoise{random_distribution(random, states.back())}});
    if (states.back() == 2 && random.uniform() < 0.5) exogenous.back().noise = BernoulliNoise{random.uniform()};
  }
  for (std::size_t v = 0; v < options.variables; ++v) {
    names.push_back("V" + std::to_string(v));
    levels.push_back(2 + pick(random, options.most_levels - 1));
    variables.push_back(levels_variable(names.back(), levels.back()));
    std::vector<std::string> inputs;
    std::vector<std::size_t> input_levels;
    for (std::size_t p = v; p-- > 0;) {
      if (inputs.size() == options.most_parents || random.uniform() > options.density) continue;
      inputs.push_back(names[p]);
      input_levels.push_back(levels[p]);
      edges.emplace_back(names[p], names[v]);
    }
    const std::size_t endogenous = inputs.size();
    const auto add_exogenous = [&](std::size_t u) {
      inputs.push_back(exogenous[u].name);
      input_levels.push_back(states[u]);
    };
    const auto configurations = [&] {
      std::size_t count = 1;
      for (const std::size_t each : input_levels) count *= each;
      return count;
    };
    DiscreteKind kind = options.kind;
    if (kind == DiscreteKind::mixed) kind = static_cast<DiscreteKind>(pick(random, 4));
    if (kind == DiscreteKind::lookups) {
      for (std::size_t u = 0; u < exogenous.size(); ++u)
        if (random.uniform() < 0.6) add_exogenous(u);
      if (inputs.empty() && !exogenous.empty()) add_exogenous(v % exogenous.size());
      std::vector<std::size_t> values(configurations());
      for (std::size_t& value : values) value = pick(random, levels[v]);
      mechanisms.push_back({LookupMechanism(input_levels, levels[v], values), inputs});
      continue;
    }
    if (endogenous == 0 && random.uniform() < 0.3) {
      mechanisms.push_back({NoiseMechanism(CategoricalNoise{random_distribution(random, levels[v])}), {}});
      continue;
    }
    // Tables are confounded too, now and then; an exogenous input of a table is read as a level.
    if (!exogenous.empty() && random.uniform() < 0.2) add_exogenous(pick(random, exogenous.size()));
    std::vector<double> table;
    for (std::size_t c = 0; c < configurations(); ++c)
      for (const double p : distribution_with_zeros(random, levels[v], options.has_zeros)) table.push_back(p);
    const Coupling coupling = kind == DiscreteKind::gumbel_max    ? Coupling::gumbel_max
                              : kind == DiscreteKind::inverse_cdf ? Coupling::inverse_cdf
                                                                  : Coupling::independent;
    mechanisms.push_back({TableMechanism(ProbabilityTable(input_levels, levels[v], table), coupling), inputs});
  }
  return {CausalGraph(names, edges), variables, mechanisms, exogenous};
}

/// What a random question may hold.
struct WorldQuestionOptions {
  std::size_t worlds = 2;     ///< beside the actual one
  bool is_nested = false;     ///< actions that hold a variable at what it is in another world
  bool has_rules = false;     ///< X ~ a distribution, X := g(Z), X += 1
  bool is_mean = false;       ///< of two copies, weighted
  bool compares = false;      ///< an event between two copies
  bool given_worlds = false;  ///< evidence from all worlds, not from the actual one alone
  std::size_t given = 1;      ///< events
};

class RandomQuestions {
 public:
  RandomQuestions(RowStream& random, const Scm& scm) : random_(random), scm_(scm) {}

  WorldQuestion question(const WorldQuestionOptions& options) {
    WorldQuestion question{ParallelWorlds(scm_), {}};
    ParallelWorlds& worlds = question.worlds;
    std::vector<WorldAction> actions(1);
    for (std::size_t w = 0; w < options.worlds; ++w) actions.push_back(action(worlds, options));
    const auto some_copy = [&](bool actual) {
      const Node v = actual || random_.uniform() < 0.3 ? pick(random_, scm_.size()) : scm_.size() - 1;
      return worlds.copy(v, actions[actual ? 0 : pick(random_, actions.size())]);
    };
    WorldTerm term;
    term.coefficient = 2 * random_.uniform() - 1;
    for (std::size_t i = 0; i < options.given; ++i)
      term.given.push_back(event(worlds, some_copy(!options.given_worlds)));
    if (options.is_mean) {
      for (const double weight : {1.0, -1.0}) {
        WorldAddend addend{weight, worlds.copy(scm_.size() - 1, actions[pick(random_, actions.size())]), {}};
        if (random_.uniform() < 0.5)
          for (std::size_t k = 0; k < scm_.variable(scm_.size() - 1).levels.size(); ++k)
            addend.numbers.push_back(4 * random_.uniform() - 2);
        term.mean_of.push_back(std::move(addend));
      }
    } else if (options.compares) {
      const Node v = scm_.size() - 1;
      term.of.push_back(comparison(worlds, worlds.copy(v, actions[pick(random_, actions.size())]),
                                   worlds.copy(v, actions[pick(random_, actions.size())])));
    } else {
      for (std::size_t w = 1; w < actions.size(); ++w)
        term.of.push_back(event(worlds, worlds.copy(scm_.size() - 1, actions[w])));
      if (actions.size() == 1) term.of.push_back(event(worlds, some_copy(true)));
    }
    question.terms.push_back(std::move(term));
    return question;
  }

 private:
  std::size_t level(Node v) { return pick(random_, scm_.variable(v).levels.size()); }

  /// On one or two variables before the last.
  WorldAction action(ParallelWorlds& worlds, const WorldQuestionOptions& options) {
    WorldAction action;
    const std::size_t count = 1 + pick(random_, 2);
    for (std::size_t i = 0; i < count; ++i) {
      const Node v = pick(random_, scm_.size() - 1);
      if (options.is_nested && random_.uniform() < 0.5) {
        const Node other = pick(random_, scm_.size() - 1);
        action[v] = worlds.copy(v, {{other, static_cast<double>(level(other))}});
      } else if (options.has_rules && random_.uniform() < 0.6) {
        action[v] = rule(worlds, v);
      } else {
        action[v] = static_cast<double>(level(v));
      }
    }
    return action;
  }

  WorldRule rule(ParallelWorlds& worlds, Node v) {
    const std::size_t levels = scm_.variable(v).levels.size();
    const std::string top = std::to_string(levels - 1);
    switch (pick(random_, v == 0 ? 3 : 4)) {
      case 0: return {NoiseMechanism(BernoulliNoise{random_.uniform()}), {}, worlds.fresh_noise()};
      case 1: return {NoiseMechanism(CategoricalNoise{random_distribution(random_, levels)}), {}, worlds.fresh_noise()};
      case 2: return {FormulaMechanism("min(X + 1, " + top + ")", {"X"}, ConstantNoise{}), {v}, worlds.fresh_noise()};
      default:
        return {
            FormulaMechanism("min(Z, N)", {"Z"}, BernoulliNoise{0.3}, "N"), {pick(random_, v)}, worlds.fresh_noise()};
    }
  }

  WorldEvent event(const ParallelWorlds& worlds, std::size_t copy) {
    WorldEvent event{copy};
    const std::size_t levels = worlds.variable(copy).levels.size();
    event.allowed.assign(levels, 0);
    event.allowed[pick(random_, levels)] = 1;
    if (levels > 2 && random_.uniform() < 0.4) event.allowed[pick(random_, levels)] = 1;
    return event;
  }

  WorldEvent comparison(const ParallelWorlds& worlds, std::size_t left, std::size_t right) {
    WorldEvent event{left, right, static_cast<Comparison>(pick(random_, 6))};
    if (random_.uniform() < 0.5) return event;
    const std::size_t rows = worlds.variable(left).levels.size(), columns = worlds.variable(right).levels.size();
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        event.allowed.push_back(holds(event.comparison, static_cast<double>(i), static_cast<double>(j)));
    return event;
  }

  RowStream& random_;
  const Scm& scm_;
};

}  // namespace equipoise::testing
