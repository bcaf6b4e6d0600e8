// The two ways in which a district is fitted.
#pragma once

#include <equipoise/scm/district_fitting.hpp>

namespace equipoise::inline v0::detail {

/// Every member is a number.
DistrictOutcome fit_linear_district(const DistrictData& district, std::span<const double> weights,
                                    const std::vector<std::vector<double>>& folds);

/// Every member and every parent has levels.
DistrictOutcome fit_hidden_cause_district(const DistrictData& district, std::span<const double> weights,
                                          const std::vector<std::vector<double>>& folds, const FitOptions& options);

}  // namespace equipoise::inline v0::detail
