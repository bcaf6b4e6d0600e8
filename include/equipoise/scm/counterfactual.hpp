// Counterfactual rows: what the same people would be in another world.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <Eigen/Core>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

struct CounterfactualOptions {
  std::uint64_t seed = 1;  ///< of the noise where a row leaves it open (discrete variables)
  Parallelism parallelism = Parallelism::none();
};

/// Every node that a change of these variables can reach, themselves included.
NodeSet reached_from(const CausalGraph& graph, std::span<const Assignment> intervention);

/// The rows of `world` had the intervention been made: rows x variables, by abduction, action and prediction
/// (Pearl 2009, 7.1). Exact where mechanisms are invertible; where a discrete value leaves its noise open, the
/// noise is drawn from its distribution given the row under the mechanism's coupling, seeded. A row where the
/// intervention changes nothing is returned as it is, to the bit. Throws scm_missing_rung, naming the
/// variable, where a mechanism has no abduction, and scm_no_support where the model cannot give a row.
Eigen::MatrixXd counterfactual_rows(const Scm& scm, const Eigen::MatrixXd& world,
                                    std::span<const Assignment> intervention,
                                    const CounterfactualOptions& options = {});

/// P(v would take each level | the row), rows x levels, exactly under v's coupling: `factual` are the rows,
/// `counterfactual` the values that v's inputs would take (only their columns are read). Where those inputs
/// are themselves drawn given the row (discrete mediators), the result is exact given the draw.
/// Throws scm_missing_rung where v is not discrete or has no coupling.
Eigen::MatrixXd counterfactual_probabilities(const Scm& scm, const Eigen::MatrixXd& factual,
                                             const Eigen::MatrixXd& counterfactual, Node v,
                                             const CounterfactualOptions& options = {});

/// What the mechanisms of these variables assume, each assumption once with its variables: "coupling gumbel-max of D,
/// E; functional form of X". Empty for no variable.
std::string assumptions_of(const Scm& scm, const NodeSet& variables);

/// What counterfactual rows under this intervention rest on: always assumed, since no data can show a unit in
/// two worlds; the basis names the couplings and the functional forms of the mechanisms that the change reaches.
Licence counterfactual_licence(const Scm& scm, std::span<const Assignment> intervention);

}  // namespace equipoise::inline v0
