#include <equipoise/scm/doubly_robust_decomposition.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/scm/one_step.hpp>

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

std::vector<std::string> joined_lists(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> all(a);
  all.insert(all.end(), b.begin(), b.end());
  return all;
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
                                      const CrossFittingOptions& options) {
  detail::check_disjoint(query, roles);
  const ComparedPeople people(table, query.contrasts(), query.outcome, query.positive, detail::Audience::both_groups);
  ResponseMeans means(people, options);
  const std::vector<OneStep> baseline(options.splits, people.mean(Group::baseline)),
      compared(options.splits, people.mean(Group::compared));
  const std::vector<std::string> everything = joined_lists(roles.confounders, roles.mediators);
  means.check_overlap(everything, Group::baseline, Group::compared);
  const std::vector<OneStep> treated = means.transported(roles.confounders, Group::baseline, Group::compared);
  const std::vector<OneStep> crossed =
      roles.mediators.empty() ? treated : means.transported(everything, Group::baseline, Group::compared);
  Decomposition result = detail::licensed_decomposition(query, roles);
  result.method = EstimationMethod::doubly_robust;
  result.cross_fitting = means.notes();
  const auto fill = [&](LicensedEstimate& part, double& deviation, std::span<const OneStep> a,
                        std::span<const OneStep> b) {
    const CrossFittedEstimate found = detail::averaged(differences(a, b), people.weights());
    part.estimate = normal_estimate(found.value, found.standard_error, options.level);
    deviation = found.across_split_deviation;
  };
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
  return result;
}

Decomposition estimate_decomposition(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                                     const DecompositionOptions& options) {
  try {
    return decompose(table, query, roles, options.bootstrap);
  } catch (const Error& of_cells) {
    const bool too_fine = of_cells.code() == ErrorCode::no_positivity || of_cells.code() == ErrorCode::table_type;
    if (!too_fine || !table.weights_are_counts()) throw;
    try {
      return decompose_doubly_robust(table, query, roles, options.cross_fitting);
    } catch (const Error& of_regressions) {
      if (of_cells.code() == ErrorCode::no_positivity && of_regressions.code() == ErrorCode::no_positivity)
        throw Error(of_cells);
      throw;
    }
  }
}

std::vector<MediatedShare> indirect_by_mediator(const Table& table, const DecompositionQuery& query,
                                                const FairnessRoles& roles, std::span<const MediatorStep> steps,
                                                const CrossFittingOptions& options) {
  detail::check_disjoint(query, roles);
  const ComparedPeople people(table, query.contrasts(), query.outcome, query.positive, detail::Audience::both_groups);
  std::optional<ResponseMeans> means;
  const auto response = [&](const std::vector<std::string>& covariates) {
    constexpr double least_people = 1;
    if (const auto exact =
            detail::transported_by_cells(people, covariates, Group::baseline, Group::compared, least_people))
      return std::vector<OneStep>(options.splits, *exact);
    if (!means) means.emplace(people, options);
    return means->transported(covariates, Group::baseline, Group::compared);
  };
  detail::check_options(options);
  std::vector<std::string> covariates = roles.confounders;
  std::vector<OneStep> before = response(covariates);
  std::string held;
  std::vector<MediatedShare> shares;
  for (const MediatorStep& step : steps) {
    covariates.push_back(step.mediator);
    const std::vector<OneStep> after = response(covariates);
    const CrossFittedEstimate found = detail::averaged(differences(after, before), people.weights());
    const std::string meaning = "what " + detail::licensed_decomposition(query, roles).protected_attribute +
                                " does to " + step.mediator +
                                (held.empty() ? std::string() : " other than through " + held);
    shares.push_back(
        {step.mediator,
         {normal_estimate(found.value, found.standard_error, options.level),
          {step.identified ? LicenceKind::identified : LicenceKind::assumed,
           step.identified ? meaning
                           : "not identified by the graph; assumes no hidden cause of it, and then is " + meaning}},
         found.across_split_deviation});
    held += (held.empty() ? "" : ", ") + step.mediator;
    before = after;
  }
  return shares;
}

}  // namespace equipoise::inline v0
