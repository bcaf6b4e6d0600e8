// The effect of a treatment on an outcome, estimated from a table and a graph, without a model of the whole.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <equipoise/core/interval.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/scm/contrast.hpp>
#include <equipoise/scm/cross_fitting.hpp>

namespace equipoise::inline v0 {

/// Whose effect is averaged.
enum class EffectTarget {
  everyone,  ///< ATE: E[Y | do(x1)] - E[Y | do(x0)]
  compared,  ///< ATT: E[Y_{x1} - Y_{x0} | x1], of those that the treatment reached
};

/// The effect asked for. `positive` is the outcome's level that counts as 1; empty for the mean of a number.
struct EffectQuery {
  std::vector<ValueContrast> treatments;  ///< set together; at least one
  std::string outcome;
  std::string positive = {};
  EffectTarget target = EffectTarget::everyone;
};

/// An effect with how it is known and how it was got.
struct EffectEstimate {
  Estimate estimate;
  double standard_error = 0;
  Licence licence;  ///< identified; the basis is the estimand
  EstimationMethod method = EstimationMethod::exact;
  std::vector<std::string> adjustment_set;
  double across_split_deviation = 0;  ///< of doubly robust estimates
  std::optional<CrossFittingNotes> cross_fitting = {};
  friend bool operator==(const EffectEstimate&, const EffectEstimate&) = default;
};

/// The graph has no adjustment set among the table's columns, which does not say that nothing else identifies the
/// effect.
struct NotAdjustable {
  std::vector<std::string> path;  ///< open whatever is adjusted for, by its nodes
  friend bool operator==(const NotAdjustable&, const NotAdjustable&) = default;
};

struct EffectOptions {
  CrossFittingOptions cross_fitting = {};
  std::size_t least_people_in_cell = 5;  ///< of either group, for the plug-in of cells
};

/// Estimates an effect by an adjustment set Z among the table's columns: the one of least variance where it is known
/// (Rotnitzky, Smucler 2020), else one that is minimal. Where Z takes few combinations, each with people of both
/// groups, the estimate is the estimand itself on the table's shares; else augmented inverse-propensity weighting with
/// cross-fitted nuisances (Chernozhukov et al. 2018), averaged over divisions into folds. Intervals are normal, from
/// influence functions. Where no directed path leads to the outcome the effect is 0, exactly.
///
/// Weights count people. The same seed gives the same bits at any parallelism. Throws graph_unknown_node,
/// table_unknown_column, query_overlap, value_out_of_range for options, table_type for weights that are not whole
/// numbers and as groups_of and outcome_values do, and no_positivity where a group is too small or more people than the
/// options allow have next to no chance of being in it.
std::variant<EffectEstimate, NotAdjustable> estimate_effect(const Table& table, const CausalGraph& graph,
                                                            const EffectQuery& query,
                                                            const EffectOptions& options = {});

}  // namespace equipoise::inline v0
