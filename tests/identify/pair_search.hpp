// A search for what refutes an estimand: two models of a graph that agree on all that is known and differ on the query.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/identify/discrete_model.hpp>

#include "identify/counterfactual_truth.hpp"

namespace equipoise::testing {

/// How far a search goes.
struct PairSearch {
  std::size_t levels = 2;           ///< of every variable
  std::size_t hidden_states = 3;    ///< of a hidden cause
  std::size_t studied_states = 24;  ///< of the hidden cause whose distribution the two models differ in
  int tries = 20;
};

/// A model whose mechanisms are drawn at random, one exogenous variable for every bidirected edge and one for every
/// node. Of a node's own states, one for each level forces it, so that every observed cell is positive. Exogenous
/// variable `studied` has more states than the others.
inline DiscreteModel random_wide_model(std::mt19937_64& random, const CausalGraph& graph, std::size_t studied,
                                       const PairSearch& search) {
  DiscreteModel model;
  model.cardinalities.assign(graph.size(), search.levels);
  model.order = graph.topological_order();
  model.functions.resize(graph.size());
  std::uniform_real_distribution<double> uniform(0.3, 1.0);
  const auto add_exogenous = [&](std::size_t least) {
    std::vector<double> p(model.exogenous.size() == studied ? std::max(search.studied_states, least + 1) : least);
    double total = 0;
    for (double& each : p) total += each = uniform(random);
    for (double& each : p) each /= total;
    model.exogenous.push_back({std::move(p)});
    return model.exogenous.size() - 1;
  };
  for (Node a = 0; a < graph.size(); ++a)
    for (const Node b : graph.siblings(a))
      if (a < b) {
        const std::size_t u = add_exogenous(search.hidden_states);
        model.functions[a].exogenous.push_back(u);
        model.functions[b].exogenous.push_back(u);
      }
  for (Node v = 0; v < graph.size(); ++v) {
    auto& function = model.functions[v];
    function.parents.assign(graph.parents(v).begin(), graph.parents(v).end());
    function.exogenous.push_back(add_exogenous(search.levels + 1));
    std::size_t rows = 1;
    for (std::size_t i = 0; i < function.parents.size(); ++i) rows *= search.levels;
    for (std::size_t i = 0; i + 1 < function.exogenous.size(); ++i)
      rows *= model.exogenous[function.exogenous[i]].probabilities.size();
    const std::size_t own = model.exogenous[function.exogenous.back()].probabilities.size();
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t u = 0; u < own; ++u)
        function.values.push_back(u < search.levels ? u : static_cast<std::size_t>(random() % search.levels));
  }
  return model;
}

/// Two models with equal mechanisms whose exogenous variable `studied` is distributed differently.
struct FoundPair {
  DiscreteModel first, second;
};

namespace detail {

using Vector = std::vector<double>;

inline double dot(const Vector& a, const Vector& b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

// The model where an exogenous variable has this state alone.
inline DiscreteModel fixed_at(const DiscreteModel& model, std::size_t exogenous, std::size_t state) {
  DiscreteModel fixed = model;
  fixed.exogenous[exogenous].probabilities = {1.0};
  const std::size_t states = model.exogenous[exogenous].probabilities.size();
  for (auto& function : fixed.functions) {
    std::size_t stride = 1;
    bool depends = false;
    for (std::size_t i = function.exogenous.size(); i-- > 0 && !depends;) {
      depends = function.exogenous[i] == exogenous;
      if (!depends) stride *= model.exogenous[function.exogenous[i]].probabilities.size();
    }
    if (!depends) continue;
    std::vector<std::size_t> values;
    for (std::size_t i = 0; i < function.values.size(); ++i)
      if (i / stride % states == state) values.push_back(function.values[i]);
    function.values = std::move(values);
  }
  return fixed;
}

// Every quantity is linear in the distribution of one exogenous variable: its coefficients.
template <class OfModel>
std::vector<Vector> coefficients(const DiscreteModel& model, std::size_t studied, OfModel of_model) {
  const std::size_t states = model.exogenous[studied].probabilities.size();
  std::vector<Vector> rows;
  for (std::size_t s = 0; s < states; ++s) {
    const Vector column = of_model(fixed_at(model, studied, s));
    rows.resize(column.size(), Vector(states));
    for (std::size_t i = 0; i < column.size(); ++i) rows[i][s] = column[i];
  }
  return rows;
}

// What is left of v where it is made orthogonal to an orthonormal basis.
inline void project(Vector& v, const std::vector<Vector>& basis) {
  for (int twice = 0; twice < 2; ++twice)
    for (const Vector& b : basis) {
      const double along = dot(v, b);
      for (std::size_t i = 0; i < v.size(); ++i) v[i] -= along * b[i];
    }
}

}  // namespace detail

/// Searches for two models that agree on every cell that known_cells(model) lists, and whose query_of(model), a
/// numerator and a denominator, gives ratios more than 1e-3 apart. All of these are linear in the distribution of each
/// exogenous variable: the two models differ along what the cells leave open.
template <class KnownCells, class QueryOf>
std::optional<FoundPair> find_pair(std::mt19937_64& random, const CausalGraph& graph, KnownCells known_cells,
                                   QueryOf query_of, const PairSearch& search) {
  std::size_t ends = 0;
  for (Node v = 0; v < graph.size(); ++v) ends += graph.siblings(v).size();
  const std::size_t exogenous = graph.size() + ends / 2;
  for (int attempt = 0; attempt < search.tries; ++attempt) {
    const std::size_t studied = random() % exogenous;
    const DiscreteModel model = random_wide_model(random, graph, studied, search);
    const auto& p = model.exogenous[studied].probabilities;
    std::vector<detail::Vector> basis;
    const auto add = [&](detail::Vector row) {
      const double length = std::sqrt(detail::dot(row, row));
      detail::project(row, basis);
      const double left = std::sqrt(detail::dot(row, row));
      if (left < 1e-9 * (1 + length)) return;
      for (double& each : row) each /= left;
      basis.push_back(std::move(row));
    };
    add(detail::Vector(p.size(), 1.0));
    for (auto& row : detail::coefficients(model, studied, known_cells)) add(std::move(row));
    const auto query = detail::coefficients(model, studied, query_of);
    // The ratio moves along its gradient, up to a positive factor.
    const double numerator = detail::dot(query[0], p), denominator = detail::dot(query[1], p);
    detail::Vector direction(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) direction[i] = query[0][i] * denominator - query[1][i] * numerator;
    detail::project(direction, basis);
    if (std::sqrt(detail::dot(direction, direction)) < 1e-7) continue;
    double along = 1e9, against = 1e9;  // how far p may go along the direction and against it
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (direction[i] < 0) along = std::min(along, p[i] / -direction[i]);
      if (direction[i] > 0) against = std::min(against, p[i] / direction[i]);
    }
    FoundPair pair{model, model};
    for (std::size_t i = 0; i < p.size(); ++i) {
      pair.first.exogenous[studied].probabilities[i] = p[i] + 0.95 * along * direction[i];
      pair.second.exogenous[studied].probabilities[i] = p[i] - 0.95 * against * direction[i];
    }
    const detail::Vector one = query_of(pair.first), other = query_of(pair.second);
    if (one[1] > 1e-6 && other[1] > 1e-6 && std::abs(one[0] / one[1] - other[0] / other[1]) > 1e-3) return pair;
  }
  return std::nullopt;
}

