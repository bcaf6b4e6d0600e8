// Features that the graph calls stable, and what learning from them alone does for privacy.
//
// Two statements, which are easily mixed up (Tople, Sharma, Nori 2020, "Alleviating privacy attacks via causal
// learning"):
//
// 1. Where gradients are clipped, as in DP-SGD, one person moves a step's sum by the clipping bound whatever the
//    features: choosing the outcome's parents does *not* lower epsilon. It lowers what the noise costs: its norm is
//    sigma C sqrt(d) for d parameters, so sqrt(d_parents / d) of it is left at equal epsilon.
// 2. Where nothing is clipped and the same noise is added to a model trained on either features (their theorem 2), the
//    bound on how far one person moves the model is smaller for fewer features, and epsilon, which is in proportion to
//    it, with it. A mechanism calibrated to either bound has the same epsilon with both, and spends the gain on
//    accuracy.
//
// Both rest on the graph being right and on no selection by the outcome. The Markov blanket holds the outcome's
// children, which are not stable where the mechanisms that make them change; non-descendants are.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

/// Sets of features for predicting one variable.
struct FeatureSets {
  NodeSet parents;
  NodeSet markov_blanket;   ///< the least set given which the variable is independent of all others
  NodeSet non_descendants;  ///< all but the variable and what follows from it
};

/// Of `outcome`. The Markov blanket of an acyclic directed mixed graph is what a path of colliders joins to it
/// (Richardson 2003): parents, children and their parents, and the same of whatever shares hidden causes with them.
inline FeatureSets feature_sets(const CausalGraph& graph, Node outcome) {
  FeatureSets sets{graph.parents(outcome), graph.parents(outcome), graph.all()};
  const NodeSet start(graph.size(), {outcome});
  sets.non_descendants -= descendants(graph, start);
  // Nodes that an arrowhead reaches along colliders, each of which passes on by its own arrowheads.
  NodeSet colliders = graph.children(outcome) | graph.siblings(outcome);
  colliders =
      detail::closure(std::move(colliders), graph.all(), [&](Node v) -> const NodeSet& { return graph.siblings(v); });
  for (const Node v : colliders) {
    sets.markov_blanket.insert(v);
    sets.markov_blanket |= graph.parents(v);
  }
  sets.markov_blanket.erase(outcome);
  return sets;
}

/// The largest Euclidean norm of a row of features, each of which stays within its bound in size.
inline double feature_norm(std::span<const double> bounds) {
  check_non_negative("feature_norm", "bounds", bounds);
  double squares = 0;
  for (const double bound : bounds) squares += bound * bound;
  return std::sqrt(squares);
}

/// How far replacing one of `rows` people moves, in the l2 norm, the minimiser of their mean loss when it is
/// `strong_convexity`-strongly convex, the loss is `lipschitz` in a score that is linear in the features, and rows have
/// at most this norm: 2 lipschitz norm / (rows strong_convexity) (Chaudhuri, Monteleoni, Sarwate 2011, corollary 8).
inline double minimiser_l2_sensitivity(double norm, double lipschitz, double strong_convexity, std::size_t rows) {
  constexpr const char* place = "minimiser_l2_sensitivity";
  check_non_negative(place, "norm", norm);
  check_non_negative(place, "lipschitz", lipschitz);
  check_positive(place, "strong_convexity", strong_convexity);
  check_positive(place, "rows", static_cast<double>(rows));
  return 2 * lipschitz * norm / (static_cast<double>(rows) * strong_convexity);
}

/// A model on some of the features beside one on all of them.
struct FeatureComparison {
  /// Of clipped, noised gradient descent at one noise multiplier: always 1.
  double clipped_epsilon_ratio = 1;
  /// The norm of that noise, at equal epsilon: sqrt(d_some / d_all).
  double noise_norm_ratio = 1;
  /// Of equal noise on the minimisers, nothing being clipped: that of their sensitivity bounds, at most 1.
  double unclipped_epsilon_ratio = 1;
};

/// bounds_of_some: the sizes of the encoded features kept, bounds_of_all: of all; an intercept is a feature of bound 1.
/// One parameter each. Throws value_out_of_range where either is empty or all bounds are 0.
inline FeatureComparison compare_features(std::span<const double> bounds_of_some,
                                          std::span<const double> bounds_of_all) {
  check_positive("compare_features", "number of features", static_cast<double>(bounds_of_some.size()));
  check_positive("compare_features", "number of all features", static_cast<double>(bounds_of_all.size()));
  const double norm_of_all = feature_norm(bounds_of_all);
  check_positive("compare_features", "norm of all features", norm_of_all);
  return {1, std::sqrt(static_cast<double>(bounds_of_some.size()) / static_cast<double>(bounds_of_all.size())),
          feature_norm(bounds_of_some) / norm_of_all};
}

/// Both statements, for a report.
inline std::vector<std::string> statements_of(const FeatureComparison& comparison) {
  const auto rounded = [](double ratio) { return shortest(std::round(ratio * 1e4) / 1e4); };
  return {"With clipped gradients the choice of features does not change epsilon; at equal epsilon the noise has " +
              rounded(comparison.noise_norm_ratio) + " of the norm.",
          "Without clipping, at equal noise, the bound on epsilon is " + rounded(comparison.unclipped_epsilon_ratio) +
              " of that with all features; a mechanism calibrated to the bound has the same epsilon with both."};
}

}  // namespace equipoise::inline v0
