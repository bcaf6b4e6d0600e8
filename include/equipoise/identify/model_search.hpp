// A search for models that refute identifiability from any sources: experiments, other populations.
//
// With every mechanism fixed, and all but one of the hidden variables' distributions too, what is known and what is
// asked are linear in the distribution of that last one. A direction that leaves all that is known where it is and
// moves the query, if there is one, leads to a pair of models. Mechanisms are drawn at random, and every hidden
// variable takes its turn. What is found is exact; where nothing is found, nothing is said.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/discrete_model.hpp>
#include <equipoise/identify/factor.hpp>
#include <equipoise/identify/identification.hpp>
#include <equipoise/identify/model_pair.hpp>
#include <equipoise/identify/refutation.hpp>

namespace equipoise::inline v0 {

/// How long to search for a pair of models: random models tried, and the most values that the hidden variable takes
/// whose distribution the two models differ in.
struct ModelSearchBudget {
  std::size_t tries = 100;
  std::size_t levels = 96;
};

namespace detail {

/// A random binary model in each of several populations: one hidden variable for every bidirected edge, then one for
/// every node. Populations share all but the mechanisms that their selection names.
class RandomPopulations {
 public:
  /// `studied` is the hidden variable, by index, that gets `levels` values; other common causes get `common_levels`.
  RandomPopulations(const CausalGraph& graph, std::span<const NodeSet> selections, std::size_t studied,
                    std::size_t levels, std::size_t common_levels, RowStream random)
      : graph_(graph), studied_(studied), random_(random) {
    const DiscreteModel target = draw_target(levels, common_levels);
    for (const NodeSet& selection : selections) populations_.push_back(with_other_mechanisms(target, selection));
  }

  std::size_t size() const { return populations_.size(); }

  /// The population's model where the studied variable is distributed so.
  DiscreteModel with(std::size_t population, std::vector<double> distribution) const {
    DiscreteModel model = populations_[population];
    model.exogenous[studied_].probabilities = std::move(distribution);
    return model;
  }

  /// P(V \ intervened | do(intervened), each value of the studied variable): the latter is the last symbol, a node
  /// more.
  Factor by_studied_level(std::size_t population, NodeSet intervened) const {
    DiscreteModel model = populations_[population];
    const std::size_t levels = model.exogenous[studied_].probabilities.size();
    const Node as_node = graph_.size();
    model.exogenous[studied_].probabilities = {1.0};
    for (auto& function : model.functions)
      if (!function.exogenous.empty() && function.exogenous.front() == studied_) {
        function.exogenous.erase(function.exogenous.begin());
        function.parents.push_back(as_node);
      }
    model.functions.push_back({{}, {}, {0}});
    model.cardinalities.push_back(levels);
    model.order.insert(model.order.begin(), as_node);
    NodeSet set(as_node + 1);
    for (const Node v : intervened) set.insert(v);
    set.insert(as_node);
    return model.distribution(set);
  }

 private:
  DiscreteModel draw_target(std::size_t levels, std::size_t common_levels) {
    DiscreteModel target;
    target.cardinalities.assign(graph_.size(), 2);
    target.order = graph_.topological_order();
    target.functions.resize(graph_.size());
    // The studied variable stands first in what reads it, where a node could take its place.
    const auto add = [&](DiscreteModel::Exogenous drawn, std::initializer_list<Node> readers) {
      const std::size_t u = target.exogenous.size();
      for (const Node v : readers) {
        auto& read = target.functions[v].exogenous;
        read.insert(u == studied_ ? read.begin() : read.end(), u);
      }
      target.exogenous.push_back(u == studied_ ? hidden(levels, true) : std::move(drawn));
    };
    for (Node a = 0; a < graph_.size(); ++a)
      for (const Node b : graph_.siblings(a))
        if (a < b) add(hidden(common_levels, false), {a, b});
    for (Node v = 0; v < graph_.size(); ++v) {
      target.functions[v].parents.assign(graph_.parents(v).begin(), graph_.parents(v).end());
      add(own(), {v});
      draw_values(target, v, target.exogenous.size() - 1);
    }
    return target;
  }

  // A mechanism of its own needs an own variable of its own, also where the target's is the one that is studied.
  DiscreteModel with_other_mechanisms(DiscreteModel model, const NodeSet& selection) {
    const std::size_t first_own = model.exogenous.size() - graph_.size();
    for (const Node v : selection) {
      auto& exogenous = model.functions[v].exogenous;
      exogenous.erase(std::find(exogenous.begin(), exogenous.end(), first_own + v));
      exogenous.push_back(model.exogenous.size());
      model.exogenous.push_back(own());
      draw_values(model, v, model.exogenous.size() - 1);
    }
    return model;
  }

  DiscreteModel::Exogenous hidden(std::size_t levels, bool even) {
    std::vector<double> weights(levels);
    for (double& weight : weights) weight = even ? 1 : 0.25 + random_.uniform();
    return normalised(std::move(weights));
  }
  // A node's own variable forces either value now and then, so that no observed cell is 0.
  DiscreteModel::Exogenous own() {
    return normalised({0.05 + 0.2 * random_.uniform(), 0.05 + 0.2 * random_.uniform(), 1});
  }

  static DiscreteModel::Exogenous normalised(std::vector<double> weights) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) weight /= total;
    return {std::move(weights)};
  }

