// Exact answers about discrete models: any events in any number of worlds, by variable elimination over the copies and
// the hidden states that make them.
// Source: Balke, Pearl 1994 (counterfactuals as inference in a twin network); Shpitser, Pearl 2008 (in many worlds);
// Zhang, Poole 1994 (variable elimination).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/scm/variable_elimination.hpp>
#include <equipoise/scm/world_factors.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {

struct DiscreteAnswerOptions {
  std::size_t most_cells = std::size_t{1} << 24;  ///< of the largest table; beyond it the answer is NotExact
};

/// P(copies | given), over all values of the copies.
struct WorldDistribution {
  Factor table;                             ///< the symbol of copy c is {c, 0}, its levels `values`
  std::vector<std::vector<double>> values;  ///< of each symbol: all levels, or the numbers that it can be
};

namespace detail {

/// What several terms ask for is worked out once.
class DiscreteEngine {
 public:
  DiscreteEngine(const ParallelWorlds& worlds, const DiscreteAnswerOptions& options)
      : worlds_(worlds), options_(options) {}

  /// A number not negative, mantissa * 2^exponent.
  struct Mass {
    double mantissa = 1;
    long exponent = 0;
    bool is_zero() const noexcept { return !(mantissa > 0); }
  };

  /// P(events), a conjunction whose first `conditions` are given, so that a number's density stands for a probability.
  std::variant<Mass, NotExact> mass(const std::vector<WorldEvent>& events, std::size_t conditions) {
    if (events.empty()) return Mass{};
    for (const Known& known : known_)
      if (known.conditions == conditions && known.events == events) return known.mass;
    const auto table = weights(events, conditions, {});
    if (const auto* obstacle = std::get_if<NotExact>(&table)) return *obstacle;
    const auto& [factor, exponent] = std::get<Weights>(table).scaled;
    known_.push_back({events, conditions, Mass{factor.values.front(), exponent}});
    return known_.back().mass;
  }

  /// The copies' values that the events leave, and the table of P(events, values) over copies that can take several.
  struct Weights {
    ScaledFactor scaled;
    std::vector<std::vector<double>> values;
  };
  std::variant<Weights, NotExact> weights(const std::vector<WorldEvent>& events, std::size_t conditions,
                                          std::span<const std::size_t> copies) const {
    auto made = WorldFactors::of(worlds_, events, conditions, copies, options_.most_cells);
    if (const auto* obstacle = std::get_if<NotExact>(&made)) return *obstacle;
    auto& factors = std::get<WorldFactors>(made);
    Weights weights{{Factor{{}, {}, {0.0}}, 0}, {}};
    if (factors.is_impossible()) return weights;
    Symbols kept;
    for (const std::size_t copy : copies) {
      weights.values.push_back(factors.values(copy));
      if (weights.values.back().size() > 1) kept = set_union(kept, {WorldFactors::symbol(copy)});
    }
    const EliminationOrder order = elimination_order(factors.factors(), kept);
    if (order.largest > static_cast<double>(options_.most_cells))
      return NotExact{"it takes a table of " + shortest(order.largest) + " cells, more than " +
                      std::to_string(options_.most_cells)};
    weights.scaled = sum_of_products(std::move(factors.factors()), order);
    weights.scaled.exponent += factors.exponent();
    return weights;
  }

  ExactAnswer term(const WorldTerm& term, std::size_t number) {
    const auto condition = mass(term.given, term.given.size());
    if (const auto* obstacle = std::get_if<NotExact>(&condition)) return *obstacle;
    const Mass given = std::get<Mass>(condition);
    if (given.is_zero()) return ImpossibleCondition{number};
    return term.mean_of.empty() ? probability(term, given) : mean(term, number);
  }

 private:
  ExactAnswer probability(const WorldTerm& term, const Mass& given) {
    std::vector<WorldEvent> both = term.given;
    for (const WorldEvent& event : term.of)
      if (std::find(both.begin(), both.end(), event) == both.end()) both.push_back(event);
    const auto joint = mass(both, term.given.size());
    if (const auto* obstacle = std::get_if<NotExact>(&joint)) return *obstacle;
    const Mass of = std::get<Mass>(joint);
    if (of.is_zero()) return 0.0;
    return std::clamp(std::ldexp(of.mantissa / given.mantissa, static_cast<int>(of.exponent - given.exponent)), 0.0,
                      1.0);
  }

  /// Means are linear, so no addend needs to know of another's world.
  ExactAnswer mean(const WorldTerm& term, std::size_t number) const {
    double sum = 0;
    for (const WorldAddend& addend : term.mean_of) {
      const std::size_t copies[] = {addend.copy};
      const auto table = weights(term.given, term.given.size(), copies);
      if (const auto* obstacle = std::get_if<NotExact>(&table)) return *obstacle;
      const auto& [scaled, values] = std::get<Weights>(table);
      double total = 0, weighted = 0;
      for (std::size_t i = 0; i < scaled.factor.values.size(); ++i) {
        const double weight = scaled.factor.values[i];
        if (!(weight > 0)) continue;
        const double value = values.front()[i];
        total += weight;
        weighted += weight * (addend.numbers.empty() ? value : addend.numbers[static_cast<std::size_t>(value)]);
      }
      if (!(total > 0)) return ImpossibleCondition{number};
      sum += addend.weight * (weighted / total);
    }
    return sum;
  }

