#include <equipoise/scm/district_fitting.hpp>

#include <algorithm>

#include "scm/district_fits.hpp"

namespace equipoise::inline v0::detail {

DistrictOutcome fit_district(const DistrictData& district, std::span<const double> weights,
                             const std::vector<std::vector<double>>& folds, const FitOptions& options) {
  const auto& members = district.members;
  const auto is_number = [](const NodeData& member) { return member.levels == 0; };
  if (std::all_of(members.begin(), members.end(), is_number)) return fit_linear_district(district, weights, folds);
  if (std::none_of(members.begin(), members.end(), is_number) &&
      std::all_of(members.begin(), members.end(), [](const NodeData& member) { return member.all_inputs_discrete(); }))
    return fit_hidden_cause_district(district, weights, folds, options);
  return std::string("numbers and levels stand together in it");
}

}  // namespace equipoise::inline v0::detail