  // A node's own variable is the last that it reads and forces its value, unless it is studied.
  void draw_values(DiscreteModel& model, Node v, std::size_t own_variable) {
    auto& function = model.functions[v];
    std::size_t rows = std::size_t{1} << function.parents.size();
    for (const std::size_t u : function.exogenous) rows *= model.exogenous[u].probabilities.size();
    const bool forces = function.exogenous.back() == own_variable && own_variable != studied_;
    function.values.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) function.values[row] = forces && row % 3 < 2 ? row % 3 : random_() & 1;
  }

  const CausalGraph& graph_;
  std::size_t studied_;
  RowStream random_;
  std::vector<DiscreteModel> populations_;
};

/// An orthonormal basis of rows, grown row by row.
class RowSpace {
 public:
  /// What of the row stands at right angles to the space.
  std::vector<double> residual(std::vector<double> row) const {
    for (int round = 0; round < 2; ++round)  // once more, for what rounding left
      for (const auto& axis : basis_) {
        const double along = std::inner_product(row.begin(), row.end(), axis.begin(), 0.0);
        for (std::size_t i = 0; i < row.size(); ++i) row[i] -= along * axis[i];
      }
    return row;
  }

  void add(std::vector<double> row) {
    const double before = norm(row);
    row = residual(std::move(row));
    const double left = norm(row);
    if (left <= 1e-9 * before) return;
    for (double& x : row) x /= left;
    basis_.push_back(std::move(row));
  }

  static double norm(const std::vector<double>& row) {
    return std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0));
  }

 private:
  std::vector<std::vector<double>> basis_;
};

// The rows of a table whose last symbol is the studied variable.
template <class Visit>
void for_each_row(const Factor& table, Visit visit) {
  const std::size_t levels = table.cardinalities.back();
  for (std::size_t at = 0; at < table.values.size(); at += levels) {
    const auto begin = table.values.begin() + static_cast<std::ptrdiff_t>(at);
    visit(std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(levels)));
  }
}

/// A change of the studied variable's distribution that no known distribution shows and that moves a cell of
/// P(outcome, given | do(treatment)) furthest; nothing where all that is asked follows from what is known.
inline std::optional<std::vector<double>> unseen_direction(const RandomPopulations& models, const NodeSet& asked,
                                                           const NodeSet& treatment, std::span<const Source> sources) {
  RowSpace known;
  const Factor query = sum_out(models.by_studied_level(0, treatment),
                               symbols_of(NodeSet::all(treatment.universe()) - asked - treatment));
  known.add(std::vector<double>(query.cardinalities.back(), 1.0));  // probabilities sum to 1
  for (const Source& source : sources)
    for_each_row(models.by_studied_level(source.population, source.intervened),
                 [&](std::vector<double> row) { known.add(std::move(row)); });
  std::vector<double> furthest;
  double most = 1e-3;
  for_each_row(query, [&](std::vector<double> row) {
    row = known.residual(std::move(row));
    const double length = RowSpace::norm(row);
    if (length > most) most = length, furthest = std::move(row);
  });
  if (furthest.empty()) return std::nullopt;
  return furthest;
}

// Two distributions, as far from even in that direction and against it as leaves every value some probability.
inline std::pair<std::vector<double>, std::vector<double>> even_and_moved(const std::vector<double>& direction) {
  const double even = 1.0 / static_cast<double>(direction.size());
  double largest = 0;
  for (const double x : direction) largest = std::max(largest, std::abs(x));
  std::pair<std::vector<double>, std::vector<double>> moved;
  for (const double x : direction) {
    moved.first.push_back(even * (1 + 0.9 * x / largest));
    moved.second.push_back(even * (1 - 0.9 * x / largest));
  }
  return moved;
}

}  // namespace detail

/// Two models, each with every population of `sources` (the target's pair stands first), that agree on every source and
/// differ on P(outcome | do(treatment), given): `refutes(compare_models(…))` holds of them. Nothing where the budget
/// was spent first. The same seed gives the same models. A try enumerates the hidden states of a model on the graph, so
/// that this is for small ones, of up to six nodes or so.
inline std::optional<std::vector<ModelPair>> find_model_pair(const CausalGraph& graph, const NodeSet& outcome,
                                                             const NodeSet& treatment, const NodeSet& given,
                                                             std::span<const Source> sources,
                                                             const ModelSearchBudget& budget = {},
                                                             std::uint64_t seed = 1) {
  std::vector<NodeSet> selections(1, graph.none());
  std::size_t rows = 1, hidden = graph.size();
  for (const Source& source : sources) {
    if (selections.size() <= source.population) selections.resize(source.population + 1, graph.none());
    selections[source.population] |= source.selection;
    rows += std::size_t{1} << graph.size();
  }
  for (Node v = 0; v < graph.size(); ++v) hidden += (graph.siblings(v)).size();
  hidden -= (hidden - graph.size()) / 2;  // each bidirected edge was met from both its ends
  const RandomStream stream({.seed = seed, .purpose = Purpose::search});
  for (std::size_t attempt = 0; attempt < budget.tries; ++attempt) {
    // Common causes of two values, then of three and four: more of them are harder to tell apart from what is known.
    const detail::RandomPopulations models(graph, selections, attempt % hidden, std::min(budget.levels, rows + 8),
                                           2 + attempt / hidden % 3, stream.row(attempt));
    const auto direction = detail::unseen_direction(models, outcome | given, treatment, sources);
    if (!direction) continue;
    const auto [first, second] = detail::even_and_moved(*direction);
    std::vector<ModelPair> pairs;
    for (std::size_t population = 0; population < models.size(); ++population)
      pairs.push_back({models.with(population, first), models.with(population, second)});
    if (refutes(compare_models(pairs, outcome, treatment, given, sources))) return pairs;
  }
  return std::nullopt;
}

}  // namespace equipoise::inline v0
