// Why two groups' outcomes differ: the total variation as a direct, an indirect and a spurious part.
//
// E[Y | x1] - E[Y | x0] = ctf_de - ctf_ie - ctf_se (Zhang, Bareinboim 2018, theorem 1), each a mean over those
// of the baseline group x0 (ctf_se: beside those of x1). With confounders Z and mediators W that identify them,
//
//     ctf_de = sum_{z,w} (E[Y | x1,z,w] - E[Y | x0,z,w]) P(w | x0,z) P(z | x0)
//     ctf_ie = sum_{z,w}  E[Y | x1,z,w] (P(w | x0,z) - P(w | x1,z)) P(z | x0)
//     ctf_se = sum_z      E[Y | x1,z] (P(z | x0) - P(z | x1))
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/scm/contrast.hpp>
#include <equipoise/scm/cross_fitting.hpp>
#include <equipoise/scm/fairness_roles.hpp>

namespace equipoise::inline v0 {

/// A causal number with its interval and how it is known.
struct LicensedEstimate {
  Estimate estimate;
  Licence licence;
  /// Of a bounded number: what the graph and the distribution as it is found allow. The ends of the estimate lie no
  /// further in, and further out where people were sampled; its value is one that is allowed.
  std::optional<Interval> bounds = {};
  friend bool operator==(const LicensedEstimate&, const LicensedEstimate&) = default;
};

/// The four numbers without their uncertainty.
struct DecompositionValues {
  double tv = 0;
  double ctf_de = 0;
  double ctf_ie = 0;
  double ctf_se = 0;
  friend bool operator==(const DecompositionValues&, const DecompositionValues&) = default;
};

/// What one mediator has of the indirect effect.
struct MediatedShare {
  std::string mediator;
  LicensedEstimate share;
  double across_split_deviation = 0;
  friend bool operator==(const MediatedShare&, const MediatedShare&) = default;
};

/// The decomposition of E[Y | x1] - E[Y | x0]: tv = ctf_de - ctf_ie - ctf_se. The contributions of the direct,
/// the indirect and the spurious mechanism to the gap are thus ctf_de, -ctf_ie and -ctf_se.
struct Decomposition {
  std::string protected_attribute;  ///< X; several are listed, "race, sex", as are their values
  std::string baseline;             ///< x0, the group compared with
  std::string compared;             ///< x1
  std::string outcome;              ///< Y, as "admit=Admitted", or a column's name where its mean is meant
  LicensedEstimate tv;              ///< E[Y | x1] - E[Y | x0], an observed difference
  LicensedEstimate ctf_de;          ///< E[Y_{x1, W_x0} - Y_{x0} | x0]
  LicensedEstimate ctf_ie;          ///< E[Y_{x1, W_x0} - Y_{x1} | x0]
  LicensedEstimate ctf_se;          ///< E[Y_{x1} | x0] - E[Y | x1]
  EstimationMethod method = EstimationMethod::plug_in;
  /// The standard deviation of each part between divisions into folds; 0 where nothing was divided.
  DecompositionValues across_split_deviation = {};
  std::optional<CrossFittingNotes> cross_fitting = {};  ///< of doubly robust numbers
  /// Where it was asked for, ctf_ie along the mediators in causal order: the share of the k-th is
  /// E[Y_{x1, W1..k_x0} | x0] - E[Y_{x1, W1..k-1_x0} | x0], mediators after the last held responding. They add up to
  /// ctf_ie.
  std::vector<MediatedShare> by_mediator = {};
  friend bool operator==(const Decomposition&, const Decomposition&) = default;
};

/// Which gap is decomposed. `positive` is the outcome's level that counts as 1; empty for the mean of a number.
struct DecompositionQuery {
  std::string protected_attribute;
  std::string compared;
  std::string baseline;
  std::string outcome;
  std::string positive = {};
  std::vector<ValueContrast> jointly_with = {};  ///< further attributes: x1 and x0 are the values of all of them

  /// All attributes, the first first.
  std::vector<ValueContrast> contrasts() const {
    std::vector<ValueContrast> all{{protected_attribute, compared, baseline}};
    all.insert(all.end(), jointly_with.begin(), jointly_with.end());
    return all;
  }
  std::vector<std::string> attributes() const {
    std::vector<std::string> names;
    for (const ValueContrast& each : contrasts()) names.push_back(each.variable);
    return names;
  }
};

/// The decomposition of a weighted table as it stands: exact for the table, and its plug-in estimate of the
/// population's. Rows of other groups play no part. Confounders and mediators must be discrete: levels, or
/// numbers of at most 64 values. Throws table_unknown_column, table_type, query_overlap, or no_positivity naming
/// a combination of values that the baseline group takes and the compared group never does.
DecompositionValues decomposition_values(const Table& table, const DecompositionQuery& query,
                                         const FairnessRoles& roles);

namespace detail {

/// Every part and share with its licence, and no number yet.
Decomposition licensed_decomposition(const DecompositionQuery& query, const FairnessRoles& roles,
                                     std::span<const MediatorStep> steps = {});

/// Whether the weights are the probabilities of a distribution, which sum to 1.
bool is_distribution(const Table& table);

/// Throws query_overlap where a variable is to play two parts.
void check_disjoint(const DecompositionQuery& query, const FairnessRoles& roles);

}  // namespace detail

/// The same with intervals and licences, and ctf_ie along `steps`: the mediators of `roles`, causes first, or none for
/// no shares. Intervals are percentiles of the Bayesian bootstrap of people (Rubin
/// 1981), under which no combination loses its support. Weights count people; where they are probabilities, which sum
/// to 1, the distribution is known and the numbers are exact. The same seed gives the same bits. Throws as
/// decomposition_values does, and table_type for weights that are neither.
Decomposition decompose(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                        const BayesianBootstrapOptions& options = {}, std::span<const MediatorStep> steps = {});

}  // namespace equipoise::inline v0
