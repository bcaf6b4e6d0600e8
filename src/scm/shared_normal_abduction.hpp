// Abduction of shared normal variables, where they enter linear mechanisms.
#pragma once

#include <vector>

#include <equipoise/scm/abduction.hpp>

namespace equipoise::inline v0::detail {

/// Draws the component's exogenous variables from their distribution given the rows, a normal one, into `exogenous` (a
/// column each, to which `factual` points). False, and nothing is drawn, unless all are normal and read by linear
/// mechanisms with normal noise alone. However the noise of a row is shared out between them and a mechanism's own, a
/// counterfactual of linear mechanisms is the same.
bool abduct_shared_normals(const Scm& scm, const ExogenousComponent& component, const BlockColumns& factual,
                           RowBlock rows, const RandomStream& stream, std::vector<std::vector<double>>& exogenous);

}  // namespace equipoise::inline v0::detail
