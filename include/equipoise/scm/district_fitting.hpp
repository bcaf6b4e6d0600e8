// Fitting the variables of a district together: what bidirected edges say of their mechanisms.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/node_data.hpp>

namespace equipoise::inline v0::detail {

/// Variables that bidirected edges join, causes before effects.
struct DistrictData {
  std::vector<std::string> names;
  std::vector<NodeData> members;
  std::vector<std::vector<std::size_t>> siblings;  ///< indices of members, ascending, by member
};

/// An exogenous variable of a fitted district, and the members that read it.
struct SharedCause {
  Noise noise;
  std::vector<std::size_t> readers;
};

/// A member's inputs are its parents, then the shared causes that it reads, in their order.
struct DistrictFit {
  std::vector<AnyMechanism> mechanisms;
  std::vector<NodeFit> reports;
  std::vector<SharedCause> causes;
  std::vector<std::string> warnings;
};

/// The fit, or in words why there is none.
using DistrictOutcome = std::variant<DistrictFit, std::string>;

/// Fits a district whose bidirected edges are hidden common causes; folds: as of dealt_folds. Numbers are linear in
/// their parents with correlated normal noise (residual iterative conditional fitting), each covariance one shared
/// normal variable where that can be. Variables with levels whose parents have levels are tables that read a hidden
/// cause for each clique of the bidirected edges (EM with restarts), of as many levels as predict held-out rows best.
/// A member's log-likelihood is given its parents and the members before it with theirs, so that members sum to the
/// district.
DistrictOutcome fit_district(const DistrictData& district, std::span<const double> weights,
                             const std::vector<std::vector<double>>& folds, const FitOptions& options);

}  // namespace equipoise::inline v0::detail
