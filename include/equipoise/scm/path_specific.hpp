// Path-specific counterfactual rows: a change that travels along some paths while others keep still.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/scm/counterfactual.hpp>

namespace equipoise::inline v0 {

/// A directed path by its nodes, from the changed variable to the outcome, both included.
using DirectedPath = std::vector<Node>;

/// What a predictor of `outcome` sees, rows x features, when `change` is made to every row but travels along
/// no held path: each feature's value as seen along its edge into the predictor, which stands where the
/// outcome stands and reads every feature, edge or no edge. A variable may be seen factual along one path and
/// changed along another (a recanting node); all values of a row share the row's own noise, and no held path
/// at all gives the ordinary counterfactual. Defined for any set of paths by recursion on path suffixes
/// (the nested counterfactual of Avin, Shpitser, Pearl 2005). Throws as counterfactual_rows, and scm_invalid
/// for a path that is none.
Eigen::MatrixXd path_specific_features(const Scm& scm, const Eigen::MatrixXd& world, Assignment change, Node outcome,
                                       std::span<const Node> features, std::span<const DirectedPath> held,
                                       const CounterfactualOptions& options = {});

/// The outcome itself, a value a row, when `change` travels along no held path: its own mechanism and noise,
/// fed with what it sees.
Eigen::VectorXd path_specific_outcome(const Scm& scm, const Eigen::MatrixXd& world, Assignment change, Node outcome,
                                      std::span<const DirectedPath> held, const CounterfactualOptions& options = {});

/// Whole rows, rows x variables, as the outcome's parents and the outcome see the change: the outcome's column
/// is path_specific_outcome, a parent's its value along its edge into the outcome, every other variable's is
/// factual.
Eigen::MatrixXd path_specific_rows(const Scm& scm, const Eigen::MatrixXd& world, Assignment change, Node outcome,
                                   std::span<const DirectedPath> held, const CounterfactualOptions& options = {});

}  // namespace equipoise::inline v0
