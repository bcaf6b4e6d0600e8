// A causal model fitted under differential privacy: noisy counts for variables with levels, AdaSSP for numbers.
//
//     const PrivateScmPlan plan = private_scm_plan_within(graph, declared, 1.0, 1e-6);
//     SecureRandom random;
//     const PrivateScmFit fit = fit_scm_privately(table, plan, random);
//     ledger.record("the model", "training rows", fit.event);
//
// What is fitted: a variable with levels has a table of its causes, or a logistic model where a number is among them,
// by maximum likelihood of the noisy counts, people being taken to stand in the middle of their cell. A number is
// linear in its causes, a term for each level of those with levels and no interactions, with normal noise. No form is
// chosen among several, since to choose by the rows would be a release, too. Noise on counts: Canonne, Kamath, Steinke
// 2020; on regressions: Wang 2018 (ada_ssp.hpp).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/data/table.hpp>
#include <equipoise/privacy/ada_ssp.hpp>
#include <equipoise/privacy/clipped_sum.hpp>
#include <equipoise/privacy/discrete_gaussian.hpp>
#include <equipoise/privacy/gaussian_mechanism.hpp>
#include <equipoise/privacy/private_scm_plan.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

struct PrivateScmFit {
  Scm scm;
  PrivacyEvent event;   ///< all releases composed; the plan's
  std::string licence;  ///< what was declared public, as a sentence
};

namespace detail {

/// A table's columns as their declarations have them: the index of a declared level, or -1 for one that is not
/// declared; a number in half widths of its range about its middle, clipped to [-1, 1]. people x nodes.
Eigen::MatrixXd declared_values(const PrivateScmPlan& plan, const Table& table);

/// People by v's causes and v itself, row-major, v the fastest. A person with a level that is not declared counts for
/// nothing.
std::vector<std::int64_t> family_counts(const PrivateScmPlan& plan, Node v, const Eigen::MatrixXd& values);

/// people x design_columns: 1, and v's causes, each of size 1 at most. A person as above has a row of NaN.
Eigen::MatrixXd regression_design(const PrivateScmPlan& plan, Node v, const Eigen::MatrixXd& values);

/// What the releases say of one variable; of the two, what its kind calls for.
struct ReleasedNode {
  std::vector<double> counts;    ///< of the release that it is read off
  Eigen::VectorXd coefficients;  ///< of regression_design, in half widths of the range
  double deviation = 1;          ///< of the noise, in half widths
};

/// The model that the releases give: post-processing. `released`: one a node.
Scm scm_of_releases(const PrivateScmPlan& plan, std::vector<ReleasedNode> released);

template <PrivacyRandomness Randomness>
std::vector<double> noisy_counts(const std::vector<std::int64_t>& counts, double sigma, Randomness& random,
                                 PrivacyEvent& event) {
  const DiscreteGaussian noise(sigma);
  std::vector<double> released;
  released.reserve(counts.size());
  for (const std::int64_t count : counts) released.push_back(static_cast<double>(count + noise.draw(random)));
  event = noise.event(1);
  return released;
}

/// The deviation of residuals, clipped to a width of the range either way: from a noisy sum of their squares and a
/// noisy number of people.
template <PrivacyRandomness Randomness>
double released_deviation(const Eigen::MatrixXd& design, const Eigen::VectorXd& coefficients,
                          const Eigen::Ref<const Eigen::VectorXd>& outcome, double multiplier, Randomness& random,
                          PrivacyEvent& event) {
  constexpr double width = 2, least = 1e-3;
  ClippedSum<Adjacency::add_or_remove_one> sums(2, std::numbers::sqrt2,
                                                Grid::for_noise(multiplier * std::numbers::sqrt2));
  for (Eigen::Index i = 0; i < outcome.size(); ++i) {
    const double residual = (outcome[i] - design.row(i).dot(coefficients)) / width;
    if (std::isnan(residual)) continue;
    const double clipped = std::clamp(residual, -1.0, 1.0);
    sums.add(std::array{clipped * clipped, 1.0});
  }
  const GaussianMechanism mechanism(sums.sensitivity(), multiplier, sums.grid());
  std::array<double, 2> released{};
  mechanism.release(random, sums.sum(), released);
  event = mechanism.event();
  return width * std::sqrt(std::clamp(released[0] / std::max(released[1], 1.0), least * least / (width * width), 1.0));
}

}  // namespace detail

/// table: a row for each person, with a column for each variable of the plan; whether it holds a declared level, and
/// what lies beyond a declared range, does not matter. The model's variables are the declared ones, in the graph's
/// order. Neighbours by add-or-remove-one; where the randomness voids the guarantee, so is this one's. Throws
/// table_unknown_column where a column is missing, table_type where one has levels that is declared a number, or the
/// reverse, and value_out_of_range for a weight other than 1 or more than 2^31 people.
template <PrivacyRandomness Randomness>
PrivateScmFit fit_scm_privately(const Table& table, const PrivateScmPlan& plan, Randomness& random) {
  const Eigen::MatrixXd values = detail::declared_values(plan, table);
  std::vector<std::vector<double>> counts(plan.releases.size());
  std::vector<detail::ReleasedNode> released(plan.graph.size());
  ComposedEvent event;
  for (std::size_t r = 0; r < plan.releases.size(); ++r) {
    const ScmRelease& release = plan.releases[r];
    const double multiplier = plan.noise_multiplier_of(release);
    detail::ReleasedNode& node = released[release.node];
    PrivacyEvent& part = event.parts.emplace_back();
    if (release.kind == ScmRelease::Kind::counts) {
      counts[r] = detail::noisy_counts(detail::family_counts(plan, release.node, values), multiplier, random, part);
      continue;
    }
    const Eigen::MatrixXd design = detail::regression_design(plan, release.node, values);
    const auto outcome = values.col(static_cast<Eigen::Index>(release.node));
    if (release.kind == ScmRelease::Kind::residuals) {
      node.deviation = detail::released_deviation(design, node.coefficients, outcome, multiplier, random, part);
      continue;
    }
    const auto causes = static_cast<double>(plan.graph.parents(release.node).size());
    AdaSspFit fit =
        ada_ssp(design, {outcome.data(), static_cast<std::size_t>(outcome.size())},
                {.row_bound = std::sqrt(1 + causes), .outcome_bound = 1, .noise_multiplier = multiplier}, random);
    node.coefficients = std::move(fit.coefficients);
    part = std::move(fit.event);
  }
  for (Node v = 0; v < plan.graph.size(); ++v) released[v].counts = counts[plan.source[v]];
  return {detail::scm_of_releases(plan, std::move(released)), std::move(event), declared_public_sentence(plan)};
}

}  // namespace equipoise::inline v0
