// Hiding a sensitive attribute where the graph says that it shows: noise on its descendants alone, or what they would
// be without its effect.
//
//     const AttributeExposure exposure = exposure_of(graph, sex, features);
//     const Eigen::MatrixXd released = with_feature_noise(scm.variables(), world, noise, random);   // noise by node
//     const Eigen::MatrixXd altered = without_attribute_effect(scm, world, {sex, 0}, graph.children(sex));
//
// What is protected against is guessing the attribute from the features, under the model; attribute_inference.hpp
// measures it. It is not differential privacy, and no epsilon goes with it. Features that the attribute does not cause
// may still be associated with it, through causes that they share or by selection: noise along its paths leaves those
// as they are, and exposure_of names them.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/privacy/pufferfish_release.hpp>
#include <equipoise/privacy/randomised_response.hpp>
#include <equipoise/scm/counterfactual.hpp>

namespace equipoise::inline v0 {

/// Features by how the attribute shows in them.
struct AttributeExposure {
  NodeSet caused;      ///< its descendants: a directed path leads there
  NodeSet associated;  ///< not caused, but not independent of it: they share a cause
  NodeSet apart;       ///< independent of it by the graph, each by itself
};

inline AttributeExposure exposure_of(const CausalGraph& graph, Node attribute, const NodeSet& features) {
  const NodeSet start(graph.size(), {attribute});
  AttributeExposure exposure{descendants(graph, start) & features, graph.none(), graph.none()};
  for (const Node v : features - exposure.caused - start) {
    const bool independent = separated(graph, start, NodeSet(graph.size(), {v}), graph.none());
    (independent ? exposure.apart : exposure.associated).insert(v);
  }
  return exposure;
}

/// What jointly normal features with independent normal noise on them tell, in closed form.
struct GaussianLeak {
  double attribute_explained = 0;    ///< the share of the attribute's variance that the best guess from them explains
  double attribute_information = 0;  ///< their mutual information with the attribute, in nats; infinite at a share of 1
  double outcome_explained = 0;      ///< the same share of the outcome's variance
};

/// covariance: of all variables; noise_variances: one a feature, in their order. Throws singular where features with
/// their noise are collinear, and value_out_of_range for a negative variance or an attribute or outcome that is
/// constant.
inline GaussianLeak gaussian_leak(const Eigen::MatrixXd& covariance, Node attribute, Node outcome,
                                  std::span<const Node> features, std::span<const double> noise_variances) {
  constexpr const char* place = "graph-guided noise";
  check_same_size(place, "noise_variances", noise_variances.size(), features.size());
  check_non_negative(place, "noise_variances", noise_variances);
  const auto size = static_cast<Eigen::Index>(features.size());
  Eigen::MatrixXd released(size, size), targets(size, 2);
  const Eigen::Index of[] = {static_cast<Eigen::Index>(attribute), static_cast<Eigen::Index>(outcome)};
  for (Eigen::Index i = 0; i < size; ++i) {
    const auto v = static_cast<Eigen::Index>(features[static_cast<std::size_t>(i)]);
    for (Eigen::Index j = 0; j < size; ++j)
      released(i, j) = covariance(v, static_cast<Eigen::Index>(features[static_cast<std::size_t>(j)]));
    released(i, i) += noise_variances[static_cast<std::size_t>(i)];
    for (Eigen::Index k = 0; k < 2; ++k) targets(i, k) = covariance(v, of[k]);
  }
  for (const Eigen::Index target : of) check_positive(place, "variance of a target", covariance(target, target));
  if (size == 0) return {};
  const Eigen::MatrixXd weights = solve_spd(released, targets);
  const auto share = [&](Eigen::Index k) {
    return std::clamp(weights.col(k).dot(targets.col(k)) / covariance(of[k], of[k]), 0.0, 1.0);
  };
  return {share(0), -std::log1p(-share(0)) / 2, share(1)};
}

/// The least noise, a common share of the own variance of each feature in `noisy`, at which the features explain at
/// most this share of the attribute's variance: a noise variance a feature, 0 for those not in `noisy`. Nothing where
/// no noise on those is enough, what the others tell being too much. most_explained: in (0, 1). Throws as
/// gaussian_leak.
inline std::optional<std::vector<double>> noise_for_leak(const Eigen::MatrixXd& covariance, Node attribute,
                                                         std::span<const Node> features, const NodeSet& noisy,
                                                         double most_explained) {
  check_level("graph-guided noise", "most_explained", most_explained);
  const auto at = [&](double share) {
    std::vector<double> variances;
    for (const Node v : features) {
      const auto i = static_cast<Eigen::Index>(v);
      variances.push_back(noisy.contains(v) ? share * covariance(i, i) : 0.0);
    }
    return variances;
  };
  const auto explained = [&](double share) {
    return gaussian_leak(covariance, attribute, attribute, features, at(share)).attribute_explained;
  };
  if (explained(0) <= most_explained) return at(0);
  constexpr double largest = 1e9;  // features drowned in that say nothing
  if (explained(largest) > most_explained) return std::nullopt;
  double low = 0, high = 1;
  while (explained(high) > most_explained) low = high, high *= 2;
  for (int i = 0; i < 100 && high - low > 1e-12 * high; ++i) {
    const double middle = low + (high - low) / 2;
    (explained(middle) > most_explained ? low : high) = middle;
  }
  return at(high);
}

/// The world with noise on its variables: a number gets normal noise of this standard deviation, a level is with this
/// probability replaced by one drawn uniformly; 0 leaves a variable as it is. noise: one entry a variable. Throws
/// value_out_of_range for an entry that is negative, or above 1 for a variable with levels.
template <PrivacyRandomness Randomness>
Eigen::MatrixXd with_feature_noise(std::span<const VariableSpec> variables, const Eigen::MatrixXd& world,
                                   std::span<const double> noise, Randomness& random) {
  constexpr const char* place = "graph-guided noise";
  check_same_size(place, "noise", noise.size(), variables.size());
  check_same_size(place, "columns of the world", static_cast<std::size_t>(world.cols()), variables.size());
  check_non_negative(place, "noise", noise);
  Eigen::MatrixXd released = world;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (noise[v] == 0) continue;
    auto column = released.col(static_cast<Eigen::Index>(v));
    if (variables[v].has_levels()) {
      const RandomisedResponse response(static_cast<std::int64_t>(variables[v].levels.size()), noise[v]);
      for (double& level : column)
        level = static_cast<double>(response.answer(random, static_cast<std::int64_t>(level)));
    } else {
      const PufferfishGaussian mechanism(noise[v]);
      for (double& value : column) value = mechanism.noisy(random, value);
    }
  }
  return released;
}

/// What every row would be had these children seen the attribute at `baseline`, all else, the attribute itself
/// included, being theirs: X - E[X | A = a] + E[X | A = baseline] where mechanisms are additive, and their
/// counterfactuals in general. With all children nothing of the attribute's effect is left; with some, the paths
/// through them are blocked. Where the attribute has no causes, shares none, and mechanisms are invertible, what it
/// caused is then independent of it. Throws as counterfactual_rows.
inline Eigen::MatrixXd without_attribute_effect(const Scm& scm, const Eigen::MatrixXd& world, Assignment baseline,
                                                const NodeSet& along, const CounterfactualOptions& options = {}) {
  Intervention cut;
  for (const Node child : along) cut.emplace_back(baseline.variable, baseline.value, child);
  return counterfactual_rows(scm, world, cut, options);
}

}  // namespace equipoise::inline v0