/// The same among binary models, then among those of three levels. What it misses is mostly found with more states: a
/// hidden cause needs more than there are levels, else what is seen of one may tell its state.
template <class KnownCells, class QueryOf>
std::optional<FoundPair> find_pair_of_some_size(std::mt19937_64& random, const CausalGraph& graph,
                                                KnownCells known_cells, QueryOf query_of) {
  if (auto pair = find_pair(random, graph, known_cells, query_of, {})) return pair;
  return find_pair(random, graph, known_cells, query_of, {.levels = 3, .studied_states = 40});
}

/// P(event, evidence) and P(evidence) of a model.
inline auto query_of_event(const CounterfactualEvent& event, const CounterfactualEvent& evidence) {
  CounterfactualEvent both = evidence;
  both.insert(both.end(), event.begin(), event.end());
  return [both, evidence](const DiscreteModel& model) {
    return std::vector<double>{truth(model, both), truth(model, evidence)};
  };
}

/// Every cell of the given distributions of a model, one after another.
inline std::vector<double> cells_of(const std::vector<KnownDistribution>& known) {
  std::vector<double> cells;
  for (const auto& distribution : known)
    cells.insert(cells.end(), distribution.table.values.begin(), distribution.table.values.end());
  return cells;
}

/// Whether the pair agrees to 1e-12 on the known cells, every observed cell of both at least 1e-6.
template <class KnownCells>
bool is_sound(const FoundPair& pair, KnownCells known_cells) {
  const std::vector<double> one = known_cells(pair.first), other = known_cells(pair.second);
  for (std::size_t i = 0; i < one.size(); ++i)
    if (std::abs(one[i] - other[i]) > 1e-12) return false;
  const NodeSet nothing(pair.first.functions.size());
  for (const DiscreteModel* model : {&pair.first, &pair.second})
    for (const double cell : model->distribution(nothing).values)
      if (cell < 1e-6) return false;
  return true;
}

/// How a sample of refused events fared.
struct RefutedEvents {
  int refused = 0, found = 0, binary = 0, unsound = 0;

  /// Searches for a pair that refutes P(event | evidence); a search may miss what is there. What is left open may be
  /// known of binary variables, as a remainder; of three levels it is not.
  void refute(std::mt19937_64& random, const CausalGraph& graph, bool has_experiments, const CounterfactualEvent& event,
              const CounterfactualEvent& evidence) {
    ++refused;
    const auto known = [&](const DiscreteModel& model) {
      return cells_of(has_experiments ? every_intervention(model) : observed(model));
    };
    const auto pair = find_pair_of_some_size(random, graph, known, query_of_event(event, evidence));
    if (!pair) return;
    ++found;
    binary += pair->first.cardinalities.front() == 2;
    unsound += !is_sound(*pair, known);
  }
};

}  // namespace equipoise::testing