  const ParallelWorlds& worlds_;
  const DiscreteAnswerOptions& options_;
  struct Known {
    std::vector<WorldEvent> events;
    std::size_t conditions;
    Mass mass;
  };
  std::vector<Known> known_;
};

/// The table over all `values` of the symbols, 0 where `part` has no such value.
inline Factor spread(const Factor& part, const std::vector<std::vector<double>>& part_values, Factor whole,
                     const std::vector<std::vector<double>>& values) {
  Factor shape = whole;  // over the values that are in `part`
  for (std::size_t i = 0; i < shape.symbols.size(); ++i) shape.cardinalities[i] = part_values[i].size();
  std::vector<std::size_t> level(shape.symbols.size());
  const std::vector<std::size_t> strides[] = {strides_within(part, shape.symbols)};
  walk(shape, strides, [&](std::size_t index, const std::size_t* offset) {
    for (std::size_t i = level.size(); i-- > 0; index /= shape.cardinalities[i]) {
      const double value = part_values[i][index % shape.cardinalities[i]];
      level[i] =
          static_cast<std::size_t>(std::lower_bound(values[i].begin(), values[i].end(), value) - values[i].begin());
    }
    std::size_t cell = 0;
    for (std::size_t i = 0; i < level.size(); ++i) cell = cell * whole.cardinalities[i] + level[i];
    whole.values[cell] = part.values[offset[0]];
  });
  return whole;
}

}  // namespace detail

/// The answer to the question about a model whose copies take finitely many values, exactly: by elimination over the
/// copies that each term rests on and the hidden states that they share.
///
/// Exact in any number of worlds: lookups, roots and formulas with a noise of finitely many states, and the couplings
/// `inverse-cdf` (that of a formula which compares its noise, too), `independent` and `gumbel-max`. In two worlds: any
/// other mechanism with exact counterfactual probabilities. In one, or for means of several: any with probabilities.
/// Copies that share a noise are taken to have one mechanism.
///
/// A variable that is not discrete may be conditioned on having a value: by its density, and, where its mechanism is
/// invertible, its copies in other worlds follow from the noise that the value shows.
///
/// NotExact, with the name of the variable, where a term joins more copies of one than its mechanism answers for or its
/// coupling is not stated, and where a variable or an exogenous variable that it rests on is neither discrete nor seen;
/// and where the largest table would have more cells than the options allow. ImpossibleCondition where what a term
/// conditions on has probability (or density) 0. The first such term decides.
///
/// Throws scm_no_support, naming the variable, where a rule or formula gives a value that its variable does not have.
inline ExactAnswer discrete_answer(const WorldQuestion& question, const DiscreteAnswerOptions& options = {}) {
  detail::DiscreteEngine engine(question.worlds, options);
  double sum = 0;
  for (std::size_t t = 0; t < question.terms.size(); ++t) {
    const ExactAnswer answer = engine.term(question.terms[t], t);
    const auto* value = std::get_if<double>(&answer);
    if (value == nullptr) return answer;
    sum += question.terms[t].coefficient * *value;
  }
  return sum;
}

/// P(copies | given) for every value of the copies, exactly; each copy once. The answer is as discrete_answer's, the
/// term of an ImpossibleCondition 0.
inline std::variant<WorldDistribution, ImpossibleCondition, NotExact> world_distribution(
    const ParallelWorlds& worlds, std::span<const std::size_t> copies, const std::vector<WorldEvent>& given = {},
    const DiscreteAnswerOptions& options = {}) {
  std::vector<std::size_t> sorted(copies.begin(), copies.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  const auto found = detail::DiscreteEngine(worlds, options).weights(given, given.size(), sorted);
  if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
  const auto& [scaled, possible] = std::get<detail::DiscreteEngine::Weights>(found);
  double total = 0;
  for (const double weight : scaled.factor.values) total += weight;
  if (!(total > 0)) return ImpossibleCondition{0};
  WorldDistribution result;
  Cardinalities cardinalities(worlds.copies().size(), 1);
  Symbols symbols;
  double cells = 1;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    result.values.push_back(possible[i]);
    const VariableSpec& variable = worlds.variable(sorted[i]);
    if (variable.has_levels()) {
      result.values.back().resize(variable.levels.size());
      std::iota(result.values.back().begin(), result.values.back().end(), 0.0);
    }
    cardinalities[sorted[i]] = result.values.back().size();
    cells *= static_cast<double>(result.values.back().size());
    symbols.push_back(detail::WorldFactors::symbol(sorted[i]));
  }
  if (cells > static_cast<double>(options.most_cells))
    return NotExact{"it takes a table of " + shortest(cells) + " cells, more than " +
                    std::to_string(options.most_cells)};
  result.table = detail::spread(scaled.factor, possible, zero_factor(std::move(symbols), cardinalities), result.values);
  for (double& value : result.table.values) value /= total;
  return result;
}

}  // namespace equipoise::inline v0
