// Bounds on the responses that a decomposition compares, from the distribution of discrete variables.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <equipoise/core/interval.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/decomposition_bounds.hpp>
#include <equipoise/scm/fairness_roles.hpp>

#include "scm/difference_bounds.hpp"
#include "scm/part_questions.hpp"

namespace equipoise::inline v0::detail {

/// The least and the greatest number that an outcome of finitely many values has in the table; nothing of an outcome of
/// more than 64 numbers.
std::optional<Interval> outcome_range(const Table& table, const DecompositionQuery& query);

/// People alike in every discrete variable that bears on the parts.
class CellBounds {
 public:
  /// What weights of the cells say of the responses, which are numbered by step.
  struct Bounded {
    double baseline = 0, compared = 0;  ///< the groups' mean outcomes
    DifferenceBounds natural, all;      ///< by consistency alone; and by the graph too
    std::vector<bool> is_sharp;         ///< by part: whether a program's own bounds are
  };

  /// Nothing where a variable of the query or the roles takes more than 64 different numbers.
  static std::optional<CellBounds> of_table(const Table& table, const DecompositionQuery& query,
                                            const CausalGraph& graph, const FairnessRoles& roles,
                                            std::span<const MediatorStep> steps,
                                            const DecompositionBoundsOptions& options);

  std::span<const double> weights() const noexcept { return weights_; }
  /// The parts that adjustment does not identify.
  const std::vector<bool>& open() const noexcept { return is_open_; }
  /// `by_graph`: the parts for which the graph is asked for more than consistency gives.
  Bounded bounded(std::span<const double> weights, const std::vector<bool>& by_graph) const;

 private:
  struct Cell {
    Group group = Group::other;
    double outcome = 0;
    std::vector<std::size_t> strata;  // by step: indices of z, of (z, w1), and so on
    std::size_t joint = 0;            // its place in the joint table
  };
  struct Sums;

  CellBounds() = default;
  void set_joint(const Table& cells, const DecompositionQuery& query, const CausalGraph& graph,
                 const FairnessRoles& roles, std::span<const MediatorStep> steps);
  std::optional<double> adjusted(const Sums& sums, std::size_t step) const;
  Interval unadjusted(const Sums& sums, std::size_t step) const;
  Interval across_responses(const Sums& sums, std::size_t step) const;
  void confine_by_graph(std::span<const double> weights, const std::vector<bool>& parts, Bounded& found) const;

  std::vector<Cell> cells_;
  std::vector<double> weights_;
  std::vector<std::size_t> strata_;                             // how many, by step
  std::vector<std::vector<std::size_t>> confounders_of_;        // by step and stratum: its z
  std::vector<std::vector<std::size_t>> stratum_of_;            // by step and stratum of the last step: where it lies
  std::vector<std::size_t> combinations_;                       // by step: of the values of what is not yet held
  std::vector<bool> is_response_identified_, is_exchangeable_;  // by step
  std::vector<PartDifference> parts_;
  std::vector<bool> is_open_;  // by part
  Interval range_;
  // The joint distribution that the graph is confronted with; none where it has too many cells.
  std::optional<PartQuestions> questions_;
  std::vector<double> numbers_;  // by level of the outcome, above the least
  BoundsOptions programs_;
  bool is_whole_ = false;  // whether no variable that bears on the parts is left out
};

}  // namespace equipoise::inline v0::detail
