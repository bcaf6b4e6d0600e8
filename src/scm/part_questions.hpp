// The parts of a decomposition as questions to identification: differences of mean outcomes of the baseline group in
// worlds where the compared group's responses are seen and, step by step, more mediators held.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/bound_query.hpp>
#include <equipoise/identify/empirical_distribution.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/fairness_roles.hpp>

namespace equipoise::inline v0::detail {

/// A part: the mean response of one step less that of another, or less the observed mean of a group.
struct PartDifference {
  std::size_t of = 0;
  std::optional<std::size_t> less;
  Group group = Group::other;  ///< whose mean is taken away where `less` is none
  friend bool operator==(const PartDifference&, const PartDifference&) = default;
};

/// The decomposition's parts as differences: ctf_de, ctf_ie, ctf_se, then the shares. Step 0 holds no mediator, the
/// last one all of them; without `steps` these are the only two.
std::vector<PartDifference> part_differences(std::size_t steps);

/// Those of them that adjustment does not identify.
std::vector<bool> open_parts(const FairnessRoles& roles, std::span<const MediatorStep> steps);

/// The mediators held from each step on: none, then one by one as `steps` has them, or all at once.
std::vector<std::vector<std::string>> mediators_by_step(const FairnessRoles& roles,
                                                        std::span<const MediatorStep> steps);

/// Questions about E[Y_{x1, W1..k_x0} | x0] in a graph that has the variables of the query and the roles.
class PartQuestions {
 public:
  /// `compared` and `baseline`: the attributes' levels, in the order of the query's contrasts.
  PartQuestions(const CausalGraph& graph, const DecompositionQuery& query, const FairnessRoles& roles,
                std::span<const MediatorStep> steps, VariableLevels levels, std::vector<std::size_t> compared,
                std::vector<std::size_t> baseline);

  const CausalGraph& graph() const noexcept { return graph_; }
  const VariableLevels& levels() const noexcept { return levels_; }

  /// The difference of means of outcomes that count `numbers`, by level; a group's mean is left out.
  BoundQuery difference(const PartDifference& part, std::span<const double> numbers) const;

  /// What the graph identifies the part as, in words; nothing where it does not.
  std::optional<std::string> estimand(const PartDifference& part) const;

 private:
  CounterfactualQuestion question(std::size_t step, std::size_t level) const;
  std::optional<std::string> response_estimand(std::size_t step) const;
  std::string group_mean(Group group) const;

  CausalGraph graph_;
  DecompositionQuery query_;
  std::vector<std::vector<std::string>> held_;
  VariableLevels levels_;
  std::vector<std::size_t> compared_, baseline_;
};

/// What the graph identifies each part as, in words; nothing where it does not, and where adjustment does.
std::vector<std::optional<std::string>> part_estimands(const CausalGraph& graph, const DecompositionQuery& query,
                                                       const FairnessRoles& roles, std::span<const MediatorStep> steps);

}  // namespace equipoise::inline v0::detail
