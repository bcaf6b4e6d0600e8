#include <equipoise/scm/doubly_robust_decomposition.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/scm/one_step.hpp>

#include "scm/part_questions.hpp"
#include "scm/response_means.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::ComparedPeople;
using detail::ResponseMeans;

std::vector<OneStep> differences(std::span<const OneStep> a, std::span<const OneStep> b) {
  std::vector<OneStep> result;
  for (std::size_t split = 0; split < a.size(); ++split) result.push_back(a[split] - b[split]);
  return result;
}

/// What an estimate owes to raised propensities; empty where none was raised.
std::string clipping_text(const CrossFittingNotes& notes, double least, const DecompositionQuery& query) {
  if (notes.clipped_share == 0) return {};
  std::array<char, 32> percent{};
  std::snprintf(percent.data(), percent.size(), "%.2g%%", 100 * notes.clipped_share);
  return "; " + std::string(percent.data()) + " of those with " + group_text(query.contrasts(), Group::baseline) +
         " have an estimated chance below " + shortest(least) + " of being with " +
         group_text(query.contrasts(), Group::compared) + ", which counts as " + shortest(least);
}

}  // namespace

Decomposition decompose_doubly_robust(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                                      const CrossFittingOptions& options, std::span<const MediatorStep> steps) {
  detail::check_disjoint(query, roles);
  const ComparedPeople people(table, query.contrasts(), query.outcome, query.positive, detail::Audience::both_groups);
  ResponseMeans means(people, options);
  const std::vector<OneStep> baseline(options.splits, people.mean(Group::baseline)),
      compared(options.splits, people.mean(Group::compared));
  // E[Y_{x1, W1..k_x0} | x0], from no mediator held to all of them.
  std::vector<std::vector<std::string>> covariates;
  for (const auto& held : detail::mediators_by_step(roles, steps)) {
    covariates.push_back(covariates.empty() ? roles.confounders : covariates.back());
    covariates.back().insert(covariates.back().end(), held.begin(), held.end());
  }
  means.check_overlap(covariates.back(), Group::baseline, Group::compared);
  std::vector<std::vector<OneStep>> responses;
  for (std::size_t step = 0; step < covariates.size(); ++step)
    responses.push_back(step > 0 && covariates[step] == covariates[step - 1]
                            ? responses.back()
                            : means.transported(covariates[step], Group::baseline, Group::compared));
  Decomposition result = detail::licensed_decomposition(query, roles, steps);
  result.method = EstimationMethod::doubly_robust;
  result.cross_fitting = means.notes();
  const auto fill = [&](LicensedEstimate& part, double& deviation, std::span<const OneStep> a,
                        std::span<const OneStep> b) {
    const CrossFittedEstimate found = detail::averaged(differences(a, b), people.weights());
    part.estimate = normal_estimate(found.value, found.standard_error, options.level);
    deviation = found.across_split_deviation;
  };
  const std::vector<OneStep>&treated = responses.front(), &crossed = responses.back();
  DecompositionValues& deviation = result.across_split_deviation;
  fill(result.tv, deviation.tv, compared, baseline);
  fill(result.ctf_de, deviation.ctf_de, crossed, baseline);
  fill(result.ctf_ie, deviation.ctf_ie, crossed, treated);
  fill(result.ctf_se, deviation.ctf_se, treated, compared);
  const double total = result.ctf_de.estimate.value - result.ctf_ie.estimate.value - result.ctf_se.estimate.value;
  const double rounding = total - result.tv.estimate.value;
  result.tv.estimate = {total, result.tv.estimate.low + rounding, result.tv.estimate.high + rounding};
  const std::string clipping = clipping_text(means.notes(), options.least_propensity, query);
  for (LicensedEstimate* part : {&result.ctf_de, &result.ctf_ie, &result.ctf_se}) part->licence.basis += clipping;
  for (std::size_t step = 0; step < result.by_mediator.size(); ++step) {
    MediatedShare& each = result.by_mediator[step];
    fill(each.share, each.across_split_deviation, responses[step + 1], responses[step]);
    each.share.licence.basis += clipping;
  }
  return result;
}

namespace {

Decomposition estimated(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                        std::span<const MediatorStep> steps, const DecompositionOptions& options) {
  try {
    return decompose(table, query, roles, options.bootstrap, steps);
  } catch (const Error& of_cells) {
    const bool too_fine = of_cells.code() == ErrorCode::no_positivity || of_cells.code() == ErrorCode::table_type;
    if (!too_fine || !table.weights_are_counts()) throw;
    try {
      return decompose_doubly_robust(table, query, roles, options.cross_fitting, steps);
    } catch (const Error& of_regressions) {
      if (of_cells.code() == ErrorCode::no_positivity && of_regressions.code() == ErrorCode::no_positivity)
        throw Error(of_cells);
      throw;
    }
  }
}

}  // namespace

Decomposition estimate_decomposition(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                                     const DecompositionOptions& options) {
  return estimated(table, query, roles, options.by_mediator ? mediator_steps(roles) : std::vector<MediatorStep>{},
                   options);
}

Decomposition estimate_decomposition(const Table& table, const DecompositionQuery& query, const CausalGraph& graph,
                                     const DecompositionOptions& options) {
  const FairnessRoles roles = roles_in_graph(graph, query.attributes(), query.outcome);
  const std::vector<MediatorStep> steps = options.by_mediator
                                              ? mediator_steps(graph, query.attributes(), query.outcome, roles)
                                              : std::vector<MediatorStep>{};
  const bool nothing_adjusted =
      !roles.direct_identified && !roles.spurious_identified &&
      std::none_of(steps.begin(), steps.end(), [](const auto& step) { return step.identified; });
  const auto found = [&] {
    try {
      return estimated(table, query, roles, steps, options);
    } catch (const Error& error) {
      if (!nothing_adjusted || error.code() != ErrorCode::no_positivity) throw;
      return detail::gap_alone(table, query, roles, steps, options.bootstrap);
    }
  };
  return with_bounds(found(), table, query, graph, roles, steps,
                     "is what it would be without hidden common causes, as far as the bounds allow", options.bounds);
}

}  // namespace equipoise::inline v0
