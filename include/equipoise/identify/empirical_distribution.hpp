// Known distributions from tables: what an estimand is evaluated on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/fwd.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/evaluation.hpp>

namespace equipoise::inline v0 {

/// The values that each variable takes, as texts, by node; a level is an index into them.
struct VariableLevels {
  std::vector<std::vector<std::string>> texts;

  std::optional<std::size_t> find(Node variable, std::string_view text) const;
  /// The level's text as a number, where it is one.
  std::optional<double> number(Node variable, std::size_t level) const;
  Cardinalities cardinalities() const;
};

/// The values that stand in the tables' columns, whose names are the graph's: a column's levels as they are, numbers in
/// ascending order. Columns that are no node, and nodes without a column, are passed over.
VariableLevels levels_of(const CausalGraph& graph, std::span<const Table* const> tables);

/// A table of P(V \ intervened | do(action)): the weights of its rows are counts or probabilities.
struct EmpiricalTable {
  const Table* table = nullptr;
  std::vector<std::size_t> action;  ///< the level of each variable that was intervened on, in ascending order of nodes
};

/// The distribution of `variables` that the tables show, one table for every value of `intervened`; the other variables
/// are summed out. Plain observation is one table and no intervention. The estimate of a cell's probability is
/// (weight + smoothing) / (total + smoothing * cells): relative frequencies at 0 (maximum likelihood), and, above it,
/// the posterior mean under a symmetric Dirichlet prior of that concentration.
///
/// Throws table_unknown_column for one of `variables` without a column, table_type for a cell of none of the levels,
/// for a value of `intervened` without a table or with two, and where the joint has more than 2^24 cells.
KnownDistribution empirical_distribution(const CausalGraph& graph, const VariableLevels& levels, std::size_t population,
                                         const NodeSet& intervened, const NodeSet& variables,
                                         std::span<const EmpiricalTable> tables, double smoothing = 0);

/// Plain observation of every variable of the target population.
KnownDistribution empirical_distribution(const CausalGraph& graph, const VariableLevels& levels, const Table& table,
                                         double smoothing = 0);

}  // namespace equipoise::inline v0
